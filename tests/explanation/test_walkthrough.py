"""One example taken apart: its numbers against an independent computation, its equations evaluated as shown."""

import ast
import math
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from equation_language import Matrix
from printed_equations import Equation, Printed, plain

import glassnet
from glassnet.data.preprocessing.table import FeatureScaling
from glassnet.data.preprocessing.targets import TargetScale
from glassnet.errors import DataError, UsageError
from glassnet.evaluation.mistakes import typical_mistake
from glassnet.explanation import equations as equation_module
from glassnet.explanation.equations import derivation, equation
from glassnet.explanation.sums import Neuron, input_name, neuron_name, source_name
from glassnet.explanation.walkthrough import Walkthrough, WalkthroughDetail
from glassnet.network.activations import ACTIVATIONS

RNG = np.random.default_rng(5)
IMAGES = RNG.integers(0, 256, (40, 4, 4), np.uint8)
LABELS = RNG.integers(0, 3, 40)
CLASSES = ("a", "b", "c")
PACKAGE = Path(glassnet.__file__).parent


def classifier(sizes=(16, 6, 5, 3), activation="relu", **options):
    network = glassnet.Network(sizes, activation, seed=1, **options)
    network.parameters[network.architecture.weight_count :] = 0.1  # a bias that counts
    return glassnet.Model(network, glassnet.PixelScaling((4, 4)), CLASSES)


def regressor(loss="mse"):
    scaling = FeatureScaling(("length", "width"), (1.0, 2.0), (2.0, 0.5))
    network = glassnet.Network([2, 4, 1], "tanh", loss=loss, seed=2)
    return glassnet.Model(network, scaling, target_scale=TargetScale(10.0, 4.0), unit="cm")


def by_hand(model, image, wanted):
    """The same numbers for rectified layers under softmax, from the parameters alone."""
    sizes = model.network.architecture.sizes
    rest, layers = model.network.parameters.astype(np.float64), []
    for inputs, outputs in pairwise(sizes):
        layers.append(rest[: inputs * outputs].reshape(inputs, outputs))
        rest = rest[inputs * outputs :]
    biases = np.split(rest, np.cumsum(sizes[1:-1]))
    values, sums = [image.ravel() / 255], []
    for weights, bias in zip(layers, biases, strict=True):
        sums.append([math.fsum(values[-1] * weights[:, k]) + bias[k] for k in range(len(bias))])
        values.append(np.maximum(0, sums[-1]))
    p = np.exp(sums[-1]) / np.sum(np.exp(sums[-1]))
    deltas = [p - np.eye(len(p))[wanted]]
    for weights, z in zip(layers[:0:-1], sums[-2::-1], strict=True):
        deltas.insert(0, (weights @ deltas[0]) * (np.array(z) > 0))
    return values, sums, p, -math.log(p[wanted]), deltas


@pytest.mark.parametrize("sizes", [(16, 3), (16, 6, 3), (16, 6, 5, 3)])
def test_its_numbers_are_those_of_an_independent_computation(sizes):
    model = classifier(sizes)
    for image, wanted in zip(IMAGES[:10], LABELS, strict=False):
        trace = Walkthrough(model, image, int(wanted)).trace
        values, sums, p, loss, deltas = by_hand(model, image, wanted)
        for layer, z in enumerate(sums):
            np.testing.assert_allclose(trace.pre_activations[layer][0], z, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(trace.deltas[layer][0], deltas[layer], rtol=1e-12, atol=1e-14)
            gradient = np.outer(values[layer], deltas[layer])
            np.testing.assert_allclose(trace.gradients[layer].weights, gradient, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(trace.outputs[0], p, rtol=1e-12)
        assert trace.loss == pytest.approx(loss, rel=1e-12)


def test_the_contributions_to_a_sum_add_up_to_it_and_so_do_those_shown_with_the_rest():
    way = Walkthrough(classifier(), IMAGES[0], 1)
    for layer, units in enumerate((6, 5, 3)):
        for unit in range(units):
            summed = way.weighted_sum(Neuron(layer, unit))
            z = way.trace.pre_activations[layer][0, unit]
            largest = summed.largest(3)
            assert summed.total == pytest.approx(z, rel=1e-12, abs=1e-12)
            shown = math.fsum(term.product for term in largest)
            assert shown + summed.rest(largest) + summed.bias == pytest.approx(z, rel=1e-12, abs=1e-12)
            sizes = [abs(term.product) for term in largest]
            assert sizes == sorted(sizes, reverse=True)
            assert sizes[-1] >= np.sort(np.abs(summed.products))[-3]


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_the_error_signal_that_reaches_a_neuron_times_its_slope_is_its_delta(activation):
    way = Walkthrough(classifier(activation=activation), IMAGES[3], 2)
    for layer, units in enumerate((6, 5)):
        for unit in range(units):
            found = way.attribution(Neuron(layer, unit))
            assert found.arriving.total * found.slope == pytest.approx(found.delta, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("model", [classifier(activation="tanh"), regressor(), regressor("half_squared_error")])
def test_trying_a_weight_agrees_with_its_gradient_to_six_digits(model):
    example = IMAGES[0] if model.class_names else np.array([3.0, 1.0])
    way = Walkthrough(model, example, 1)
    before = way.network.parameters.copy()
    for layer, weights in enumerate(layer.weights for layer in way.network.layers):
        for source in range(len(weights)):
            gradient = way.weight_gradient(Neuron(layer, 0), source)
            assert gradient.gradient == gradient.value * gradient.delta
            assert gradient.difference == pytest.approx(gradient.gradient, rel=1e-6, abs=1e-10)
    assert (way.network.parameters == before).all()


def test_the_step_is_one_of_plain_descent_and_the_network_stays_as_it_is():
    model = classifier()
    way = Walkthrough(model, IMAGES[0], 1)
    before = way.network.parameters.copy()
    update = way.update(0.05)
    moved = way.network.on(before - 0.05 * way.trace.gradient)
    trace = moved.trace(1)
    np.testing.assert_array_equal(update.outputs, moved.forward(way.trace.inputs, trace)[0])
    assert update.loss == moved.measure(way.trace.targets, trace) < way.trace.loss
    assert (way.network.parameters == before).all()


def test_the_model_answers_as_the_walkthrough_says():
    model, numbers = classifier(), regressor()
    for image in IMAGES:
        assert Walkthrough(model, image, 0).answer == model.predict(image[None])[0]
    row = np.array([3.0, 1.0])
    assert Walkthrough(numbers, row, 12.0).answer == pytest.approx(numbers.predict(row[None])[0], rel=1e-6)


def values_of(closeup):
    """The numbers of a closeup under the names that the equations have for them."""
    trace, layer, way = closeup.way.trace, closeup.neuron.layer, closeup.way
    z, a, y = trace.logits[0], trace.outputs[0], trace.targets[0]
    into = {"a^(l−1)": trace.layer_inputs[layer][0], "W^(l)": way.network.layers[layer].weights}
    into |= {"b^(l)": way.network.layers[layer].biases}
    outputs = {"z": z, "a": a, "p": a, "y": y, "K": len(y)}
    hidden = {"z": trace.pre_activations[layer][0], "a": trace.activations[layer][0]}
    return into, outputs, hidden


CLOSEUPS = [classifier(), classifier((16, 3)), classifier(activation=["tanh", "silu"])]


@pytest.mark.parametrize("model", [*CLOSEUPS, classifier(activation=["elu", "gelu"]), regressor(), regressor("mae")])
def test_every_equation_shown_gives_the_number_shown_beside_it(model):
    way = Walkthrough(model, IMAGES[0] if model.class_names else np.array([3.0, 1.0]), 1)
    closeup = WalkthroughDetail.of(way)
    trace, (layer, unit) = way.trace, closeup.neuron
    into, outputs, hidden = values_of(closeup)
    shown = {step: [equation.text for equation in made] for step, made in closeup.equations.items()}

    def value(step, left, nth=0, **names):
        texts = [text for text in shown[step] if text.startswith(f"{left} ")]
        also = [text for text in equation_module.printed_in(type(way.network.loss)) if step == "loss"]
        extra = [text for text in equation_module.printed_in(type(way.network.activations[-1])) if step == "output"]
        return Printed([Equation.read(text) for text in [texts[nth], *also, *extra]])(left, **names)

    np.testing.assert_allclose(value("sum", "z^(l)_j", **into), trace.pre_activations[layer][0], rtol=1e-12)
    if model.class_names:
        np.testing.assert_allclose(value("input", "x", pixel=IMAGES[0].ravel()), trace.inputs[0], rtol=1e-12)
        np.testing.assert_allclose(value("output", "p_k", **outputs), trace.outputs[0], rtol=1e-12)
        np.testing.assert_allclose(value("error", "∂ℓ/∂z_k", **outputs), trace.deltas[-1][0], rtol=1e-12)
    else:
        made = value("input", "x", v=np.array([3.0, 1.0]), m=np.array([1.0, 2.0]), d=np.array([2.0, 0.5]))
        np.testing.assert_allclose(made, trace.inputs[0], rtol=1e-12)
        np.testing.assert_allclose(value("error", "∂ℓ/∂a_k", **outputs), trace.deltas[-1][0], rtol=1e-12)
    assert value("loss", "ℓ", **outputs) == pytest.approx(trace.loss, rel=1e-12)
    if way.hidden:
        np.testing.assert_allclose(value("activation", "f(z)", **hidden), hidden["a"], rtol=1e-12)
        after = way.network.layers[layer + 1].weights
        arriving = value("blame", "∂ℓ/∂a^(l−1)_i", **{"δ^(l)": trace.deltas[layer + 1][0], "W^(l)": after})
        assert arriving[unit] == pytest.approx(closeup.attribution.arriving.total, rel=1e-12)
    signal = {"a^(l−1)": trace.layer_inputs[layer].view(Matrix), "δ^(l)": trace.deltas[layer], "N": 1}
    gradient = value("gradient", "∂L/∂W^(l)", **signal)
    assert gradient[closeup.source, unit] == pytest.approx(closeup.gradient.gradient, rel=1e-12)
    stepped = value("update", "θ", θ=closeup.gradient.weight, η=0.01, g=closeup.gradient.gradient)
    network = way.network.on(way.network.parameters - 0.01 * trace.gradient)
    assert stepped == network.layers[layer].weights[closeup.source, unit]


ALL_EQUATIONS = sorted(
    {
        (found.text, found.latex, found.place)
        for model in (
            *CLOSEUPS,
            *(classifier(activation=name) for name in ACTIVATIONS),
            regressor(),
            regressor("huber"),
        )
        for made in derivation(model).values()
        for found in made
    }
)


@pytest.mark.parametrize(("text", "latex", "place"), ALL_EQUATIONS)
def test_every_equation_is_the_same_in_latex_and_its_place_is_a_line_that_computes(text, latex, place):
    def bare(words):
        return re.sub(r"[\s()·]", "", words)

    assert bare(plain(latex)) == bare(text)
    file, line = place.split(":")
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    statements = {
        one.lineno
        for function in functions
        for node in function.body
        for one in ast.walk(node)
        if isinstance(one, ast.stmt)
    }
    docstrings = {function.body[0].lineno for function in functions if ast.get_docstring(function)}
    assert int(line) in statements - docstrings


def test_an_equation_that_is_not_printed_or_not_computed_there_is_not_found():
    from glassnet.network.layer import Layer

    with pytest.raises(LookupError, match="no equation for q_k"):
        equation(Layer.weighted_sums, "q_k", Layer.weighted_sums)
    with pytest.raises(LookupError, match=r"begins with 'np\.add'"):
        equation(Layer.weighted_sums, "z^(l)_j", Layer.weighted_sums, "np.add")


def test_places_have_names_that_a_reader_knows():
    model = classifier()
    assert input_name(model, 7) == "pixel 1,3"
    assert input_name(regressor(), 1) == "width"
    assert neuron_name(model, Neuron(1, 4)) == "neuron 2.4"
    assert neuron_name(model, Neuron(2, 1)) == "output b"
    assert source_name(model, Neuron(1, 0), 3) == "neuron 1.3"
    assert source_name(model, Neuron(0, 0), 3) == "pixel 0,3"


def test_the_default_example_is_the_median_of_the_mistakes():
    model = classifier()
    examples = glassnet.Examples(IMAGES, LABELS)
    probabilities = model.predict_probabilities(IMAGES)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != LABELS)
    chosen = typical_mistake(model, examples)
    of_truth = probabilities[wrong, LABELS[wrong]]
    assert chosen in wrong
    assert abs(np.mean(of_truth < probabilities[chosen, LABELS[chosen]]) - 0.5) < 1 / len(wrong)


def test_without_a_mistake_the_least_sure_answer_is_chosen():
    model = classifier()
    labels = model.predict(IMAGES)
    probabilities = model.predict_probabilities(IMAGES).max(axis=1)
    assert typical_mistake(model, glassnet.Examples(IMAGES, labels)) == probabilities.argmin()


def test_of_numbers_one_with_a_large_error_is_chosen():
    rows = np.column_stack([RNG.normal(size=21), np.full(21, 2.0)])
    model = regressor()
    errors = np.arange(21) / 10
    examples = glassnet.Examples(rows, model.predict(rows) + errors)
    assert typical_mistake(model, examples) == 18


@pytest.mark.parametrize(
    ("wanted", "message"),
    [(3, r"no such class: expected 0\.\.2, got 3"), (-1, "no such class"), (0.5, "no such class")],
)
def test_a_class_that_there_is_not_is_refused(wanted, message):
    with pytest.raises(UsageError, match=message):
        Walkthrough(classifier(), IMAGES[0], wanted)


def test_a_neuron_or_weight_that_there_is_not_is_refused():
    way = Walkthrough(classifier(), IMAGES[0], 1)
    for neuron in (Neuron(0, 6), Neuron(3, 0), Neuron(-1, 0), Neuron(0, -1)):
        with pytest.raises(UsageError, match=r"no such neuron: expected 1\.0 to 1\.5, 2\.0 to 2\.4, 3\.0 to 3\.2"):
            WalkthroughDetail.of(way, neuron)
    with pytest.raises(UsageError, match=r"no such weight: expected 0\.\.4, got 5"):
        WalkthroughDetail.of(way, Neuron(2, 0), 5)


def test_an_example_of_another_shape_is_refused():
    with pytest.raises(DataError, match="images of the wrong shape"):
        Walkthrough(classifier(), IMAGES[0, :3], 1)


def test_a_model_of_several_numbers_is_refused():
    network = glassnet.Network([2, 2], loss="mse")
    model = glassnet.Model(network, regressor().preprocessing, target_scale=TargetScale(0.0, 1.0))
    with pytest.raises(UsageError, match="a model of several targets cannot be explained"):
        Walkthrough(model, np.array([3.0, 1.0]), 1)
    with pytest.raises(UsageError, match="a model of several targets cannot be explained"):
        typical_mistake(model, glassnet.Examples(np.ones((2, 2)), np.ones((2, 2))))


def test_the_former_names_still_serve_with_a_warning():
    with pytest.warns(FutureWarning, match="WalkthroughDetail"):
        from glassnet.explanation.walkthrough import Closeup
    with pytest.warns(FutureWarning, match="maximize_activation"):
        from glassnet.explanation.activation_maximization import exciting_input
    assert (Closeup.__name__, exciting_input.__name__) == ("WalkthroughDetail", "maximize_activation")
    for module in ("walkthrough", "activation_maximization"):
        with pytest.raises(ImportError):
            exec(f"from glassnet.explanation.{module} import nothing_of_the_kind")
