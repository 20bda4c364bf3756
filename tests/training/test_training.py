"""Training is an iterator, its state is data, and it stops when it cannot recover."""

import math

import numpy as np
import pytest

import glassnet
from glassnet.data.dataset import Dataset, Examples
from glassnet.data.preprocessing.pixels import PixelScaling
from glassnet.errors import DivergenceError, UsageError
from glassnet.optimizers.schedules import CosineOfLogarithm


@pytest.fixture(scope="module")
def data():
    return glassnet.load_dataset("mnist", train_size=1_000, validation_size=500)


def make(data, **options):
    options = {"epochs": 3, "batch_size": 64, **options}
    sizes, loss = [784, 16, data.outputs], "cross_entropy" if data.task == "classification" else "mse"
    return glassnet.Training(glassnet.Network(sizes, loss=loss, seed=0), data, **options)


def numbers(epoch):
    """A record without its times, which differ from run to run."""
    times = ("training_seconds", "elapsed_seconds", "examples_per_second")
    return {name: value for name, value in vars(epoch).items() if name not in times}


def test_it_learns(data):
    epochs = list(make(data, epochs=5))
    assert [epoch.number for epoch in epochs] == [1, 2, 3, 4, 5]
    assert epochs[-1].validation_accuracy > 0.8
    assert epochs[-1].training_loss < epochs[0].training_loss / 3


def test_a_training_is_as_long_as_its_epochs_and_says_how_far_it_is(data):
    training = glassnet.Training(glassnet.Network([784, 8, 10], seed=0), data, epochs=3)
    assert len(training) == 3
    next(training)
    assert "784-8-10" in repr(training)
    assert "1 of 3 epochs" in repr(training)


def test_an_epoch_is_so_many_steps_and_the_smaller_last_batch_counts_for_its_examples(data):
    stepwise, whole = make(data), make(data)
    losses = [stepwise.step().loss for _ in range(stepwise.steps_per_epoch)]
    assert stepwise.steps_per_epoch == math.ceil(1_000 / 64) == 16
    record = next(whole)
    assert stepwise.network.parameters.tobytes() == whole.network.parameters.tobytes()
    sizes = [64] * 15 + [1_000 - 15 * 64]
    assert record.training_loss == pytest.approx(np.average(losses, weights=sizes), rel=1e-12)
    assert numbers(next(stepwise)) == numbers(record)


@pytest.mark.parametrize(
    ("option", "value", "noun"),
    [
        ("optimizer", "sgd", "an optimizer"),
        ("schedule", "cosine", "a schedule"),
        ("penalty", 0.1, "a penalty"),
        ("averaging", 0.5, "an average"),
        ("augmentation", True, "an augmentation"),
        ("regularization", {"dropout": 0.5}, "a regularization"),
    ],
)
def test_what_is_not_of_its_kind_is_refused_with_an_example(data, option, value, noun):
    with pytest.raises(UsageError, match=rf"not {noun}: expected {noun} such as glassnet\.\w+\("):
        make(data, **{option: value})


def test_a_step_past_the_end_of_the_epoch_is_refused(data):
    training = make(data, epochs=1, batch_size=1_000)
    training.step()
    with pytest.raises(UsageError, match=r"next\(training\)"):
        training.step()
    next(training)
    with pytest.raises(StopIteration):
        next(training)
    with pytest.raises(UsageError, match="no batch is left"):
        training.step()


def test_every_example_is_seen_once_an_epoch(data):
    training = make(data)
    seen = np.concatenate([training.loader.order[first : first + 64] for first in range(0, 1_000, 64)])
    assert sorted(seen) == list(range(1_000))


def test_no_layer_is_updated_before_all_gradients_are_known(data):
    training = make(data, optimizer=glassnet.SGD(0.5))
    before = training.network.parameters.copy()
    training.step()
    expected = before - np.float32(0.5) * training.trace.gradient
    assert (training.network.parameters == expected).all()


def test_one_update_by_hand():
    # One example, one input 0.8, one output: y = w x with w = 0.5, b = 0; target 2 is standardized to 0.
    preprocessing = PixelScaling((1,))
    examples = Examples(np.array([[204]], np.uint8), np.array([2.0]))
    one = Dataset("one", "regression", examples, examples, examples, preprocessing)
    network = glassnet.Network([1, 1], loss="mse", dtype=np.float64)
    network.parameters[:] = [0.5, 0.0]
    training = glassnet.Training(network, one, optimizer=glassnet.SGD(0.1), batch_size=1, epochs=1)
    step = training.step()
    # loss = (0.4 − 0)² = 0.16; dL/dy = 0.8; dL/dw = 0.8 · 0.8 = 0.64; dL/db = 0.8.
    assert step.loss == pytest.approx(0.16, rel=1e-14)
    np.testing.assert_allclose(network.parameters, [0.5 - 0.064, -0.08], rtol=1e-14)


def test_one_batch_can_be_overfitted_to_the_last_example():
    data = glassnet.load_dataset("mnist", train_size=64, validation_size=100)
    training = make(data, batch_size=64, epochs=150)
    list(training)
    assert glassnet.evaluate(training.model, data.train).accuracy == 1.0


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(data):
    runs = []
    for seed in (1, 1, 2):
        training = make(data, seed=seed)
        records = [numbers(epoch) for epoch in training]
        runs.append((records, training.network.parameters.tobytes()))
    assert runs[0] == runs[1]
    assert runs[0][1] != runs[2][1]


OPTIMIZERS = [
    glassnet.SGD(0.1),
    glassnet.SGD(0.1, momentum=0.9, nesterov=True),
    glassnet.RMSprop(momentum=0.5),
    glassnet.Adam(),
    glassnet.AdamW(),
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: optimizer.name)
@pytest.mark.parametrize("steps", [0, 1, 16, 23])
def test_state_put_back_at_any_step_goes_on_to_the_same_bits(data, optimizer, steps):
    options = {"optimizer": optimizer, "schedule": glassnet.OneCycle(), "patience": 2, "epochs": 3}
    whole = make(data, **options)
    expected = [numbers(epoch) for epoch in whole]
    interrupted = make(data, **options)
    for _ in range(steps // 16):
        next(interrupted)
    for _ in range(steps % 16):
        interrupted.step()
    arrays, position = interrupted.state()
    resumed = make(data, **options)
    resumed.restore(arrays, position)
    records = [numbers(epoch) for epoch in resumed]
    assert records == expected[steps // 16 :]
    assert resumed.network.parameters.tobytes() == whole.network.parameters.tobytes()
    assert resumed.model.network.parameters.tobytes() == whole.model.network.parameters.tobytes()


def test_state_is_a_copy(data):
    training = make(data)
    arrays, _ = training.state()
    before = arrays["parameters"].copy()
    training.step()
    assert (arrays["parameters"] == before).all()


def test_the_state_of_another_training_is_refused(data):
    arrays, position = make(data, optimizer=glassnet.Adam()).state()
    with pytest.raises(UsageError, match="another training"):
        make(data).restore(arrays, position)


def test_patience_stops_and_keeps_the_best_parameters(data):
    training = make(data, epochs=100, patience=3, optimizer=glassnet.SGD(0.3, momentum=0.9))
    epochs, kept = [], []
    for epoch in training:
        epochs.append(epoch)
        kept.append(training.network.parameters.copy())
    losses = [epoch.validation_loss for epoch in epochs]
    best = int(np.argmin(losses))
    assert len(epochs) == best + 1 + 3 < 100
    assert training.progress.best_epoch == best + 1
    assert (training.model.network.parameters == kept[best]).all()
    assert (training.model.network.parameters != kept[-1]).any()


def test_a_whole_round_of_the_rate_without_improvement_ends_a_training(data):
    rounds = CosineOfLogarithm()
    training = make(data, epochs=30, patience=30, schedule=rounds, optimizer=glassnet.SGD(0.3, momentum=0.9))
    losses = [epoch.validation_loss for epoch in training]
    best = int(np.argmin(losses)) + 1
    assert len(losses) == training.progress.epoch < 30
    assert len(losses) == np.ceil(30 * rounds.next_round(best / 30))


def test_without_patience_the_model_is_the_last_epochs(data):
    training = make(data)
    list(training)
    assert (training.model.network.parameters == training.network.parameters).all()
    assert not np.shares_memory(training.model.network.parameters, training.network.parameters)


def test_knobs_may_be_turned_between_steps(data):
    training = make(data)
    training.step()
    velocity = training.state()[0]["optimizer.velocity"].copy()
    assert velocity.any()
    training.optimizer = glassnet.SGD(0.01, momentum=0.8)  # of the same kind: what it remembers stays
    np.testing.assert_array_equal(training.state()[0]["optimizer.velocity"], velocity)
    assert training.step().learning_rate == 0.01
    training.optimizer = glassnet.Adam()
    assert {"optimizer.mean", "optimizer.square", "optimizer.steps"} < set(training.state()[0])
    training.step()


def test_the_schedule_scales_each_steps_rate(data):
    training = make(data, schedule=glassnet.Cosine(), epochs=2)
    rates = [training.step().learning_rate for _ in range(16)]
    expected = [0.1 * (1 + math.cos(math.pi * step / 32)) / 2 for step in range(16)]
    assert rates == pytest.approx(expected, rel=1e-15)


def test_the_penalty_is_minimized_and_reported_beside_the_loss(data):
    plain, penalized = make(data), make(data, penalty=glassnet.Penalty(l2=0.01))
    list(plain)
    first = penalized.step()
    start = glassnet.Network([784, 16, 10], seed=0).weights
    assert first.penalty == pytest.approx(0.005 * float(start @ start), rel=1e-5)
    assert all(epoch.penalty > 0 for epoch in penalized)
    assert np.linalg.norm(penalized.network.weights) < np.linalg.norm(plain.network.weights)


def test_no_validation_set_means_no_validation_figures():
    data = glassnet.load_dataset("mnist", train_size=200, validation_size=0)
    epoch = next(make(data))
    assert (epoch.validation_loss, epoch.validation_accuracy, epoch.validation_rmse) == (None, None, None)


def test_regression_reports_its_error_in_degrees():
    data = glassnet.load_dataset("rotated-mnist", train_size=2_000, validation_size=500)
    training = make(data, optimizer=glassnet.Adam(0.003), epochs=6)
    epoch = list(training)[-1]
    assert epoch.validation_accuracy is None
    assert epoch.validation_rmse < 20
    result = glassnet.evaluate(training.model, data.validation)
    assert result.rmse == pytest.approx(epoch.validation_rmse)
    # Standardized inside: the loss is about the squared error in units of the targets' deviation.
    assert result.loss == pytest.approx((result.rmse / training.model.target_scale.deviation) ** 2, rel=1e-4)


def test_a_rate_that_is_too_high_stops_at_once_and_says_so(data):
    training = make(data, optimizer=glassnet.SGD(1e8))
    with pytest.raises(DivergenceError, match=r"diverged at step \d+.*rate of 1e\+08.*Try a learning rate of 0\.1"):
        list(training)


def test_a_loss_a_thousand_times_the_first_is_divergence(data):
    training = make(data)
    training.progress.first_loss = 1.0
    training.network.parameters *= 1e3
    with pytest.raises(DivergenceError, match="the loss is"):
        training.step()


def test_parameters_that_are_not_finite_are_divergence(data):
    # The loss of the first step is finite; its update is not.
    with pytest.raises(DivergenceError, match=r"at step 1: not finite: [\d,]+ of 12,560 parameters of hidden .*rate"):
        make(data, optimizer=glassnet.SGD(1e39, momentum=0.9)).step()
    with pytest.raises(DivergenceError, match="at step 1: parameters exploded"):
        make(data, optimizer=glassnet.SGD(1e30)).step()


def test_a_validation_loss_that_is_not_finite_is_divergence(data):
    far = Examples(data.validation.inputs, np.full(len(data.validation), 1e30))
    near = Examples(data.train.inputs, data.train.targets.astype(float))
    odd = Dataset("odd", "regression", near, far, far, data.preprocessing, unit="miles")
    with pytest.raises(DivergenceError, match="in epoch 1: the validation loss is inf"):
        next(glassnet.Training(glassnet.Network([784, 16, 1], loss="mse"), odd, optimizer=glassnet.SGD(0.001)))


def test_parameters_that_are_not_finite_are_not_kept_as_the_best(data):
    training = make(data, patience=3)
    training.step()
    training.network.layers[-1].biases[3] = -np.inf
    before = training.state()[0]["best"]
    with pytest.raises(DivergenceError, match=r"no longer finite|the loss is"):
        next(training)
    assert (training.state()[0]["best"] == before).all()


def test_the_trace_is_the_last_batchs_and_holds_the_loss_it_is_the_gradient_of(data):
    training = make(data, penalty=glassnet.Penalty(l2=0.01))
    for rows in [64] * 15 + [40]:
        step = training.step()
        assert len(training.trace) == rows
        assert (training.trace.loss, training.trace.penalty) == (step.loss, step.penalty)


def test_a_hidden_layer_that_is_dead_for_an_epoch_is_divergence(data):
    training = make(data)
    training.network.layers[0].biases[:] = -1e6
    with pytest.raises(DivergenceError, match="epoch 1 every unit of hidden layer 1 was dead"):
        next(training)


def test_one_living_unit_keeps_the_training_alive(data):
    training = make(data)
    training.network.layers[0].biases[1:] = -1e6
    training.network.layers[0].biases[0] = 1
    next(training)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 0}, "invalid batch size"),
        ({"epochs": 0}, "invalid number of epochs"),
        ({"epochs": -1}, "got -1"),
        ({"patience": -1}, "invalid patience"),
        ({"workers": -1}, "number of workers"),
        ({"input_parts": 0}, "number of input parts"),
    ],
)
def test_impossible_numbers_are_refused(data, options, message):
    with pytest.raises(UsageError, match=message):
        make(data, **options)


def test_patience_needs_a_validation_set():
    data = glassnet.load_dataset("mnist", train_size=100, validation_size=0)
    with pytest.raises(UsageError, match="patience without a validation set"):
        make(data, patience=2)


def test_a_network_that_does_not_fit_the_data_is_refused(data):
    with pytest.raises(UsageError, match="expected 784 inputs and 10 outputs, got 784 and 5"):
        glassnet.Training(glassnet.Network([784, 5]), data)


def test_training_never_holds_a_float_copy_of_the_data(data):
    training = make(data)
    next(training)
    arrays = [*vars(training).values(), *vars(training.trace).values()]
    largest = max(array.nbytes for array in arrays if isinstance(array, np.ndarray))
    assert largest < 1_000 * 784 * 4 / 2
