"""What the equations of the network must come out as: for each docstring that prints some, a case.

A case is called with what is printed in one docstring, gives values to the names and compares with the code.
"""

import numpy as np
from equation_language import Matrix
from printed_equations import Cases, agree, differences, result

from glassnet.network import initializers
from glassnet.network.activations import ACTIVATIONS, Exponential, Sigmoid, Softmax, resolve_output
from glassnet.network.gradient_check import STEP, GradientCheck, check_gradient
from glassnet.network.layer import Layer, LayerTrace, WeightsAndBiases
from glassnet.network.losses import CrossEntropy, resolve_loss
from glassnet.network.network import Network
from glassnet.regularization.penalties import Penalty
from glassnet.regularization.regularization import draw_mask

CASES = Cases()
case = CASES.case
FAR = np.array([800.0, 0.0, -30.0])  # exp of these overflows unless the largest is subtracted


def check_activation(printed, function):
    z = np.linspace(-5, 5, 41)
    a, upstream = result(function.forward, z), printed.rng.normal(size=41)
    gradient = result(function.backward, z, a, upstream)
    agree(printed("f(z)", z=z), a)
    agree(printed("f'(z)", z=z, a=a) * upstream, gradient)
    smooth = z != 0
    slope = (result(function.forward, z + 1e-5) - result(function.forward, z - 1e-5)) / 2e-5
    agree(gradient[smooth], (slope * upstream)[smooth], 1e-7)


for kind in ACTIVATIONS.values():
    case(f"network.activations.{kind.__name__}")(lambda printed, kind=kind: check_activation(printed, kind()))


case("network.activations.Exponential")(lambda printed: check_activation(printed, Exponential()))


@case("network.activations.Softmax")
def _(printed):
    for z in (printed.rng.normal(size=3), FAR):
        p, g = result(Softmax().forward, z[None]), printed.rng.normal(size=3)
        agree(printed("p_k", z=z), p[0])
        gradient = result(Softmax().backward, z[None], p, g[None])[0]
        agree(printed("∂ℓ/∂z_k", **{"p": p[0], "∂ℓ/∂p": g}), gradient)
        agree(gradient, differences(lambda z: result(Softmax().forward, z[None])[0], z) @ g, 1e-7)


def check_loss(printed, name, variable):
    loss, (at, y) = resolve_loss(name), printed.rng.normal(size=(2, 1, 4)) * 2
    if loss.from_logits:
        y = printed.rng.dirichlet(np.ones(4), 1)
    outputs = (lambda z: result(resolve_output(loss.outputs[0]).forward, z)) if loss.from_logits else (lambda z: z)
    a = p = outputs(at)
    names = {"z": at[0], "a": a[0], "p": p[0], "y": y[0], "K": 4, "τ": 0.8}
    value = lambda z: loss.per_example(z, outputs(z), y)[0]  # noqa: E731
    agree(printed("ℓ", **names), value(at))
    gradient = result(loss.gradient, a, y)[0]
    agree(printed(f"∂ℓ/∂{variable}_k", **names), gradient)
    agree(gradient, differences(lambda at: value(at[None]), at[0]), 1e-7)


case("network.losses.BinaryCrossEntropy")(lambda printed: check_loss(printed, "binary_cross_entropy", "z"))
case("network.losses.Poisson")(lambda printed: check_loss(printed, "poisson", "z"))


@case("network.losses.CrossEntropy")
def _(printed):
    check_loss(printed, "cross_entropy", "z")
    far, y = FAR[None], np.array([[0.0, 0.25, 0.75]])
    agree(printed("ℓ", z=FAR, y=y[0]), CrossEntropy().per_example(far, result(Softmax().forward, far), y)[0])


case("network.losses.MeanSquaredError")(lambda printed: check_loss(printed, "mse", "a"))
case("network.losses.MeanAbsoluteError")(lambda printed: check_loss(printed, "mae", "a"))
case("network.losses.HalfSquaredError")(lambda printed: check_loss(printed, "half_squared_error", "a"))
case("network.losses.Quantile")(lambda printed: check_loss(printed, "quantile_0.8", "a"))
case("network.losses.Huber")(lambda printed: check_loss(printed, "huber", "a"))


def small_network(rng, dropout=0.0, weighted=True):
    """Give a network of float64 with a batch that went forward and backward, its examples of unequal weight or not."""
    network = Network([3, 4, 2], "sigmoid", seed=1, dtype=np.float64)
    network.parameters += rng.normal(size=len(network.parameters))
    trace = network.trace(5, dropout=dropout > 0)
    for mask in trace.masks:
        draw_mask(dropout, rng, mask)
    network.forward(rng.normal(size=(5, 3)), trace)
    network.backward(rng.dirichlet(np.ones(2), 5), trace, rng.random(5) if weighted else None)
    return network, trace


@case("network.losses")
def _(printed):
    _, trace = small_network(printed.rng)
    agree(printed("L", **{"c": trace.weights, "ℓ": trace.losses}), trace.loss)


@case("network.network.Network.forward")
def _(printed):
    network, trace = small_network(printed.rng)
    functions = [lambda z: result(Sigmoid().forward, z), lambda z: result(Softmax().forward, z)]
    for number, (layer, f) in enumerate(zip(network.layers, functions, strict=True), start=1):
        names = {"a^(l−1)": trace.a[number - 1], "W^(l)": layer.weights.view(Matrix), "b^(l)": layer.biases}
        agree(printed("z^(l)", **names), trace.z[number])
        agree(printed("a^(l)", **{"f": f, "z^(l)": trace.z[number]}), trace.a[number])


@case("network.network.Network.backward")
def _(printed):
    slope = lambda z: result(Sigmoid().backward, z, result(Sigmoid().forward, z), np.ones_like(z))  # noqa: E731
    for nth, dropout in enumerate((0.0, 0.5)):
        network, trace = small_network(printed.rng, dropout, weighted=False)
        after = {"δ^(l+1)": 5 * trace.delta[2], "W^(l+1)": network.layers[1].weights.view(Matrix)}
        masks = {"r^(l)": trace.masks[0]} if dropout else {}
        agree(printed("δ^(l)", nth, **after, **masks, **{"f'": slope, "z^(l)": trace.z[1]}), 5 * trace.delta[1])
        agree(printed("δ^(L)", p=trace.outputs, y=trace.targets), 5 * trace.delta[2])
        for number, (record, gradient) in enumerate(zip(trace.layers, trace.gradients, strict=True), start=1):
            inputs, delta = record.inputs.view(Matrix), 5 * trace.delta[number]
            agree(printed("∂L/∂W^(l)", **{"a^(l−1)": inputs, "δ^(l)": delta, "N": 5}), gradient.weights)
            agree(printed("∂L/∂b^(l)", **{"δ^(l)": delta, "N": 5}), gradient.biases)


def random_layer(rng):
    return Layer(rng.normal(size=(3, 2)), rng.normal(size=2), ACTIVATIONS["tanh"]())


@case("network.layer.Layer.weighted_sums")
def _(printed):
    layer, x = random_layer(printed.rng), printed.rng.normal(size=3)
    out = np.empty((1, 2))
    layer.weighted_sums(x[None], out)
    agree(printed("z^(l)_j", **{"a^(l−1)": x, "W^(l)": layer.weights, "b^(l)": layer.biases}), out[0])


@case("network.layer.Layer.gradient")
def _(printed):
    a, delta, none = printed.rng.normal(size=(5, 3)), printed.rng.normal(size=(5, 2)), np.empty((5, 2))
    found = WeightsAndBiases(np.empty((3, 2)), np.empty(2))
    random_layer(printed.rng).gradient(LayerTrace(a, none, none, None, none, delta / 5), out=found)
    agree(printed("∂L/∂W^(l)", **{"a^(l−1)": a.view(Matrix), "δ^(l)": delta, "N": 5}), found.weights)
    agree(printed("∂L/∂b^(l)", **{"δ^(l)": delta, "N": 5}), found.biases)


@case("network.layer.Layer.backward")
def _(printed):
    layer, delta = random_layer(printed.rng), printed.rng.normal(size=2)
    out = np.empty((1, 3))
    layer.backward(delta[None], out)
    agree(printed("∂ℓ/∂a^(l−1)_i", **{"W^(l)": layer.weights, "δ^(l)": delta}), out[0])


@case("network.gradient_check.GradientCheck.relative_error")
def _(printed):
    g, q = printed.rng.normal(size=(2, 5))
    agree(printed("e", g=g, q=q), GradientCheck(g, q).relative_error)


@case("network.gradient_check.check_gradient")
def _(printed):
    network, trace = small_network(printed.rng)
    trial = Network([3, 4, 2], "sigmoid", dtype=np.float64)

    def loss(parameters):
        trial.parameters[:] = parameters
        again = trial.trace(5)
        trial.forward(trace.inputs, again)
        return trial.measure(trace.targets, again)

    numeric = check_gradient(network, trace.inputs, trace.targets).numeric
    for d, expected in zip(np.eye(len(numeric)), numeric, strict=True):
        agree(printed("q", L=loss, θ=network.parameters, ε=STEP, d=d), expected)


@case("regularization.penalties.Penalty")
def _(printed):
    w, gradient, names = printed.rng.normal(size=6), np.zeros(6), {"λ₁": 0.3, "λ₂": 0.7}
    penalty = Penalty(l1=0.3, l2=0.7)
    penalty.add_gradient(w, gradient)
    agree(printed("P", w=w, **names), penalty.cost(w))
    agree(printed("∂P/∂w_i", w=w, **names), gradient)
    agree(gradient, differences(penalty.cost, w), 1e-7)


def check_variance(printed, name):
    variance = printed("variance", inputs=5, outputs=3)
    agree(variance, getattr(initializers, f"{name}_variance")(5, 3))
    drawn = initializers.resolve_initializer(f"{name}_normal").draw(np.random.default_rng(0), 5, 3)
    agree(np.sqrt(variance) * np.random.default_rng(0).standard_normal((5, 3)), drawn)


for name in ("he", "glorot", "lecun"):
    case(f"network.initializers.{name}_variance")(lambda printed, name=name: check_variance(printed, name))
