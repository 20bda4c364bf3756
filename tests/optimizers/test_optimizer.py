"""Updates worked by hand, what decays and what does not, state as data, and settings that cannot be meant."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

import glassnet
from declared_settings import declared
from glassnet import SGD, Adam, AdamW, ExponentialAverage, RMSprop, TailAverage
from glassnet.data.dataset import Dataset, Examples
from glassnet.data.preprocessing.pixels import PixelScaling
from glassnet.optimizers.averaging import AVERAGES
from glassnet.optimizers.sgd import FLUSH_BELOW, FLUSH_EVERY
from glassnet.settings import settings_of

# Of one weight that starts at 1: the rule, two gradients, and the weight after each update.
WORKED = {
    # 1 - 0.1 * 2 = 0.8;  0.8 - 0.1 * (-2) = 1
    "sgd": (SGD(learning_rate=0.1), (2, -2), (0.8, 1.0)),
    # decay 1 - 0.1 * 0.5 * 1 = 0.95, step 0.95 - 0.2 = 0.75;  decay 0.75 * 0.95 = 0.7125, step 0.7125 + 0.2
    "decay": (SGD(learning_rate=0.1, weight_decay=0.5), (2, -2), (0.75, 0.9125)),
    # v = 2, 1 - 0.1 * 2 = 0.8;  v = 0.5 * 2 - 2 = -1, 0.8 + 0.1 * 1 = 0.9
    "momentum": (SGD(learning_rate=0.1, momentum=0.5), (2, -2), (0.8, 0.9)),
    # v = 2, 1 - 0.1 * (2 + 0.5 * 2) = 0.7;  v = -1, 0.7 - 0.1 * (-2 + 0.5 * (-1)) = 0.95
    "nesterov": (SGD(learning_rate=0.1, momentum=0.5, nesterov=True), (2, -2), (0.7, 0.95)),
    # m = 0.5 * 2 = 1, v = 0.25 * 4 = 1; without bias 1 / (1/2) = 2 and 1 / (1/4) = 4;
    # 1 - 0.3 * 2 / (2 + 1) = 0.8
    # m = 0.5 * 1 - 0.5 * 2 = -1/2, v = 0.75 * 1 + 0.25 * 4 = 7/4; without bias -1/2 / (3/4) = -2/3 and
    # 7/4 / (7/16) = 4; 0.8 + 0.3 * (2/3) / (2 + 1) = 0.8 + 1/15
    "adam": (Adam(learning_rate=0.3, beta1=0.5, beta2=0.75, epsilon=1), (2, -2), (0.8, 0.8 + 1 / 15)),
    # Adam's steps of -0.2 and 1/15, each after a decay by 1 - 0.3 * 0.5 = 0.85: 0.85 - 0.2 = 0.65;
    # 0.65 * 0.85 + 1/15 = 0.5525 + 1/15
    "adamw": (
        AdamW(learning_rate=0.3, weight_decay=0.5, beta1=0.5, beta2=0.75, epsilon=1),
        (2, -2),
        (0.65, 0.5525 + 1 / 15),
    ),
    # v = 0.25 * 4 = 1, 1 - 0.1 * 2 / (1 + 1) = 0.9;  v = 0.75 * 1 + 0.25 / 16 = 49/64, its root 7/8,
    # 0.9 + 0.1 * (1/4) / (7/8 + 1) = 0.9 + 0.1 * 2/15
    "rmsprop": (RMSprop(learning_rate=0.1, smoothing=0.75, epsilon=1), (2, -0.25), (0.9, 0.9 + 0.2 / 15)),
    # The quotients 1 and -2/15 of above: u = 1, 0.9;  u = 0.5 * 1 - 2/15 = 11/30, 0.9 - 0.1 * 11/30
    "rmsprop-momentum": (
        RMSprop(learning_rate=0.1, smoothing=0.75, epsilon=1, momentum=0.5),
        (2, -0.25),
        (0.9, 0.9 - 1.1 / 30),
    ),
}
EVERY_RULE = {
    "sgd": SGD(),
    "momentum": SGD(momentum=0.9),
    "nesterov": SGD(momentum=0.9, nesterov=True),
    "adam": Adam(),
    "adamw": AdamW(),
    "rmsprop": RMSprop(),
    "rmsprop-momentum": RMSprop(momentum=0.9),
}


@pytest.mark.parametrize("rule", WORKED)
def test_two_updates_are_as_worked_by_hand(rule):
    optimizer, gradients, expected = WORKED[rule]
    weight = np.array([1.0])
    state = optimizer.init(weight)
    for gradient, after in zip(gradients, expected, strict=True):
        optimizer.step(weight, np.array([gradient], float), state, weight_count=1)
        assert weight[0] == pytest.approx(after, rel=1e-14)


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_a_step_leaves_the_gradient_alone_and_the_dtype_what_it_was(rule):
    parameters, gradient = np.ones(3, np.float32), np.array([1, -2, 0], np.float32)
    state = EVERY_RULE[rule].init(parameters)
    EVERY_RULE[rule].step(parameters, gradient, state, weight_count=2)
    assert gradient.tolist() == [1, -2, 0]
    assert parameters.dtype == np.float32
    assert {array.dtype.name for array in state.values()} <= {"float32", "int64"}


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_a_step_takes_the_schedules_rate_in_place_of_its_own(rule):
    optimizer = EVERY_RULE[rule]
    halved = type(optimizer)(**{**vars(optimizer), "learning_rate": optimizer.learning_rate / 2})
    results = []
    for candidate, rate in ((optimizer, optimizer.learning_rate / 2), (halved, None)):
        parameters = np.array([1.0, -3.0])
        candidate.step(parameters, np.array([0.5, 2.0]), candidate.init(parameters), weight_count=1, learning_rate=rate)
        results.append(parameters.tolist())
    assert results[0] == results[1]


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_decay_shrinks_weights_and_spares_biases(rule):
    optimizer = type(EVERY_RULE[rule])(**{**vars(EVERY_RULE[rule]), "learning_rate": 0.1, "weight_decay": 0.5})
    parameters = np.array([4.0, -2.0, 4.0])  # two weights and a bias
    state = optimizer.init(parameters)
    for _ in range(2):
        optimizer.step(parameters, np.zeros(3), state, weight_count=2)
    assert parameters == pytest.approx([4 * 0.95**2, -2 * 0.95**2, 4], rel=1e-15)
    assert parameters[2] == 4


def two_pixel_training(penalty=None):
    """Prepare one step of descent on four images of two pixels."""
    images, labels = np.array([[0, 255], [255, 0], [255, 255], [90, 30]], np.uint8), np.array([0, 1, 1, 0])
    examples = Examples(images, labels)
    nobody = Examples(images[:0], labels[:0])
    data = Dataset("pixels", "classification", examples, nobody, nobody, PixelScaling((2,)), ("no", "yes"))
    network = glassnet.Network([2, 2], seed=1, dtype=np.float64)
    network.layers[0].biases[...] = [3, -1]
    return glassnet.Training(network, data, optimizer=SGD(learning_rate=0.25), penalty=penalty, epochs=1)


@pytest.mark.parametrize(("l1", "l2"), [(0.5, 0), (0, 0.5), (0.25, 0.125)])
def test_penalties_pull_at_weights_and_spare_biases(l1, l2):
    free, bound = two_pixel_training(), two_pixel_training(glassnet.Penalty(l1=l1, l2=l2))
    weights = bound.network.layers[0].weights.copy()
    free.step()
    penalty = bound.step().penalty
    pulled = free.network.layers[0].weights - bound.network.layers[0].weights
    np.testing.assert_allclose(pulled, 0.25 * (l1 * np.sign(weights) + l2 * weights), rtol=0, atol=1e-15)
    np.testing.assert_array_equal(free.network.layers[0].biases, bound.network.layers[0].biases)
    assert penalty == pytest.approx(l1 * np.abs(weights).sum() + l2 * np.square(weights).sum() / 2, rel=1e-14)


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_a_saved_state_continues_to_the_same_bits(rule, tmp_path):
    gradients = np.random.default_rng(0).normal(size=(FLUSH_EVERY + 20, 50)).astype(np.float32)
    straight = np.ones(50, np.float32)
    state = EVERY_RULE[rule].init(straight)
    for step, gradient in enumerate(gradients):
        if step == FLUSH_EVERY - 1:  # so that the count of steps matters: the flush comes with the next
            np.savez(tmp_path / "state.npz", parameters=straight, **state)
        EVERY_RULE[rule].step(straight, gradient, state, weight_count=40)
    with np.load(tmp_path / "state.npz") as file:
        loaded = dict(file)
    resumed, another = loaded.pop("parameters"), type(EVERY_RULE[rule])(**vars(EVERY_RULE[rule]))
    for gradient in gradients[FLUSH_EVERY - 1 :]:
        another.step(resumed, gradient, loaded, weight_count=40)
    assert resumed.tobytes() == straight.tobytes()
    assert {name: array.tobytes() for name, array in loaded.items()} == {
        name: array.tobytes() for name, array in state.items()
    }


@pytest.mark.parametrize("nesterov", [False, True])
def test_flushing_tiny_velocities_moves_no_parameter_by_more_than_1e_20(nesterov):
    rng, rate, momentum = np.random.default_rng(0), 0.1, 0.9
    # Gradients of all sizes down to the subnormal, which come once and fade; the parameters start at zero,
    # where not even the smallest difference is lost to rounding.
    pulse = rng.choice([-1, 1], 400) * 10.0 ** np.linspace(-320, 0, 400)
    sgd, parameters, plain, velocity = SGD(rate, momentum=momentum, nesterov=nesterov), *np.zeros((3, 400))
    state = sgd.init(parameters)
    for step in range(3 * FLUSH_EVERY):
        gradient = pulse if step == FLUSH_EVERY - 5 else np.zeros(400)
        sgd.step(parameters, gradient, state, weight_count=400)
        velocity = momentum * velocity + gradient
        plain -= rate * (gradient + momentum * velocity if nesterov else velocity)
    assert (state["velocity"][np.abs(velocity) < FLUSH_BELOW] == 0).all()
    assert 0 < np.abs(parameters - plain).max() <= 1e-20


INVALID = [
    (SGD, {"learning_rate": 0}, "learning_rate: expected a number, more than 0, got 0."),
    (SGD, {"learning_rate": -0.1}, "learning_rate: expected a number, more than 0, got -0.1."),
    (SGD, {"learning_rate": math.nan}, "learning_rate: expected a number, more than 0, got nan."),
    (SGD, {"learning_rate": math.inf}, "learning_rate: expected a number, more than 0, got inf."),
    (Adam, {"learning_rate": -math.inf}, "learning_rate: expected a number, more than 0, got -inf."),
    (SGD, {"momentum": 1}, "invalid momentum: expected a number, at least 0 and less than 1, got 1."),
    (SGD, {"momentum": -0.1}, "momentum: expected a number, at least 0 and less than 1, got -0.1."),
    (SGD, {"nesterov": True}, "Nesterov without momentum: expected a positive momentum, got 0.0."),
    (SGD, {"weight_decay": -1e-4}, "weight_decay: expected a number, at least 0, got -0.0001."),
    (AdamW, {"weight_decay": math.nan}, "weight_decay: expected a number, at least 0, got nan."),
    (Adam, {"beta1": 1.0}, "beta1: expected a number, at least 0 and less than 1, got 1.0."),
    (Adam, {"beta2": 1.5}, "beta2: expected a number, at least 0 and less than 1, got 1.5."),
    (AdamW, {"epsilon": 0}, "epsilon: expected a number, more than 0, got 0."),
    (RMSprop, {"smoothing": 1}, "smoothing: expected a number, at least 0 and less than 1, got 1."),
    (RMSprop, {"momentum": 2}, "momentum: expected a number, at least 0 and less than 1, got 2."),
]


@pytest.mark.parametrize(("optimizer", "settings", "message"), INVALID)
def test_an_invalid_setting_is_refused_with_what_was_expected(optimizer, settings, message):
    with pytest.raises(glassnet.UsageError) as caught:
        optimizer(**settings)
    assert str(caught.value).endswith(message)


def test_the_former_names_still_serve_with_a_warning():
    parameters = np.ones(2)
    with pytest.warns(FutureWarning, match="init"):
        state = RMSprop().start(parameters)
    assert state.keys() == RMSprop().init(parameters).keys()
    with pytest.warns(FutureWarning, match="weight") as told:
        assert glassnet.TailAverage(0.5).share(4, 6) == 1
    assert told[0].filename == __file__  # where the former name is used, and not where it is kept


@pytest.mark.parametrize("settings", [{"l1": -1}, {"l2": -1e-9}, {"l2": math.nan}, {"l1": math.inf}])
def test_an_invalid_penalty_is_refused_with_what_was_expected(settings):
    ((name, value),) = settings.items()
    with pytest.raises(glassnet.UsageError) as caught:
        glassnet.Penalty(**settings)
    assert str(caught.value) == f"invalid {name}: expected a number, at least 0, got {value}."


RATE = {"above": 0, "common": True}
UP_TO_ONE = {"low": 0, "below": 1}
DECAY = {"weight_decay": {"default": 0.0, "low": 0}}
RUNS = {"run": 0.003, "table": 0.005, "table regression": 0.009}
ADAM = {
    "learning_rate": {**RATE, "default": 0.001, "suits": RUNS},
    "beta1": {**UP_TO_ONE, "default": 0.9},
    "beta2": {**UP_TO_ONE, "default": 0.999},
    "epsilon": {"above": 0, "default": 1e-8},
}
SETTINGS = {
    Adam: {**DECAY, **ADAM},
    AdamW: {"weight_decay": {"default": 0.01, "low": 0}, **ADAM},
    RMSprop: {
        **DECAY,
        "learning_rate": {**RATE, "default": 0.001},
        "smoothing": {**UP_TO_ONE, "default": 0.99},
        "epsilon": {"above": 0, "default": 1e-8},
        "momentum": {**UP_TO_ONE, "default": 0.0},
    },
    SGD: {
        **DECAY,
        "learning_rate": {**RATE, "default": 0.1},
        "momentum": {**UP_TO_ONE, "default": 0.0, "suits": {"run": 0.9}},
        "nesterov": {"default": False, "kind": bool, "knob": False},
    },
}


@pytest.mark.parametrize("rule", SETTINGS)
def test_the_settings_of_a_rule_have_these_defaults_and_bounds(rule):
    assert declared(rule) == ("optimizer", SETTINGS[rule])
    state = rule().init(np.zeros(3))
    rule().step(np.zeros(3), np.ones(3), state, weight_count=2)
    with pytest.raises(TypeError):
        rule(0.1, 0.5)  # which setting a second number means, nobody could read
    with pytest.raises(FrozenInstanceError):
        rule().learning_rate = 1.0


@pytest.mark.parametrize(
    ("average", "settings"),
    [
        (ExponentialAverage, {"decay": {"above": 0, "below": 1, "suits": {"page": 0.0}, "knob": False}}),
        (TailAverage, {"part": {"above": 0, "high": 1, "suits": {"page": 0.0}, "knob": False, "unit": "fraction"}}),
    ],
)
def test_the_settings_of_an_average_have_these_bounds(average, settings):
    assert declared(average) == ("averaging", settings)
    (name,) = settings
    known = next(setting for setting in settings_of(average) if setting.name == name)
    assert known.key == {"decay": "average_decay", "part": "average_tail"}[name]
    assert average(0.5).weight(1, 10) in (0.0, 1.0)
    for wrong in (0, 1.5, -0.5):
        with pytest.raises(glassnet.UsageError):
            average(wrong)
    with pytest.raises(FrozenInstanceError):
        setattr(average(0.5), name, 0.7)


def test_rules_and_averages_are_called_by_these_names():
    assert {name: kind for name, kind in glassnet.OPTIMIZERS.items() if kind in SETTINGS} == {
        "adam": Adam,
        "adamw": AdamW,
        "rmsprop": RMSprop,
        "sgd": SGD,
    }
    assert [AVERAGES["exponential"], AVERAGES["tail"]] == [ExponentialAverage, TailAverage]
