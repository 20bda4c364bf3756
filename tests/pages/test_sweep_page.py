"""The page of a sweep: one file with the search, what mattered, and all trials."""

import re

import pytest

from browsing import offline_page, sideways
from glassnet.pages.sweep_page import sweep_page
from glassnet.runs.space import Choice, Range

DIMENSIONS = {
    "hidden": Choice(((8,), (300, 100), ())),
    "learning_rate": Range(0.001, 1.0, log=True),
    "batch_size": Range(16, 128),
    "momentum": Range(0.0, 0.9),
}
SCORES = (0.81, 0.52, 0.9, 0.31, 0.93, None, 0.91)
STATES = ("complete", "complete", "complete", "pruned", "complete", "failed", "complete")


def trial(number, measure="validation_accuracy"):
    settings = {
        "hidden": DIMENSIONS["hidden"].values[number % 3],
        "learning_rate": 0.001 * 3.0**number,
        "batch_size": 16 * (number + 1),
    }
    taken = {"momentum": 0.1 * number} if number % 2 else {}
    return {
        "trial": number,
        "run": f"runs/space/trial-{number:03}",
        "state": STATES[number],
        measure: SCORES[number],
        "epochs": 3 if STATES[number] == "pruned" else 8,
        "seconds": 1.5,
        "settings": {**settings, **taken},
    }


def summary(measure="validation_accuracy", **changes):
    trials = [trial(number, measure) for number in range(7)]
    best = 4 if measure == "validation_accuracy" else 1
    return {
        "run": "runs/<b>space</b>",
        "dataset": "mnist",
        "measure": measure,
        "direction": "maximize" if best == 4 else "minimize",
        "complete": 5,
        "pruned": 1,
        "failed": 1,
        "elapsed_seconds": 10.5,
        "best": {**trials[best], measure.replace("validation", "test"): 0.912},
        "importances": {"learning_rate": 0.7, "hidden": 0.2, "momentum": 0.1},
        "trials": trials,
        **changes,
    }


def test_it_has_the_best_the_search_and_each_setting_and_fetches_nothing():
    page = sweep_page(summary(), DIMENSIONS)
    assert "93.00%" in page
    assert "91.20%" in page
    assert page.count('role="img"') == 1 + len(DIMENSIONS)
    assert all(f"over their {name}" in page for name in ("hidden", "learning rate", "batch size", "momentum"))
    assert "://" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)
    assert page == sweep_page(summary(), DIMENSIONS)


def test_names_are_never_markup():
    assert "<b>space" not in sweep_page(summary(), DIMENSIONS)


def test_all_trials_stand_in_the_table_the_best_first_and_those_that_were_ended_last():
    body = sweep_page(summary(), DIMENSIONS).partition("<tbody>")[2]
    assert re.findall(r'<th scope="row">(\d+)</th>', body) == ["4", "6", "2", "0", "1", "3", "5"]
    assert re.findall(r'"muted">(\w+)<', body) == ["complete"] * 5 + ["pruned", "failed"]
    assert "300,100" in body


def test_what_mattered_is_in_the_order_of_its_share():
    page = sweep_page(summary(), DIMENSIONS)
    bars = re.findall(r'<span>([\w ]+)</span><svg aria-hidden="true"><rect width="([\d.]+)%"', page)
    assert bars == [("learning rate", "100.0"), ("hidden", "28.6"), ("momentum", "14.3")]
    assert "too few complete trials" in sweep_page(summary(importances={}), DIMENSIONS)


def test_numbers_and_a_single_trial_are_drawn_too():
    assert "rmse" in sweep_page(summary("validation_rmse"), DIMENSIONS)
    only = {**trial(4), "validation_accuracy": 1.0}
    page = sweep_page(summary(trials=[only], best={**only, "test_accuracy": 1.0}, importances={}), DIMENSIONS)
    assert "100.00%" in page


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_readable_in_a_browser(tmp_path, width, height, scheme):
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "sweep.html"
    path.write_text(sweep_page(summary(), DIMENSIONS), encoding="utf-8")
    with offline_page(path, width, height, color_scheme=scheme) as page:
        assert sideways(page) <= 0
        assert Axe().run(page).response["violations"] == []
        smallest = page.evaluate(
            "Math.min(...[...document.querySelectorAll('.panels text, .history text')]"
            ".map(text => text.getBoundingClientRect().height))"
        )
        assert smallest >= 8
