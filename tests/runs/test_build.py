"""From settings to a training: every option arrives where it is meant, and nothing else is changed by it."""

import sys
from dataclasses import replace
from operator import attrgetter

import numpy as np
import pytest

import glassnet
from glassnet.errors import UsageError
from glassnet.network.architecture import Architecture
from glassnet.optimizers.schedules import Constant, Cosine, OneCycle, StepDecay, WarmUp
from glassnet.runs import build as configuration
from glassnet.runs.build import build_training, resolve
from glassnet.runs.settings import checked, completed, differences, read_toml, table, write_toml
from glassnet.settings import settings_of
from glassnet.training.loader import epoch_order

SMALL = {"train_size": 1_000, "validation_size": 100, "hidden": (16, 8)}  # 16 steps an epoch, the last one smaller
TINY = {"train_size": 100, "validation_size": 50, "hidden": (8,), "epochs": 2, "batch_size": 30}


@pytest.fixture
def angles(monkeypatch):
    """Stands for rotated-mnist, which takes seconds to turn."""
    asked = []

    def load(name, **options):
        asked.append((name, options))
        examples = glassnet.Examples(np.zeros((150, 28, 28), np.uint8), np.linspace(-45, 45, 150))
        parts = (examples.select(slice(*rows)) for rows in ((100,), (100, 130), (130, 150)))
        return glassnet.Dataset(name, "regression", *parts, glassnet.PixelScaling((28, 28)))

    monkeypatch.setattr(configuration, "load_dataset", load)
    return asked


def build(**given):
    return build_training(*resolve({**SMALL, **given}))


def test_defaults_of_mnist():
    data = {"dataset": "mnist", "target": "", "task": "classification", "fingerprint": "", "sha256": ""}
    data |= {"train_size": 50_000, "validation_size": 10_000, "test_size": 10_000}
    data |= {"header": False, "delimiter": "", "decimal": "", "encoding": "", "read_as": "", "on_error": ""}
    data |= {"leave_out": (), "keep": (), "categories": (), "dates": "", "window": 0, "reading": ()}
    data |= {"group": "", "time": "", "class_weights": "none"}
    network = {"hidden": (128,), "activation": ("relu",), "initializer": "auto", "loss": "cross_entropy"}
    rule = {"optimizer": "sgd", "learning_rate": 0.1, "momentum": 0.9, "nesterov": False, "weight_decay": 0.0}
    course = {"schedule": "one-cycle", "warmup": 0.0, "epochs": 12, "batch_size": 64, "patience": 0}
    parts = (glassnet.Augmentation, glassnet.Regularization)
    off = dict.fromkeys([declared.name for part in parts for declared in settings_of(part)], 0.0)
    off |= dict.fromkeys(["average_decay", "average_tail", "l1", "l2"], 0.0)
    course |= {"threshold": "", "cost": (), "positive": ""}
    course |= {"cycle_rise": 0.3, "cycle_first": 1 / 25, "cycle_last": 1 / 250_000}
    one = {
        "ensemble": 1,
        "folds": 0,
        "member": 0,
        "seeds": 1,
        "deskew": False,
        "seed": 0,
        "input_parts": 2,
        "shards": 1,
    }
    settings, loaded = resolve({})
    assert settings.as_dict() == {**data, **network, **rule, **course, **off, **one}
    assert (loaded.name, len(loaded.train), len(loaded.validation)) == ("mnist", 50_000, 10_000)


def test_defaults_of_rotated_mnist_where_they_are_others(angles):
    settings, data = resolve({"dataset": "rotated-mnist"})
    own = {"hidden": (256, 64), "loss": "mse", "optimizer": "adam", "learning_rate": 0.003, "beta1": 0.9}
    usual = {"activation": ("relu",), "schedule": "one-cycle", "weight_decay": 0.0, "patience": 0}
    usual["input_parts"] = 1
    sizes = {"train_size": 100, "validation_size": 30, "epochs": 10, "batch_size": 64}
    assert {**settings.as_dict(), **own, **usual, **sizes} == settings.as_dict()
    assert "momentum" not in settings.as_dict()
    training = build_training(settings, data)
    assert training.network.architecture == Architecture((784, 256, 64, 1), ("relu", "relu"), "identity", "mse")
    assert training.optimizer == glassnet.Adam(0.003)


def test_the_data_is_asked_for_with_the_sizes_and_the_seed_that_were_given(angles):
    resolve({"loss": "mse"})
    resolve({"dataset": "rotated-mnist", "validation_size": 7, "seed": 5})
    resolve({"loss": "mae", "train_size": 8})
    assert angles == [
        ("mnist", {"seed": 0}),
        ("rotated-mnist", {"validation_size": 7, "seed": 5}),
        ("mnist", {"train_size": 8, "seed": 0}),
    ]


SOFT = ("softmax", "cross_entropy")
HELD = [
    ("optimizer", {}, glassnet.SGD(0.1, momentum=0.9)),
    ("optimizer", {"optimizer": "rmsprop"}, glassnet.RMSprop(0.001, momentum=0.0)),
    ("optimizer", {"optimizer": "adam"}, glassnet.Adam(0.003, weight_decay=0.0)),
    ("optimizer", {"optimizer": "adamw"}, glassnet.AdamW(0.003, weight_decay=0.01)),
    ("optimizer", {"learning_rate": 0.25}, glassnet.SGD(0.25, momentum=0.9)),
    ("optimizer", {"momentum": 0}, glassnet.SGD(0.1)),
    ("optimizer", {"nesterov": True}, glassnet.SGD(0.1, momentum=0.9, nesterov=True)),
    ("optimizer", {"weight_decay": 0.03}, glassnet.SGD(0.1, momentum=0.9, weight_decay=0.03)),
    ("optimizer", {"optimizer": "adamw", "weight_decay": 0}, glassnet.AdamW(0.003, weight_decay=0.0)),
    ("optimizer", {"optimizer": "rmsprop", "momentum": 0.5}, glassnet.RMSprop(0.001, momentum=0.5)),
    ("schedule", {}, OneCycle()),
    ("schedule", {"schedule": "constant"}, Constant()),
    ("schedule", {"schedule": "step"}, StepDecay()),
    ("schedule", {"schedule": "cosine"}, Cosine()),
    ("schedule", {"warmup": 2}, WarmUp(32, OneCycle())),
    ("schedule", {"warmup": 0.5, "schedule": "cosine"}, WarmUp(8, Cosine())),
    ("schedule", {"warmup": 11.99, "batch_size": sys.maxsize}, WarmUp(12, OneCycle())),
    ("network.architecture", {}, Architecture((784, 16, 8, 10), ("relu", "relu"), *SOFT)),
    ("network.architecture", {"hidden": ()}, Architecture((784, 10), (), *SOFT)),
    ("network.architecture", {"activation": "tanh"}, Architecture((784, 16, 8, 10), ("tanh", "tanh"), *SOFT)),
    ("network.architecture", {"activation": ("tanh", "elu")}, Architecture((784, 16, 8, 10), ("tanh", "elu"), *SOFT)),
    ("network.architecture", {"loss": "mae"}, Architecture((784, 16, 8, 10), ("relu", "relu"), "sigmoid", "mae")),
    ("penalty", {}, glassnet.Penalty()),
    ("penalty", {"l1": 0.125, "l2": 0.5}, glassnet.Penalty(l1=0.125, l2=0.5)),
    ("epochs", {"epochs": 7}, 7),
    ("batch_size", {"batch_size": 50}, 50),
    ("batch_size", {"batch_size": sys.maxsize}, 1_000),
    ("steps_per_epoch", {"batch_size": sys.maxsize}, 1),
    ("patience", {}, None),
    ("patience", {"patience": 3}, 3),
    ("seed", {"seed": 9}, 9),
    ("input_parts", {"input_parts": 2}, 2),
    ("shards", {"shards": 4}, 4),
]


@pytest.mark.parametrize(("attribute", "given", "expected"), HELD, ids=str)
def test_the_training_holds_what_the_settings_say(attribute, given, expected):
    assert attrgetter(attribute)(build(**given)) == expected


def test_a_full_batch_is_written_down_as_the_number_it_is():
    assert resolve({**SMALL, "batch_size": sys.maxsize})[0].batch_size == 1_000


@pytest.mark.parametrize("count", [1, 7])
def test_input_parts_are_chosen_by_the_steps_size_alone_unless_given(monkeypatch, count):
    monkeypatch.setattr("glassnet.hardware.processors", lambda: count)
    large = {**SMALL, "hidden": (512,), "batch_size": 10}
    assert resolve(large)[0].input_parts == 2
    assert resolve({**large, "batch_size": 1})[0].input_parts == 1
    assert resolve({**large, "hidden": (16,)})[0].input_parts == 1
    assert resolve({**large, "input_parts": 3})[0].input_parts == 3


@pytest.mark.parametrize("initializer", ["auto", "glorot_uniform", "standard_normal"])
def test_the_start_follows_from_initializer_and_seed(initializer):
    options = {} if initializer == "auto" else {"initializer": initializer}
    expected = glassnet.Network([784, 16, 8, 10], seed=4, **options)
    assert build(initializer=initializer, seed=4).network.parameters.tobytes() == expected.parameters.tobytes()


def test_the_seed_chooses_split_start_and_shuffle_each():
    (zero, data), (_, data_of_one) = resolve(SMALL), resolve({**SMALL, "seed": 1})
    sizes = {"train_size": 1_000, "validation_size": 100}
    for seed, split in ((0, data), (1, data_of_one)):
        expected = glassnet.load_dataset("mnist", **sizes, seed=seed)
        assert (split.train.indices == expected.train.indices).all()
        assert (split.validation.indices == expected.validation.indices).all()
    assert (data.train.indices != data_of_one.train.indices).any()
    first, second = (build_training(replace(zero, seed=seed), data) for seed in (0, 1))
    assert (first.network.parameters != second.network.parameters).any()
    assert (first.loader.order == epoch_order(1_000, 0, 0)).all()
    assert (second.loader.order == epoch_order(1_000, 1, 0)).all()


CHANGES = [
    {"train_size": 90, "validation_size": 40, "seed": 1, "epochs": 3, "batch_size": 20},
    {"hidden": (9,), "activation": ("tanh",), "initializer": "glorot_normal", "loss": "mse"},
    {"optimizer": "adam", "learning_rate": 0.05, "momentum": 0.8, "nesterov": True},
    {"cycle_rise": 0.5, "cycle_first": 0.5, "cycle_last": 0.5},
    {"schedule": "cosine", "warmup": 0.5, "l1": 0.01, "l2": 0.01, "weight_decay": 0.01},
    {"deskew": True, "shift": 1.0, "rotation": 5.0, "scale": 0.1, "shear": 0.1, "elastic": 1.0, "thickness": 0.5},
    {"straighten": 0.5, "class_weights": "balanced"},
    {"dropout": 0.2, "input_dropout": 0.2, "input_noise": 0.2},
    {"max_norm": 0.5, "label_smoothing": 0.1, "mixup": 0.5},
    {"average_decay": 0.9, "average_tail": 0.5, "member": 1, "input_parts": 2, "shards": 2},
]


def trained(**given):
    training = build_training(*resolve({**TINY, **given}))
    list(training)
    return training.model.network.parameters.tobytes()


# What others than the usual optimizer and schedule take.
OTHERS = [
    ({"optimizer": "adam"}, {"beta1": 0.5, "beta2": 0.5, "epsilon": 0.1}),
    ({"optimizer": "rmsprop"}, {"smoothing": 0.5}),
    ({"schedule": "step"}, {"step_factor": 0.5, "step_parts": 2}),
]


def test_each_setting_alone_changes_the_result():
    assert trained() == trained()
    changes = {name: value for some in CHANGES for name, value in some.items()}
    found = set()
    for chosen, values in [({}, changes), *OTHERS]:
        plain = trained(**chosen)
        assert [name for name, value in values.items() if trained(**chosen, **{name: value}) == plain] == []
        found |= values.keys()
    # Other data; ends a training but steers none; only the last bits; how many trainings; how answers are decided.
    silent = {"dataset", "target", "task", "fingerprint", "sha256", "test_size", "patience", "ensemble", "seeds"}
    silent |= {"header", "delimiter", "decimal", "encoding", "leave_out", "keep", "read_as", "window", "reading"}
    silent |= {"categories", "dates", "group", "time", "folds", "threshold", "cost", "positive", "on_error"}
    assert found | silent == table().keys()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seed": -1}, "invalid seed.*got -1"),
        ({"optimizer": "adam", "momentum": 0.5}, "adam takes no momentum"),
        ({"optimizer": "rmsprop", "nesterov": True}, "rmsprop takes no nesterov"),
        ({"warmup": -0.5}, "invalid warmup"),
        ({"warmup": 12}, "invalid warmup.*less than the 12 epochs"),
        ({"batch_size": 0}, "invalid batch_size: expected a whole number, at least 1, got 0"),
        ({"epochs": 0}, "invalid epochs"),
        ({"l2": -1.0}, "invalid l2"),
        ({"optimizer": "adm"}, "unknown optimizer.*Did you mean 'adam'"),
        ({"dataset": "mnits"}, "unknown data set.*Did you mean 'mnist'"),
        ({"schedule": "cosin"}, "unknown schedule"),
        ({"initializer": "he"}, "unknown initializer"),
        ({"learning_rat": 1.0}, "unknown setting.*Did you mean 'learning_rate'"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_and_named(given, message):
    with pytest.raises(UsageError, match=message):
        build(**given)


def test_classes_have_no_loss_on_numbers_and_numbers_none_on_classes(angles):
    with pytest.raises(UsageError, match="loss does not fit the data set: expected mse, mae or huber"):
        resolve({"dataset": "rotated-mnist", "loss": "cross_entropy"})


def test_settings_written_and_read_are_the_same(tmp_path):
    settings, _ = resolve({**SMALL, "activation": ("tanh", "elu"), "learning_rate": 1e-05, "nesterov": True})
    for some in (settings, replace(settings, hidden=(), activation=(), dataset='a "quoted" \\ näme, 数字,\tend')):
        path = tmp_path / "config.toml"
        path.write_text(write_toml(some), encoding="utf-8")
        assert completed(read_toml(path)) == some
    assert [line.split(" = ")[0] for line in write_toml(settings).splitlines()] == [*settings.as_dict()]


def test_a_single_value_is_taken_for_a_list_of_one_and_whole_numbers_for_numbers():
    given = checked({"hidden": 16, "activation": "tanh", "momentum": 0, "warmup": 2, "epochs": 3})
    assert given == {"hidden": (16,), "activation": ("tanh",), "momentum": 0.0, "warmup": 2.0, "epochs": 3}
    assert (type(given["momentum"]), type(given["warmup"]), type(given["epochs"])) == (float, float, int)
    assert checked({"hidden": [30, 20], "activation": []}) == {"hidden": (30, 20), "activation": ()}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("hidden", "wide", "a list of whole numbers, each at least 1"),
        ("hidden", [1.5], "a list of whole numbers, each at least 1"),
        ("hidden", [8, 0], "a list of whole numbers, each at least 1"),
        ("hidden", True, "a list of whole numbers, each at least 1"),
        ("activation", [1], "a list of strings"),
        ("dataset", 3, "a string"),
        ("epochs", 1.5, "a whole number, at least 1"),
        ("epochs", True, "a whole number, at least 1"),
        ("nesterov", 1, "true or false"),
        ("learning_rate", "fast", "a number, more than 0"),
        ("learning_rate", True, "a number, more than 0"),
    ],
)
def test_a_setting_of_another_type_is_named_with_what_was_expected(key, value, expected):
    with pytest.raises(UsageError) as caught:
        checked({key: value})
    assert str(caught.value).startswith(f"invalid {key}: expected {expected}, got ")
    assert str(value) in str(caught.value)


def test_differences_name_the_setting_and_both_values_and_nothing_else():
    before, _ = resolve(TINY)
    assert differences(before, before) == []
    assert differences(before, before.changed(l2=0.5, hidden=(9,))) == [
        "hidden was (8,), is (9,)",
        "l2 was 0.0, is 0.5",
    ]
