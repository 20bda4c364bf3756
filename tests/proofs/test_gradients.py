"""Every gradient against finite differences, which know nothing of backpropagation."""

from itertools import pairwise

import numpy as np
import pytest

from glassnet.errors import DataError, UsageError
from glassnet.evaluation.gradient_survey import (
    LARGE,
    REGULARIZERS,
    SMALL,
    check_away_from_kinks,
    losses_with_outputs,
    survey_gradients,
)
from glassnet.network.activations import ACTIVATIONS
from glassnet.network.gradient_check import TOLERANCE, GradientCheck, check_gradient
from glassnet.network.network import Network
from glassnet.regularization.penalties import Penalty

OUTPUTS = losses_with_outputs()
SURVEY = list(survey_gradients())


@pytest.mark.parametrize("case", SURVEY, ids=lambda case: "-".join(case[:4]))
def test_backpropagation_agrees_with_finite_differences(case):
    assert case.check.relative_error <= TOLERANCE == 1e-7


def test_the_survey_leaves_no_combination_out():
    combined = {case[:4] for case in SURVEY}
    assert len(combined) == len(ACTIVATIONS) * len(OUTPUTS) * len(REGULARIZERS) == 495


def test_no_two_neighboring_layers_are_equally_wide():
    assert all(a != b for a, b in pairwise(SMALL))


def test_each_checked_gradient_has_one_entry_for_every_parameter():
    assert len(SURVEY[0].check.analytic) == 5 * 7 + 7 * 4 + 4 * 3 + 7 + 4 + 3


@pytest.mark.parametrize(("loss", "output"), OUTPUTS)
def test_a_network_of_mnist_size_agrees_along_random_directions(loss, output):
    check = check_away_from_kinks(LARGE, "relu", loss, output, Penalty(l2=0.1), directions=3)
    assert len(check.analytic) == 3
    assert check.relative_error <= TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output"), OUTPUTS)
def test_every_large_combination_agrees_along_many_directions(activation, loss, output):
    check = check_away_from_kinks(LARGE, activation, loss, output, REGULARIZERS["both"][0], directions=40, seed=1)
    assert check.relative_error <= TOLERANCE


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_check_notices_a_derivative_that_is_wrong_by_one_percent(name, monkeypatch):
    kind = ACTIVATIONS[name]
    right = kind.backward

    def wrong(self, z, a, upstream, out):
        right(self, z, a, upstream, out)
        out *= 1.01

    monkeypatch.setattr(kind, "backward", wrong)
    check = check_away_from_kinks(SMALL, name, "cross_entropy", "softmax", Penalty())
    assert not check.passed
    assert check.relative_error > 1000 * TOLERANCE


def test_the_check_notices_a_forgotten_penalty(monkeypatch):
    monkeypatch.setattr(Penalty, "add_gradient", lambda self, weights, gradient: None)
    check = check_away_from_kinks(SMALL, "tanh", "mse", "identity", REGULARIZERS["l2"][0])
    assert not check.passed


def test_a_point_on_a_kink_is_refused_and_says_where():
    network = Network([2, 2, 1], "relu", loss="mse", initializer="zeros", dtype=np.float64)
    with pytest.raises(DataError, match="kink in weighted sum, relu"):
        check_gradient(network, np.ones((1, 2)), np.ones((1, 1)))


def test_a_kink_is_found_in_any_hidden_layer():
    network = Network([2, 2, 2, 2, 1], ["tanh", "tanh", "relu"], loss="mse", seed=0, dtype=np.float64)
    network.layers[2].weights[...] = 0
    with pytest.raises(DataError, match="kink in weighted sum, relu"):
        check_gradient(network, np.ones((1, 2)), np.ones((1, 1)))


def test_an_error_is_on_a_kink_where_output_and_target_are_equal():
    network = Network([2, 1], loss="mae", output="identity", initializer="zeros", dtype=np.float64)
    network.layers[0].biases[...] = 1
    with pytest.raises(DataError, match="kink in output error, mae"):
        check_gradient(network, np.ones((1, 2)), np.ones((1, 1)))
    assert check_gradient(network, np.ones((1, 2)), -np.ones((1, 1))).passed


@pytest.mark.parametrize(("weight", "l1", "refused"), [(0.0, 0.1, True), (1.0, 0.1, False), (0.0, 0.0, False)])
def test_a_weight_is_on_a_kink_at_zero_where_its_size_is_penalized(weight, l1, refused):
    network = Network([2, 1], loss="mse", output="identity", seed=0, dtype=np.float64)
    network.weights[0] = weight

    def check():
        return check_gradient(network, np.ones((1, 2)), np.full((1, 1), 9.0), penalty=Penalty(l1=l1))

    if refused:
        with pytest.raises(DataError, match="kink in weight, l1"):
            check()
    else:
        assert check().passed


def test_a_float32_network_is_refused():
    network = Network([2, 2], dtype=np.float32)
    with pytest.raises(UsageError, match="expected a float64 network"):
        check_gradient(network, np.ones((1, 2)), np.ones((1, 2)))


def test_the_check_leaves_the_parameters_as_they_were():
    network = Network([3, 4, 2], "tanh", dtype=np.float64)
    before = network.parameters.copy()
    check_gradient(network, np.eye(3), np.eye(2)[[0, 1, 1]])
    assert network.parameters.tobytes() == before.tobytes()


def test_two_gradients_of_zero_have_no_error():
    assert GradientCheck(np.zeros(3), np.zeros(3)).relative_error == 0


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output"), OUTPUTS)
def test_the_gradient_with_respect_to_the_inputs_agrees_too(activation, loss, output):
    network = Network([5, 7, 4, 3], activation, loss=loss, output=output, seed=2, dtype=np.float64)
    rng = np.random.default_rng(5)
    inputs, targets, weights = rng.normal(size=(4, 5)), rng.dirichlet(np.ones(3), 4), rng.uniform(0.5, 2, 4)
    trace = network.trace(4, input_gradient=True)
    network.forward(inputs, trace)
    network.backward(targets, trace, weights)
    assert np.linalg.norm(trace.input_gradient - numeric_input_gradient(network, inputs, targets, weights)) <= (
        TOLERANCE * 2 * np.linalg.norm(trace.input_gradient)
    )


def numeric_input_gradient(network, inputs, targets, weights, step=1e-6):
    gradient = np.zeros_like(inputs)
    trace = network.trace(len(inputs))
    for index in np.ndindex(inputs.shape):
        values = []
        for sign in (1, -1):
            moved = inputs.copy()
            moved[index] += sign * step
            network.forward(moved, trace)
            values.append(network.measure(targets, trace, weights))
        gradient[index] = (values[0] - values[1]) / (2 * step)
    return gradient
