"""What training in the browser is held to, training.json, is what Python computes now."""

import json

import numpy as np
import pytest

import training

RECORDED = json.loads(training.FILE.read_text(encoding="utf-8"))
MEANT = "If that is meant: python tests/golden/training.py"


@pytest.fixture(scope="module")
def computed():
    return json.loads(json.dumps(training.computed()))


def test_random_numbers_starts_orders_and_digits_are_those_of_the_file(computed):
    assert computed.keys() == RECORDED.keys(), MEANT
    assert {name: part for name, part in computed.items() if name != "cases"} == {
        name: part for name, part in RECORDED.items() if name != "cases"
    }, MEANT


def test_a_hundred_steps_end_where_the_file_says(computed):
    for now, then in zip(computed["cases"], RECORDED["cases"], strict=True):
        assert now["settings"] == then["settings"], MEANT
        for what in ("gradient", "parameters"):
            found, kept = np.array(now[what]["values"]), np.array(then[what]["values"])
            # Another processor adds up in another order.
            assert np.linalg.norm(found - kept) <= 3e-6 * np.linalg.norm(kept), f"{what} of {now['settings']}: {MEANT}"
        assert now["losses"] == pytest.approx(then["losses"], abs=3e-6), MEANT
