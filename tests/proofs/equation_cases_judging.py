"""What the equations of evaluation and explanation must come out as; see `equation_cases_elsewhere`."""

from dataclasses import replace

import numpy as np
from printed_equations import Cases, agree

from glassnet import FeatureScaling, Model, Network, PixelScaling, TargetScale
from glassnet.data.images import corruptions
from glassnet.evaluation import calibration, novelty, shifted_copies
from glassnet.evaluation import robustness as adversarial
from glassnet.evaluation import selective as selection
from glassnet.evaluation.input_gradients import input_gradient, target_rows
from glassnet.evaluation.inspection import Importance
from glassnet.evaluation.scores import Thresholds
from glassnet.evaluation.statistics import student_quantile
from glassnet.explanation import ablation, attribution, saliency
from glassnet.explanation import activation_maximization as excitation
from glassnet.explanation.sums import Neuron
from glassnet.model.reference import Reference

CASES = Cases()
case = CASES.case


def small_model(seed=1):
    network = Network([6, 5, 3], "tanh", seed=seed, dtype=np.float64)
    return Model(network, PixelScaling((2, 3)), ("a", "b", "c"))


@case("evaluation.calibration.Reliability.expected_error")
def _(printed):
    probabilities = printed.rng.dirichlet([1, 1, 1], 200)
    found = calibration.reliability(probabilities, printed.rng.integers(0, 3, 200))
    names = {"n": found.counts, "c": found.confidence, "a": found.accuracy, "N": 200}
    agree(printed("e", **names), found.expected_error)


def drawn_thresholds(rng):
    """Give the thresholds of rows of which many have one score, and the words of their equations."""
    scores, positive = rng.integers(0, 9, 60) / 8, rng.random(60) < 0.3
    reach = [scores >= value for value in sorted(set(scores), reverse=True)]
    found, called = (np.array([np.sum(some & them) for some in reach]) for them in (positive, True))
    before = np.append(0, found[:-1])
    words = {"found": found, "before": before, "precision": found / called, "positives": positive.sum()}
    words |= {"wrong": np.diff(called - found, prepend=0), "negatives": np.sum(~positive)}
    return Thresholds.of(scores, positive), words


@case("evaluation.scores.Thresholds.auc")
def _(printed):
    thresholds, words = drawn_thresholds(printed.rng)
    agree(printed("auc", **words), thresholds.auc())


@case("evaluation.scores.Thresholds.average_precision")
def _(printed):
    thresholds, words = drawn_thresholds(printed.rng)
    agree(printed("average", **words), thresholds.average_precision())


@case("evaluation.inspection.Importance.margin")
def _(printed):
    losses = printed.rng.normal(size=(3, 7))
    words = {"q": student_quantile(6), "s": losses.std(axis=1, ddof=1), "n": 7}
    agree(printed("h", **words), Importance(("a", "b", "c"), 1.0, losses, 90).margin)


@case("evaluation.calibration.soften")
def _(printed):
    z = printed.rng.normal(size=7) * 3
    agree(printed("p_k", z=z, T=2.5), calibration.soften(z[None], 2.5)[0])


@case("evaluation.calibration.fit_temperature")
def _(printed):
    z, labels = printed.rng.normal(size=(40, 3)) * 4, printed.rng.integers(0, 3, 40)
    T = calibration.fit_temperature(z, labels)  # noqa: N806
    names = {"z": z, "y": np.eye(3)[labels], "N": 40}
    agree(printed("s", p=calibration.soften(z, T), **names), 0.0, 1e-9)

    def loss(b):
        return -np.mean(np.log(calibration.soften(z, 1 / b)[np.arange(40), labels]))

    slope = (loss(0.5 + 1e-6) - loss(0.5 - 1e-6)) / 2e-6
    agree(printed("s", p=calibration.soften(z, 2.0), **names), slope, 1e-7)


@case("evaluation.shifted_copies.averaged_over_shifts")
def _(printed):
    image, model = np.zeros((1, 5, 5), np.uint8), printed.rng.normal(size=(5, 5))
    image[0, 1:4, 1:4] = printed.rng.integers(256, size=(3, 3))
    moved = [image[0, 1:4, 1:4] * model[1 + i : 4 + i, 1 + j : 4 + j] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    found = shifted_copies.averaged_over_shifts(lambda images: (images * model).sum(axis=(1, 2)), image)
    agree(printed("average", a=np.sum(moved, axis=(1, 2))), found[0])


@case("evaluation.selective.risk_coverage")
def _(printed):
    right = printed.rng.random(20) < 0.7
    found = selection.risk_coverage(-np.arange(20.0), right)
    for n in range(1, 21):
        agree(printed("risk_n", wrong=1.0 - right[:n], n=n), found.risk[n - 1])


def adversarial_names(printed):
    model, x, targets = small_model(), printed.rng.random((4, 6)), np.array([0, 1, 2, 1])
    return model, x, targets, input_gradient(model, x, target_rows(model, targets))


@case("evaluation.robustness.attack_once")
def _(printed):
    model, x, targets, g = adversarial_names(printed)
    agree(printed("x'", x=x, ε=0.2, g=g), adversarial.attack_once(model, x, targets, 0.2))


@case("evaluation.robustness.attack")
def _(printed):
    model, x, targets, _ = adversarial_names(printed)
    at = x
    for _ in range(3):
        g = input_gradient(model, at, target_rows(model, targets))
        at = printed("x'", **{"x": x, "x'": at, "ε": 0.2, "η": 2.5 * 0.2 / 3, "g": g})
    agree(at, adversarial.attack(model, x, targets, 0.2, steps=3))
    agree(printed("x'", u=np.array([-0.5, 0.5, 1.5])), [0, 0.5, 1])


@case("data.images.corruptions.blur")
def _(printed):
    weights = printed("w_ij", y=np.arange(7.0), σ=1.5)
    agree(weights, corruptions.bells(7, 1.5), 1e-6)
    agree(weights.sum(axis=1), np.ones(7))


@case("explanation.saliency.gradient_times_input")
def _(printed):
    network, x = small_model().network, printed.rng.random((1, 6))
    g = saliency.logit_gradient(network, x, 1)
    agree(printed("R_i", x=x[0], g=g[0]), saliency.gradient_times_input(network, x, 1)[0])


@case("explanation.attribution.attribute")
def _(printed):
    network, x, mean = Network([6, 5, 1], "tanh", loss="mse", seed=1), printed.rng.random((1, 6)), printed.rng.random(6)
    table = FeatureScaling(tuple("abcdef"), (0.0,) * 6, (1.0,) * 6)
    model = Model(network, table, (), TargetScale(0.0, 1.0), reference=Reference(tuple(mean.tolist())))
    places, weights = attribution.points_of(1)
    way = mean + places[:, None] * (x - mean)
    g = saliency.logit_gradient(network, way.astype(np.float32), 0)
    found = attribution.attribute(model, x)[1][0]
    agree(printed("R_i", **{"x": x[0], "x'": mean, "w": weights, "g": g}), found, 1e-5)


@case("explanation.saliency.integrated_gradients")
def _(printed):
    network, x, b = small_model().network, printed.rng.random((1, 6)), printed.rng.random((1, 6))
    middles = (np.arange(8) + 0.5)[:, None] / 8
    g = saliency.logit_gradient(network, b + middles * (x - b), 2)
    found = saliency.integrated_gradients(network, x, 2, b, steps=8)
    agree(printed("R_i", **{"x": x[0], "x'": b[0], "g": g, "N": 8}), found[0])


@case("explanation.activation_maximization.maximize_activation")
def _(printed):
    network = small_model().network
    start = np.full((1, 6), 0.5 / np.sqrt(6))
    g = saliency.logit_gradient(network, start, 2)
    y = np.clip(printed("x'", x=start, η=excitation.RATE, g=g), 0, 1)
    found = excitation.maximize_activation(network, Neuron(1, 2), norm=1.0, steps=1)
    agree(found, (y * min(1, 1 / np.linalg.norm(y)))[0])


@case("explanation.ablation.change_neuron")
def _(printed):
    model = small_model()
    model.network.layers[1].biases[...] = [0.1, 0.2, 0.3]
    before = model.network.layers[1]
    after = ablation.change_neuron(model, Neuron(0, 3), scale=0.5, shift=2.0).network.layers[1]
    agree(printed("W'", s=0.5, W=before.weights[3]), after.weights[3])
    agree(printed("b'", b=before.biases, d=2.0, W=before.weights[3]), after.biases)


@case("evaluation.novelty.NoveltyDetector")
def _(printed):
    rng = printed.rng
    inputs = rng.normal(size=(3, 200, 6)) @ rng.normal(size=(6, 6)) + 3 * rng.normal(size=(3, 1, 6))
    detector = novelty.learn_classes([*inputs])
    x, distances = rng.normal(size=6), []
    for k in range(3):
        first = detector.counts[:k].sum()
        U = detector.directions[first : first + detector.counts[k]].T  # noqa: N806
        relief = detector.relief[first : first + detector.counts[k]]
        names = {"x": x, "m": detector.means[k], "U": U, "m_s": detector.sizes[k], "ρ": 1.0, "λ": 1 / (1 - relief)}
        z, s = printed("z_k", **names), printed("s", x=x)
        distances.append(printed("d²", z=z, s=s, **names))
    computed, along = detector.distances(x[None])
    agree(computed[0], distances, 1e-6)
    a, b, (g, h) = rng.normal(size=along.shape[1]), rng.normal(size=along.shape[1]), (rng.normal(size=3), 0.4)
    second = replace(detector, strangeness=np.concatenate([a, b, g, [h]]))
    names = {"a": a, "b": b, "g": g, "h": h, "z": along[0], "d": np.sqrt(computed[0])}
    agree(printed("q", **names), (second.features(x[None]) @ second.strangeness)[0], 1e-6)
