"""Dates and times as text tables write them."""

from dataclasses import FrozenInstanceError
from datetime import datetime

import numpy as np
import pytest

from glassnet.data.readers.dates import DateWriting, depend_on_order, written_as


def days(*date, hours=0.0):
    return (datetime(*date) - datetime(1970, 1, 1)).days + hours / 24


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        *(("2024-03-05", days(2024, 3, 5)), ("2024/3/5", days(2024, 3, 5)), ("2024.03", days(2024, 3, 1))),
        *(("5/3/2024", days(2024, 3, 5)), ("05.03.24", days(2024, 3, 5)), ("5-3-69", days(1969, 3, 5))),
        *(("5/3/68", days(2068, 3, 5)), ("5/3/00", days(2000, 3, 5)), ("5/3/99", days(1999, 3, 5))),
        *(("5 Mar 2024", days(2024, 3, 5)), ("5 March 2024", days(2024, 3, 5)), ("5-Mar-2024", days(2024, 3, 5))),
        *(("5-Mar-24", days(2024, 3, 5)), ("5 Mar 24", days(2024, 3, 5)), ("Mar 5 2024", days(2024, 3, 5))),
        *(("March 5, 2024", days(2024, 3, 5)), ("mar 5, 2024", days(2024, 3, 5))),
        ("2024-03-05 06:30", days(2024, 3, 5, hours=6.5)),
        ("2024-03-05T06:30:36", days(2024, 3, 5, hours=6.51)),
        ("2024-03-05 06:30:36.50", days(2024, 3, 5, hours=6.51 + 0.5 / 3600)),
        ("2024-03-05 06:30:36,5", days(2024, 3, 5, hours=6.51 + 0.5 / 3600)),
        ("2024-03-05 06:30 pm", days(2024, 3, 5, hours=18.5)),
        ("2024-03-05 12:30 PM", days(2024, 3, 5, hours=12.5)),
        ("2024-03-05 12:30am", days(2024, 3, 5, hours=0.5)),
        ("2024-03-05 24:00", days(2024, 3, 6)),
        ("2024-03-05 06:30Z", days(2024, 3, 5, hours=6.5)),
        ("2024-03-05 06:30 UTC", days(2024, 3, 5, hours=6.5)),
        ("2024-03-05 06:30+02:00", days(2024, 3, 5, hours=4.5)),
        ("2024-03-05 06:30 -0130", days(2024, 3, 5, hours=8)),
        *(("06:30", 6.5 / 24), ("6:30:36", 6.51 / 24), ("23:59:60", 1.0), ("12:30 am", 0.5 / 24)),
        *((cell, None) for cell in ("2024-03-05 25:00", "06:60", "6:30:61", "2024-13-01", "31/2/2024", "5/13/2024")),
        *((cell, None) for cell in ("", "soon", "5 Smarch 2024", "2024", "5/3", "5/3/124", "06:30 x", "x 06:30")),
    ],
)
def test_a_cell_is_the_days_since_1970_or_no_date(cell, expected):
    found = DateWriting().days(cell)
    assert (found is None) == (expected is None)
    if found is not None:
        assert found == pytest.approx(expected, abs=1e-9)


def test_day_and_month_are_in_the_order_of_the_writing():
    assert DateWriting(False).days("3/5/2024") == DateWriting(True).days("5/3/2024") == days(2024, 3, 5)
    assert DateWriting(False).days("13/5/2024") is None
    assert DateWriting().day_first
    np.testing.assert_array_equal(DateWriting().numbers(["2/1/1970", "never"]), [1, np.nan])
    with pytest.raises(FrozenInstanceError):
        DateWriting().day_first = False


@pytest.mark.parametrize(
    ("cells", "said", "day_first", "doubted"),
    [
        (["3/14/2024", "1/2/2024"], None, False, False),
        (["14/3/2024", "1/2/2024"], None, True, False),
        (["1/2/2024"], None, True, True),
        (["3/3/2024"], None, True, False),  # the same either way
        (["2024-01-02"], None, True, False),
        (["1/2/2024"], False, False, False),
        (["3/14/2024"], True, True, False),
        ([], None, True, False),
        (["14/3/2024", "3/14/2024"], None, True, True),
    ],
)
def test_the_order_is_that_in_which_more_cells_are_dates(cells, said, day_first, doubted):
    assert written_as(cells, said) == (DateWriting(day_first), doubted)


def test_dates_depend_on_the_order_where_one_does():
    assert depend_on_order(["3/3/2024", "1/2/2024"])
    assert not depend_on_order(["3/3/2024", "2024-01-02"])
