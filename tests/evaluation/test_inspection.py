"""What a model makes of a table's columns: importance, dependence, and where it errs."""

from dataclasses import replace

import numpy as np
import pytest

from glassnet import Model, Network, PixelScaling
from glassnet.data.dataset import Examples
from glassnet.data.preprocessing.encoders import fit_columns
from glassnet.data.preprocessing.targets import TargetScale
from glassnet.errors import UsageError
from glassnet.evaluation.inspection import (
    CHANCE,
    Importance,
    partial_dependence,
    permutation_importance,
    worse_categories,
    write_value,
)
from glassnet.evaluation.metrics import root_mean_squared_error

ROWS = 400
WORDS = {"kind": ("a", "b", "c")}
CHOSEN = {"size": "robust", "kind": "categories", "noise": "robust", "joined": "dates"}


def drawn_table(rng):
    """Draw rows of a number with gaps, a word, a number that nothing depends on, and a date."""
    size, kind = rng.normal(10, 3, ROWS), rng.integers(0, 3, ROWS).astype(float)
    size[::40] = np.nan
    rows = np.stack([size, kind, rng.normal(size=ROWS), 19_000 + rng.integers(0, 300, ROWS)], axis=1)
    return rows, fit_columns(tuple(CHOSEN), lambda: [rows], CHOSEN, WORDS)


@pytest.fixture
def table():
    """Such rows, and a model that adds three times the size's input, and twenty if the word is c."""
    rows, columns = drawn_table(np.random.default_rng(0))
    network = Network([columns.inputs, 1], loss="mse", dtype=np.float64)
    weights = network.layers[0].weights
    weights[...] = 0
    weights[columns.input_names.index("size"), 0] = 3
    weights[columns.input_names.index("kind = c"), 0] = 20
    model = Model(network, columns, target_scale=TargetScale(0.0, 1.0))
    return model, Examples(rows, model.predict(rows) + np.random.default_rng(1).normal(size=ROWS))


def test_a_column_matters_with_all_of_its_inputs_and_one_without_weights_not_at_all(table):
    model, examples = table
    found = permutation_importance([(model, examples)])
    assert found.columns == ("size", "kind", "noise", "joined")
    assert found.rows == ROWS
    assert found.strongest.tolist()[:2] == [1, 0]
    assert found.increase[1] > 10 > found.increase[0] > found.floor
    np.testing.assert_allclose([*found.increase[2:], *found.margin[2:]], 0, atol=1e-12)
    assert found.loss == pytest.approx(root_mean_squared_error(model.predict(examples.inputs), examples.targets))


def test_each_row_is_answered_by_the_model_that_has_not_learned_from_it(table):
    model, examples = table
    off = replace(model, target_scale=TargetScale(5.0, 1.0))
    halves = examples.select(slice(0, 300)), examples.select(slice(300, ROWS))
    found = permutation_importance([(model, halves[0]), (off, halves[1])])
    errors = model.predict(examples.inputs) - examples.targets
    errors[300:] += 5
    assert found.loss == pytest.approx(np.sqrt(np.mean(errors**2)))


def test_of_many_rows_some_are_shuffled_evenly_spread(table, monkeypatch):
    model, examples = table
    monkeypatch.setattr("glassnet.evaluation.inspection.MOST_COMPUTED", 4 * 10 * 100)
    assert permutation_importance([(model, examples)]).rows == 100
    assert permutation_importance([(model, examples)], repeats=5).rows == 200


def test_importance_of_classes_is_by_the_cross_entropy():
    rows, columns = drawn_table(np.random.default_rng(0))
    network = Network([columns.inputs, 2], dtype=np.float64)
    network.layers[0].weights[...] = 0
    network.layers[0].weights[columns.input_names.index("kind = b")] = (-3, 3)
    found = permutation_importance([(Model(network, columns, ("no", "yes")), Examples(rows, (rows[:, 1] == 1) * 1))])
    assert found.loss == pytest.approx((2 * np.log(2) + np.log1p(np.exp(-6))) / 3, abs=0.1)
    assert found.increase[1] > 1
    np.testing.assert_allclose(found.increase[[0, 2, 3]], 0, atol=1e-12)


def test_a_random_column_rarely_rises_above_the_floor():
    rng, above = np.random.default_rng(2), 0
    for _ in range(200):
        losses = rng.normal(1, 0.1, 11)  # a column that tells nothing: as it is, it is one more shuffle
        found = Importance(("a",), losses[0], losses[None, 1:], ROWS)
        above += found.increase[0] > found.floor
    assert 0 < above < 200 * 0.06  # one side of 0.05


def test_partial_dependence_of_a_sum_is_each_term_alone(table):
    model, examples = table
    rows = examples.inputs
    by_word = partial_dependence(model, rows, 1, np.array([0.0, 1.0, 2.0]))
    assert by_word.shape == (3, 1)
    assert (by_word[:, 0] - by_word[0, 0]).round(9).tolist() == [0, 0, 20]
    sizes = np.array([4.0, 10.0, 17.0])
    by_size, probe = partial_dependence(model, rows, 0, sizes)[:, 0], np.repeat(rows[:1], 3, axis=0)
    probe[:, 0] = sizes
    np.testing.assert_allclose(np.diff(by_size), np.diff(model.predict(probe)))
    np.testing.assert_array_equal(rows, examples.inputs)  # which stay as they are


def test_a_word_a_quarter_and_gaps_with_a_higher_error_are_found_and_chance_is_not():
    rng = np.random.default_rng(3)
    rows, columns = drawn_table(rng)
    assert worse_categories(columns, rows, rng.random(ROWS)) == []
    errors = rng.random(ROWS) + 2 * (rows[:, 1] == 1)
    (word,) = worse_categories(columns, rows, errors)
    assert (word.column, word.value, word.rows) == ("kind", "b", int((rows[:, 1] == 1).sum()))
    assert word.error == pytest.approx(errors[rows[:, 1] == 1].mean())
    assert word.others == pytest.approx(errors[rows[:, 1] != 1].mean())
    large = rows[:, 2] > np.quantile(rows[:, 2], 0.75)
    quarter = worse_categories(columns, rows, rng.random(ROWS) + large)[0]
    assert (quarter.column, quarter.rows) == ("noise", 100)
    rows[: ROWS // 10, 0] = np.nan
    (gaps,) = worse_categories(columns, rows, rng.random(ROWS) + np.isnan(rows[:, 0]))
    assert (gaps.column, gaps.value) == ("size", "missing")


def test_of_many_categories_hardly_any_is_found_by_chance():
    rng = np.random.default_rng(4)
    rows = rng.integers(0, 10, (2_000, 8)).astype(float)
    columns = fit_columns([str(k) for k in range(8)], lambda: [rows], {"0": "robust"})
    found = sum(bool(worse_categories(columns, rows, (rng.random(2_000) < 0.2) * 1.0)) for _ in range(40))
    assert found < 40 * CHANCE * 3


def test_values_are_written_as_the_table_has_them():
    _, columns = drawn_table(np.random.default_rng(0))
    columns = replace(columns, units=("mm", "", "", ""))
    written = [write_value(columns, *one) for one in ((0, -2.5), (1, 2.0), (1, -1.0), (0, np.nan), (2, 12_345.0))]
    assert written == ["−2.5 mm", "c", "not known", "missing", "12345"]
    assert [write_value(columns, 3, days) for days in (19_000, 19_000.5)] == ["2022-01-08", "2022-01-08 12:00"]


def test_a_model_of_images_has_no_columns():
    model = Model(Network([4, 2]), PixelScaling((2, 2)), ("a", "b"))
    with pytest.raises(UsageError, match="a model without columns: expected one of a table"):
        permutation_importance([(model, Examples(np.zeros((3, 2, 2), np.uint8), np.zeros(3, int)))])
