import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet import DataError, FeatureScaling, Model, Network, UsageError, load_model

NAMES = ("length", "width")
SCALING = FeatureScaling(NAMES, (10.0, -1.0), (2.0, 0.5))

tables = hnp.arrays(np.float64, st.tuples(st.integers(2, 30), st.just(3)), elements=st.floats(-1e6, 1e6))


def test_features_are_worked_out_by_hand():
    assert SCALING.apply(np.array([[10.0, -1.0], [14.0, 0.0]])).tolist() == [[0, 0], [2, 2]]
    assert SCALING.apply(np.array([[8, -2]], np.int16)).tolist() == [[-1, -2]]


@given(tables, st.integers(1, 30))
def test_means_and_deviations_are_the_same_however_the_rows_are_cut(table, cut):
    whole = FeatureScaling.fit("abc", [table])
    parts = FeatureScaling.fit("abc", [part for part in (table[:cut], table[cut:]) if len(part)])
    np.testing.assert_allclose(parts.means, whole.means, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(whole.means, table.mean(axis=0), rtol=1e-9, atol=1e-9)
    varies = np.ptp(table, axis=0) > 1e-3
    np.testing.assert_allclose(np.array(parts.deviations)[varies], table.std(axis=0)[varies], rtol=1e-6, atol=1e-6)
    assert (np.array(whole.deviations)[np.ptp(table, axis=0) == 0] == 1).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_refused_with_row_and_column(value):
    rows = np.zeros((5, 2))
    rows[3, 1] = value
    with pytest.raises(DataError, match=f"in row 3, column 'width': expected a finite number, got {value}"):
        SCALING.apply(rows)
    with pytest.raises(DataError, match="in row 8, column 'width'"):
        FeatureScaling.fit(NAMES, [np.zeros((5, 2)), rows])


@pytest.mark.parametrize("rows", [np.zeros((5, 3)), np.zeros(2), np.zeros((5, 2, 1))])
def test_rows_of_another_width_are_refused(rows):
    with pytest.raises(DataError, match=r"expected shape \(n, 2\): length, width"):
        SCALING.apply(rows)


def test_rows_of_another_type_are_refused():
    with pytest.raises(DataError, match="expected numbers, got object"):
        SCALING.apply(np.array([["1", 2]], object))
    with pytest.raises(DataError, match="at least one row"):
        FeatureScaling.fit(NAMES, [])


def test_a_table_cannot_be_deskewed():
    with pytest.raises(UsageError, match="deskewing of what is no image"):
        SCALING.upright()


def test_a_model_of_a_table_comes_back_with_its_statistics(tmp_path):
    model = Model(Network([2, 3, 2], seed=0), SCALING, ("no", "yes"))
    model.save(tmp_path / "model.safetensors")
    back = load_model(tmp_path / "model.safetensors")
    rows = np.random.default_rng(0).normal(size=(20, 2))
    assert back.preprocessing == SCALING
    assert (back.predict_outputs(rows) == model.predict_outputs(rows)).all()


def test_numbers_that_single_precision_does_not_know_are_standardized_all_the_same():
    rows = np.array([[1e100], [3e100]])
    scaling = FeatureScaling.fit(("size",), [rows])
    np.testing.assert_allclose(scaling.apply(rows), [[-1], [1]], rtol=1e-6)
    with pytest.raises(DataError, match="a number too large to compute with"):
        FeatureScaling(("size",), (0.0,), (1.0,)).apply(rows)
    with pytest.raises(DataError, match="numbers too large to square in column 'size'"):
        FeatureScaling.fit(("size",), [np.array([[1e308], [1e308], [0.0]])])
