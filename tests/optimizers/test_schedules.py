"""Schedules at their ends and summits, and in trainings of hardly any steps."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

import glassnet
from declared_settings import declared
from glassnet import Constant, Cosine, OneCycle, StepDecay, WarmUp
from glassnet.errors import UnknownNameError
from glassnet.optimizers.schedules import SCHEDULES, CosineOfLogarithm
from glassnet.settings import settings_of

# The schedule, the number of steps, the step, and the factor there.
WORKED = [
    (Constant(), 10, 0, 1),
    (Constant(), 10, 9, 1),
    (StepDecay(), 90, 29, 1),  # the last step of the first third
    (StepDecay(), 90, 30, 0.1),
    (StepDecay(), 90, 89, 0.01),
    (StepDecay(), 10, 3, 1),  # 3 * 3 / 10 = 0.9: the first third ends between steps
    (StepDecay(), 10, 4, 0.1),
    (StepDecay(gamma=0.5, parts=1), 10, 9, 1),  # one part: nothing falls
    (StepDecay(gamma=0.5, parts=10), 10, 9, 0.5**9),
    (Cosine(), 8, 0, 1),
    (Cosine(), 8, 4, 0.5),
    (Cosine(), 8, 7, (1 - math.cos(math.pi / 8)) / 2),  # one step short of zero
    (CosineOfLogarithm(), 10, 0, (1 - math.cos(2 * math.pi * math.log2(1.75))) / 2),
    (CosineOfLogarithm(), 4, 1, (1 - math.cos(2 * math.pi * math.log2(53 / 8))) / 2),
    (CosineOfLogarithm(), 10, 9, (1 - math.cos(2 * math.pi * math.log2(15.25))) / 2),
    (OneCycle(), 100, 0, 1 / 25),
    (OneCycle(), 100, 29, 1),  # 0.3 * 100 - 1
    (OneCycle(), 100, 64, (1 + 1 / 250_000) / 2),  # half way from 29 to 99
    (OneCycle(), 100, 99, 1 / 250_000),
    (WarmUp(4), 10, 0, 1 / 4),
    (WarmUp(4), 10, 3, 1),
    (WarmUp(4), 10, 4, 1),
    (WarmUp(4, Cosine()), 12, 3, 1),
    (WarmUp(4, Cosine()), 12, 4, 1),  # the cosine starts where the warm-up ends
    (WarmUp(4, Cosine()), 12, 8, 0.5),  # and has the eight steps that remain
    (WarmUp(2, OneCycle()), 102, 1, 1 / 25),  # up to where the next one starts
    (WarmUp(2, OneCycle()), 102, 31, 1),
    (WarmUp(0, Cosine()), 8, 0, 1),
    (WarmUp(5), 3, 2, 3 / 5),  # a training that ends before it is warm
]


@pytest.mark.parametrize(("rule", "steps", "step", "factor"), WORKED)
def test_a_schedule_has_the_factor_worked_by_hand(rule, steps, step, factor):
    assert rule.factor(step, steps) == pytest.approx(factor, rel=1e-14)


SHORT = [*(rule() for rule in SCHEDULES.values()), WarmUp(0, Cosine()), WarmUp(1, OneCycle()), WarmUp(3, StepDecay())]


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("rule", SHORT, ids=repr)
def test_a_schedule_serves_trainings_of_hardly_any_steps(rule, steps):
    factors = [rule.factor(step, steps) for step in range(steps)]
    assert all(0 < factor <= 1 for factor in factors)


@pytest.mark.parametrize("rule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_single_step_is_made_at_the_full_rate(rule):
    assert rule().factor(0, 1) == 1


def test_a_one_cycle_rises_to_its_summit_and_falls_ever_after():
    factors = [OneCycle().factor(step, 50) for step in range(50)]
    assert factors[:15] == sorted(factors[:15])
    assert factors[14:] == sorted(factors[14:], reverse=True)
    assert max(factors) == factors[14] == 1


def test_a_cosine_of_the_logarithm_has_four_summits_each_twice_as_long():
    factors = np.array([CosineOfLogarithm().factor(step, 15_000) for step in range(15_000)])
    summits = 1 + np.flatnonzero((factors[1:-1] > factors[:-2]) & (factors[1:-1] >= factors[2:]))
    assert (summits / 1_000).tolist() == pytest.approx([2**k - 1 for k in (0.5, 1.5, 2.5, 3.5)], abs=1e-3)
    assert factors[summits].tolist() == pytest.approx([1] * 4, abs=1e-6)
    assert factors[[0, -1]].max() < 1e-5


@pytest.mark.parametrize("name", ["constant", "step", "cosine", "coslog4", "one-cycle"])
def test_a_schedule_is_found_by_its_name(name):
    assert SCHEDULES[name]().name == name


def test_the_nearest_name_is_offered_for_an_unknown_schedule():
    with pytest.raises(UnknownNameError, match=r"got 'cosin'\. Did you mean 'cosine'\?"):
        SCHEDULES["cosin"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StepDecay(gamma=0), "invalid gamma: expected a number, more than 0, got 0."),
        (lambda: StepDecay(gamma=math.nan), "invalid gamma: expected a number, more than 0, got nan."),
        (lambda: StepDecay(parts=0), "invalid parts: expected a whole number, at least 1, got 0."),
        (lambda: OneCycle(rise=1.5), "invalid rise: expected a number, at least 0 and at most 1, got 1.5."),
        (lambda: WarmUp(-1), "invalid warmup_steps: expected a whole number, at least 0, got -1."),
    ],
)
def test_an_invalid_setting_is_refused_with_what_was_expected(make, message):
    with pytest.raises(glassnet.UsageError) as caught:
        make()
    assert str(caught.value).endswith(message)


def test_what_follows_a_warm_up_begins_where_it_would_and_has_the_steps_that_are_left():
    class Inverse(glassnet.Schedule):
        """One part of all steps."""

        def factor(self, step, steps):
            return (1 + step) / steps

    schedule = WarmUp(4, Inverse())
    assert [schedule.factor(step, 10) for step in (0, 3, 4, 9)] == pytest.approx([1 / 24, 1 / 6, 1 / 6, 1])
    assert WarmUp(4, Inverse()).factor(0, 3) == pytest.approx(1 / 4)


def test_a_cosine_of_the_logarithm_comes_round_again_and_others_do_not():
    rule = CosineOfLogarithm()
    for part in (0.0, 0.1, 0.3, 0.45):
        later = rule.next_round(part)
        steps = [rule.factor(round(place * 1e6 - 0.5), 1_000_000) for place in (part, later)]
        assert later > part
        assert steps[0] == pytest.approx(steps[1], abs=1e-4)
    assert rule.next_round(7 / 15) == pytest.approx(1)
    assert Cosine().next_round(0.1) == math.inf


FACTOR = {"low": 0}
SETTINGS = {
    StepDecay: {
        "gamma": {"default": 0.1, "above": 0},
        "parts": {"default": 3, "kind": int, "low": 1},
    },
    OneCycle: {
        "rise": {"default": 0.3, "low": 0, "high": 1, "unit": "fraction"},
        "first": {"default": 1 / 25, **FACTOR},
        "last": {"default": 1 / 250_000, **FACTOR},
    },
    WarmUp: {"warmup_steps": {"kind": int, "low": 0}},
}
KEYS = {
    StepDecay: ["step_factor", "step_parts"],
    OneCycle: ["cycle_rise", "cycle_first", "cycle_last"],
    WarmUp: ["warmup_steps"],
}


@pytest.mark.parametrize("schedule", SETTINGS)
def test_the_settings_of_a_schedule_have_these_defaults_and_bounds(schedule):
    assert declared(schedule) == ("schedule", SETTINGS[schedule])
    assert [known.key for known in settings_of(schedule)] == KEYS[schedule]
    made = WarmUp(3) if schedule is WarmUp else schedule()
    assert made.factor(0, 100) > 0
    with pytest.raises(FrozenInstanceError):
        setattr(made, next(iter(SETTINGS[schedule])), 1)


def test_a_schedule_is_the_same_as_one_of_the_same_settings():
    for schedule in (Constant, Cosine, CosineOfLogarithm, StepDecay, OneCycle):
        assert schedule() == schedule()
        assert hash(schedule()) == hash(schedule())
        assert schedule().factor(1, 10) <= 1
        with pytest.raises(FrozenInstanceError):
            schedule().name = "other"
