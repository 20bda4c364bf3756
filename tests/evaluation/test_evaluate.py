"""Calibration, selective answers, comparison, robustness, attacks, saliency, ablation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss

import glassnet
from glassnet.data.images.corruptions import CORRUPTIONS
from glassnet.errors import UsageError
from glassnet.evaluation.calibration import fit_temperature, log_probabilities, reliability, soften
from glassnet.evaluation.input_gradients import input_gradient, target_rows
from glassnet.evaluation.robustness import attack, attack_once, robustness
from glassnet.evaluation.selective import risk_coverage
from glassnet.evaluation.statistics import mcnemar
from glassnet.explanation.ablation import SHARES, ablate, change_neuron, prune
from glassnet.explanation.activation_maximization import maximize_activation
from glassnet.explanation.saliency import gradient_times_input, integrated_gradients, logit_gradient, occlusion
from glassnet.explanation.sums import Neuron

RNG = np.random.default_rng(11)


@pytest.fixture(scope="module")
def trained(mnist):
    """A small network that has learned something, and examples it has not seen."""
    data = glassnet.load_dataset("mnist", train_size=3_000, validation_size=1_000)
    training = glassnet.Training(glassnet.Network([784, 32, 10], seed=0), data, epochs=4, input_parts=1)
    for _ in training:
        pass
    return training.model, data.validation


def in_double(model):
    network = glassnet.Network.of(model.network.architecture, np.float64)
    network.parameters[...] = model.network.parameters
    return network


# Calibration


def test_answers_that_are_as_right_as_they_are_sure_have_no_calibration_error():
    sureness = np.repeat([0.65, 0.85], 1000)
    right = np.concatenate([np.arange(1000) < 650, np.arange(1000) < 850])
    probabilities = np.column_stack([sureness, 1 - sureness])
    found = reliability(probabilities, (~right).astype(int))
    assert found.expected_error == pytest.approx(0, abs=1e-12)
    assert found.counts.sum() == 2000
    assert reliability(probabilities, np.zeros(2000, int)).expected_error == pytest.approx(0.25)


def test_certainty_falls_into_the_last_bin():
    found = reliability(np.array([[1.0, 0.0]]), np.array([0]), bins=4)
    assert found.counts.tolist() == [0, 0, 0, 1]


@given(st.floats(0.2, 5.0))
def test_the_temperature_that_a_sample_was_drawn_at_is_found(temperature):
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(4000, 5)) * 3
    labels = np.array([rng.choice(5, p=row) for row in soften(logits[:400], temperature)])
    found = fit_temperature(logits[:400], labels)
    losses = [log_loss(labels, soften(logits[:400], t), labels=range(5)) for t in (found * 0.98, found, found * 1.02)]
    assert losses[1] <= min(losses) + 1e-12


def test_answers_stay_the_same_at_every_temperature(trained):
    model, examples = trained
    logits = log_probabilities(model, examples)
    np.testing.assert_allclose(np.exp(logits), model.predict_probabilities(examples.inputs), atol=2e-6)
    for temperature in (0.3, 3.0):
        assert (soften(logits, temperature).argmax(axis=1) == model.predict(examples.inputs)).all()


def test_an_ensemble_has_logarithms_of_its_mean_probabilities(trained):
    model, examples = trained
    other = glassnet.Network([784, 32, 10], seed=5)
    ensemble = glassnet.Model([model.network, other], model.preprocessing, model.class_names)
    logits = log_probabilities(ensemble, examples)
    np.testing.assert_allclose(np.exp(logits), ensemble.predict_probabilities(examples.inputs), atol=1e-6)


# Selective answers


def test_the_risk_of_answering_all_is_the_error_and_of_the_surest_it_is_less(trained):
    model, examples = trained
    probabilities = model.predict_probabilities(examples.inputs)
    right = probabilities.argmax(axis=1) == examples.targets
    curve = risk_coverage(probabilities.max(axis=1), right)
    assert curve.risk[-1] == pytest.approx(1 - right.mean())
    assert curve.risk[len(right) // 2] < curve.risk[-1] / 3
    share = curve.coverage_at(0.01)
    answered = np.argsort(-probabilities.max(axis=1), kind="stable")[: round(share * len(right))]
    assert 1 - right[answered].mean() <= 0.01
    assert curve.coverage_at(-1.0) == 0
    assert curve.area < curve.risk[-1]


# Comparison


@pytest.mark.parametrize(("b", "c"), [(0, 0), (1, 0), (8, 1), (10, 10), (30, 12), (700, 650)])
def test_mcnemars_p_value_is_that_of_the_exact_binomial(b, c):
    first = np.array([True] * b + [False] * c + [True, False])
    second = np.array([False] * b + [True] * c + [True, False])
    found = mcnemar(first, second)
    n, fewer = b + c, min(b, c)
    exact = min(1.0, 2 * float(sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n)) if n else 1.0
    assert (found.only_first, found.only_second) == (b, c)
    assert found.p_value == pytest.approx(exact, rel=1e-9)
    assert mcnemar(second, first).p_value == found.p_value


def test_models_that_answered_other_examples_are_not_compared():
    with pytest.raises(UsageError, match="models that answered different examples: expected 3, got 2"):
        mcnemar(np.ones(3), np.ones(2))


# Corruptions and attacks

NOTHING = {"rotation": 0, "shift": 0, "scale": 1, "noise": 0, "blur": 0, "contrast": 1, "thickness": 0, "occlusion": 0}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_of_no_strength_changes_nothing_and_the_seed_decides(name, mnist):
    corruption, images = CORRUPTIONS[name], mnist.test.inputs[:20]
    before = images.copy()
    assert (corruption.apply(images, NOTHING[name]) == images).all()
    strongest = corruption.strengths[-1]
    once, again = corruption.apply(images, strongest, seed=3), corruption.apply(images, strongest, seed=3)
    assert once.dtype == np.uint8
    assert once.shape == images.shape
    assert (once == again).all()
    assert (once != images).any()
    assert (images == before).all()


def test_each_corruption_does_what_it_says():
    images = np.zeros((1, 9, 9), np.uint8)
    images[0, 4, 2:7] = 200
    assert (CORRUPTIONS["rotation"].apply(images, 90)[0].argmax() // 9) == 2  # upright now
    assert CORRUPTIONS["thickness"].apply(images, 1)[0, 3, 4] == 200
    assert CORRUPTIONS["thickness"].apply(images, 0.5)[0, 3, 4] == 100
    assert CORRUPTIONS["thickness"].apply(images, -1).max() == 0
    assert CORRUPTIONS["contrast"].apply(images, 0.5).max() == 100
    assert CORRUPTIONS["blur"].apply(images, 1)[0, 3, 4] > 20
    assert CORRUPTIONS["blur"].apply(np.full((1, 9, 9), 90, np.uint8), 2).std() == 0
    white = np.full((50, 28, 28), 255, np.uint8)
    assert ((CORRUPTIONS["occlusion"].apply(white, 6) == 0).sum(axis=(1, 2)) == 36).all()
    gray = np.full((4, 28, 28), 128, np.uint8)
    assert CORRUPTIONS["noise"].apply(gray, 0.1).std() == pytest.approx(25.5, rel=0.05)
    dot = np.zeros((200, 29, 29), np.uint8)
    dot[:, 14, 14] = 255
    moved = CORRUPTIONS["shift"].apply(dot, 5).astype(float)
    places = np.indices((29, 29)) - 14
    means = np.einsum("nij,dij->dn", moved, places) / moved.sum(axis=(1, 2))
    np.testing.assert_allclose(np.hypot(*means), 5, atol=0.05)
    wide = CORRUPTIONS["scale"].apply(np.pad(np.full((1, 10, 10), 255, np.uint8), ((0, 0), (9, 9), (9, 9))), 1.4)
    assert (wide[0, 14] > 127).sum() == 14


def test_accuracy_falls_with_the_strength_and_attacks_do_most(trained):
    model, examples = trained
    curves = {curve.name: curve for curve in robustness(model, examples.select(slice(0, 300)))}
    assert set(curves) == {*CORRUPTIONS, "fgsm", "pgd"}
    accuracy = curves["noise"].accuracies[0]
    for name, curve in curves.items():
        at_nothing = curve.accuracies[curve.strengths.index(NOTHING.get(name, 0))]
        assert at_nothing == accuracy
        assert min(curve.accuracies) < accuracy
    assert curves["fgsm"].accuracies[-1] < 0.3
    assert curves["pgd"].accuracies[3] <= curves["fgsm"].accuracies[3]


def test_an_attack_stays_within_its_bounds_and_raises_the_loss(trained):
    model, examples = trained
    some = examples.select(slice(0, 50))
    x = some.inputs.reshape(50, -1).astype(np.float32) / np.float32(255)
    for harm in (attack_once, attack):
        changed = harm(model, some.inputs, some.targets, 0.05)
        assert np.abs(changed - x).max() <= 0.05 + 1e-6
        assert changed.min() >= 0
        assert changed.max() <= 1
        chosen = np.arange(50), some.targets
        assert model.predict_probabilities(changed)[chosen].mean() < model.predict_probabilities(x)[chosen].mean()


def test_the_gradient_of_inputs_is_that_of_differences(trained):
    model, examples = trained
    exact = glassnet.Model(in_double(model), model.preprocessing, model.class_names)
    x, rows = RNG.random((3, 784)), target_rows(model, examples.targets[:3]).astype(np.float64)
    direction = RNG.normal(size=784)

    def losses(at):
        trace = exact.network.trace(3)
        exact.network.forward(at, trace)
        exact.network.measure(rows, trace)
        return trace.losses.copy()

    estimate = (losses(x + 1e-6 * direction) - losses(x - 1e-6 * direction)) / 2e-6
    np.testing.assert_allclose(input_gradient(exact, x, rows) @ direction, estimate, rtol=1e-5)


def test_what_is_no_classifier_of_pixels_is_not_attacked(trained):
    model, examples = trained
    upright = glassnet.Model(model.network, model.preprocessing.upright(), model.class_names)
    with pytest.raises(UsageError, match="no gradient leads through the preprocessing"):
        attack(upright, examples.inputs[:1], examples.targets[:1], 0.1)
    names = [curve.name for curve in robustness(upright, examples.select(slice(0, 20)))]
    assert names == list(CORRUPTIONS)


# Saliency


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_the_gradient_of_a_logit_is_that_of_differences(activation):
    network = glassnet.Network([7, 6, 5, 3], activation, seed=2, dtype=np.float64)
    x, direction = RNG.normal(size=(4, 7)), RNG.normal(size=7)

    def logits(at):
        trace = network.trace(4)
        network.forward(at, trace)
        return trace.logits[:, 1].copy()

    estimate = (logits(x + 1e-6 * direction) - logits(x - 1e-6 * direction)) / 2e-6
    np.testing.assert_allclose(logit_gradient(network, x, 1) @ direction, estimate, rtol=1e-6)
    with pytest.raises(UsageError, match=r"no such output: expected 0\.\.2, got 3"):
        logit_gradient(network, x, 3)


def test_integrated_gradients_add_up_to_the_change_of_the_logit(trained):
    model, examples = trained
    network = in_double(model)
    for image in examples.inputs[:5]:
        x = image.reshape(1, 784) / 255
        ends = []
        for at in (x, np.zeros_like(x)):
            trace = network.trace(1)
            network.forward(at, trace)
            ends.append(trace.logits[0, 4])
        shares = integrated_gradients(network, x, 4, steps=2_000)
        assert shares.sum() == pytest.approx(ends[0] - ends[1], rel=1e-3)
        assert (shares[x == 0] == 0).all()


def test_for_a_linear_network_all_shares_are_weight_times_input():
    network = glassnet.Network([16, 3], seed=1, dtype=np.float64)
    x = RNG.random((1, 16))
    shares = x * network.layers[0].weights[:, 2]
    np.testing.assert_allclose(gradient_times_input(network, x, 2), shares)
    np.testing.assert_allclose(integrated_gradients(network, x, 2, steps=3), shares)
    np.testing.assert_allclose(occlusion(network, x.reshape(4, 4), 2, side=1).ravel(), shares[0], atol=1e-12)


def test_covering_what_an_answer_rests_on_lowers_it_most(trained):
    model, examples = trained
    image = examples.inputs[0] / 255
    falls = occlusion(in_double(model), image, int(examples.targets[0]))
    assert falls.shape == (28, 28)
    assert falls[image > 0.5].mean() > falls[image == 0].mean()


# Excitation, ablation


def test_nothing_within_the_bound_excites_a_neuron_more(trained):
    model, examples = trained
    network = in_double(model)
    for neuron in (Neuron(0, 3), Neuron(1, 5)):
        best = maximize_activation(network, neuron, norm=8.0)
        assert np.linalg.norm(best) <= 8 + 1e-9
        assert best.min() >= 0
        assert best.max() <= 1
        inputs = examples.inputs.reshape(-1, 784) / 255
        inputs *= np.minimum(1, 8 / np.linalg.norm(inputs, axis=1, keepdims=True))
        trace = network.trace(len(inputs) + 1)
        network.forward(np.vstack([best, inputs]), trace)
        sums = trace.pre_activations[neuron.layer][:, neuron.unit]
        assert sums[0] > sums[1:].max()


def test_a_neuron_that_is_switched_off_scaled_or_shifted_answers_so():
    network = glassnet.Network([16, 6, 5, 3], "tanh", seed=1, dtype=np.float64)
    model = glassnet.Model(network, glassnet.PixelScaling((4, 4)), ("a", "b", "c"))
    inputs, trace = RNG.random((8, 16)), network.trace(8)
    network.forward(inputs, trace)
    changed = trace.activations[1].copy()
    changed[:, 2] = 0.5 * changed[:, 2] + 2
    logits = changed @ network.layers[2].weights + network.layers[2].biases
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    other = change_neuron(model, Neuron(1, 2), scale=0.5, shift=2.0)
    np.testing.assert_allclose(other.predict_probabilities(inputs), expected)
    assert change_neuron(model, Neuron(0, 0)).network.layers[1].weights[0].tolist() == [0] * 5
    np.testing.assert_array_equal(model.network.forward(inputs), trace.outputs)
    with pytest.raises(UsageError, match=r"no such hidden neuron: got 3\.0"):
        change_neuron(model, Neuron(2, 0))


def test_pruning_takes_the_smallest_weights_of_each_layer_and_little_is_lost_at_first(trained):
    model, examples = trained
    half = prune(model, 0.5)
    for before, after in zip(model.network.layers, half.network.layers, strict=True):
        gone = after.weights == 0
        assert gone.mean() == pytest.approx(0.5, abs=1e-4)
        assert np.abs(before.weights[gone]).max() <= np.abs(before.weights[~gone]).min()
        assert (after.weights[~gone] == before.weights[~gone]).all()
        assert (after.biases == before.biases).all()
    found = ablate(model, examples.select(slice(0, 200)))
    assert [share for share, _ in found.pruned] == list(SHARES)
    assert found.pruned[0][1] == found.accuracy
    assert found.pruned[2][1] > found.accuracy - 0.05
    assert found.pruned[-1][1] < found.accuracy - 0.1
    assert len(found.without[0]) == 32
    with pytest.raises(UsageError, match="invalid share of weights"):
        prune(model, 1.5)


def test_numbers_are_neither_calibrated_nor_ablated(trained):
    network = glassnet.Network([784, 4, 1], loss="mse")
    numbers = glassnet.Model(network, glassnet.PixelScaling((28, 28)), target_scale=glassnet.TargetScale(0.0, 1.0))
    examples = glassnet.Examples(trained[1].inputs[:5], np.zeros(5))
    for judge in (log_probabilities, ablate, lambda model, examples: list(robustness(model, examples))):
        with pytest.raises(UsageError):
            judge(numbers, examples)
