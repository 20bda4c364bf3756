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


def relu(z):
    return result(Relu().forward, z)


def relu_slope(z):
    return result(Relu().backward, z, relu(z), np.ones_like(z))


def names_of(network, trace, row=0):
    """Give the lesson's letters their values from a network and its trace."""
    values = {"x": trace.inputs, "p": trace.outputs, "y": trace.targets}
    values |= {f"{name}^({layer})": array for name in "za" for layer, array in getattr(trace, name).items()}
    values |= {f"δ^({layer})": array for layer, array in trace.delta.items()}
    names = {name: value[row] for name, value in values.items()}
    for number, layer in enumerate(network.layers, start=1):
        names |= {f"W^({number})": layer.weights, f"b^({number})": layer.biases}
    return names | {"f": relu}


def one_example(printed, batch_size=1):
    network = Network([3, 4, 5], "relu", seed=2, dtype=np.float64)
    network.parameters += printed.rng.normal(size=len(network.parameters)) / 3
    trace = network.trace(batch_size)
    network.forward(printed.rng.normal(size=(batch_size, 3)), trace)
    network.backward(one_hot(printed.rng.integers(5, size=batch_size), 5), trace)
    return network, trace, names_of(network, trace)


def probabilities(z):
    return result(Softmax().forward, z[None])[0]


def loss_of(z, y):
    return CrossEntropy().per_example(z[None], probabilities(z)[None], y[None])[0]


@case("What a digit is to the network")
def _(printed):
    pixels = np.arange(256, dtype=np.uint8)
    out = np.empty((1, 256))
    agree(printed("x_i", pixel=pixels), PixelScaling((256,)).apply(pixels[None], out)[0])
    for label, row in enumerate(one_hot(np.arange(10), 10)):
        agree(printed("y_k", k=np.arange(10), label=label), row)


@case("The shape of the network")
def _(printed):
    agree(printed("hidden"), Architecture.of([784, 128]).parameter_count)
    agree(printed("output"), Architecture.of([128, 10]).parameter_count)
    agree(printed("all"), Architecture.of([784, 128, 10]).parameter_count)
    spread, bound = printed("spread"), printed("bound")
    agree(spread**2, he_variance(784, 128))
    agree(bound**2 / 3, glorot_variance(128, 10))  # the variance of an even draw
    hidden, output = (layer.weights for layer in Network([784, 128, 10], "relu", seed=0, dtype=np.float64).layers)
    agree(np.std(hidden), spread, within=1e-3)
    agree(np.abs(output).max(), bound, within=1e-3)


@case("Forward: weighted sums")
def _(printed):
    _, trace, names = one_example(printed)
    for left in ("z^(1)_j", "a^(1)_j", "z^(2)_k"):
        agree(printed(left, **names), names[left[:-2]])
    agree(printed("z^(1)", **names | {"W^(1)": names["W^(1)"].view(Matrix)}), names["z^(1)"])
    for layer, z in trace.z.items():
        before = {"a^(l−1)": trace.a[layer - 1][0], "W^(l)": names[f"W^({layer})"].view(Matrix)}
        agree(printed("z^(l)", **before, **{"b^(l)": names[f"b^({layer})"]}), z[0])


@case("Why activations matter")
def _(printed):
    network = Network([3, 4, 5], "identity", seed=2, dtype=np.float64)
    network.parameters[-9:] = printed.rng.normal(size=9)
    trace = network.trace(1)
    network.forward(printed.rng.normal(size=(1, 3)), trace)
    names = names_of(network, trace)
    matrices = {name: names[name].view(Matrix) for name in ("W^(1)", "W^(2)")}
    for nth in range(2):
        agree(printed("z^(2)", nth, **names | matrices), names["z^(2)"])
    z = np.linspace(-4, 4, 33)
    for letter, name in (("f", "relu"), ("σ", "sigmoid")):
        a = result(ACTIVATIONS[name]().forward, z)
        agree(printed(f"{letter}(z)", z=z), a)
        agree(printed(f"{letter}'(z)", z=z), result(ACTIVATIONS[name]().backward, z, a, np.ones(33)))


@case("From sums to probabilities")
def _(printed):
    _, trace, names = one_example(printed)
    z, y = names["z^(2)"], names["y"]
    agree(printed("p_k", z=z), names["p"])
    agree(printed("ℓ", y=y, p=names["p"]), trace.loss)
    agree(printed("ℓ", 1), loss_of(np.zeros(10), np.eye(10)[7]))
    agree(printed("ℓ", 2, z=z, y=y), trace.loss)
    far, y = np.array([800.0, 0.0, -30.0]), np.array([0.0, 0.0, 1.0])
    agree(printed("ℓ", 2, z=far, y=y), loss_of(far, y))


@case("The chain rule")
def _(printed):
    single = Network([1, 1], loss="mse", dtype=np.float64)
    single.parameters[:] = 0.7, 0
    trace = single.trace(1)
    a = single.forward(np.array([[1.3]]), trace)[0, 0]
    gradient = single.backward(np.array([[2.1]]), trace)
    slopes = {"∂ℓ/∂a": differences(lambda a: (a[0] - 2.1) ** 2, np.array([a]))[0], "∂a/∂w": 1.3}
    agree(printed("∂ℓ/∂w", within=1e-7, **slopes, a=a, y=2.1, x=1.3), gradient[0], 1e-7)

    _, _, names = one_example(printed)
    W, b = names["W^(2)"], names["b^(2)"]  # noqa: N806
    slopes = {"∂ℓ/∂z^(2)": names["δ^(2)"], "∂z^(2)/∂a^(1)": W.T}
    found = differences(lambda a: loss_of(a @ W + b, names["y"]), names["a^(1)"])
    agree(printed("∂ℓ/∂a^(1)_j", **slopes), found, 1e-7)


@case("Step 1: the delta of the outputs")
def _(printed):
    _, _, names = one_example(printed)
    z, p, y = (names[name] for name in ("z^(2)", "p", "y"))
    agree(printed("∂ℓ/∂p_k", p=p, y=y), differences(lambda p: -y @ np.log(p), p), 1e-7)
    agree(printed("S", z=z), np.sum(np.exp(z)))
    for nth in range(2):
        agree(printed("∂p_k/∂z_k'", nth, z=z, p=p), differences(probabilities, z).T, 1e-7)
    for nth in range(4):
        delta = printed("δ_k'", nth, z=z, p=p, y=y)
        agree(delta, names["δ^(2)"])
        agree(delta, differences(lambda z: loss_of(z, y), z), 1e-7)


@case("Step 2: the delta of the hidden units")
def _(printed):
    _, _, names = one_example(printed)
    z, W, b = names["z^(1)"], names["W^(2)"], names["b^(2)"]  # noqa: N806
    slopes = {"∂ℓ/∂z^(1)": differences(lambda z: loss_of(relu(z) @ W + b, names["y"]), z)}
    slopes |= {"∂ℓ/∂z^(2)": names["δ^(2)"], "∂a^(1)/∂z^(1)": np.diag(relu_slope(z)), "f'": relu_slope}
    agree(printed("∂z^(2)_k/∂a^(1)_j", **names), W.T)
    for nth in range(3):
        agree(printed("δ^(1)_j", nth, **names | slopes), names["δ^(1)"], 1e-7)


@case("Step 3: the weights")
def _(printed):
    network, trace, names = one_example(printed)
    jacobian = np.einsum("km,j->kjm", np.eye(5), names["a^(1)"])  # of each z with respect to each weight
    slopes = {"∂ℓ/∂z^(2)": names["δ^(2)"], "∂z^(2)/∂W^(2)": jacobian}
    agree(printed("∂ℓ/∂W^(2)_jk", **names | slopes), trace.gradients[1].weights)
    agree(printed("∂ℓ/∂W^(1)_ij", **names), trace.gradients[0].weights)
    assert check_gradient(network, trace.inputs, trace.targets).passed


@case("Step 4: the biases")
def _(printed):
    _, trace, names = one_example(printed)
    agree(printed("∂ℓ/∂b^(2)_k", **names), trace.gradients[1].biases)
    agree(printed("∂ℓ/∂b^(1)_j", **names), trace.gradients[0].biases)


@case("The four equations together")
def _(printed):
    network, trace, _ = one_example(printed, batch_size=6)
    after = {"δ^(l+1)": 6 * trace.delta[2], "W^(l+1)": network.layers[1].weights.view(Matrix)}
    agree(printed("δ^(L)", p=trace.outputs, y=trace.targets), 6 * trace.delta[2])
    agree(printed("δ^(l)", **after, **{"f'": relu_slope, "z^(l)": trace.z[1]}), 6 * trace.delta[1])
    for layer, gradient in enumerate(trace.gradients, start=1):
        names = {"a^(l−1)": trace.a[layer - 1].view(Matrix), "δ^(l)": 6 * trace.delta[layer], "N": 6}
        agree(printed("∂L/∂W^(l)", **names), gradient.weights)
        agree(printed("∂L/∂b^(l)", **names), gradient.biases)


@case("A batch at a time")
def _(printed):
    _, trace, _ = one_example(printed, batch_size=6)
    agree(printed("L", **{"N": 6, "ℓ": trace.losses}), trace.loss)
    deltas = trace.outputs - trace.targets  # of each example by itself
    agree(printed("∂L/∂W^(2)_jk", **{"N": 6, "a^(1)": trace.a[1], "δ^(2)": deltas}), trace.gradients[1].weights)


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
    computed = names | {f"∂ℓ/∂W^({layer})": trace.gradients[layer - 1].weights for layer in (1, 2)}
    for left in ("z^(1)", "a^(1)", "z^(2)", "p", "δ^(2)", "δ^(1)"):
        agree([printed(f"{left}_{unit}", **names) for unit in (1, 2)], names[left])
    agree(printed("ℓ", p=names["p"]), trace.loss)
    for name, row, column in (("W^(2)", 1, 1), ("W^(2)", 1, 2), ("W^(1)", 1, 1), ("W^(1)", 2, 1)):
        value = printed(f"∂ℓ/∂{name}_{row}{column}", **names)
        agree(value, computed[f"∂ℓ/∂{name}"][row - 1, column - 1])
    agree(printed("W^(2)_11", **computed), 0.5 - 0.5 * trace.gradients[1].weights[0, 0])


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
    agree(printed("e", g=g, q=q), GradientCheck(g, q).relative_error)
