"""Encoders of numbers with outliers and gaps, of words, and of dates."""

import json
from dataclasses import FrozenInstanceError
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from glassnet import DataError
from glassnet.data.preprocessing.column_encoders import (
    MOST_VALUES,
    CategoryEncoder,
    DateEncoder,
    RobustEncoder,
    SeasonEncoder,
    calendar,
    dates_of,
    days_of,
    seasons_of,
)
from glassnet.data.preprocessing.encoders import GAPS, OUTSIDE, UNSEEN, ColumnEncoding, fit_columns

NAN = np.nan


def applied(encoder, values):
    out = np.full((len(values), encoder.inputs), 7, np.float32)
    encoder.apply(np.asarray(values, np.float64), out)
    return out


def test_numbers_are_centered_on_the_median_and_squeezed_by_asinh():
    values = np.array([1.0, 2, 3, 4, 1_000])
    encoder = RobustEncoder.fit("a", [values[:2], values[2:]])
    assert (encoder.median, encoder.spread, encoder.lowest, encoder.highest) == (3, 2, 1, 1_000)
    np.testing.assert_allclose(applied(encoder, [3, 5, 1_000])[:, 0], np.arcsinh([0, 1, 498.5]), rtol=1e-6)
    assert encoder.names("a") == ["a"]


def test_a_gap_is_the_median_and_is_marked_where_the_training_rows_have_gaps():
    with_gaps, without = RobustEncoder.fit("a", [[1.0, NAN, 3]]), RobustEncoder.fit("a", [[1.0, 2, 3]])
    assert applied(with_gaps, [NAN, 2]).tolist() == [[0, 1], [0, 0]]
    assert with_gaps.names("a") == ["a", "a is missing"]
    assert applied(without, [NAN]).tolist() == [[0]]


@pytest.mark.parametrize(
    ("values", "spread"), [([5.0] * 9 + [6.0], 0.5), ([5.0, 5], 1.0), ([NAN, NAN], 1.0), ([1e300, -1e300, 0], 1e300)]
)
def test_what_varies_little_has_a_spread_all_the_same(values, spread):
    encoder = RobustEncoder.fit("a", [values])
    assert encoder.spread == spread
    assert np.isfinite(applied(encoder, values)).all()


def test_words_are_an_input_each_and_a_gap_one_of_its_own():
    encoder = CategoryEncoder.fit("city", [[0, 1, 2, NAN, 1]], words=("Oslo", "Rome", "Wien"))
    assert encoder.names("city") == ["city = Oslo", "city = Rome", "city = Wien", "city = missing"]
    assert applied(encoder, [1, NAN, -1]).tolist() == [[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


def test_two_values_are_minus_one_and_one():
    encoder = CategoryEncoder.fit("sex", [[0, 1, 1]], words=("f", "m"))
    assert encoder.names("sex") == ["sex = m"]
    assert applied(encoder, [0, 1, -1, NAN]).tolist() == [[-1], [1], [0], [0]]


def test_a_word_that_only_other_rows_have_is_not_seen():
    encoder = CategoryEncoder.fit("city", [[0, 2, 3, 0]], words=("Oslo", "Rome", "Wien", "Bonn"))
    assert encoder.inputs == 3
    assert applied(encoder, [1, 3]).tolist() == [[0, 0, 0], [0, 0, 1]]


def test_of_many_words_the_rarest_are_one_together():
    counts = [3] * 60 + [1] * 30 + [2] * 60
    values = np.repeat(np.arange(150), counts)
    encoder = CategoryEncoder.fit("zip", [values], words=tuple(map(str, range(150))))
    assert encoder.inputs == MOST_VALUES
    out = applied(encoder, np.arange(150))
    assert (out.sum(axis=1) == 1).all()
    alone = out.sum(axis=0) == 1
    assert alone.sum() == MOST_VALUES - 1
    assert (out[60:90].argmax(axis=1) == MOST_VALUES - 1).all()
    assert encoder.names("zip")[-1] == "zip = other values"


def test_dates_become_what_varies_in_the_calendar():
    days = np.arange(0, 800, 7) + 0.5  # at noon, all of one weekday
    encoder = DateEncoder.fit("when", [days])
    assert encoder.names("when") == ["when: year", "when: month", "when: day", "when: time"]
    assert DateEncoder.fit("when", [[3.0, 3.0]]).names("when") == ["when: time"]
    gaps = DateEncoder.fit("when", [[0.0, 40, NAN]])
    assert gaps.names("when")[:2] == ["when: month", "when is missing"]
    assert applied(gaps, [NAN])[0].tolist() == [0, 1, *[0] * (gaps.inputs - 2)]


def test_the_calendar_is_pythons():
    days = np.random.default_rng(0).integers(-300_000, 1_000_000, 500)
    dates = [date(1970, 1, 1) + timedelta(int(day)) for day in days]
    parts = calendar(days + 0.75)
    for part in ("year", "month", "day"):
        assert parts[part].tolist() == [getattr(each, part) for each in dates]
    assert parts["weekday"].tolist() == [each.weekday() for each in dates]
    assert set(parts["hour"].tolist()) == {18}
    assert days_of(np.array(dates, "datetime64[D]")).tolist() == days.tolist()


def columns():
    rng = np.random.default_rng(3)
    rows = np.stack([rng.normal(size=50), rng.integers(0, 3, 50), rng.integers(0, 900, 50)], axis=1)
    rows[[4, 9], [0, 1]] = NAN
    chosen = {"size": "robust", "kind": "categories", "when": "dates"}
    return rows, fit_columns(tuple(chosen), lambda: [rows[:20], rows[20:]], chosen, {"kind": ("a", "b", "c")})


def test_columns_are_read_back_from_what_a_model_file_keeps():
    rows, encoding = columns()
    again = ColumnEncoding.of(json.loads(json.dumps(encoding.describe())))
    assert again == encoding
    assert (again.apply(rows) == encoding.apply(rows)).all()
    assert len(encoding.input_names) == encoding.inputs == encoding.apply(rows).shape[1]


def test_frames_have_words_and_dates_as_they_are():
    rows, encoding = columns()
    words = np.array(["a", "b", "c", None], object)[np.nan_to_num(rows[:, 1], nan=3).astype(int)]
    when = pd.to_datetime("1970-01-01") + pd.to_timedelta(rows[:, 2], unit="D")
    frame = pd.DataFrame({"when": when, "kind": words, "size": rows[:, 0]})
    assert (encoding.apply(frame) == encoding.apply(rows)).all()
    unseen = encoding.apply(frame.assign(kind="z"))
    assert not unseen[:, [name.startswith("kind") for name in encoding.input_names]].any()
    with pytest.raises(DataError, match=r"not a number.* in column 'size'"):
        encoding.apply(frame.assign(size="much"))
    with pytest.raises(DataError, match=r"not a date.* in column 'when'"):
        encoding.apply(frame.assign(when="soon"))


@pytest.mark.parametrize(
    "spoilt",
    [
        {"encoder": "robust", "fields": {"median": 0, "spread": 0, "marks_gaps": False, "lowest": 0, "highest": 1}},
        {"encoder": "robust", "fields": {"median": NAN, "spread": 1, "marks_gaps": False, "lowest": 0, "highest": 1}},
        {"encoder": "categories", "fields": {"words": ["a", "a"], "groups": [0, 1, -1]}},
        {"encoder": "categories", "fields": {"words": ["a", "b"], "groups": [0, 2, -1]}},
        {"encoder": "categories", "fields": {"words": ["a", "b"], "groups": [0, 1]}},
        {"encoder": "dates", "fields": {"parts": []}},
        {"encoder": "dates", "fields": {"parts": [{"part": "century", "fields": {}}]}},
    ],
)
def test_an_encoder_that_makes_no_sense_is_not_made(spoilt):
    with pytest.raises((ValueError, KeyError)):
        ColumnEncoding.of({"columns": [{"name": "a", **spoilt}]})


def test_graphs_give_the_same_inputs(tmp_path):
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnx.reference")
    from glassnet.interop.onnx import OPSETS, Graph

    rows, encoding = columns()
    rows[:5, 0] = [0, 1e-300, 1e200, -1e308, 5]
    rows[:8, 2] = [-719_528.2, -0.5, 59.99, 11_016, 2_932_896, 1e5, NAN, 0]
    rows[:6, 1] = [NAN, -1, 0, 1, 2, 0]
    words = np.array(["a", "b", "c", "other", ""], object)[np.nan_to_num(rows[:, 1], nan=4).astype(int)]
    words[rows[:, 1] == -1] = "other"
    expected, start = encoding.apply(rows), 0
    for column, (name, encoder) in enumerate(zip(encoding.names, encoding.encoders, strict=True)):
        graph = Graph(onnx)
        result = encoder.add_nodes(graph, name)
        built = graph.build(
            [(name, np.object_ if encoder.words else np.float64, (1,))], [(result, np.float32, (encoder.inputs,))]
        )
        opsets = [onnx.helper.make_opsetid(domain, number) for domain, number in OPSETS.items()]
        model = onnx.helper.make_model(built, opset_imports=opsets)
        onnx.checker.check_model(model, full_check=True)
        values = words[:, None] if encoder.words else rows[:, column : column + 1]
        (found,) = runtime.ReferenceEvaluator(model).run(None, {name: values})
        np.testing.assert_allclose(found, expected[:, start : start + encoder.inputs], rtol=1e-5, atol=1e-6)
        start += encoder.inputs


@pytest.mark.parametrize("start", ["1970-01-01", "2024-03-01", "0999-12-31", "2199-07-04"])
def test_a_full_hour_is_that_hour(start):
    minutes = np.datetime64(start, "m") + np.arange(24 * 60)
    assert (calendar(days_of(minutes))["hour"] == np.arange(24 * 60) // 60).all()
    last = calendar(days_of(np.array([f"{start}T23:59:59.9"], "datetime64[us]")))
    assert (last["hour"], last["day"]) == (23, int(start[-2:]))


def test_numbers_that_stand_for_kinds_are_kept_in_a_model_file():
    fitted = CategoryEncoder.fit("kind", [np.array([2.0, 0, 2, 5, np.nan])])
    again = CategoryEncoder.of(fitted.describe())
    assert again == fitted
    assert again.words == ("0", "1", "2", "3", "4", "5")
    assert applied(again, [0, 5, 1, NAN]).tolist() == [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 1]]


def test_what_is_unlike_the_training_rows_is_told_by_what_it_is():
    def found(encoder, values):
        return {what: np.flatnonzero(mask).tolist() for what, mask in encoder.unlike(np.array(values)).items()}

    number = RobustEncoder.fit("a", [[1.0, 2, 3]])
    assert found(number, [NAN, 0.9, 1, 3, 3.1]) == {GAPS: [0], OUTSIDE: [1, 4]}
    assert found(RobustEncoder.fit("a", [[1.0, NAN, 3]]), [NAN, 2])[GAPS] == []
    word = CategoryEncoder.fit("a", [[0.0, 0, 2]], words=("x", "y", "z"))  # y was in the rows of another part
    assert found(word, [0, 1, 2, -1, NAN]) == {UNSEEN: [1, 3], GAPS: [4]}
    date_encoder = DateEncoder.fit("a", [[100.0, 200.5, NAN]])
    assert found(date_encoder, [NAN, 99, 150, 201]) == {GAPS: [], OUTSIDE: [1, 3]}


@pytest.mark.parametrize("wrong", [-1.0, 0.5, 1e12])
def test_numbers_that_stand_for_no_kind_are_refused_in_training_and_unseen_after_it(wrong):
    with pytest.raises(DataError, match="not the number of a word in column 'kind'"):
        CategoryEncoder.fit("kind", [np.array([0.0, 1.0, wrong])])
    encoder, out = CategoryEncoder.fit("kind", [np.array([0.0, 1.0, NAN])]), np.empty((2, 3))
    encoder.apply(np.array([wrong, 2.0]), out)  # 2 is the first that training did not have
    assert not out.any()
    assert encoder.unlike(np.array([wrong, 2.0]))[UNSEEN].all()


@pytest.mark.parametrize(
    ("values", "truth"),
    [([0, 1], True), ([0, 0.5], True), ([0, 1.1], False), ([-0.1, 1], False), ([1, 1], True), ([NAN, 0, 1], True)],
)
def test_numbers_may_be_yes_and_no_where_all_lie_within_these(values, truth):
    assert RobustEncoder.fit("a", [values]).takes_truth is truth


def test_a_column_of_gaps_alone_marks_gaps():
    assert RobustEncoder.fit("a", [[NAN, NAN]]) == RobustEncoder(0.0, 1.0, True, 0.0, 0.0)
    assert RobustEncoder.fit("a", [[1.0, 2]]).marks_gaps is False
    encoder = RobustEncoder.fit("a", [[0.0, 1, 2, 3, 4, 100, NAN]])
    assert encoder.describe() == {"median": 2.5, "spread": 2.5, "marks_gaps": True, "lowest": 0.0, "highest": 100.0}
    assert RobustEncoder.of(encoder.describe()) == encoder


@pytest.mark.parametrize(
    "changed", [{"spread": 0}, {"spread": -1}, {"lowest": np.inf}, {"highest": NAN}, {"median": NAN}]
)
def test_a_spread_is_positive_and_all_numbers_are_finite(changed):
    fields = {"median": 1, "spread": 2, "marks_gaps": 1, "lowest": 0, "highest": 3}
    assert RobustEncoder.of(fields) == RobustEncoder(1.0, 2.0, True, 0.0, 3.0)
    with pytest.raises(ValueError, match="invalid median and spread of a column"):
        RobustEncoder.of(fields | changed)


def test_as_many_words_as_are_told_apart_have_an_input_each():
    values = np.repeat(np.arange(100), 2)
    words = tuple(f"w{number}" for number in range(100))
    assert CategoryEncoder.fit("a", [values], words).groups == (*range(100), -1)
    with_gap = CategoryEncoder.fit("a", [[*values, NAN]], words)
    assert with_gap.inputs == 100
    assert with_gap.names("a")[-1] == "a = other values"
    assert with_gap.groups[-1] == 99
    assert with_gap.groups[:99] == tuple(range(99))


def test_one_value_tells_nothing():
    encoder = CategoryEncoder.fit("a", [[0, 0]], words=("x",))
    assert (encoder.values, encoder.inputs, encoder.names("a")) == (1, 1, ["a = x"])
    assert applied(encoder, [0, -1, NAN]).tolist() == [[0], [0], [0]]
    assert CategoryEncoder.fit("a", [[]], words=("x",)).values == 0


@pytest.mark.parametrize(
    "changed",
    [{"words": ["a", 7]}, {"words": ["a", "a"]}, {"groups": [0, 1]}, {"groups": [0, 2, 1, -1]}, {"groups": [1, 2, -1]}],
)
def test_words_that_make_no_sense_are_refused(changed):
    fields = {"words": ["a", "b"], "groups": [0, 1, -1]}
    assert CategoryEncoder.of(fields) == CategoryEncoder((0, 1, -1), ("a", "b"))
    assert CategoryEncoder.of(fields).describe() == {"groups": (0, 1, -1), "words": ("a", "b")}
    with pytest.raises(ValueError, match="invalid words of a column"):
        CategoryEncoder.of(fields | changed)


def test_numbers_that_stand_for_kinds_are_below_a_bound(monkeypatch):
    monkeypatch.setattr("glassnet.data.preprocessing.column_encoders.MOST_PLACES", 2_000)
    assert CategoryEncoder.fit("a", [[1_999.0, 0]]).inputs == 1
    for words, wrong in ((("x", "y"), 2.0), ((), 2_000.0)):
        with pytest.raises(DataError) as raised:
            CategoryEncoder.fit("a", [[0, wrong]], words=words)
        assert str(raised.value) == (
            f"not the number of a word in column 'a': expected whole numbers from 0 to 1,999, got {wrong}."
        )


def test_words_of_a_frame_are_their_numbers_and_gaps_as_files_write_them():
    encoder = CategoryEncoder.fit("a", [[0, 1, 2]], words=("x", "NA", "3"))
    values = np.array(["x", "NA", "?", None, "z", 3.0, 3, "3.0", "na", ""], object)
    np.testing.assert_array_equal(encoder.read("a", values), [0, 1, NAN, NAN, -1, 2, 2, 2, NAN, NAN])


@pytest.mark.parametrize(
    ("days", "seasons"),
    [
        (np.arange(0, 366.0), ["month", "day", "weekday"]),
        (np.arange(0, 365.0), ["day", "weekday"]),
        (np.arange(0, 32.0), ["day", "weekday"]),
        (np.arange(0, 31.0), ["weekday"]),
        (np.arange(0, 8.0), ["weekday"]),
        (np.arange(0, 7.0), []),
        (np.arange(0, 800, 7.0), ["month", "day"]),
        (np.array([0, 1.25, NAN]), ["hour"]),
        (np.array([0, 0.75]), []),
        (np.array([NAN]), []),
    ],
)
def test_parts_of_dates_come_again_where_their_whole_cycle_is_there(days, seasons):
    assert seasons_of(days) == seasons
    encoder = SeasonEncoder.fit("a", [days])
    assert [part for part, _ in encoder.parts] == (seasons or ["hour"])


def test_parts_of_dates_are_described_with_their_scales():
    encoder = DateEncoder.fit("a", [[0.0, 40, NAN]])
    first, *others = encoder.describe()["parts"]
    assert (first["part"], first["fields"]["marks_gaps"]) == ("month", True)
    assert [part["fields"]["marks_gaps"] for part in others] == [False] * len(others)
    assert DateEncoder.of(encoder.describe()) == encoder
    assert encoder.unlike(np.array([NAN]))[GAPS].tolist() == [False]
    without = DateEncoder.fit("a", [[0.0, 40]])
    assert without.unlike(np.array([NAN, 3]))[GAPS].tolist() == [True, False]
    seasons = SeasonEncoder.fit("a", [np.arange(40.0)])
    assert seasons.unlike(np.array([-5.0, 900]))[OUTSIDE].tolist() == [False, False]
    with pytest.raises(ValueError, match="invalid parts of dates"):
        DateEncoder.of({"parts": []})
    for thing, name in ((encoder, "parts"), (without.parts[0][1], "median"), (CategoryEncoder((0,)), "groups")):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, ())


def test_the_parts_of_an_instant_are_those_of_its_day():
    parts = {part: values.tolist() for part, values in calendar(np.array([0.0, 365.75, NAN])).items()}
    np.testing.assert_array_equal(parts["year"], [1970, 1971, NAN])
    np.testing.assert_array_equal(parts["month"], [1, 1, NAN])
    np.testing.assert_array_equal(parts["day"], [1, 1, NAN])
    np.testing.assert_array_equal(parts["weekday"], [3, 4, NAN])
    np.testing.assert_array_equal(parts["hour"], [0, 18, NAN])
    np.testing.assert_array_equal(parts["time"], [0, 365.75, NAN])


def test_dates_of_frames_are_those_of_greenwich_and_gaps_of_what_is_missing():
    zone = timezone(timedelta(hours=2))
    values = np.array(
        [date(1970, 1, 2), datetime(1970, 1, 1, 2, tzinfo=zone), datetime(1970, 1, 3), None, pd.NaT], object
    )
    np.testing.assert_array_equal(dates_of("a", values), [1, 0, 2, NAN, NAN])
    with pytest.raises(DataError, match="not a date in column 'a': expected dates, got"):
        dates_of("a", np.array(["soon"], object))
