"""What is said to go wrong in a training: nothing where all is well, and the right thing where it is not."""

import re

import numpy as np
import pytest
from made_by_hand import chain, course, traced

import glassnet
from glassnet.diagnosis import diagnose as diagnostics
from glassnet.diagnosis.diagnose import diagnose, diagnose_history, diagnose_trace, diagnose_update
from glassnet.errors import DivergenceError


@pytest.fixture(scope="module")
def images():
    """Give MNIST's data with so many training examples."""
    return lambda count: glassnet.load_dataset("mnist", train_size=count, validation_size=1_000)


@pytest.fixture(scope="module")
def data(images):
    return images(2_000)


def make(data, hidden=(128,), activation="relu", *, rate=0.1, initializer=None, seed=0, **options):
    sizes = [784, *hidden, data.outputs]
    network = glassnet.Network(sizes, activation, initializer=initializer, seed=seed)
    options = {"optimizer": glassnet.SGD(rate, momentum=0.9), "seed": seed, **options}
    return glassnet.Training(network, data, **options)


def watch(training):
    """Train to the end; give the kinds of findings after each epoch."""
    epochs, kinds = [], []
    for epoch in training:
        epochs.append(epoch)
        kinds.append([finding.kind for finding in diagnose(training, epochs)])
    return kinds


def scale_weights(factor):
    return lambda network: np.multiply(network.weights, factor, out=network.weights)


def silence(network):
    network.layers[0].biases[:] = -10


HEALTHY = {
    "the default": {},
    "the default with another seed": {"seed": 2},
    "the command's default": {"batch_size": 64, "epochs": 12, "schedule": glassnet.OneCycle()},
    "tanh": {"activation": "tanh", "hidden": (64, 64)},
    "leaky_relu, for longer": {"activation": "leaky_relu", "epochs": 12},
    "eight hidden layers": {"hidden": (64,) * 8, "rate": 0.01, "epochs": 8},
    "layers that narrow": {"hidden": (512, 16), "rate": 0.05},
    "layers that widen": {"hidden": (16, 512), "rate": 0.05, "epochs": 8, "schedule": glassnet.OneCycle()},
    "dropout": {"hidden": (256,), "regularization": glassnet.Regularization(dropout=0.5)},
    "augmentation": {"augmentation": glassnet.Augmentation(shift=2, rotation=10)},
    "Adam and a cycle": {"optimizer": glassnet.AdamW(0.003), "epochs": 12, "schedule": glassnet.OneCycle()},
    "single examples": {"optimizer": glassnet.SGD(0.01), "batch_size": 1, "epochs": 2},
}


@pytest.mark.parametrize("options", HEALTHY.values(), ids=HEALTHY)
def test_nothing_is_found_in_a_healthy_training_after_any_epoch(data, options):
    kinds = watch(make(data, **options))
    assert kinds == [[]] * len(kinds)


# What is done to a training, and what is found at its end.
ILL = {
    "a rate twenty times too high": ({"rate": 2.0}, None, ["dead", "unsteady"]),
    "a rate fifty times too high for softmax": ({"hidden": (), "rate": 5.0}, None, ["unsteady"]),
    "a rate far too low": ({"rate": 1e-6}, None, ["rate too low", "stalled"]),
    "a low rate": ({"rate": 1e-3}, None, ["unfinished"]),
    "small weights before deep sigmoids": (
        {"hidden": (64,) * 5, "activation": "sigmoid"},
        scale_weights(0.1),
        ["vanishing", "stalled"],
    ),
    "large weights before deep relus": ({"hidden": (64,) * 6, "rate": 1e-6}, scale_weights(4), ["exploding"]),
    "large weights before tanh": (
        {"hidden": (64, 64), "activation": "tanh", "initializer": "standard_normal"},
        None,
        ["saturated"],
    ),
    "biases of -10 before relu": ({"strict": False}, silence, ["dead", "stalled"]),
    "biases of -10 before gelu": (
        {"hidden": (64, 64), "activation": "gelu", "strict": False},
        silence,
        ["dead", "stalled"],
    ),
    "biases of -10 before sigmoid": ({"hidden": (64, 64), "activation": "sigmoid"}, silence, ["saturated", "stalled"]),
}


@pytest.mark.parametrize(("options", "harm", "kinds"), ILL.values(), ids=ILL)
def test_what_is_wrong_with_a_training_is_found_and_nothing_else(data, options, harm, kinds):
    training = make(data, epochs=5, **options)
    if harm:
        harm(training.network)
    found = watch(training)[-1]
    # What a wild rate does to the loss beside killing units hangs on the last bits, and the ill may be falling still.
    assert found[0] == kinds[0]
    assert set(found) <= {*kinds, "unfinished"}


def test_overfitting_is_found_where_few_examples_are_seen_often(images):
    kinds = watch(make(images(200), epochs=30))
    assert kinds[:8] == [[]] * 8
    assert kinds[-8:] == [["overfitting"]] * 8


def test_a_rate_too_high_is_seen_from_the_first_steps_on(data):
    training = make(data, rate=1.0)
    for _ in range(3):
        training.step()
    (finding,) = diagnose(training, [])
    assert finding.kind == "rate too high"


@pytest.mark.parametrize("rate", [1e10, 1e30])
def test_a_training_that_diverged_can_be_diagnosed(data, rate):
    training = make(data, rate=rate)
    with pytest.raises(DivergenceError):
        next(training)
    kinds = [finding.kind for finding in diagnose(training, [])]
    assert kinds == ([] if rate == 1e10 else ["exploding"]) + ["rate too high"]


def test_a_look_changes_nothing(data):
    looked_at, alone = (make(data, epochs=2, rate=0.5, patience=2) for _ in range(2))
    epochs = []
    for _ in range(5):
        looked_at.step()
        alone.step()
        diagnose(looked_at, epochs)
    for epoch in looked_at:
        epochs.append(epoch)
        diagnose(looked_at, epochs)
    assert len(list(alone)) == len(epochs) == 2
    for name, array in alone.state()[0].items():
        np.testing.assert_array_equal(looked_at.state()[0][name], array)


def test_a_training_that_has_not_begun_or_was_restored_is_no_sick_one(data):
    training = make(data, rate=1e-9)
    assert diagnose(training, []) == []
    well = make(data, epochs=10)
    epochs = [next(well) for _ in range(3)]
    restored = make(data, epochs=10)
    restored.restore(*well.state())
    assert diagnose(restored, epochs) == []


def test_numbers_are_diagnosed_as_classes_are():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(300, 4))
    targets = inputs @ rng.normal(size=4)
    examples = glassnet.Examples(inputs, targets)
    splits = (examples.select(slice(*rows)) for rows in ((0, 200), (200, 250), (250, 300)))
    preprocessing = glassnet.FeatureScaling(tuple("abcd"), (0.0,) * 4, (1.0,) * 4)
    numbers = glassnet.Dataset("planes", "regression", *splits, preprocessing)
    for rate, kinds in ((0.01, []), (1e-7, ["rate too low", "stalled"])):
        network = glassnet.Network([4, 16, 1], loss="mse", seed=0)
        training = glassnet.Training(network, numbers, optimizer=glassnet.SGD(rate, momentum=0.9), batch_size=20)
        epochs = list(training)
        assert [f.kind for f in diagnose(training, epochs) if f.kind != "unfinished"] == kinds


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_step_that_is_judged_is_the_optimizers_next(data, momentum):
    schedule = glassnet.Cosine()  # of four steps: the second has 85% of the rate
    training = make(data, optimizer=glassnet.SGD(2.0, momentum=momentum), schedule=schedule, batch_size=500, epochs=1)
    for _ in range(2):
        step = training.step()
    weights = len(training.network.weights)
    update = training.trace.gradient.copy()
    if momentum:
        update += momentum * training.state()[0]["optimizer.velocity"]
    share = np.linalg.norm(step.learning_rate * update[:weights]) / np.linalg.norm(training.network.weights)
    seen = [finding.seen for finding in diagnose(training, []) if finding.kind == "rate too high"]
    assert [re.findall(r"by (\S+) of", text) for text in seen] == [[f"{share:.2g}"]]


def test_a_schedule_that_ends_at_zero_makes_no_rate_too_low(data):
    training = make(data, epochs=2, schedule=glassnet.OneCycle())
    assert list(training)[-1].learning_rate < 1e-6
    assert diagnose(training, []) == []


@pytest.mark.parametrize(("batch_size", "kinds"), [(16, []), (32, ["unsteady"])])
def test_the_loss_of_a_small_first_batch_means_nothing(data, batch_size, kinds):
    training = make(data, rate=0.01, batch_size=batch_size, epochs=2)
    epoch = next(training)
    training.progress.first_loss = 0.3 * epoch.training_loss
    assert [finding.kind for finding in diagnose(training, [epoch])] == kinds


def test_the_names_of_all_findings_are_given_somewhere():
    findings = [
        *(finding for args in (("relu", [-1.0]), ("tanh", [9.0])) for finding in diagnose_trace(*traced(*args))),
        *(finding for factor in (1e-3, 1e3) for finding in diagnose_trace(*chain(factor))),
        *(finding for share in (0, 1) for finding in diagnose_update(np.ones(2), np.ones(2) * (1 + share))),
        *diagnose_history(course([2.0, 3.0])),
        *diagnose_history(course([2.3] * 3)),
        *diagnose_history(course([1.0, 0.5, 0.4, 0.3, 0.2], [0.6, 0.5, 0.6, 0.6, 0.6])),
        *diagnose_history(course([1.0, 0.5, 0.4, 0.3], [0.6, 0.5, 0.4, 0.3])),
    ]
    for finding in findings:
        assert finding.kind in diagnostics.Finding.__doc__
        assert re.search(r"\d", finding.seen)
        for sentence in (finding.seen, finding.means, finding.remedy):
            assert re.fullmatch(r"[A-Z0-9][^!\n]+\.", sentence)
    assert len({finding.kind for finding in findings}) == len(findings) == 10
