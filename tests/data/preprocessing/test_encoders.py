"""Encoders of columns are chosen by name, fitted on the training rows, kept in the model; each is a file of its own."""

import json
import re
import subprocess
import sys
import types
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, time, timedelta

import numpy as np
import pandas as pd
import pytest

import glassnet
from glassnet import DataError, FeatureScaling, UsageError, load_model
from glassnet.data.preprocessing.encoders import (
    ENCODERS,
    GAPS,
    UNSEEN,
    ColumnEncoding,
    Encoder,
    NumberEncoder,
    encoders_of,
    fit_columns,
    gap_takers,
    is_missing,
    numbers_of,
    places_of,
    spread_rows,
    word_of,
)
from glassnet.data.preprocessing.preprocessing import PREPROCESSINGS
from glassnet.errors import MissingExtraError, ModelFileError, UnknownNameError
from glassnet.explanation.sums import input_name
from glassnet.interop.onnx import export_onnx

ROWS = np.random.default_rng(1).normal(3, 2, size=(90, 2))
PARITY = '''
from dataclasses import asdict, dataclass

import numpy as np

from glassnet.data.preprocessing.encoders import ENCODERS, Encoder


@ENCODERS.register("parity")
@dataclass(frozen=True)
class Parity(Encoder):
    """Even and odd, an input each; of numbers above the largest that was seen, neither."""

    largest: float
    inputs = 2

    @classmethod
    def fit(cls, column, blocks):
        return cls(max(float(values.max()) for values in blocks))

    @classmethod
    def of(cls, description):
        return cls(float(description["largest"]))

    def describe(self):
        return asdict(self)

    def apply(self, values, out):
        known = values <= self.largest
        out[:, 0] = known & (values % 2 == 0)
        out[:, 1] = known & (values % 2 == 1)
'''
TRAIN = """
import sys

import parity
import numpy as np
import glassnet

data = glassnet.load_dataset("numbers.csv", encoders={"count": "parity"})
training = glassnet.Training(glassnet.Network([data.preprocessing.inputs, 8, 2], seed=0), data, epochs=60)
records = list(training)
print(data.preprocessing.inputs, records[-1].validation_accuracy)
training.model.save("model.safetensors")
"""
LOAD = """
import sys

import numpy as np
import glassnet

if len(sys.argv) > 1:
    import parity
model = glassnet.load_model("model.safetensors")
print(model.preprocessing.apply(np.array([[0.0, 4.0], [0.0, 7.0], [0.0, 1000.0]]))[:, 1:].tolist())
print(model.predict(np.array([[0.0, 4.0], [0.0, 7.0]])).tolist())
"""


def run(place, code, *words):
    return subprocess.run([sys.executable, "-c", code, *words], cwd=place, capture_output=True, text=True, check=False)


def test_an_encoder_in_a_file_of_its_own_trains_a_table_and_stands_in_the_model_file(tmp_path):
    (tmp_path / "parity.py").write_text(PARITY)
    counts = np.random.default_rng(0).integers(0, 50, 200)
    lines = [f"{n % 3},{n},{'even' if n % 2 == 0 else 'odd'}" for n in counts]
    (tmp_path / "numbers.csv").write_text("\n".join(["rest,count,label", *lines]))
    trained = run(tmp_path, TRAIN)
    assert trained.stdout.split() == ["3", "1.0"], trained.stderr
    loaded = run(tmp_path, LOAD, "with the encoder")
    assert loaded.stdout.splitlines() == ["[[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]", "[0, 1]"], loaded.stderr
    unknown = run(tmp_path, LOAD)
    assert re.search("unknown encoder: expected one of .*, got 'parity'", unknown.stderr)


def test_encoded_one_by_one_numbers_are_those_that_are_standardized_together():
    alone = fit_columns(("a", "b"), lambda: [ROWS[:50], ROWS[50:]], {"b": "numbers"})
    together = fit_columns(("a", "b"), lambda: [ROWS[:50], ROWS[50:]])
    assert isinstance(alone, ColumnEncoding)
    assert isinstance(together, FeatureScaling)
    np.testing.assert_allclose(alone.apply(ROWS), together.apply(ROWS), rtol=1e-6)
    assert PREPROCESSINGS["columns"].of(json.loads(json.dumps(alone.describe()))) == alone


def test_a_model_with_encoders_is_saved_named_and_read_back(tmp_path, monkeypatch):
    data = glassnet.Dataset.from_arrays(ROWS, ROWS[:, 0] > 3, columns=("a", "b"), encoders={"a": "numbers"})
    model = glassnet.Model(glassnet.Network([2, 2], seed=0), data.preprocessing, data.class_names)
    model.save(tmp_path / "model.safetensors")
    again = load_model(tmp_path / "model.safetensors")
    assert again.preprocessing == data.preprocessing
    np.testing.assert_array_equal(again.predict_probabilities(ROWS), model.predict_probabilities(ROWS))
    assert [input_name(again, k) for k in range(2)] == ["a", "b"]
    monkeypatch.setattr(NumberEncoder, "add_nodes", Encoder.add_nodes)
    with pytest.raises((UsageError, MissingExtraError), match=r"no ONNX nodes for an encoder|onnx"):
        export_onnx(again, tmp_path / "model.onnx")


def test_what_cannot_be_encoded_is_refused(tmp_path):
    with pytest.raises(UnknownNameError, match=r"unknown encoder: expected one of .*Did you mean 'numbers'"):
        glassnet.Dataset.from_arrays(ROWS, ROWS[:, 0], columns=("a", "b"), encoders={"a": "nmbers"})
    with pytest.raises(UnknownNameError, match="unknown column: expected one of a, b, got 'c'"):
        glassnet.Dataset.from_arrays(ROWS, ROWS[:, 0], columns=("a", "b"), encoders={"c": "numbers"})
    with pytest.raises(UsageError, match="encoders are for the columns of a table"):
        glassnet.load_dataset("mnist", encoders={"a": "numbers"})
    encoding = ColumnEncoding(("a", "b"), (NumberEncoder(0.0, 1.0), NumberEncoder(0.0, 1e-300)))
    with pytest.raises(DataError, match="column 'b'"):
        encoding.apply(np.array([[0.0, np.nan]]))
    with pytest.raises(DataError, match="too large"):
        encoding.apply(np.array([[0.0, 1e30]]))


@pytest.mark.parametrize("fields", [{"mean": 0.0, "deviation": 0.0}, {"mean": "x", "deviation": 1}, {"mean": 0.0}])
def test_a_model_file_whose_encoder_makes_no_sense_is_refused(tmp_path, monkeypatch, fields):
    encoding = ColumnEncoding(("a",), (NumberEncoder(0.0, 1.0),))
    model = glassnet.Model(glassnet.Network([1, 2], seed=0), encoding, ("no", "yes"))
    monkeypatch.setattr(NumberEncoder, "describe", lambda self: fields)
    model.save(tmp_path / "model.safetensors")
    with pytest.raises(ModelFileError, match="invalid model description"):
        load_model(tmp_path / "model.safetensors")


def test_every_encoder_is_read_back_from_what_it_says_of_itself():
    for kind in ENCODERS.values():
        numbers = np.floor(ROWS[:, 0]).clip(0)
        fitted = kind.fit("a", [numbers], **({"words": tuple("abcdefghijkl")} if kind.kind == "categories" else {}))
        again = kind.of(json.loads(json.dumps(fitted.describe())))
        outputs = [np.zeros((len(ROWS), fitted.inputs)) for _ in range(2)]
        for encoder, out in zip((fitted, again), outputs, strict=True):
            encoder.apply(numbers, out)
        np.testing.assert_array_equal(*outputs)


def test_the_units_of_columns_are_described_with_them_and_nameless_columns_are_refused():
    encoding = ColumnEncoding(("a",), (NumberEncoder(1.0, 2.0),), ("%",))
    assert ColumnEncoding.of(encoding.describe()).units == ("%",)
    column = encoding.describe()["columns"][0]
    for columns in ([], [column | {"name": 7}], [column, column | {"name": None}]):
        with pytest.raises(ValueError, match="columns without names"):
            ColumnEncoding.of({"columns": columns})


class Plain(Encoder):
    """What an encoder is that says no more than it must."""

    name = "plain"

    @classmethod
    def fit(cls, column, blocks):
        return cls()

    @classmethod
    def of(cls, description):
        return cls()

    def describe(self):
        return {}

    def apply(self, values, out):
        out[:, 0] = values


def test_an_encoder_of_ones_own_has_plain_defaults():
    plain = Plain()
    assert (plain.kind, plain.inputs, plain.takes_gaps, plain.words, plain.takes_truth) == ("", 1, False, (), False)
    assert (plain.names("a"), plain.unlike(np.zeros(3))) == (["a"], {})
    assert plain.read("a", np.array([1, 2], np.int8)).tolist() == [1.0, 2.0]
    plain.inputs = 2
    assert plain.names("a") == ["a 0", "a 1"]
    with pytest.raises(UsageError, match=r"no ONNX nodes for an encoder: got plain. Override its add_nodes"):
        plain.add_nodes(None, "a")


def test_numbers_of_frames_are_days_of_spans_and_gaps_of_what_is_missing():
    assert numbers_of("a", np.array([True, False])).dtype == np.float64
    spans = np.array([43_200, "nat"], "timedelta64[s]")
    np.testing.assert_array_equal(numbers_of("a", spans), [0.5, np.nan])
    mixed = np.array([timedelta(hours=6), time(12), time(18, tzinfo=UTC), None, "1.5", 2], object)
    np.testing.assert_array_equal(numbers_of("a", mixed), [0.25, 0.5, 0.75, np.nan, 1.5, 2])
    for wrong in ("much", [1]):
        with pytest.raises(DataError, match="not a number in column 'a': expected numbers, got"):
            numbers_of("a", np.array([wrong, None], object))


def test_what_is_missing_is_told_in_all_ways_of_frames():
    missing = [None, float("nan"), np.datetime64("nat"), pd.NA, pd.NaT, "", " "]
    assert [is_missing(value) for value in [*missing, 0, "nan", False]] == [True] * 7 + [False] * 3
    assert [word_of(value) for value in (None, 3.0, 3.5, 3, " x ", True)] == [None, "3", "3.5", "3", "x", "True"]


def test_whole_numbers_are_found_with_a_point_and_without():
    assert places_of(["3", "x", "4.0", "-5", "1.5"]) == {
        **{"3": 0.0, "x": 1.0, "4.0": 2.0, "-5": 3.0, "1.5": 4.0},
        **{"3.0": 0.0, "4": 2.0, "-5.0": 3.0},
    }
    assert places_of(["3", "3.0"]) == {"3": 0.0, "3.0": 1.0}


def test_numbers_may_be_yes_and_no_where_they_vary_as_these_do():
    for values, truth in (
        ([0, 1, 1], True),
        ([0, 0.5, 1], True),
        ([0, 2], False),
        ([-1, 1], False),
        ([0.2, 0.4], True),
    ):
        assert NumberEncoder.fit("a", [np.array(values, float)]).takes_truth is truth
    encoder = NumberEncoder.fit("a", [np.array([1.0, 5.0])])
    assert (encoder.mean, encoder.deviation, encoder.describe()) == (3.0, 2.0, {"mean": 3.0, "deviation": 2.0})
    for mean, deviation in ((np.inf, 1.0), (0.0, np.inf), (0.0, 0.0), (0.0, -1.0), (np.nan, 1.0)):
        with pytest.raises(ValueError, match="invalid mean and deviation"):
            NumberEncoder.of({"mean": mean, "deviation": deviation})
    with pytest.raises(FrozenInstanceError):
        encoder.mean = 0.0


def test_columns_stand_side_by_side():
    encoding = fit_columns(
        ("a", "w", "b"), lambda: [ROWS3[:40], ROWS3[40:]], {"w": "categories"}, {"w": ("x", "y", "z")}
    )
    assert encoding.input_places == (slice(0, 1), slice(1, 4), slice(4, 5))
    assert encoding.input_names == ("a", "w = x", "w = y", "w = z", "b")
    assert (encoding.inputs, encoding.input_shape, encoding.words) == (5, (3,), {"w": ("x", "y", "z")})
    assert repr(encoding) == "<ColumnEncoding of rows of 3 columns (a, w, b)>"
    assert set(encoding.describe()) == {"kind", "columns"}
    assert encoding.describe()["kind"] == "columns"
    rows = ROWS3.copy()
    rows[[3, 7], 1] = 5
    found = [(name, what, where.tolist()) for name, what, where in encoding.unlike(rows)]
    assert found == [("w", GAPS, []), ("w", UNSEEN, [3, 7])]
    with_units = replace(encoding, units=("", "", "%"))
    again = with_units.refitted(ROWS3[:50])
    assert (again.units, again.names, again.encoders[1].words) == (("", "", "%"), encoding.names, ("x", "y", "z"))
    assert again.encoders[0] == NumberEncoder.fit("a", [ROWS3[:50, 0]])
    with pytest.raises(FrozenInstanceError):
        encoding.units = ()


ROWS3 = np.stack([ROWS[:, 0], np.arange(90) % 3, ROWS[:, 1]], axis=1)


def test_a_gap_is_refused_by_its_row_where_the_encoder_takes_none():
    encoding = fit_columns(("a", "w", "b"), lambda: [ROWS3], {"w": "categories"}, {"w": ("x", "y", "z")})
    rows = ROWS3[:5].copy()
    rows[2, 1] = np.nan
    assert encoding.apply(rows)[2, 1:4].tolist() == [0, 0, 0]
    rows[3, 2] = np.nan
    with pytest.raises(DataError, match="row 3, column 'b'"):
        encoding.apply(rows)
    with pytest.raises(DataError, match="row 13, column 'b'"):
        encoding.apply(rows, first=10)


def test_every_table_has_an_encoder_for_each_column():
    scaling = FeatureScaling(("a", "b"), (1.0, 2.0), (3.0, 4.0))
    assert encoders_of(scaling) == (NumberEncoder(1.0, 3.0), NumberEncoder(2.0, 4.0))
    own = ColumnEncoding(("a",), (NumberEncoder(1.0, 2.0),))
    assert encoders_of(own) is own.encoders

    other = types.SimpleNamespace(names=("a", "b"))  # any other table of numbers
    assert encoders_of(other) == (NumberEncoder(0.0, 1.0),) * 2
    assert gap_takers(("a", "b", "c"), None) is None
    assert gap_takers(("a", "b", "c"), {"a": "numbers", "b": "robust"}).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("most", "kept"),
    [(None, range(10)), (10, range(10)), (9, range(0, 10, 2)), (4, range(0, 10, 4)), (2, (0, 8)), (1, (0,))],
)
@pytest.mark.parametrize("cut", [1, 3, 4, 10])
def test_rows_are_spread_evenly_however_they_come(most, kept, cut):
    rows = np.arange(20.0).reshape(10, 2)
    found = spread_rows([rows[start : start + cut] for start in range(0, 10, cut)], most)
    assert (found[:, 0] / 2).tolist() == list(kept)
    assert spread_rows([]).shape == (0, 0)


def test_encoders_are_fitted_on_so_many_cells():
    few = fit_columns(("a", "b"), lambda: [ROWS], {"a": "numbers"}, most_cells=90)
    assert few.encoders[0] == NumberEncoder.fit("a", [ROWS[::2, 0]])
    one = fit_columns(("a", "b"), lambda: [ROWS], {"a": "robust"}, most_cells=180)
    assert [encoder.name for encoder in one.encoders] == ["robust", "numbers"]
    assert one.encoders[1] == NumberEncoder.fit("b", [ROWS[:, 1]])
