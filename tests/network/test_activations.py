import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet import Network
from glassnet.errors import DataError, UnknownNameError, UsageError
from glassnet.network.activations import HIDDEN, OUTPUT, hidden_activation, output_activation
from glassnet.network.losses import LOSSES, loss_function

ACTIVATIONS = HIDDEN | OUTPUT
every_activation = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])
OUTPUTS_AND_LOSSES = [("softmax", "cross_entropy")] + [
    (output, loss.name) for loss in LOSSES.values() for output in loss.outputs if loss.name != "cross_entropy"
]


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def gelu(z):
    return z * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))) / 2


# The equations as the docstrings print them, one number at a time.
EQUATIONS = {
    "identity": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "relu": lambda z: max(0, z),
    "leaky_relu": lambda z: max(0, z) + 0.01 * min(0, z),
    "elu": lambda z: max(0, z) + math.exp(min(0, z)) - 1,
    "gelu": gelu,
    "silu": lambda z: z * sigmoid(z),
    "exponential": math.exp,
}


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


def forward(activation, z):
    out = np.empty_like(z)
    activation.forward(z, out)
    return out


def backward(activation, z, upstream):
    out = np.empty_like(z)
    activation.backward(z, forward(activation, z), upstream, out)
    return out


def finite_differences(function, at, step=1e-5):
    """The gradient of a function of an array, by moving one number at a time."""
    gradient = np.empty_like(at)
    for index in np.ndindex(at.shape):
        moved = np.zeros_like(at)
        moved[index] = step
        gradient[index] = (function(at + moved) - function(at - moved)) / (2 * step)
    return gradient


def relative_error(got, expected):
    return np.linalg.norm(got - expected) / np.linalg.norm(expected)


def sample(shape, seed=0, dtype=np.float64):
    """Normal numbers, none of them near the kinks at 0 or, as errors, at 0 from the targets of another seed."""
    return np.random.default_rng(seed).normal(scale=2, size=shape).astype(dtype)


def matrices(elements, max_side=6):
    return hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=max_side), elements=elements)


@pytest.mark.parametrize(("name", "equation"), EQUATIONS.items(), ids=EQUATIONS)
def test_every_activation_is_its_printed_equation(name, equation):
    z = sample((6, 7))
    expected = [[equation(value) for value in row] for row in z.tolist()]
    np.testing.assert_allclose(forward(ACTIVATIONS[name], z), expected, rtol=1e-13, atol=1e-14)
    assert set(EQUATIONS) | {"softmax"} == set(ACTIVATIONS)


@every_activation
@pytest.mark.parametrize("seed", range(3))
def test_every_derivative_is_that_of_finite_differences_under_a_non_uniform_upstream(activation, seed):
    z, upstream = sample((4, 5), seed), sample((4, 5), seed + 10)
    assert np.abs(z).min() > 1e-3  # finite differences across a kink would tell nothing
    expected = finite_differences(lambda z: np.sum(upstream * forward(activation, z)), z)
    assert relative_error(backward(activation, z, upstream), expected) < 1e-8


@every_activation
@both_dtypes
def test_results_may_take_the_place_of_what_they_come_from(activation, dtype):
    z, upstream = sample((4, 5), 1, dtype), sample((4, 5), 2, dtype)
    a, gradient = forward(activation, z), backward(activation, z, upstream)
    in_place = z.copy()
    activation.forward(in_place, out=in_place)
    assert (in_place == a).all()
    activation.backward(z, a, upstream, out=upstream)
    assert (upstream == gradient).all()


@every_activation
@both_dtypes
def test_enormous_sums_give_finite_values_and_no_warning(activation, dtype):
    z = np.array([[-1e4, -89, -1, 0, 1, 89, 1e4], [1e4] * 7, [-1e4] * 7], dtype)
    assert np.isfinite(forward(activation, z)).all()
    assert np.isfinite(backward(activation, z, np.full_like(z, 3))).all()


@both_dtypes
def test_the_sigmoid_is_accurate_up_to_both_of_its_ends(dtype):
    z = np.linspace(-80, 80, 401, dtype=dtype)[None]
    expected = [[sigmoid(value) for value in z[0].tolist()]]
    np.testing.assert_allclose(forward(ACTIVATIONS["sigmoid"], z), expected, rtol=8 * np.finfo(dtype).eps)
    ends = forward(ACTIVATIONS["sigmoid"], np.array([[-1e4, 0, 1e4]], dtype))
    assert ends.tolist() == [[pytest.approx(0, abs=1e-37), 0.5, 1]]


@given(matrices(st.floats(-1e4, 1e4)), st.sampled_from([np.float32, np.float64]))
def test_softmax_rows_are_finite_and_sum_to_one(z, dtype):
    p = forward(ACTIVATIONS["softmax"], z.astype(dtype))
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=8 * np.finfo(dtype).eps)


@given(matrices(st.integers(-80, 80)), st.integers(-1_000, 1_000), st.sampled_from([np.float32, np.float64]))
def test_softmax_does_not_change_when_a_row_is_shifted(eighths, shift, dtype):
    z = (eighths / 8).astype(dtype)  # eighths, whose sums are exact: so the results must be equal to the last bit
    assert (forward(ACTIVATIONS["softmax"], z + shift) == forward(ACTIVATIONS["softmax"], z)).all()


def test_only_a_non_uniform_upstream_notices_a_wrong_softmax_derivative():
    softmax, z = ACTIVATIONS["softmax"], sample((4, 5))

    def of_wrong_sign(upstream):
        p = forward(softmax, z)
        return p * (np.sum(p * upstream, axis=1, keepdims=True) - upstream)

    uniform, other = np.ones_like(z), sample((4, 5), 1)
    # The rows' sum is always one, so its true gradient is zero, and so is that of the wrong formula.
    np.testing.assert_allclose(of_wrong_sign(uniform), backward(softmax, z, uniform), atol=1e-15)
    assert relative_error(of_wrong_sign(other), backward(softmax, z, other)) == pytest.approx(2)


@every_loss
@pytest.mark.parametrize("seed", range(3))
def test_every_loss_has_the_gradient_of_finite_differences_for_soft_targets(loss, seed):
    logits, targets = sample((4, 3), seed), soft((4, 3), seed + 10, loss.of_logits)
    output = ACTIVATIONS[loss.outputs[0]]
    outputs = forward(output, logits) if loss.of_logits else logits
    got = np.empty_like(outputs)
    loss.gradient(outputs, targets, got)

    def total(z):
        return loss.per_example(z, forward(output, z) if loss.of_logits else z, targets).sum()

    expected = finite_differences(total, logits)
    assert relative_error(got, expected) < 1e-8


@both_dtypes
@pytest.mark.parametrize(("output", "loss"), OUTPUTS_AND_LOSSES)
def test_the_weighted_loss_of_soft_targets_is_that_of_a_plain_loop(output, loss, dtype):
    network = Network([4, 3], loss=loss, output=output, dtype=dtype)
    trace = network.trace(6)
    network.forward(sample((6, 4), 1), trace)
    targets = np.abs(soft((6, 3), 2, LOSSES[loss].of_logits))
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
    targets, weights, trace = soft((4, 3), 2, LOSSES[loss].of_logits), np.array([0, 1, 0.5, 3]), network.trace(4)

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
    p, targets = forward(ACTIVATIONS["softmax"], logits), np.eye(3, dtype=dtype)[[right]]
    assert LOSSES["cross_entropy"].per_example(logits, p, targets).tolist() == [loss]


@pytest.mark.parametrize(("row", "got"), [([1, 1, 0], "2.0"), ([0, 0, 0], "0.0"), ([math.nan, 0, 1], "nan")])
def test_the_cross_entropy_refuses_target_rows_that_are_no_distribution(row, got):
    network = Network([2, 3], dtype=np.float64)
    trace = network.trace(2)
    network.forward(sample((2, 2), 1), trace)
    with pytest.raises(DataError, match=rf"not a distribution: expected a sum of 1, got {got}.*one-hot rows"):
        network.backward(np.array([[0.5, 0.25, 0.25], row]), trace)


def test_the_losses_of_answers_and_counts_refuse_what_is_none():
    for loss, row, message in (
        ("binary_cross_entropy", [0, 1.5], r"no probabilities: expected 0\.\.1, got 0\.\.1\.5"),
        ("poisson", [-1, 2], "no counts: expected 0 or more, got -1"),
    ):
        network = Network([2, 2], loss=loss)
        trace = network.trace(1)
        network.forward(np.ones((1, 2)), trace)
        with pytest.raises(DataError, match=message):
            network.backward(np.array([row]), trace)


def test_the_binary_cross_entropy_of_enormous_logits_is_finite_and_right():
    logits, p = np.array([[1e4, -1e4, 1e4, -1e4]]), np.array([[1.0, 0, 1, 0]])
    assert LOSSES["binary_cross_entropy"].per_example(logits, p, np.array([[1.0, 0, 0, 1]])).tolist() == [2e4]


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_the_quantile_loss_is_least_where_that_part_of_the_targets_lies_below(q):
    targets = np.sort(np.random.default_rng(0).normal(size=(999, 1)), axis=0)
    loss = loss_function(f"quantile_{q}")
    totals = [loss.per_example(targets, np.full_like(targets, a), targets).sum() for a in targets[:, 0]]
    assert (targets < targets[np.argmin(totals)]).mean() == pytest.approx(q, abs=0.002)


@pytest.mark.parametrize("name", ["quantile_0", "quantile_1", "quantile_-2", "quantile_nan"])
def test_an_impossible_quantile_is_refused(name):
    with pytest.raises(UsageError, match="impossible quantile: expected between 0 and 1"):
        loss_function(name)


def test_the_first_loss_of_ten_undecided_classes_is_the_logarithm_of_ten():
    network = Network([784, 10], initializer="zeros")
    trace = network.trace(3)
    network.forward(np.ones((3, 784)), trace)
    assert network.measure(np.eye(10)[[0, 4, 9]], trace) == pytest.approx(math.log(10), rel=1e-7)


@pytest.mark.parametrize(
    ("find", "name", "message"),
    [
        (hidden_activation, "rellu", r"unknown activation: .*got 'rellu'\. Did you mean 'relu'\?"),
        (hidden_activation, "softmax", r"unknown activation: expected one of sigmoid, tanh, .*got 'softmax'"),
        (output_activation, "softmx", r"unknown output activation: .*Did you mean 'softmax'\?"),
        (loss_function, "crossentropy", r"unknown loss: .*Did you mean 'cross_entropy'\?"),
        (loss_function, "quantile_half", r"unknown loss: .*Did you mean 'quantile_0.5'\?"),
    ],
)
def test_an_unknown_name_is_refused_and_the_nearest_offered(find, name, message):
    with pytest.raises(UnknownNameError, match=message):
        find(name)
