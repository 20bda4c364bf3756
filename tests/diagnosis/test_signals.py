"""What one batch and one step tell, of networks whose hidden layers have given weighted sums."""

import math

import numpy as np
import pytest
from made_by_hand import chain, traced

import glassnet
from glassnet.diagnosis import signals
from glassnet.diagnosis.diagnose import diagnose_trace, diagnose_update


@pytest.mark.parametrize(
    ("activation", "sum_", "kind"),
    [
        ("relu", 0.0, "dead"),
        ("relu", 1e-3, None),
        ("elu", math.log(0.0099), "dead"),
        ("elu", math.log(0.0101), None),
        ("gelu", -5.0, "dead"),
        ("gelu", -1.0, None),  # where its derivative is negative
        ("silu", -10.0, "dead"),
        ("silu", 10.0, None),
        ("leaky_relu", -10.0, None),
        ("identity", -10.0, None),
        # 1 - tanh² is 0.01 where tanh is √0.99
        ("tanh", math.atanh(math.sqrt(0.991)), "saturated"),
        ("tanh", -math.atanh(math.sqrt(0.991)), "saturated"),
        ("tanh", math.atanh(math.sqrt(0.989)), None),
        # a (1 - a) is 0.0025 where a is 0.997494
        ("sigmoid", math.log(0.9976 / 0.0024), "saturated"),
        ("sigmoid", math.log(0.0024 / 0.9976), "saturated"),
        ("sigmoid", math.log(0.9974 / 0.0026), None),
    ],
)
def test_a_derivative_below_a_hundredth_of_its_maximum_is_none(activation, sum_, kind):
    findings = diagnose_trace(*traced(activation, [sum_] * 4))
    assert [finding.kind for finding in findings] == ([kind] if kind else [])


@pytest.mark.parametrize(("activation", "end", "least"), [("relu", -1.0, 3), ("tanh", 9.0, 3)])
def test_a_few_units_may_be_dead_or_saturated(activation, end, least):
    for count in range(11):
        findings = diagnose_trace(*traced(activation, [end] * count + [0.5] * (10 - count)))
        assert bool(findings) == (count >= least)
        assert all(f"{count / 10:.0%}" in finding.seen for finding in findings)


def test_a_unit_that_answers_to_one_example_is_alive():
    network = glassnet.Network([1, 2, 2], seed=0)
    network.layers[0].weights[:], network.layers[0].biases[:] = 1, -1
    trace, inputs = network.trace(100), np.zeros((100, 1))
    for last, kinds in ((2, []), (0, ["dead"])):
        inputs[-1] = last
        network.forward(inputs, trace)
        network.backward(np.array([[0, 1]] * 100), trace)
        assert [finding.kind for finding in diagnose_trace(network, trace)] == kinds


def test_a_few_examples_do_not_make_a_unit_dead():
    for rows in (1, signals.FEWEST_EXAMPLES - 1, signals.FEWEST_EXAMPLES):
        assert bool(diagnose_trace(*traced("relu", [-1.0] * 4, rows))) == (rows >= signals.FEWEST_EXAMPLES)


def test_layers_and_units_are_named_with_their_numbers():
    network = glassnet.Network([3, 8, 4, 6, 2], ["relu", "tanh", "relu"], seed=0, dtype=np.float64)
    network.layers[0].biases[:5] = -1e3
    network.layers[1].biases[:2] = 1e3
    network.layers[2].weights[:], network.layers[2].biases[:] = 0.3, [-9, -9, -9, -9, 9, 9]
    network.layers[0].weights[:, 5:], network.layers[0].biases[5:] = 0, 1
    trace = network.trace(50)
    network.forward(np.ones((50, 3)), trace)
    network.backward(np.array([[0, 1]] * 50), trace)
    dead, saturated = diagnose_trace(network, trace)
    text = "The derivative is zero for all 50 examples looked at, in 5 of 8 units of hidden layer 1 (62%), "
    text += "4 of 6 units of hidden layer 3 (67%)."
    assert dead.seen == text
    assert saturated.seen == "Derivatives below 1% of their maximum: 50% in hidden layer 2."


@pytest.mark.parametrize("width", [1, 30])
@pytest.mark.parametrize(
    ("factor", "kind", "times"),
    [(0.0196, "vanishing", "0.02"), (0.0204, None, ""), (1.0, None, ""), (49.0, None, ""), (51.0, "exploding", "51")],
)
def test_the_norms_of_the_deltas_are_compared_whatever_the_widths(factor, kind, times, width):
    findings = diagnose_trace(*chain(factor, width))
    assert [finding.kind for finding in findings] == ([kind] if kind else [])
    assert all(f": {times} times as much" in finding.seen for finding in findings)


@pytest.mark.parametrize(("count", "kinds"), [(0, ["vanishing"]), (2, ["vanishing"]), (10, ["saturated"])])
def test_a_gradient_does_not_vanish_where_a_whole_layer_lets_none_through(count, kinds):
    network = glassnet.Network([1, 10, 1, 1], ["tanh", "identity"], loss="mse", seed=0, dtype=np.float64)
    network.parameters[:] = 0
    network.layers[0].biases[:count] = 5
    network.layers[1].weights[:], network.layers[2].weights[:] = 1e-3, 1
    trace = network.trace(5)
    network.forward(np.ones((5, 1)), trace)
    network.backward(np.ones((5, 1)), trace)
    assert [finding.kind for finding in diagnose_trace(network, trace)] == kinds


def test_deltas_too_small_to_be_squared_are_measured_all_the_same():
    network = glassnet.Network([1, 1, 1, 1], "identity", loss="mse", seed=0)
    network.parameters[:] = 0
    network.layers[1].weights[:], network.layers[2].weights[:] = 0.5, 1e-30
    trace = network.trace(4)
    network.forward(np.ones((4, 1)), trace)
    network.backward(np.ones((4, 1)), trace)
    assert diagnose_trace(network, trace) == []
    network.layers[1].weights[:] = 1e-5
    network.backward(np.ones((4, 1)), trace)
    assert [finding.kind for finding in diagnose_trace(network, trace)] == ["vanishing"]


def test_a_loss_of_zero_is_no_vanished_gradient():
    network, trace = chain(1e-6)
    network.backward(trace.outputs.copy(), trace)
    assert diagnose_trace(network, trace) == []


def test_outputs_that_are_no_numbers_are_counted():
    network, trace = chain(1.0)
    trace.logits[:3] = [[math.nan], [math.inf], [-math.inf]]
    (finding,) = diagnose_trace(network, trace)
    assert (finding.kind, finding.seen[:6]) == ("exploding", "3 of 5")


@pytest.mark.parametrize(
    ("share", "kind"),
    [
        (0.0, "rate too low"),
        (0.99e-4, "rate too low"),
        (1.01e-4, None),
        (0.099, None),
        (0.101, "rate too high"),
    ],
)
def test_a_steps_length_is_judged_by_that_of_the_weights(share, kind):
    before = np.array([3.0, -4.0, 0.0])
    after = before + 5 * share * np.array([0.0, 0.6, 0.8])
    findings = diagnose_update(before, after)
    assert [finding.kind for finding in findings] == ([kind] if kind else [])
    assert all(f"by {share:.2g} of" in finding.seen for finding in findings)


@pytest.mark.parametrize("broken", [math.inf, math.nan])
def test_a_step_out_of_the_finite_world_is_too_long(broken):
    (finding,) = diagnose_update(np.ones(3), np.array([1.0, broken, 1.0]))
    assert (finding.kind, finding.seen) == ("rate too high", "A step leaves weights that are NaN or infinite.")


def test_any_step_from_zero_is_long_and_says_nothing():
    assert diagnose_update(np.zeros(3), np.ones(3)) == []
