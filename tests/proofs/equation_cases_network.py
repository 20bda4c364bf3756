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
        d = result(Softmax().backward, z[None], p, g[None])[0]
        agree(printed("d_k", p=p[0], g=g), d)
        agree(d, differences(lambda z: result(Softmax().forward, z[None])[0], z) @ g, 1e-7)


def check_loss(printed, name, variable):
    loss, (at, t) = resolve_loss(name), printed.rng.normal(size=(2, 1, 4)) * 2
    if loss.from_logits:
        t = printed.rng.dirichlet(np.ones(4), 1)
    outputs = (lambda z: result(resolve_output(loss.outputs[0]).forward, z)) if loss.from_logits else (lambda z: z)
    a = p = outputs(at)
    names = {"z": at[0], "a": a[0], "p": p[0], "t": t[0], "K": 4, "q": 0.8}
    value = lambda z: loss.per_example(z, outputs(z), t)[0]  # noqa: E731
    agree(printed("l", **names), value(at))
    gradient = result(loss.gradient, a, t)[0]
    agree(printed(f"∂l/∂{variable}_k", **names), gradient)
    agree(gradient, differences(lambda at: value(at[None]), at[0]), 1e-7)


case("network.losses.BinaryCrossEntropy")(lambda printed: check_loss(printed, "binary_cross_entropy", "z"))
case("network.losses.Poisson")(lambda printed: check_loss(printed, "poisson", "z"))


@case("network.losses.CrossEntropy")
def _(printed):
    check_loss(printed, "cross_entropy", "z")
    far, t = FAR[None], np.array([[0.0, 0.25, 0.75]])
    agree(printed("l", z=FAR, t=t[0]), CrossEntropy().per_example(far, result(Softmax().forward, far), t)[0])


case("network.losses.MeanSquaredError")(lambda printed: check_loss(printed, "mse", "a"))
case("network.losses.MeanAbsoluteError")(lambda printed: check_loss(printed, "mae", "a"))
case("network.losses.HalfSquaredError")(lambda printed: check_loss(printed, "half_squared_error", "a"))
case("network.losses.Quantile")(lambda printed: check_loss(printed, "quantile_0.8", "a"))
case("network.losses.Huber")(lambda printed: check_loss(printed, "huber", "a"))


def small_network(rng, dropout=0.0):
    """Give a network of float64 with a batch that went forward and backward, its examples of unequal weight."""
    network = Network([3, 4, 2], "sigmoid", seed=1, dtype=np.float64)
    network.parameters += rng.normal(size=len(network.parameters))
    trace = network.trace(5, dropout=dropout > 0)
    for mask in trace.masks:
        draw_mask(dropout, rng, mask)
    network.forward(rng.normal(size=(5, 3)), trace)
    network.backward(rng.dirichlet(np.ones(2), 5), trace, rng.random(5))
    return network, trace


@case("network.losses")
def _(printed):
    _, trace = small_network(printed.rng)
    agree(printed("L", w=trace.weights, l=trace.losses), trace.loss)


@case("network.network.Network.forward")
def _(printed):
    network, trace = small_network(printed.rng)
    functions = [lambda z: result(Sigmoid().forward, z), lambda z: result(Softmax().forward, z)]
    x = trace.inputs
    for layer, f, z, a in zip(network.layers, functions, trace.pre_activations, trace.activations, strict=True):
        agree(printed("z", x=x, W=layer.weights.view(Matrix), b=layer.biases), z)
        agree(printed("a", f=f, z=z), a)
        x = a


@case("network.network.Network.backward")
def _(printed):
    network, trace = small_network(printed.rng, dropout=0.5)
    slope = lambda z: result(Sigmoid().backward, z, result(Sigmoid().forward, z), np.ones_like(z))  # noqa: E731
    names = {"d": trace.deltas[1], "W": network.layers[1].weights.view(Matrix), "f'": slope, "m": trace.masks[0]}
    agree(printed("d_before", **names, z_before=trace.pre_activations[0]), trace.deltas[0])


def random_layer(rng):
    return Layer(rng.normal(size=(3, 2)), rng.normal(size=2), ACTIVATIONS["tanh"]())


@case("network.layer.Layer.weighted_sums")
def _(printed):
    layer, x = random_layer(printed.rng), printed.rng.normal(size=3)
    out = np.empty((1, 2))
    layer.weighted_sums(x[None], out)
    agree(printed("z_k", x=x, W=layer.weights, b=layer.biases), out[0])


@case("network.layer.Layer.gradient")
def _(printed):
    x, d, none = printed.rng.normal(size=(5, 3)), printed.rng.normal(size=(5, 2)), np.empty((5, 2))
    found = WeightsAndBiases(np.empty((3, 2)), np.empty(2))
    random_layer(printed.rng).gradient(LayerTrace(x, none, none, None, none, d), out=found)
    agree(printed("∂L/∂W_jk", x=x, d=d), found.weights)
    agree(printed("∂L/∂b_k", d=d), found.biases)


@case("network.layer.Layer.backward")
def _(printed):
    layer, d = random_layer(printed.rng), printed.rng.normal(size=2)
    out = np.empty((1, 3))
    layer.backward(d[None], out)
    agree(printed("∂L/∂x_j", W=layer.weights, d=d), out[0])


@case("network.gradient_check.GradientCheck.relative_error")
def _(printed):
    a, b = printed.rng.normal(size=(2, 5))
    agree(printed("r", a=a, b=b), GradientCheck(a, b).relative_error)


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
        agree(printed("g", L=loss, θ=network.parameters, ε=STEP, d=d), expected)


@case("regularization.penalties.Penalty")
def _(printed):
    w, gradient, names = printed.rng.normal(size=6), np.zeros(6), {"λ₁": 0.3, "λ₂": 0.7}
    penalty = Penalty(l1=0.3, l2=0.7)
    penalty.add_gradient(w, gradient)
    agree(printed("P", w=w, **names), penalty.cost(w))
    agree(printed("∂P/∂w_j", w=w, **names), gradient)
    agree(gradient, differences(penalty.cost, w), 1e-7)


def check_variance(printed, name):
    v = printed("v", inputs=5, outputs=3)
    agree(v, getattr(initializers, f"{name}_variance")(5, 3))
    drawn = initializers.resolve_initializer(f"{name}_normal").draw(np.random.default_rng(0), 5, 3)
    agree(np.sqrt(v) * np.random.default_rng(0).standard_normal((5, 3)), drawn)


for name in ("he", "glorot", "lecun"):
    case(f"network.initializers.{name}_variance")(lambda printed, name=name: check_variance(printed, name))
