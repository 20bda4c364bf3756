"""What the equations of data, evaluation and optimizers must come out as: for each docstring that prints some, a case.

A case is called with what is printed in one docstring, gives values to the names and compares with the code.
"""

import re
from unittest.mock import patch

import numpy as np
from printed_equations import Cases, Equation, Printed, agree

from glassnet.data.images import warp as rotation
from glassnet.data.preprocessing import pixels, targets
from glassnet.data.preprocessing import table as features
from glassnet.data.preprocessing.column_encoders import RobustEncoder
from glassnet.data.preprocessing.number_encoders import PeriodicEncoder, PiecewiseEncoder
from glassnet.data.readers import pixel_arrays
from glassnet.evaluation import metrics
from glassnet.network.network import Network
from glassnet.optimizers import schedules
from glassnet.optimizers.adam import Adam, AdamW
from glassnet.optimizers.rmsprop import RMSprop
from glassnet.optimizers.sgd import SGD
from glassnet.regularization.penalties import Penalty
from glassnet.training.objective import Objective

CASES = Cases()
case = CASES.case


@case("data.preprocessing.pixels.PixelScaling")
def _(printed):
    every, out = np.arange(256, dtype=np.uint8), np.empty((1, 256))
    pixels.PixelScaling((256,)).apply(every[None], out)
    agree(printed("x", pixel=every), out[0])


@case("data.readers.pixel_arrays.Scale")
def _(printed):
    pixel = np.linspace(-1, 1, 50)
    byte = pixel_arrays.Scale(-1, 1).apply(pixel)
    agree(np.rint(printed("byte", pixel=pixel, black=-1, white=1)), byte)


@case("data.preprocessing.table.FeatureScaling")
def _(printed):
    v = printed.rng.normal(size=(9, 1)) * 30
    scaling = features.FeatureScaling(("length",), (5.0,), (2.5,))
    agree(printed("x", v=v, m=5.0, d=2.5), scaling.apply(v, np.empty((9, 1))))


def encoded(encoder, values):
    """Give the inputs of numbers, a row for each input."""
    out = np.empty((len(values), encoder.inputs))
    encoder.apply(values, out)
    return out.T


@case("data.preprocessing.column_encoders.RobustEncoder")
def _(printed):
    v = printed.rng.normal(size=(2, 20)) ** 3 * 30
    encoder = RobustEncoder.fit("length", [v[0]])
    below, m, above = np.quantile(v[0], (0.25, 0.5, 0.75))
    agree([printed("x", v=v[1], m=m, d=above - below)], encoded(encoder, v[1]))


@case("data.preprocessing.number_encoders.PiecewiseEncoder")
def _(printed):
    edges = np.array([-3.0, 1.0, 1.5, 7.0])
    encoder = PiecewiseEncoder(tuple(edges), marks_gaps=False)
    names = {"b": edges[:-1, None], "c": edges[1:, None]}
    within = np.linspace(-3, 7, 41)
    agree(printed("x_i", v=within, **names), encoded(encoder, within))
    beyond = np.array([-50.0, 80.0])  # where the first and the last piece go on
    agree(printed("x_i", v=beyond, **names)[1:-1], encoded(encoder, beyond)[1:-1])


@case("data.preprocessing.number_encoders.PeriodicEncoder")
def _(printed):
    encoder = PeriodicEncoder(median=5.0, spread=2.5, marks_gaps=False, lowest=0.0, highest=9.0)
    x, *waves = encoded(encoder, printed.rng.normal(size=9) * 30)
    k = np.arange(4)[:, None]
    agree([*printed("s_k", k=k, x=x), *printed("c_k", k=k, x=x)], waves)


@case("data.preprocessing.targets.TargetScale")
def _(printed):
    v = printed.rng.normal(size=9) * 30
    scale, names = targets.TargetScale.fit(v), {"m": np.mean(v), "d": np.std(v)}
    agree(printed("y", v=v, **names), scale.standardize(v))
    agree(printed("v", y=v, **names), scale.restore(v))


@case("data.preprocessing.targets.one_hot")
def _(printed):
    rows = targets.one_hot(np.arange(4), 4)
    for label, row in enumerate(rows):
        agree(printed("y_k", k=np.arange(4), label=label), row)


@case("data.images.warp.fixed_angles")
def _(printed):
    seed = np.random.SeedSequence(rotation.ROTATED_MNIST_SEED, spawn_key=(1,))
    u = np.random.Generator(np.random.PCG64(seed)).random(20)
    agree(printed("α", u=u), rotation.fixed_angles(20, stream=1), 1e-5)


@case("data.images.warp.rotate")
def _(printed):
    degrees, names = np.array([30.0]), {"center": 2.0, "α": np.radians(30.0)}
    names["row"], names["column"] = np.mgrid[:5, :5]
    with patch.object(rotation, "_bilinear", side_effect=lambda images, *_: images) as read:
        rotation.rotate(np.zeros((1, 5, 5), np.uint8), degrees)
    _, rows, columns = read.call_args.args
    agree(printed("row_s", **names), rows[0])
    agree(printed("column_s", **names), columns[0])


@case("evaluation.metrics.wilson_interval")
def _(printed):
    names = {"p": 0.7, "n": 30, "q": metrics.NORMAL_95}
    c, h = printed("c", **names), printed("h", **names)
    agree((c - h, c + h), metrics.wilson_interval(21, 30))


@case("evaluation.metrics.cross_entropy")
def _(printed):
    probabilities, labels = printed.rng.random((6, 3)), printed.rng.integers(3, size=6)
    agree(printed("L", p=probabilities[np.arange(6), labels], N=6), metrics.cross_entropy(probabilities, labels))


@case("evaluation.metrics.precision_recall_f1")
def _(printed):
    confusion = printed.rng.integers(1, 9, size=(3, 3))
    scores = metrics.precision_recall_f1(confusion)
    for name, score in zip(("precision", "recall", "f1"), scores, strict=True):
        agree(printed(f"{name}_k", C=confusion), score)


@case("evaluation.metrics.root_mean_squared_error")
def _(printed):
    a, y = printed.rng.normal(size=(2, 7))
    agree(printed("rmse", a=a, y=y, N=7), metrics.root_mean_squared_error(a, y))


@case("evaluation.metrics.mean_absolute_error")
def _(printed):
    a, y = printed.rng.normal(size=(2, 7))
    agree(printed("mae", a=a, y=y, N=7), metrics.mean_absolute_error(a, y))


@case("evaluation.metrics.r_squared")
def _(printed):
    a, y = printed.rng.normal(size=(2, 7))
    agree(printed("R²", a=a, y=y, m=np.mean(y)), metrics.r_squared(a, y))


def steps(rule, rng, count=4):
    """Update parameters a few times; give the names' values before each step, and what is there after it."""
    parameters = rng.normal(size=6)
    state = rule.init(parameters)
    for number in range(1, count + 1):
        g, before = rng.normal(size=6), {name: array.copy() for name, array in state.items()}
        names = {"θ": parameters.copy(), "g": g, "t": number, "η": rule.learning_rate}
        rule.step(parameters, g, state, weight_count=4)
        yield names, before, parameters, state


@case("optimizers.sgd.SGD")
def _(printed):
    for names, _, after, _ in steps(SGD(0.1), printed.rng):
        agree(printed("θ", **names), after)
    for nth, nesterov in ((1, False), (2, True)):
        for names, before, after, state in steps(SGD(0.1, momentum=0.9, nesterov=nesterov), printed.rng):
            v = printed("v", v=before["velocity"], μ=0.9, g=names["g"])
            agree(v, state["velocity"])
            agree(printed("θ", nth, **names, μ=0.9, v=v), after)


@case("optimizers.rmsprop.RMSprop")
def _(printed):
    settings = {"α": 0.99, "μ": 0.9, "ε": 1e-2}
    for nth, momentum in ((0, 0.0), (1, 0.9)):
        for names, before, after, state in steps(RMSprop(0.1, momentum=momentum, epsilon=1e-2), printed.rng):
            names = names | settings
            names["s"] = printed("s", **names, s=before["square"])
            agree(names["s"], state["square"])
            names["v"] = printed("v", **names, v=before.get("velocity", 0))
            agree(names["v"], state.get("velocity", names["v"]))
            agree(printed("θ", nth, **names), after)


@case("optimizers.adam.Adam")
def _(printed):
    for names, before, after, state in steps(Adam(0.1, epsilon=1e-2), printed.rng):
        names = names | {"β₁": 0.9, "β₂": 0.999, "ε": 1e-2}
        names["m"] = printed("m", **names, m=before["mean"])
        names["s"] = printed("s", **names, s=before["square"])
        agree(names["m"], state["mean"])
        agree(names["s"], state["square"])
        agree(printed("θ", **names), after)


def check_decay(printed, with_decay, without):
    parameters, gradient = printed.rng.normal(size=(2, 6))
    decayed = parameters.copy()
    decayed[:4] = printed("w", w=parameters[:4], η=0.1, λ=0.3)
    without.step(decayed, gradient, without.init(decayed), weight_count=4)
    with_decay.step(parameters, gradient, with_decay.init(parameters), weight_count=4)
    agree(decayed, parameters)


@case("optimizers.optimizer.Optimizer")
def _(printed):
    check_decay(printed, SGD(0.1, weight_decay=0.3), SGD(0.1))


@case("optimizers.adam.AdamW")
def _(printed):
    check_decay(printed, AdamW(0.1, weight_decay=0.3), Adam(0.1))


def check_schedule(printed, schedule, **names):
    for t in range(20):
        agree(printed("f", **names, t=t, T=20), schedule.factor(t, 20))


case("optimizers.schedules.Constant")(lambda printed: check_schedule(printed, schedules.Constant()))
case("optimizers.schedules.Cosine")(lambda printed: check_schedule(printed, schedules.Cosine()))
case("optimizers.schedules.CosineOfLogarithm")(lambda printed: check_schedule(printed, schedules.CosineOfLogarithm()))
case("optimizers.schedules.StepDecay")(lambda printed: check_schedule(printed, schedules.StepDecay(0.3, 4), γ=0.3, k=4))


@case("optimizers.schedules.OneCycle")
def _(printed):
    _, prose = schedules.OneCycle.__doc__.split("While rising, ")
    phases = Printed([Equation.read(text) for text in re.findall(r"\w = [^,;]+?(?=[,;]| is)", prose)])
    summit = phases("h", T=20)
    for t in range(20):
        falling = t >= summit
        names = {name: phases(name, falling, t=t, T=20) for name in ("a", "b", "q")}
        agree(printed("f", **names), schedules.OneCycle().factor(t, 20))


@case("optimizers.schedules.WarmUp")
def _(printed):
    schedule = schedules.WarmUp(5, schedules.OneCycle())
    for t in range(5):
        agree(printed("f", t=t, T_w=5, f_then=1 / 25), schedule.factor(t, 20))


@case("data.preprocessing.table.FeatureScaling.fit")
def _(printed):
    first, second = printed.rng.normal(size=(7, 1)), printed.rng.normal(size=(4, 1)) + 3
    names = {"M": first.mean(), "m": second.mean(), "N": 7, "n": 4}
    names |= {"S": 7 * first.var(), "s": 4 * second.var()}
    fitted = features.FeatureScaling.fit(("length",), [first, second])
    agree(printed("M'", **names), fitted.means[0])
    agree(printed("S'", **names), 11 * fitted.deviations[0] ** 2)


@case("training.objective.Objective")
def _(printed):
    network = Network([3, 2], loss="mse", seed=1, dtype=np.float64)
    x, y, c = printed.rng.normal(size=(5, 3)), printed.rng.normal(size=(5, 2)), printed.rng.random(5)
    penalty = Penalty(l2=0.3)
    objective = Objective(network, x, y, c, penalty)
    start = network.parameters.copy()
    trace = network.trace(5)
    network.forward(x, trace)
    network.measure(y, trace)
    loss, gradient = objective(start)
    agree(printed("L", **{"c": c, "ℓ": trace.losses, "P": penalty.cost(network.weights)}), loss)
    for index in range(len(start)):
        step = 1e-6 * np.eye(len(start))[index]
        agree((objective(start + step)[0] - objective(start - step)[0]) / 2e-6, gradient[index], 1e-6)
