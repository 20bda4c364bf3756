"""What the equations of the lesson must come out as: for each heading with equations, a case.

The network of most cases has 3 inputs, 4 hidden units and 5 outputs, and its trace is of one example.
"""

import numpy as np
from equation_language import Matrix
from printed_equations import Cases, agree, differences, result

from glassnet.data.preprocessing.pixels import PixelScaling
from glassnet.data.preprocessing.targets import one_hot
from glassnet.network.activations import ACTIVATIONS, Relu, Softmax
from glassnet.network.architecture import Architecture
from glassnet.network.gradient_check import STEP, GradientCheck, check_gradient
from glassnet.network.initializers import glorot_variance, he_variance
from glassnet.network.losses import CrossEntropy
from glassnet.network.network import Network
from glassnet.optimizers.sgd import SGD

CASES = Cases()
case = CASES.case


def relu(u):
    return result(Relu().forward, u)


def relu_slope(u):
    return result(Relu().backward, u, relu(u), np.ones_like(u))


def names_of(network, trace, row=0):
    """Give the lesson's letters their values from a network and its trace."""
    (first, second), (u, z), (h, p) = network.layers, trace.pre_activations, trace.activations
    values = {"x": trace.inputs, "u": u, "h": h, "z": z, "p": p, "t": trace.targets}
    values |= {"γ": trace.deltas[0], "δ": trace.deltas[1]}
    names = {name: value[row] for name, value in values.items()}
    return names | {"V": first.weights, "c": first.biases, "W": second.weights, "b": second.biases, "f": relu}


def one_example(printed, batch_size=1):
    network = Network([3, 4, 5], "relu", seed=2, dtype=np.float64)
    network.parameters += printed.rng.normal(size=len(network.parameters)) / 3
    trace = network.trace(batch_size)
    network.forward(printed.rng.normal(size=(batch_size, 3)), trace)
    network.backward(one_hot(printed.rng.integers(5, size=batch_size), 5), trace)
    return network, trace, names_of(network, trace)


def probabilities(z):
    return result(Softmax().forward, z[None])[0]


def loss_of(z, t):
    return CrossEntropy().per_example(z[None], probabilities(z)[None], t[None])[0]


@case("What a digit is to the network")
def _(printed):
    pixels = np.arange(256, dtype=np.uint8)
    out = np.empty((1, 256))
    agree(printed("x_i", pixel=pixels), PixelScaling((256,)).apply(pixels[None], out)[0])
    for label, row in enumerate(one_hot(np.arange(10), 10)):
        agree(printed("t_k", k=np.arange(10), label=label), row)


@case("The shape of the network")
def _(printed):
    agree(printed("P_hidden"), Architecture.of([784, 128]).parameter_count)
    agree(printed("P_output"), Architecture.of([128, 10]).parameter_count)
    agree(printed("P"), Architecture.of([784, 128, 10]).parameter_count)
    spread, bound = printed("spread"), printed("bound")
    agree(spread**2, he_variance(784, 128))
    agree(bound**2 / 3, glorot_variance(128, 10))  # the variance of an even draw
    hidden, output = (layer.weights for layer in Network([784, 128, 10], "relu", seed=0, dtype=np.float64).layers)
    agree(np.std(hidden), spread, within=1e-3)
    agree(np.abs(output).max(), bound, within=1e-3)


@case("Forward: weighted sums")
def _(printed):
    _, _, names = one_example(printed)
    for left in ("u_j", "h_j", "z_k"):
        agree(printed(left, **names), names[left[0]])
    agree(printed("u", x=names["x"], V=names["V"].view(Matrix), c=names["c"]), names["u"])


@case("Why activations matter")
def _(printed):
    network = Network([3, 4, 5], "identity", seed=2, dtype=np.float64)
    network.parameters[-9:] = printed.rng.normal(size=9)
    trace = network.trace(1)
    network.forward(printed.rng.normal(size=(1, 3)), trace)
    names = names_of(network, trace)
    matrices = {"V": names["V"].view(Matrix), "W": names["W"].view(Matrix)}
    for nth in range(2):
        agree(printed("z", nth, **names | matrices), names["z"])
    u = np.linspace(-4, 4, 33)
    for letter, name in (("f", "relu"), ("σ", "sigmoid")):
        a = result(ACTIVATIONS[name]().forward, u)
        agree(printed(f"{letter}(u)", u=u), a)
        agree(printed(f"{letter}'(u)", u=u), result(ACTIVATIONS[name]().backward, u, a, np.ones(33)))


@case("From sums to probabilities")
def _(printed):
    _, trace, names = one_example(printed)
    agree(printed("p_k", z=names["z"]), names["p"])
    agree(printed("l", t=names["t"], p=names["p"]), trace.loss)
    agree(printed("l", 1), loss_of(np.zeros(10), np.eye(10)[7]))
    agree(printed("l", 2, z=names["z"], t=names["t"]), trace.loss)
    far, t = np.array([800.0, 0.0, -30.0]), np.array([0.0, 0.0, 1.0])
    agree(printed("l", 2, z=far, t=t), loss_of(far, t))


@case("The chain rule")
def _(printed):
    single = Network([1, 1], loss="mse", dtype=np.float64)
    single.parameters[:] = 0.7, 0
    trace = single.trace(1)
    a = single.forward(np.array([[1.3]]), trace)[0, 0]
    gradient = single.backward(np.array([[2.1]]), trace)
    slopes = {"∂l/∂a": differences(lambda a: (a[0] - 2.1) ** 2, np.array([a]))[0], "∂a/∂w": 1.3}
    agree(printed("∂l/∂w", within=1e-7, **slopes, a=a, t=2.1, x=1.3), gradient[0], 1e-7)

    _, _, names = one_example(printed)
    h, W, b, t = (names[name] for name in "hWbt")  # noqa: N806
    slopes = {"∂l/∂z": names["δ"], "∂z/∂h": W.T}
    agree(printed("∂l/∂h_j", **slopes), differences(lambda h: loss_of(h @ W + b, t), h), 1e-7)


@case("Step 1: the delta of the outputs")
def _(printed):
    _, _, names = one_example(printed)
    z, p, t = (names[name] for name in "zpt")
    agree(printed("∂l/∂p_k", p=p, t=t), differences(lambda p: -t @ np.log(p), p), 1e-7)
    agree(printed("S", z=z), np.sum(np.exp(z)))
    for nth in range(2):
        agree(printed("∂p_k/∂z_m", nth, z=z, p=p), differences(probabilities, z).T, 1e-7)
    for nth in range(4):
        delta = printed("δ_m", nth, z=z, p=p, t=t)
        agree(delta, names["δ"])
        agree(delta, differences(lambda z: loss_of(z, t), z), 1e-7)


@case("Step 2: the delta of the hidden units")
def _(printed):
    _, _, names = one_example(printed)
    u, W, b, t = (names[name] for name in "uWbt")  # noqa: N806
    slopes = {"∂l/∂u": differences(lambda u: loss_of(relu(u) @ W + b, t), u), "∂l/∂z": names["δ"]}
    slopes |= {"∂h/∂u": np.diag(relu_slope(u)), "f'": relu_slope}
    agree(printed("∂z_k/∂h_j", W=W), W.T)
    for nth in range(3):
        agree(printed("γ_j", nth, **names | slopes), names["γ"], 1e-7)


@case("Step 3: the weights")
def _(printed):
    network, trace, names = one_example(printed)
    jacobian = np.einsum("km,j->kjm", np.eye(5), names["h"])  # of each z with respect to each weight
    slopes = {"∂l/∂z": names["δ"], "∂z/∂W": jacobian}
    agree(printed("∂l/∂W_jk", **names | slopes), trace.gradients[1].weights)
    agree(printed("∂l/∂V_ij", **names), trace.gradients[0].weights)
    assert check_gradient(network, trace.inputs, trace.targets).passed


@case("Step 4: the biases")
def _(printed):
    _, trace, names = one_example(printed)
    agree(printed("∂l/∂b_k", **names), trace.gradients[1].biases)
    agree(printed("∂l/∂c_j", **names), trace.gradients[0].biases)


@case("The four equations together")
def _(printed):
    _, trace, names = one_example(printed)
    agree(printed("δ_k", **names), names["δ"])
    agree(printed("γ_j", **names | {"f'": relu_slope}), names["γ"])
    agree(printed("∂l/∂W_jk", **names), trace.gradients[1].weights)
    agree(printed("∂l/∂b_k", **names), trace.gradients[1].biases)


@case("A batch at a time")
def _(printed):
    _, trace, _ = one_example(printed, batch_size=6)
    agree(printed("L", N=6, l=trace.losses), trace.loss)
    deltas = trace.outputs - trace.targets  # of each example by itself
    agree(printed("∂L/∂W_jk", N=6, h=trace.activations[0], δ=deltas), trace.gradients[1].weights)


@case("The update")
def _(printed):
    θ, g = printed.rng.normal(size=(2, 5))
    for nth, momentum in ((0, 0.0), (1, 0.9)):
        rule, parameters = SGD(0.1, momentum=momentum), θ.copy()
        state = rule.init(parameters)
        for _ in range(400):
            before, velocity = parameters.copy(), state.get("velocity", g).copy()
            rule.step(parameters, g, state, weight_count=5)
            v = printed("v", v=velocity, μ=0.9, g=g) if momentum else g
            agree(printed("θ", nth, θ=before, η=0.1, g=g, v=v), parameters)
    agree(printed("v", 1, g=g, μ=0.9), state["velocity"])


@case("A network small enough for paper")
def _(printed):
    network = Network([2, 2, 2], dtype=np.float64)
    network.parameters[:8] = [0.5, -0.5, 0.4, 0.2, 0.5, 0.25, -0.3, 0.6]
    network.parameters[8:] = [0.1, 0.1, 0, 0]
    trace = network.trace(1)
    network.forward(np.array([[1, 0.5]]), trace)
    network.backward(np.array([[0, 1]]), trace)
    names = names_of(network, trace)
    computed = names | {"∂l/∂W": trace.gradients[1].weights, "∂l/∂V": trace.gradients[0].weights}
    for left in ("u", "h", "z", "p", "δ", "γ"):
        agree([printed(f"{left}_{unit}", p=names["p"], δ=names["δ"]) for unit in (1, 2)], names[left])
    agree(printed("l", p=names["p"]), trace.loss)
    for name, row, column in (("W", 1, 1), ("W", 1, 2), ("V", 1, 1), ("V", 2, 1)):
        value = printed(f"∂l/∂{name}_{row}{column}", δ=names["δ"], γ=names["γ"])
        agree(value, computed[f"∂l/∂{name}"][row - 1, column - 1])
    agree(printed("W_11", **computed), 0.5 - 0.5 * trace.gradients[1].weights[0, 0])


@case("How we know that the gradient is right")
def _(printed):
    network, trace, _ = one_example(printed)
    θ = network.parameters[-1]

    def loss(value):
        network.parameters[-1] = value
        network.forward(trace.inputs, trace)
        return network.measure(trace.targets, trace)

    check = check_gradient(network, trace.inputs, trace.targets)
    agree(printed("q", L=loss, θ=θ, ε=STEP), check.numeric[-1])
    g, q = printed.rng.normal(size=(2, 5))
    agree(printed("r", g=g, q=q), GradientCheck(g, q).relative_error)
