"""Rows that are divided by groups and by time, of arrays, CSV and Parquet; and why."""

import datetime
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import glassnet
from glassnet import DataError, Dataset, UsageError
from glassnet.data.groups import RowGroups
from glassnet.data.preprocessing.column_encoders import SeasonEncoder, seasons_of
from glassnet.errors import DataFileError, UnknownNameError

RNG = np.random.default_rng(11)
ROWS = RNG.normal(size=(600, 3))
OWNERS = RNG.integers(0, 50, 600)
KINDS = np.where(RNG.random(600) < 0.2, "rare", "usual")
DAYS = [datetime.date(2022, 1, 1) + datetime.timedelta(days=int(day)) for day in np.sort(RNG.integers(0, 500, 600))]
PARTS = ("train", "validation", "test")


def parts_of(data, values):
    return [np.asarray(values)[getattr(data, part).indices] for part in PARTS]


def shares(data):
    return [getattr(data, part).targets.mean() for part in PARTS]


@pytest.fixture
def table(tmp_path):
    """Six hundred rows of fifty customers, whose dates are as people in Europe write them."""
    frame = pd.DataFrame(ROWS, columns=["a", "b", "c"]).round(3)
    frame["customer"] = [f"c{owner}" for owner in OWNERS]
    frame["day"] = [f"{day.day}/{day.month}/{day.year}" for day in DAYS]
    frame["kind"] = KINDS
    frame.to_csv(tmp_path / "rows.csv", index=False)
    return tmp_path / "rows.csv"


def load(path, **how):
    return glassnet.load_dataset(path, target="kind", **how)


def test_no_group_is_in_two_parts_whose_sizes_and_classes_are_as_of_a_random_split():
    random = Dataset.from_arrays(ROWS, KINDS, test=100)
    grouped = Dataset.from_arrays(ROWS, KINDS, test=100, groups=OWNERS)
    found = [set(part) for part in parts_of(grouped, OWNERS)]
    assert sum(map(len, found)) == len(set.union(*found)) == 50
    for part in PARTS:
        assert abs(len(getattr(grouped, part)) - len(getattr(random, part))) <= 6
    np.testing.assert_allclose(shares(grouped), shares(random), atol=0.02)


def test_no_group_is_in_two_folds_and_every_row_is_in_one():
    data = Dataset.from_arrays(ROWS, KINDS, groups=OWNERS).with_one_part()
    folds = [data.fold(number, 8, seed=3) for number in range(8)]
    for fold in folds:
        assert not set(OWNERS[fold.train.indices]) & set(OWNERS[fold.validation.indices])
        assert abs(len(fold.validation) - 600 / 8) <= 4
        assert abs(fold.validation.targets.mean() - data.train.targets.mean()) <= 0.03
    rows = np.concatenate([fold.validation.indices for fold in folds])
    np.testing.assert_array_equal(np.sort(rows), data.train.indices)


def test_the_test_groups_are_the_datas_and_the_seed_decides_the_others():
    first, second, again = (Dataset.from_arrays(ROWS, KINDS, test=100, groups=OWNERS, seed=seed) for seed in (1, 2, 1))
    np.testing.assert_array_equal(first.test.indices, second.test.indices)
    np.testing.assert_array_equal(first.train.indices, again.train.indices)
    assert set(first.train.indices) != set(second.train.indices)


def test_groups_may_be_words_and_of_any_size_and_a_train_size_leaves_some_out():
    names = np.array(["big"] * 300 + [f"of {row // 2}" for row in range(300)])
    data = Dataset.from_arrays(ROWS, ROWS[:, 0], test=100, train=100, groups=pd.Series(names))
    assert 90 <= len(data.train) <= 110
    assert 90 <= len(data.test) <= 110
    assert not set(names[data.train.indices]) & set(names[data.test.indices])


def test_few_groups_leave_no_part_empty_and_fewer_than_parts_are_refused():
    owners = np.repeat([0, 1, 2], [500, 60, 40])
    data = Dataset.from_arrays(ROWS, KINDS, test=0.01, groups=owners)
    assert [len(set(part)) for part in parts_of(data, owners)] == [1, 1, 1]
    with pytest.raises(UsageError, match=r"too few groups: expected 3 .*, got 2\. Set fewer folds"):
        Dataset.from_arrays(ROWS, KINDS, groups=owners > 0).with_one_part().fold(0, 3)
    with pytest.raises(
        UsageError, match=r"too few times to train and validate on: .* Divide by a column of more times"
    ):
        Dataset.from_arrays(ROWS, KINDS, time=np.zeros(600))


def test_two_groups_are_too_few_to_train_validate_and_test_on_and_one_option_is_named():
    said = r"too few groups to train, validate and test on: expected at least 3, got 2\. Set --test-size 0\."
    with pytest.raises(UsageError, match=said):
        Dataset.from_arrays(ROWS, KINDS, test=100, groups=np.arange(600) % 2)
    assert len(Dataset.from_arrays(ROWS, KINDS, test=0, groups=np.arange(600) % 2).validation) == 300


@pytest.mark.parametrize("times", [DAYS, pd.Series(pd.to_datetime(DAYS)), np.arange(600)])
def test_the_latest_rows_test_the_latest_of_the_others_validate_and_no_time_is_divided(times):
    shuffled = RNG.permutation(600)
    times = np.asarray(times)[shuffled]
    data = Dataset.from_arrays(ROWS[shuffled], KINDS[shuffled], test=100, time=times)
    train, validation, test = parts_of(data, times)
    assert max(train) < min(validation)
    assert max(validation) < min(test)
    assert 95 <= len(test) <= 105


def test_folds_of_times_are_stretches_in_their_order():
    data = Dataset.from_arrays(ROWS, ROWS[:, 0], test=60, time=DAYS).with_one_part()
    folds = [np.array(DAYS)[data.fold(number, 8).validation.indices] for number in range(8)]
    for before, after in pairwise(folds):
        assert max(before) < min(after)
    assert max(folds[-1]) < min(np.array(DAYS)[data.test.indices])


def test_of_times_that_most_rows_have_each_part_still_gets_one():
    groups = RowGroups.of(None, [1] * 90 + [2] * 5 + [3, 4, 5], 98)
    assert np.bincount(groups.deal(np.zeros(98, int), [1, 1, 1, 1], seed=0)).tolist() == [90, 5, 1, 2]
    assert np.bincount(groups.deal(np.zeros(98, int), [0, 5, 90], seed=0)).tolist() == [0, 90, 8]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"groups": OWNERS, "time": DAYS}, "rows divided by groups and by time"),
        ({"groups": OWNERS[1:]}, "a group for each row is needed: expected 600 values"),
        ({"groups": [None, *OWNERS[1:]]}, "a group for each row is needed"),
        ({"time": [float("nan"), *range(599)]}, "a time for each row is needed"),
        ({"time": [str(day) for day in DAYS]}, "times that cannot be ordered: expected numbers or dates"),
    ],
)
def test_what_rows_cannot_be_divided_by_is_refused(how, message):
    with pytest.raises((DataError, UsageError), match=message):
        Dataset.from_arrays(ROWS, KINDS, **how)


def test_a_random_split_is_too_good_where_rows_have_owners_and_a_grouped_one_is_not():
    """Customers look like nobody else, and chance decides what each buys: of a new one nothing can be known."""

    def customers(rng):
        looks, buys = rng.normal(size=(80, 6)), rng.permutation(80) % 2
        owners = np.repeat(np.arange(80), 10)
        return looks[owners] + 0.05 * rng.normal(size=(800, 6)), buys[owners], owners

    def accuracy(data):
        optimizer = glassnet.Adam(learning_rate=0.01)
        training = glassnet.Training(glassnet.Network([6, 64, 2], seed=0), data, epochs=40, optimizer=optimizer)
        list(training)
        return training.model, glassnet.evaluate(training.model, data.test).accuracy

    rows, buys, owners = customers(np.random.default_rng(0))
    _, random = accuracy(Dataset.from_arrays(rows, buys, test=0.25))
    model, grouped = accuracy(Dataset.from_arrays(rows, buys, test=0.25, groups=owners))
    strangers, bought, _ = customers(np.random.default_rng(1))
    new = (model.predict(strangers) == bought).mean()
    assert random > 0.95
    assert grouped < 0.7
    assert abs(grouped - new) < 0.15


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_column_divides_the_rows_of_a_file_and_is_no_input(table, kind):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
        frame = pd.read_csv(table)
        frame["day"] = pd.to_datetime(frame["day"], dayfirst=True)
        frame.to_parquet(table.with_suffix(".parquet"))
    data = load(table.with_suffix(f".{kind}"), group="customer")
    assert data.preprocessing.names == ("a", "b", "c", "day")
    assert data.reading["group"] == "customer"
    assert '50 groups by "customer", none divided; it is no input' in " ".join(data.reading.lines(500))
    found = [set(part) for part in parts_of(data, OWNERS)]
    assert sum(map(len, found)) == len(set.union(*found)) == 50
    same = Dataset.from_arrays(ROWS, KINDS, test=100, groups=OWNERS)
    np.testing.assert_array_equal(same.test.indices, data.test.indices)
    timed = load(table.with_suffix(f".{kind}"), time="day", test_size=60)
    train, validation, test = parts_of(timed, DAYS)
    assert max(train) < min(validation) <= max(validation) < min(test)
    # Year and days since 1970 are beyond the training rows; the month and the weekday come again.
    assert timed.preprocessing.names == ("a", "b", "c", "customer", "day")
    assert timed.preprocessing.input_names[-3:] == ("day: month", "day: day", "day: weekday")
    assert "an input by its month, day, weekday" in " ".join(timed.reading.lines(500))


def test_a_time_of_numbers_and_dates_of_which_nothing_comes_again_are_no_inputs(tmp_path):
    path = tmp_path / "steps.csv"
    lines = [f"{row},2024-01-0{1 + row // 20},{row % 7},{'ab'[row % 2]}" for row in range(120)]
    path.write_text("\n".join(["step,day,x,label", *lines]))
    for name, others in (("step", ("day", "x")), ("day", ("step", "x"))):
        data = glassnet.load_dataset(path, time=name)
        assert set(data.preprocessing.names) == set(others)
        assert "it is no input" in " ".join(data.reading.lines(500))
        assert min(data.test.indices) > max(data.validation.indices) > max(data.train.indices)


def test_what_comes_again_is_known_of_dates_whose_cycle_is_whole():
    hours = np.arange(0, 2, 1 / 24)
    assert seasons_of(hours) == ["hour"]
    assert seasons_of(np.arange(10.0)) == ["weekday"]
    assert seasons_of(np.array([np.nan, *range(40)])) == ["day", "weekday"]
    assert seasons_of(np.arange(500.0)) == ["month", "day", "weekday"]
    assert seasons_of(np.full(3, np.nan)) == []
    encoder = SeasonEncoder.fit("when", [np.arange(10.0)])
    assert encoder.names("when") == ["when: weekday"]
    assert SeasonEncoder.fit("when", [np.arange(3.0)]).names("when") == ["when: hour"]


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"group": "custmer"}, UnknownNameError, "Did you mean 'customer'"),
        ({"time": "daz"}, UnknownNameError, "Did you mean 'day'"),
        ({"group": "kind"}, UsageError, "rows cannot be divided by this"),
        ({"time": "customer"}, UsageError, "for --time one of dates or numbers, got customer"),
        ({"group": "customer", "time": "day"}, UsageError, "Leave --group or --time out"),
    ],
)
def test_a_column_that_cannot_divide_rows_is_refused_by_name(table, how, error, message):
    with pytest.raises(error, match=message):
        load(table, **how)


@pytest.mark.parametrize(("name", "place"), [("customer", 3), ("day", 4)])
def test_a_gap_in_what_rows_are_divided_by_is_refused_with_its_line(table, name, place):
    lines = table.read_text().splitlines()
    cells = lines[7].split(",")
    lines[7] = ",".join([*cells[:place], "", *cells[place + 1 :]])
    table.write_text("\n".join(lines))
    with pytest.raises(DataFileError, match=rf"no group or time in .* line 8, column '{name}': got ''\. Fill the gap"):
        load(table, **{"group" if name == "customer" else "time": name})


def test_pictures_and_what_stays_on_the_disk_are_not_divided_by_a_column(tmp_path, table):
    np.save(tmp_path / "x.npy", np.zeros((9, 4, 4), np.uint8))
    np.save(tmp_path / "y.npy", np.arange(9) % 3)
    with pytest.raises(DataFileError, match="nothing that group settles"):
        glassnet.load_dataset(tmp_path / "x.npy", group="writer")
    with pytest.raises(UsageError, match="mnist has a task of its own"):
        glassnet.load_dataset("mnist", time="day")
    pytest.importorskip("pyarrow")
    pd.read_csv(table).to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(UsageError, match="add --window 0"):
        load(tmp_path / "rows.parquet", group="customer", window=64)


def doubts(path):
    return [(doubt.doubt, doubt.option) for doubt in load(path).reading.doubts]


def test_a_random_split_that_probably_lies_is_doubted_with_the_option_that_mends_it(table):
    [(doubt, option)] = doubts(table)
    assert '"customer" comes again' in doubt
    assert option == "--group customer"
    frame = pd.read_csv(table)
    frame.rename(columns={"customer": "shade"}).to_csv(table, index=False)
    [(doubt, option)] = doubts(table)
    assert 'rows stand in the order of "day"' in doubt
    assert option == "--time day"
    frame.sample(frac=1, random_state=0).rename(columns={"customer": "shade"}).to_csv(table, index=False)
    assert doubts(table) == []
    assert not load(table, group="shade").reading.doubts


def test_times_of_a_zone_are_ordered_as_those_of_greenwich():
    times = pd.Series(
        pd.to_datetime(["2024-03-31 00:30", "2024-03-31 03:30", "2023-01-01 00:00"]).tz_localize("Europe/Berlin")
    )
    assert RowGroups.of(None, times, 3).numbers.tolist() == [1, 2, 0]
