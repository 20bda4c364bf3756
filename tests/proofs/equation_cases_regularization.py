"""What the equations of warps, dropout, soft targets, constraints and averages must come out as."""

import math

import numpy as np
from printed_equations import Cases, agree

from glassnet.data.images.augmentation import GRID, Augmentation, affine_coefficients, smooth_basis, straighten
from glassnet.data.images.deskew import slants
from glassnet.data.images.thickness import thicken
from glassnet.data.images.warp import affine_basis, bilinear, warp
from glassnet.evaluation.statistics import interval_of_mean, student_quantile
from glassnet.optimizers.averaging import ExponentialAverage, TailAverage
from glassnet.regularization.penalties import MaxNorm
from glassnet.regularization.regularization import EQUALLY_LIKELY, draw_mask, mix, smooth

CASES = Cases()
case = CASES.case
SINGLE = 1e-5  # what is computed in float32


@case("data.images.warp.warp")
def _(printed):
    images, basis = printed.rng.random((2, 5, 6), np.float32), smooth_basis((5, 6))
    c, d = 0.5 * printed.rng.normal(size=(2, 2, len(basis)))
    y, x = printed("y_in", c=c, B=basis), printed("x_in", d=d, B=basis)
    warped = warp(images, np.stack([c, d]).astype(np.float32), basis)
    expected = bilinear(images, (y + 2).astype(np.float32), (x + 2.5).astype(np.float32))
    agree(warped.reshape(2, -1), expected, 1e-4)


@case("data.images.warp.bilinear")
def _(printed):
    image = printed.rng.random((4, 5), np.float32)
    for y, x in printed.rng.uniform(0, 3, (9, 2)).astype(np.float32):
        row, column = int(y), int(x)
        (a, b), (c, d) = image[row : row + 2, column : column + 2]
        value = printed("p", a=a, b=b, c=c, d=d, v=y - row, u=x - column)
        agree(bilinear(image[None], np.array([[y]]), np.array([[x]]))[0, 0], value, SINGLE)


@case("data.images.augmentation.Augmentation")
def _(printed):
    images, basis = printed.rng.random((2, 8, 8), np.float32), smooth_basis((8, 8))
    augmentation = Augmentation(shift=1, rotation=20, scale=0.1, shear=0.1, elastic=1)
    coefficients = augmentation.coefficients(2, np.random.default_rng(5))
    c, d = coefficients[:, 1, :3]
    e, f = coefficients[:, 1, 3:]
    names = {"B": basis[:3], "b": basis[3:]}
    y, x = printed("y", **names, c=c, e=e), printed("x", **names, d=d, f=f)
    expected = bilinear(images[1:], (y + 3.5)[None].astype(np.float32), (x + 3.5)[None].astype(np.float32))
    agree(augmentation.apply(images, np.random.default_rng(5))[1].reshape(1, -1), expected, 1e-4)


@case("data.images.augmentation.Augmentation.coefficients")
def _(printed):
    phi, h, *rest = printed.rng.normal(size=6)
    scales, shifts = rest[:2], rest[2:]
    drawn = affine_coefficients(np.array([phi]), np.array([scales]).T, np.array([h]), np.array([shifts]).T)[:, 0]
    names = {"φ": phi, "s_y": scales[0], "s_x": scales[1], "h": h}
    for row, letter in zip(drawn, "cd", strict=True):
        agree([printed(f"{letter}_1", **names), printed(f"{letter}_2", **names)], row[:2])
    agree(drawn[:, 2], shifts)


@case("data.images.augmentation.straighten")
def _(printed):
    before, slant, middle = printed.rng.normal(size=(2, 4, 6)), *printed.rng.normal(size=(2, 4))
    after = before.copy()
    straighten(after, 0.3, slant, middle)
    agree(after[0], before[0])
    for number, (h, m) in enumerate(zip(slant, middle, strict=True)):
        c, d = before[:, number]
        names = {"c": c, "d": d, "r": 0.3, "h": h, "m": m}
        expected = printed("g_k", **names)
        expected[2] = printed("g_3", **names)
        agree(after[1, number], expected)


@case("data.images.augmentation.smooth_basis")
def _(printed):
    bumps = smooth_basis((13, 19))[3:].astype(np.float64)
    assert math.isclose(np.mean(np.sum(bumps**2, axis=0)), 1, rel_tol=SINGLE)
    y, x = np.indices((13, 19)).reshape(2, -1)
    center = (GRID // 2) * GRID + 2
    a = bumps[center].max()
    agree(printed("b", a=a, y=y, x=x, v=6, u=6, σ=2, τ=3), bumps[center], SINGLE)


@case("data.images.thickness.thicken")
def _(printed):
    images = printed.rng.uniform(0.4, 0.7, (2, 3, 3))
    images[:, 0, 0] = 1
    for image, amount, name in zip(images, (0.3, -0.3), "gt", strict=True):
        m = np.mean([image[1, 1], image[0, 1], image[2, 1], image[1, 0], image[1, 2]])
        changed = thicken(image[None], np.array([amount]))[0, 1, 1]
        agree(changed, printed(name, p=image[1, 1], s=amount, m=m, w=image.max()))


@case("data.images.deskew.deskew")
def _(printed):
    images = printed.rng.random((3, 6, 7))
    y, x, _ = affine_basis((6, 7)).astype(np.float64)
    for image, slant, middle in zip(images, *slants(images), strict=True):
        names = {"p": image.ravel() / image.sum(), "y": y, "x": x}
        agree(printed("m", **names), middle)
        agree(printed("h", **names, m=printed("m", **names), n=printed("n", **names)), slant, 1e-9)


@case("regularization.regularization.draw_mask")
def _(printed):
    mask, rate = np.empty(1_000), 0.3
    draw_mask(rate, np.random.default_rng(1), mask)
    q = round((1 - rate) * EQUALLY_LIKELY) / EQUALLY_LIKELY
    u = np.frombuffer(np.random.default_rng(1).bytes(2_000), "<u2") / EQUALLY_LIKELY
    agree(printed("r", u=u, q=q), mask)


@case("regularization.regularization.smooth")
def _(printed):
    y = printed.rng.dirichlet(np.ones(4), 3)
    smoothed = y.copy()
    smooth(smoothed, 0.1)
    agree(printed("y", y=y, ε=0.1, K=4), smoothed)


@case("regularization.regularization.mix")
def _(printed):
    x, y = printed.rng.random((6, 5)), printed.rng.dirichlet(np.ones(3), 6)
    mixed, targets, rng = x.copy(), y.copy(), np.random.default_rng(4)
    mix(mixed, targets, 0.4, np.random.default_rng(4))
    partners, share = rng.permutation(6), rng.beta(0.4, 0.4, (6, 1))
    agree(printed("x", **{"x": x, "x'": x[partners], "λ": share}), mixed)
    agree(printed("y", **{"y": y, "y'": y[partners], "λ": share}), targets)


@case("regularization.penalties.MaxNorm")
def _(printed):
    weights = printed.rng.normal(size=(5, 8))
    projected = weights.copy()
    MaxNorm(2.0).project(projected)
    for w, column in zip(weights.T, projected.T, strict=True):
        agree(printed("w", w=w, c=2.0), column)


def averages(printed, averaging, steps=7):
    """Keep an average up by the shares, with the module's rule; give the parameters of each step and the averages."""
    thetas = printed.rng.normal(size=(steps, 3))
    m, kept = np.zeros(3), []
    for step, theta in enumerate(thetas, start=1):
        m = m + averaging.weight(step, steps) * (theta - m)
        kept.append(m)
    return thetas, kept


@case("optimizers.averaging")
def _(printed):
    (thetas, kept), averaging = averages(printed, ExponentialAverage(0.8)), ExponentialAverage(0.8)
    for step in range(1, 7):
        names = {"m": kept[step - 1], "θ": thetas[step], "c": averaging.weight(step + 1, 7)}
        agree(printed("m", **names), kept[step])


@case("optimizers.averaging.ExponentialAverage")
def _(printed):
    thetas, kept = averages(printed, ExponentialAverage(0.8))
    for t in range(1, 8):
        agree(printed("m", β=0.8, t=t, θ=thetas[:t]), kept[t - 1])
        agree(printed("c", β=0.8, t=t), ExponentialAverage(0.8).weight(t, 7))


@case("optimizers.averaging.TailAverage")
def _(printed):
    thetas, kept = averages(printed, TailAverage(0.5), steps=8)
    for t in range(1, 5):
        agree(printed("c", t=t), TailAverage(0.5).weight(4 + t, 8))
        agree(kept[3 + t], thetas[4 : 4 + t].mean(axis=0))


@case("evaluation.statistics.interval_of_mean")
def _(printed):
    values = printed.rng.normal(size=5)
    names = {"m": values.mean(), "s": values.std(ddof=1), "n": 5, "q": student_quantile(4)}
    agree([printed("low", **names), printed("high", **names)], interval_of_mean(values.tolist()))
