import math

import numpy as np
import pytest

from array_functions import finite_differences, forward, relative_error, sample
from glassnet import Network
from glassnet.errors import DataError, UnknownNameError, UsageError
from glassnet.network.activations import Softmax, resolve_output
from glassnet.network.losses import LOSSES, BinaryCrossEntropy, CrossEntropy, resolve_loss

every_loss = pytest.mark.parametrize("loss", [kind() for kind in LOSSES.values()], ids=LOSSES)
both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])
OUTPUTS_AND_LOSSES = [(output, name) for name, loss in LOSSES.items() for output in loss.outputs]


def soft(shape, seed, distributions):
    """Give target rows: probabilities if the loss is a likelihood, else any numbers."""
    return np.random.default_rng(seed).dirichlet(np.ones(shape[1]), shape[0]) if distributions else sample(shape, seed)


def plain_loss(name, logits, outputs, targets):
    """One example's loss by the equations as printed, in float64 and with loops."""
    if name == "cross_entropy":
        largest = max(logits)
        log_sum = math.log(sum(math.exp(z - largest) for z in logits))
        return sum(t * (log_sum + largest - z) for t, z in zip(targets, logits, strict=True))
    if name == "binary_cross_entropy":
        return sum(math.log1p(math.exp(z)) - t * z for z, t in zip(logits, targets, strict=True))
    if name == "poisson":
        return sum(a - t * z + t * math.log(t or 1) - t for z, a, t in zip(logits, outputs, targets, strict=True))
    total = 0.0
    for a, t in zip(outputs, targets, strict=True):
        error = abs(a - t)
        clipped = min(error, 1)
        terms = {"mse": error**2, "mae": error, "huber": clipped * (error - clipped / 2)}
        total += {**terms, "half_squared_error": error**2 / 2, "quantile_0.5": error / 2}[name]
    return total if name == "half_squared_error" else total / len(outputs)


@every_loss
@pytest.mark.parametrize("seed", range(3))
def test_every_loss_has_the_gradient_of_finite_differences_for_soft_targets(loss, seed):
    logits, targets = sample((4, 3), seed), soft((4, 3), seed + 10, loss.from_logits)
    output = resolve_output(loss.outputs[0])
    outputs = forward(output, logits) if loss.from_logits else logits
    got = np.empty_like(outputs)
    loss.gradient(outputs, targets, got)

    def total(z):
        return loss.per_example(z, forward(output, z) if loss.from_logits else z, targets).sum()

    expected = finite_differences(total, logits)
    assert relative_error(got, expected) < 1e-8


@both_dtypes
@pytest.mark.parametrize(("output", "loss"), OUTPUTS_AND_LOSSES)
def test_the_weighted_loss_of_soft_targets_is_that_of_a_plain_loop(output, loss, dtype):
    network = Network([4, 3], loss=loss, output=output, dtype=dtype)
    trace = network.trace(6)
    network.forward(sample((6, 4), 1), trace)
    targets = np.abs(soft((6, 3), 2, LOSSES[loss].from_logits))
    weights = np.array([0, 1, 0.5, 3, 1e-3, 7])
    got = network.measure(targets, trace, weights)
    rows = zip(trace.logits.tolist(), trace.outputs.tolist(), trace.targets.tolist(), strict=True)
    losses = [plain_loss(loss, *row) for row in rows]
    tolerance = 20 * float(np.finfo(dtype).eps)
    assert trace.losses.dtype == dtype
    np.testing.assert_allclose(trace.losses, losses, rtol=tolerance)
    expected = sum(w * loss for w, loss in zip(weights, losses, strict=True)) / sum(weights)
    assert got == trace.loss == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize(("output", "loss"), OUTPUTS_AND_LOSSES)
def test_the_last_delta_is_the_gradient_of_the_weighted_loss(output, loss):
    network = Network([3, 3], loss=loss, output=output, dtype=np.float64)
    network.layers[0].weights[...] = np.eye(3)  # so that the inputs are the logits
    targets, weights, trace = soft((4, 3), 2, LOSSES[loss].from_logits), np.array([0, 1, 0.5, 3]), network.trace(4)

    def weighted_loss(logits):
        network.forward(logits, trace)
        return network.measure(targets, trace, weights)

    logits = sample((4, 3), 1)
    expected = finite_differences(weighted_loss, logits)
    network.forward(logits, trace)
    network.backward(targets, trace, weights)
    assert relative_error(trace.deltas[-1], expected) < 1e-8
    assert not trace.deltas[-1][0].any()  # what weighs nothing pulls nowhere


@both_dtypes
@pytest.mark.parametrize(("right", "loss"), [(0, 0), (1, 1e4), (2, 2e4)])
def test_the_cross_entropy_of_enormous_logits_is_finite_and_right(dtype, right, loss):
    logits = np.array([[1e4, 0, -1e4]], dtype)
    p, targets = forward(Softmax(), logits), np.eye(3, dtype=dtype)[[right]]
    assert CrossEntropy().per_example(logits, p, targets).tolist() == [loss]


@pytest.mark.parametrize(("row", "got"), [([1, 1, 0], "2.0"), ([0, 0, 0], "0.0"), ([math.nan, 0, 1], "nan")])
def test_the_cross_entropy_refuses_target_rows_that_are_no_distribution(row, got):
    network = Network([2, 3], dtype=np.float64)
    trace = network.trace(2)
    network.forward(sample((2, 2), 1), trace)
    with pytest.raises(DataError, match=rf"not a distribution: expected a sum of 1, got {got}.*one-hot rows"):
        network.backward(np.array([[0.5, 0.25, 0.25], row]), trace)


def test_the_losses_of_answers_and_counts_refuse_what_is_none():
    for loss, row, message in (
        ("binary_cross_entropy", [0, 1.5], r"not probabilities: expected 0\.\.1, got 0\.\.1\.5"),
        ("poisson", [-1, 2], "not counts: expected 0 or more, got -1"),
    ):
        network = Network([2, 2], loss=loss)
        trace = network.trace(1)
        network.forward(np.ones((1, 2)), trace)
        with pytest.raises(DataError, match=message):
            network.backward(np.array([row]), trace)


def test_the_binary_cross_entropy_of_enormous_logits_is_finite_and_right():
    logits, p = np.array([[1e4, -1e4, 1e4, -1e4]]), np.array([[1.0, 0, 1, 0]])
    assert BinaryCrossEntropy().per_example(logits, p, np.array([[1.0, 0, 0, 1]])).tolist() == [2e4]


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_the_quantile_loss_is_least_where_that_part_of_the_targets_lies_below(q):
    targets = np.sort(np.random.default_rng(0).normal(size=(999, 1)), axis=0)
    loss = resolve_loss(f"quantile_{q}")
    totals = [loss.per_example(targets, np.full_like(targets, a), targets).sum() for a in targets[:, 0]]
    assert (targets < targets[np.argmin(totals)]).mean() == pytest.approx(q, abs=0.002)


@pytest.mark.parametrize("name", ["quantile_0", "quantile_1", "quantile_-2", "quantile_nan"])
def test_an_invalid_quantile_is_refused(name):
    with pytest.raises(UsageError, match="invalid quantile: expected between 0 and 1"):
        resolve_loss(name)


def test_the_first_loss_of_ten_undecided_classes_is_the_logarithm_of_ten():
    network = Network([784, 10], initializer="zeros")
    trace = network.trace(3)
    network.forward(np.ones((3, 784)), trace)
    assert network.measure(np.eye(10)[[0, 4, 9]], trace) == pytest.approx(math.log(10), rel=1e-7)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("crossentropy", r"unknown loss: .*Did you mean 'cross_entropy'\?"),
        ("quantile_half", r"unknown loss: .*Did you mean 'quantile_0.5'\?"),
    ],
)
def test_an_unknown_loss_is_refused_and_the_nearest_offered(name, message):
    with pytest.raises(UnknownNameError, match=message):
        resolve_loss(name)


OUTPUTS = {
    "cross_entropy": ("softmax",),
    "binary_cross_entropy": ("sigmoid",),
    "poisson": ("exponential",),
    **dict.fromkeys(("mse", "mae", "huber", "half_squared_error", "quantile_0.5"), ("identity", "sigmoid")),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_what_others_ask_of_a_loss(name):
    loss = resolve_loss(name)
    assert loss.outputs == OUTPUTS[name]
    assert loss.from_logits is (len(OUTPUTS[name]) == 1)
    assert loss.kinks == ((0.0,) if name in ("mae", "quantile_0.5") else ())
    assert LOSSES[name].name == name
    with pytest.raises(UnknownNameError, match="unknown loss"):
        resolve_loss("other")
