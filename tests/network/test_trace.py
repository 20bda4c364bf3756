"""A trace: one batch's arrays, views of smaller batches, and what the examples count."""

import numpy as np
import pytest

import glassnet
from glassnet.errors import DataError
from glassnet.network.trace import Trace


def test_a_view_of_some_rows_writes_to_the_whole_and_counts_its_examples_by_itself():
    network = glassnet.Network([4, 3, 2], seed=0)
    trace = network.trace(6, dropout=True, input_gradient=True)
    trace.weigh(np.arange(1.0, 7))
    view = trace[:2]
    np.testing.assert_allclose(view.normalized_weights, 0.5)
    np.testing.assert_allclose(trace.normalized_weights, np.arange(1.0, 7) / 21, rtol=1e-6)
    network.forward(np.ones((2, 4)), view)
    network.backward(np.eye(2), view)
    np.testing.assert_array_equal(trace.outputs[:2], view.outputs)
    np.testing.assert_array_equal(trace.input_gradient[:2], view.input_gradient)
    assert view.gradient is trace.gradient
    np.testing.assert_allclose(trace.normalized_weights, np.arange(1.0, 7) / 21, rtol=1e-6)


def test_the_properties_show_what_the_layers_hold():
    network = glassnet.Network([4, 3, 2], seed=0)
    trace = network.trace(5, dropout=True)
    network.forward(np.ones((5, 4)), trace)
    assert [values is layer.z for values, layer in zip(trace.pre_activations, trace.layers, strict=True)] == [True] * 2
    assert [values is layer.a for values, layer in zip(trace.activations, trace.layers, strict=True)] == [True] * 2
    assert [values is layer.delta for values, layer in zip(trace.deltas, trace.layers, strict=True)] == [True] * 2
    assert (trace.logits is trace.layers[-1].z, trace.outputs is trace.layers[-1].a) == (True, True)
    for number, record in enumerate(trace.layers, start=1):
        assert trace.z[number] is record.z
        assert trace.a[number] is record.a
        assert trace.delta[number] is record.delta
    assert trace.a[0] is trace.inputs
    assert ([*trace.z], [*trace.a], [*trace.delta]) == ([1, 2], [0, 1, 2], [1, 2])
    assert len(trace.masks) == 1
    assert trace.layer_inputs[1] is trace.layers[0].outputs is not trace.layers[0].a
    assert network.trace(5).masks == ()


def test_targets_of_the_trace_itself_keep_the_weights_that_it_has():
    network = glassnet.Network([2, 2], seed=0)
    trace = network.trace(3)
    network.forward(np.eye(3)[:, :2], trace)
    trace.targets[...] = np.eye(2)[[0, 1, 0]]
    trace.weigh(np.array([1.0, 0.0, 3.0]))
    weighted = network.measure(trace.targets, trace)
    assert weighted == pytest.approx((trace.losses[0] + 3 * trace.losses[2]) / 4)
    assert network.measure(np.eye(2)[[0, 1, 0]], trace) == pytest.approx(trace.losses.mean())


def test_weights_may_be_a_part_of_a_batchs():
    trace = glassnet.Network([2, 2]).trace(2)
    trace.weigh(np.array([1.0, 2.0]), total=12.0)
    np.testing.assert_allclose(trace.normalized_weights, [1 / 12, 2 / 12])
    trace.weigh(total=8)
    np.testing.assert_allclose(trace.normalized_weights, 1 / 8)


@pytest.mark.parametrize("weights", [np.zeros(3), np.array([np.nan, 1, 1]), -np.ones(3)])
def test_weights_without_a_positive_sum_are_refused(weights):
    with pytest.raises(DataError, match="positive number"):
        glassnet.Network([2, 2]).trace(3).weigh(weights)


def test_arrays_of_another_shape_are_refused_with_advice():
    trace = glassnet.Network([2, 2]).trace(3)
    with pytest.raises(DataError, match=r"inputs of the wrong shape: expected \(3, 2\), got \(2, 2\).*trace\[:n\]"):
        trace.load("inputs", np.zeros((2, 2)))


def test_examples_count_one_each_unless_weights_are_said():
    trace = glassnet.Network([3, 2], seed=0).trace(4)
    trace.weigh(np.array([1.0, 2.0, 3.0, 4.0]))
    trace.weigh()
    assert (trace.weights.tolist(), trace.normalized_weights.tolist()) == ([1.0] * 4, [0.25] * 4)


def test_a_trace_has_no_masks_and_no_gradient_of_the_inputs_unless_they_are_asked_for():
    form = glassnet.Network([3, 4, 2]).architecture
    plain, whole = Trace(form, 5, np.dtype("f4")), Trace(form, 5, np.dtype("f4"), True, True)
    assert (plain.masks, plain.input_gradient) == ((), None)
    assert [mask.shape for mask in whole.masks] == [(5, 4)]
    assert whole.input_gradient.shape == (5, 3)
    for trace in (plain, whole):
        assert [(layer.z.flags.f_contiguous, layer.z.flags.c_contiguous) for layer in trace.layers] == [
            *((False, True), (True, False))
        ]
        assert trace.targets.flags.f_contiguous
        assert (trace.loss, trace.penalty, len(trace)) == (0.0, 0.0, 5)
        np.testing.assert_allclose(trace.normalized_weights, 0.2)
    own = np.zeros(form.parameter_count)
    assert Trace(form, 5, np.dtype("f8"), gradient=own).gradient is own
    assert len(Trace(form, 0, np.dtype("f4")).normalized_weights) == 0
