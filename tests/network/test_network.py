"""The network's shape, its parameters, its traces."""

import copy
import pickle

import numpy as np
import pytest

import glassnet
from glassnet.errors import DataError, UsageError
from glassnet.network.initializers import INITIALIZERS
from glassnet.network.network import Network


def test_parameters_are_one_vector_with_all_weights_before_all_biases():
    network = Network([3, 4, 2])
    network.parameters[:] = np.arange(len(network.parameters))
    assert len(network.parameters) == 3 * 4 + 4 * 2 + 4 + 2
    assert network.layers[0].weights.tolist() == np.arange(12).reshape(3, 4).tolist()
    assert network.layers[1].weights.tolist() == np.arange(12, 20).reshape(4, 2).tolist()
    assert network.layers[0].biases.tolist() == [20, 21, 22, 23]
    assert network.layers[1].biases.tolist() == [24, 25]
    assert len(network.weights) == network.architecture.weight_count == 20


def test_every_layer_is_a_view_into_the_vector():
    network = Network([3, 4, 2])
    network.layers[1].biases[0] = 7
    assert network.parameters[-2] == 7
    assert all(np.shares_memory(layer.weights, network.parameters) for layer in network.layers)


def test_the_default_network_has_101770_parameters():
    assert len(Network([784, 128, 10]).parameters) == 101_770


def test_the_first_loss_is_ln_10_for_zero_logits():
    network = Network([784, 128, 10], initializer="zeros", dtype=np.float64)
    trace = network.trace(4)
    network.forward(np.random.default_rng(0).random((4, 784)), trace)
    assert network.measure(np.eye(10)[:4], trace) == pytest.approx(np.log(10), rel=1e-15)


def test_forward_by_hand():
    network = Network([2, 2, 1], "relu", loss="mse", dtype=np.float64)
    network.layers[0].weights[:] = [[1, -1], [2, 0]]
    network.layers[0].biases[:] = [0.5, -1]
    network.layers[1].weights[:] = [[3], [5]]
    network.layers[1].biases[:] = [-2]
    # z = (1·1 + 2·2 + 0.5, −1·1 + 0 − 1) = (5.5, −2); a = (5.5, 0); y = 3·5.5 − 2 = 14.5
    assert network.forward(np.array([[1.0, 2.0]])).tolist() == [[14.5]]


def test_a_trace_holds_everything_and_a_slice_of_it_is_a_view():
    network = Network([5, 4, 3], seed=1)
    trace = network.trace(8)
    small = trace[:2]
    network.forward(np.ones((2, 5)), small)
    network.backward(np.eye(3)[:2], small)
    assert len(small) == 2
    assert (trace.inputs[:2] == 1).all()
    assert not trace.inputs[2:].any()
    assert np.shares_memory(small.gradient, trace.gradient)
    assert trace.gradient.any()
    assert [z.shape for z in small.pre_activations] == [(2, 4), (2, 3)]
    assert [d.shape for d in small.deltas] == [(2, 4), (2, 3)]
    assert small.outputs is small.activations[-1]
    assert small.input_gradient is None


def test_a_reused_trace_gives_what_a_new_one_gives():
    network = Network([5, 4, 3], seed=1)
    rng = np.random.default_rng(0)
    reused = network.trace(6)
    for count in (6, 3, 6, 1):
        inputs, targets = rng.random((count, 5), np.float32), np.eye(3)[rng.integers(0, 3, count)]
        fresh = network.trace(count)
        for trace in (reused[:count], fresh):
            network.forward(inputs, trace)
            network.backward(targets, trace)
        assert reused.gradient.tobytes() == fresh.gradient.tobytes()


def test_uneven_example_weights_equal_repeated_examples():
    network = Network([5, 4, 3], "tanh", seed=1, dtype=np.float64)
    rng = np.random.default_rng(0)
    inputs, targets = rng.random((3, 5)), np.eye(3)
    weighted, repeated = network.trace(3), network.trace(6)
    network.forward(inputs, weighted)
    network.backward(targets, weighted, np.array([1.0, 2.0, 3.0]))
    rows = [0, 1, 1, 2, 2, 2]
    network.forward(inputs[rows], repeated)
    network.backward(targets[rows], repeated)
    assert weighted.loss == pytest.approx(repeated.loss, rel=1e-14)
    np.testing.assert_allclose(weighted.gradient, repeated.gradient, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("weights", [np.zeros(2), np.array([np.nan, 1.0]), np.array([-1.0, 0.5])])
def test_weights_that_sum_to_nothing_are_refused(weights):
    network = Network([5, 3])
    trace = network.trace(2)
    network.forward(np.ones((2, 5)), trace)
    with pytest.raises(DataError, match="positive"):
        network.backward(np.eye(3)[:2], trace, weights)


def test_a_batch_of_another_shape_says_what_was_expected():
    network = Network([5, 3])
    with pytest.raises(DataError, match=r"expected \(2, 5\), got \(2, 4\)"):
        network.forward(np.ones((2, 4)), network.trace(2))
    with pytest.raises(DataError, match=r"A smaller batch goes with trace\[:n\]"):
        network.forward(np.ones((1, 5)), network.trace(2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([784],), "at least inputs and outputs"),
        (([784, 0, 10],), "positive whole number"),
        (([784, -3, 10],), "positive whole number"),
        (([784, 2.5, 10],), "positive whole number"),
        (([784, 5, 10], "rellu"), "Did you mean 'relu'"),
        (([784, 10], "rellu"), "Did you mean 'relu'"),
        (([784, 5, 10], ["relu", "tanh"]), "one for each hidden layer"),
    ],
)
def test_an_invalid_architecture_is_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        Network(*arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": "cross_entropi"}, "Did you mean 'cross_entropy'"),
        ({"loss": "mse", "output": "softmax"}, "loss and output do not fit"),
        ({"output": "identity"}, "loss and output do not fit"),
        ({"output": "sigmoit"}, "Did you mean 'sigmoid'"),
        ({"initializer": "he"}, "unknown initializer"),
        ({"dtype": np.int32}, "float32 or float64"),
    ],
)
def test_functions_that_do_not_fit_are_refused(options, message):
    with pytest.raises(UsageError, match=message):
        Network([4, 3, 2], **options)


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("he_normal", 2 / 500),
        ("he_uniform", 2 / 500),
        ("glorot_normal", 2 / 900),
        ("glorot_uniform", 2 / 900),
        ("lecun_normal", 1 / 500),
        ("lecun_uniform", 1 / 500),
        ("lecun_normal_biases", 1 / 500),
        ("standard_normal", 1.0),
        ("uniform", 1 / 12),
        ("zeros", 0.0),
    ],
)
def test_an_initializer_has_the_variance_of_its_paper(name, variance):
    network = Network([500, 400, 2], initializer=name, seed=3)
    weights, biases = network.layers[0].weights, network.layers[0].biases
    assert weights.var() == pytest.approx(variance, rel=0.02)
    assert abs(weights.mean()) <= 4 * np.sqrt(variance / weights.size) + 1e-12
    if "uniform" in name:
        assert np.abs(weights).max() <= np.sqrt(3 * variance) * (1 + 1e-6)
    # Two older schemes and one draw biases as well; the others start them at zero.
    assert biases.any() == (name in ("standard_normal", "uniform", "lecun_normal_biases"))


def test_biases_that_are_drawn_have_variance_one_and_outputs_may_start_at_zero():
    network = Network([50, 4_000, 2], "selu", initializer="lecun_normal_biases", seed=3)
    assert network.layers[0].biases.var() == pytest.approx(1, rel=0.1)
    assert not network.layers[1].weights.any()
    assert not network.layers[1].biases.any()
    assert network.layers[0].weights.var() == pytest.approx(1 / 50, rel=0.05)


def test_every_initializer_is_checked_above():
    marks = test_an_initializer_has_the_variance_of_its_paper.pytestmark[0].args[1]
    assert {name for name, _ in marks} == set(INITIALIZERS)


def test_the_default_initializer_suits_each_layer():
    relu, tanh = Network([500, 400, 10]), Network([500, 400, 10], "tanh")
    assert relu.layers[0].weights.var() == pytest.approx(2 / 500, rel=0.05)
    assert tanh.layers[0].weights.var() == pytest.approx(2 / 900, rel=0.05)
    assert relu.layers[1].weights.var() == pytest.approx(2 / 410, rel=0.1)


def test_a_float32_network_starts_where_its_float64_twin_does():
    single, double = Network([20, 30, 10], seed=4), Network([20, 30, 10], seed=4, dtype=np.float64)
    assert (single.parameters == double.parameters.astype(np.float32)).all()
    assert (single.parameters != Network([20, 30, 10], seed=5).parameters).any()


def test_float32_stays_float32_all_the_way():
    network = Network([6, 5, 4, 3], ["gelu", "elu"], seed=0)
    trace = network.trace(2, input_gradient=True)
    network.forward(np.ones((2, 6)), trace)
    network.backward(np.eye(3)[:2], trace)
    arrays = [trace.outputs, trace.losses, trace.gradient, trace.input_gradient, *trace.deltas, *trace.pre_activations]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),
    "pickle with buffers": lambda thing: with_buffers(thing),
}


def with_buffers(thing):
    buffers = []
    return pickle.loads(pickle.dumps(thing, protocol=5, buffer_callback=buffers.append), buffers=buffers)


@pytest.mark.parametrize("way", COPIES)
def test_a_copied_network_is_one_vector_with_views_and_trains_to_the_same_bytes(mnist, way):
    data = glassnet.load_dataset("mnist", train_size=300, validation_size=0)
    original = Network([784, 16, 10], ["gelu"], seed=1)
    copied = COPIES[way](original)
    assert not np.shares_memory(copied.parameters, original.parameters) or way == "pickle with buffers"
    for layer in copied.layers:
        assert np.shares_memory(layer.weights, copied.parameters)
        assert np.shares_memory(layer.biases, copied.parameters)
    assert (copied.architecture, copied.loss) == (original.architecture, original.loss)
    trained = []
    for network in (copied, Network([784, 16, 10], ["gelu"], seed=1)):
        list(glassnet.Training(network, data, epochs=2, optimizer=glassnet.Adam(), workers=1))
        trained.append(network.parameters.tobytes())
    assert trained[0] == trained[1]


def test_a_copy_keeps_functions_of_ones_own():
    class Doubled(glassnet.Activation):
        def forward(self, z, out):
            np.multiply(z, 2, out=out)

        def backward(self, z, a, upstream, out):
            np.multiply(upstream, 2, out=out)

    network = Network([3, 4, 2], Doubled(), loss="quantile_0.8", output="identity")
    copied = copy.deepcopy(network)
    assert type(copied.layers[0].activation) is Doubled
    assert copied.loss.name == "quantile_0.8"
    np.testing.assert_array_equal(copied.forward(np.ones((2, 3))), network.forward(np.ones((2, 3))))


def test_a_notebook_shows_layer_by_layer():
    page = Network([784, 128, 10])._repr_html_()
    for text in ("hidden layer 1", "128", "relu", "100,480", "output", "softmax", "1,290", "101,770 parameters"):
        assert text in page
    assert "<script" not in page


def test_inputs_in_parts_give_the_sums_of_the_undivided_layer():
    network = Network([50, 20, 3], seed=0, dtype=np.float64)
    divided = network.in_parts([slice(0, 0), slice(0, 16), slice(16, 50)])
    inputs, targets = np.random.default_rng(0).normal(size=(7, 50)), np.eye(3)[[0, 1, 2, 0, 1, 2, 0]]
    traces = [network.trace(7), network.trace(7)]
    for one, trace in zip((network, divided), traces, strict=True):
        one.forward(inputs, trace)
        one.backward(targets, trace)
    np.testing.assert_allclose(traces[0].gradient, traces[1].gradient, rtol=1e-12, atol=1e-15)
    assert np.shares_memory(divided.parameters, network.parameters)


def test_outputs_are_laid_out_as_in_a_trace():
    network = Network([3, 4, 2], seed=0)
    inputs = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    outputs, trace = network.predict(inputs), network.trace(5)
    network.forward(inputs, trace)
    assert (outputs.flags.f_contiguous, outputs.flags.c_contiguous) == (True, False)
    assert (outputs.strides, outputs.tolist()) == (trace.outputs.strides, trace.outputs.tolist())
