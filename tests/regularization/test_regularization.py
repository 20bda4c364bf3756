"""Dropout, max-norm, soft targets, averages: what they promise, alone and in a training that is interrupted."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

import glassnet
from declared_settings import declared
from glassnet import Augmentation, ExponentialAverage, Regularization, TailAverage
from glassnet.errors import UsageError
from glassnet.model.model import load_model
from glassnet.network.gradient_check import check_gradient
from glassnet.network.layer import Layer
from glassnet.regularization.penalties import MaxNorm
from glassnet.regularization.regularization import draw_mask
from glassnet.runs.directory import resume_run, start_run
from glassnet.training.parallel import helper

EVERYTHING = {
    "augmentation": Augmentation(shift=1, rotation=10, elastic=1),
    "regularization": Regularization(dropout=0.3, input_dropout=0.1, input_noise=0.1, label_smoothing=0.1, mixup=0.3),
    "averaging": ExponentialAverage(0.9),
    "penalty": glassnet.Penalty(l2=1e-4),
    "optimizer": glassnet.SGD(0.05, momentum=0.9, nesterov=True, weight_decay=1e-4),
}


@pytest.fixture(scope="module")
def data():
    return glassnet.load_dataset("mnist", train_size=1_000, validation_size=200)


def make(data, sizes=(784, 24, 20, 10), **options):
    network = glassnet.Network(sizes, seed=2)
    return glassnet.Training(network, data, **{"batch_size": 64, "epochs": 3, "seed": 2, **options})


def arrays_of(training):
    return {name: array.tobytes() for name, array in training.state()[0].items()}


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_a_mask_keeps_the_expectation(rate):
    mask = np.empty((500, 400), np.float32)
    draw_mask(rate, np.random.default_rng(0), mask)
    assert mask.mean() == pytest.approx(1, abs=4 * np.sqrt(rate / (1 - rate) / mask.size) + 1e-6)
    assert (mask == 0).mean() == pytest.approx(rate, abs=0.01)
    assert len(np.unique(mask)) <= 2


def test_a_rate_next_to_one_keeps_one_place_of_the_grid():
    mask = np.empty(1 << 20, np.float32)
    draw_mask(1 - 1e-9, np.random.default_rng(0), mask)
    assert set(np.unique(mask)) == {0, 65_536}
    assert (mask > 0).sum() == pytest.approx(16, abs=12)


def test_input_noise_is_added_while_learning_and_not_at_prediction(data):
    training, plain = (make(data, regularization=Regularization(input_noise=s)) for s in (0.3, 0.0))
    training.step()
    plain.step()
    noise = training.trace.inputs - plain.trace.inputs
    assert noise.mean() == pytest.approx(0, abs=5 * 0.3 / np.sqrt(noise.size))
    assert noise.std() == pytest.approx(0.3, rel=0.02)
    assert training.model.preprocessing == plain.model.preprocessing


def test_dropout_leaves_the_expected_sum_of_the_next_layer_as_it_is():
    network = glassnet.Network([6, 200, 3], seed=0, dtype=np.float64)
    inputs = np.random.default_rng(0).random((1, 6))
    repeated = np.repeat(inputs, 4_000, axis=0)
    trace = network.trace(4_000, dropout=True)
    draw_mask(0.5, np.random.default_rng(1), trace.masks[0])
    network.forward(repeated, trace)
    plain = network.trace(1)
    network.forward(inputs, plain)
    spread = trace.logits.std(axis=0) / np.sqrt(4_000)
    assert (np.abs(trace.logits.mean(axis=0) - plain.logits[0]) < 5 * spread).all()
    assert (spread > 0).all()


def test_dropout_is_off_at_prediction_and_validation(data):
    training = make(data, regularization=Regularization(dropout=0.5, input_dropout=0.3), epochs=1)
    epoch = next(training)
    model, images = training.model, data.validation.inputs
    assert model.predict_probabilities(images).tobytes() == model.predict_probabilities(images).tobytes()
    assert glassnet.evaluate(model, data.validation).accuracy == epoch.validation_accuracy
    assert (training.trace.masks[0] == 0).any()


def test_a_mask_belongs_to_its_step_and_its_layer(data):
    training = make(data, regularization=Regularization(dropout=0.5), batch_size=128)
    seen = []
    for _ in range(3):
        training.step()
        seen += [mask[:, :20].tobytes() for mask in training.trace.masks]
    assert len(set(seen)) == 6


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu"])
@pytest.mark.parametrize(("loss", "output"), [("cross_entropy", "softmax"), ("mse", "identity")])
def test_the_gradient_of_the_regularized_loss_passes_the_check(activation, loss, output):
    network = glassnet.Network([5, 8, 6, 3], activation, loss=loss, output=output, seed=1, dtype=np.float64)
    rng = np.random.default_rng(3)
    inputs, targets = rng.normal(size=(7, 5)), 0.9 * rng.dirichlet(np.ones(3), 7) + 0.1 / 3
    penalty = glassnet.Penalty(l2=0.01)
    check = check_gradient(network, inputs, targets, weights=rng.random(7), penalty=penalty, dropout=0.4)
    assert check.passed
    assert (check.analytic == 0).mean() < 0.5


def test_the_gradient_check_notices_a_mask_that_is_forgotten(monkeypatch):
    network = glassnet.Network([5, 8, 3], "tanh", seed=1, dtype=np.float64)
    rng = np.random.default_rng(3)
    inputs, targets = rng.normal(size=(7, 5)), rng.dirichlet(np.ones(3), 7)
    honest = Layer.through_activation

    def forgetful(layer, trace):
        honest(layer, replace(trace, mask=None))

    monkeypatch.setattr(Layer, "through_activation", forgetful)
    assert not check_gradient(network, inputs, targets, dropout=0.4).passed


def test_max_norm_holds_after_each_step(data):
    training = make(data, regularization=Regularization(max_norm=0.8), optimizer=glassnet.SGD(0.3, momentum=0.9))
    free = make(data, optimizer=glassnet.SGD(0.3, momentum=0.9))
    for _ in range(10):
        training.step()
        free.step()
        for layer in training.network.layers[:-1]:
            assert np.linalg.norm(layer.weights, axis=0).max() <= 0.8 * (1 + 1e-6)
    assert np.linalg.norm(free.network.layers[0].weights, axis=0).max() > 0.9
    assert np.linalg.norm(training.network.layers[-1].weights, axis=0).max() > 0.8  # the outputs are free


def test_the_exponential_average_is_its_closed_form(data):
    training = make(data, sizes=(784, 8, 10), averaging=ExponentialAverage(0.8))
    seen = []
    for _ in range(8):
        training.step()
        seen.append(training.network.parameters.astype(np.float64))
    weights = 0.8 ** np.arange(7, -1, -1)
    expected = np.average(seen, axis=0, weights=weights)
    np.testing.assert_allclose(training.model.network.parameters, expected, atol=1e-6)


def test_the_average_of_the_tail_is_the_mean_of_its_steps(data):
    training = make(data, sizes=(784, 8, 10), averaging=TailAverage(0.5), epochs=1)
    seen = []
    for step in range(1, 17):
        training.step()
        seen.append(training.network.parameters.astype(np.float64))
        if step <= 8:  # before the tail begins, the model is what has been learned so far
            np.testing.assert_array_equal(training.model.network.parameters, training.network.parameters)
    np.testing.assert_allclose(training.model.network.parameters, np.mean(seen[8:], axis=0), atol=1e-6)


def test_what_is_averaged_is_what_is_validated(data):
    training = make(data, averaging=ExponentialAverage(0.95), epochs=2)
    for epoch in training:
        assert glassnet.evaluate(training.model, data.validation).loss == epoch.validation_loss
    assert (training.model.network.parameters != training.network.parameters).any()


@pytest.mark.parametrize("averaging", [ExponentialAverage(0.9), TailAverage(0.6)])
def test_patience_keeps_the_best_average(data, averaging):
    training = make(data, averaging=averaging, patience=3)
    losses = {epoch.number: epoch.validation_loss for epoch in training}
    assert glassnet.evaluate(training.model, data.validation).loss == min(losses.values())


def test_every_batch_of_every_epoch_has_noise_of_its_own(data):
    training = make(data, **EVERYTHING)
    loader, trace = training.loader, training.network.trace(training.batch_size, dropout=True)
    seen = set()
    for epoch in range(3):
        loader.begin(epoch)
        loader.order = np.zeros(1_000, int)  # the same example all over, so that the noise alone differs
        for number in range(3):
            inputs = loader.load(number, 0, trace).inputs
            seen |= {inputs[0].tobytes(), inputs[1].tobytes()}
    assert len(seen) == 18


def test_the_targets_that_are_learned_are_smoothed_and_mixed(data):
    smoothed = make(data, regularization=Regularization(label_smoothing=0.2))
    smoothed.step()
    np.testing.assert_allclose(
        np.sort(smoothed.trace.targets, axis=1)[:, [0, 8, 9]], [[0.02, 0.02, 0.82]] * 64, rtol=1e-5
    )
    mixed = make(data, regularization=Regularization(mixup=1))
    mixed.step()
    largest = mixed.trace.targets.max(axis=1)
    np.testing.assert_allclose(mixed.trace.targets.sum(axis=1), 1, rtol=1e-6)
    assert ((largest > 0.4) & (largest < 0.99)).mean() > 0.5


@pytest.mark.parametrize(
    "extra", [{"average_decay": 0.9}, {"average_tail": 0.7}, {"max_norm": 1.0, "deskew": True}], ids=str
)
def test_a_run_resumes_from_its_files_to_the_same_bytes(tmp_path, extra):
    noise = {
        "shift": 1.0,
        "elastic": 1.0,
        "thickness": 0.3,
        "straighten": 0.5,
        "dropout": 0.2,
        "input_dropout": 0.1,
        "input_noise": 0.1,
        "mixup": 0.2,
        "label_smoothing": 0.1,
    }
    given = {"train_size": 600, "validation_size": 100, "hidden": (16,), "epochs": 3, **noise, **extra}
    straight = start_run(tmp_path / "straight", given)
    list(straight)
    next(iter(start_run(tmp_path / "again", given)))
    again = resume_run(tmp_path / "again", {})
    assert again.kept == 1
    list(again)
    assert again.finish()["parameters_sha256"] == straight.finish()["parameters_sha256"]
    assert load_model(tmp_path / "again" / "model.safetensors").preprocessing.deskew == extra.get("deskew", False)


def test_max_norm_looks_at_all_weights_of_a_unit_also_where_inputs_are_in_parts(data):
    training = make(data, regularization=Regularization(max_norm=0.8), input_parts=2, epochs=1)
    list(training)
    assert np.linalg.norm(training.network.layers[0].weights, axis=0).max() <= 0.8 * (1 + 1e-6)


def test_it_resumes_to_the_same_bytes_with_everything_on(data):
    straight, first = make(data, **EVERYTHING), make(data, **EVERYTHING)
    list(straight)
    next(first)
    for _ in range(5):
        first.step()
    second = make(data, **EVERYTHING)
    second.restore(*first.state())
    list(second)
    assert arrays_of(second) == arrays_of(straight)
    assert second.model.network.parameters.tobytes() == straight.model.network.parameters.tobytes()


def test_max_norm_is_never_divided_among_processes(data, monkeypatch):
    monkeypatch.setattr(helper, "WORTH_A_HELPER", 0)
    monkeypatch.setattr(helper.Helper, "joined", lambda *arguments: pytest.fail("divided"))
    list(make(data, regularization=Regularization(max_norm=0.8), input_parts=2))


def test_each_part_of_the_noise_changes_what_is_learned(data):
    plain = make(data, epochs=1)
    list(plain)
    for name, value in (
        ("dropout", 0.2),
        ("input_dropout", 0.2),
        ("input_noise", 0.2),
        ("max_norm", 0.5),
        ("label_smoothing", 0.1),
        ("mixup", 1),
    ):
        other = make(data, epochs=1, regularization=Regularization(**{name: value}))
        list(other)
        assert (other.network.parameters != plain.network.parameters).any(), name


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"dropout": 1.0}, "invalid dropout"),
        ({"input_dropout": -0.1}, "invalid input_dropout"),
        ({"max_norm": -1.0}, "invalid max_norm"),
        ({"label_smoothing": 1.0}, "invalid label_smoothing"),
        ({"mixup": -1.0}, "invalid mixup"),
        ({"input_noise": float("inf")}, "invalid input_noise"),
    ],
)
def test_regularization_that_cannot_be_meant_is_refused(values, message):
    with pytest.raises(UsageError, match=message):
        Regularization(**values)


@pytest.mark.parametrize("average", [lambda: ExponentialAverage(1.0), lambda: TailAverage(0), lambda: TailAverage(1.1)])
def test_an_average_that_cannot_be_meant_is_refused(average):
    with pytest.raises(UsageError, match=r"invalid decay|invalid part"):
        average()


@pytest.mark.parametrize("values", [{"dropout": 0.5}, {"max_norm": 2.0}])
def test_hidden_units_are_not_left_out_where_there_are_none(data, values):
    with pytest.raises(UsageError, match="without hidden units"):
        make(data, sizes=(784, 10), regularization=Regularization(**values))


@pytest.mark.parametrize("rate", [1.0, 1.5, -0.2])
def test_a_gradient_is_not_checked_at_an_invalid_rate(rate):
    network = glassnet.Network([5, 8, 3], "tanh", seed=1, dtype=np.float64)
    with pytest.raises(UsageError, match="invalid dropout"):
        check_gradient(network, np.ones((2, 5)), np.eye(3)[:2], dropout=rate)


def test_a_tail_has_the_last_step_at_least():
    assert [TailAverage(0.01).weight(step, 8) for step in (7, 8)] == [0, 1]


def test_weights_beyond_all_measure_are_left_to_be_reported():
    weights = np.array([[3e19, 1], [1, 1]], np.float32)
    MaxNorm(1.0).project(weights)
    assert weights[0, 0] == np.float32(3e19)


def test_numbers_are_not_smoothed_as_labels():
    data = glassnet.load_dataset("rotated-mnist", train_size=500, validation_size=100)
    network = glassnet.Network([784, 8, 1], loss="mse")
    with pytest.raises(UsageError, match="label smoothing without labels"):
        glassnet.Training(network, data, regularization=Regularization(label_smoothing=0.1))


PART = {"low": 0, "below": 1, "unit": "fraction", "default": 0.0}
BESIDE = {"low": 0, "knob": False, "default": 0.0}


def test_the_settings_of_regularization_have_these_defaults_and_bounds():
    assert declared(Regularization) == (
        "regularization",
        {
            "dropout": {**PART, "common": True},
            "input_dropout": PART,
            "input_noise": BESIDE,
            "max_norm": BESIDE,
            "label_smoothing": PART,
            "mixup": BESIDE,
        },
    )
    assert declared(MaxNorm) == ("regularization", {"limit": {"above": 0}})
    penalty = {"low": 0, "default": 0.0}
    assert declared(glassnet.Penalty) == ("penalty", {"l1": penalty, "l2": {**penalty, "common": True}})
    Regularization().check("regression", 1)
    assert glassnet.Penalty(l2=2.0).cost(np.ones(3)) == 3.0
    with pytest.raises(TypeError):
        Regularization(0.5)  # which of six, nobody could read
    for thing, name in ((Regularization(), "dropout"), (glassnet.Penalty(), "l1"), (MaxNorm(2.0), "limit")):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, 0.5)
