"""What is said of how data was read."""

from glassnet.data.reading import MOST_LINES, Decision, Reading


def doubtful(number: int) -> Decision:
    return Decision(f"thing {number}", number, f"{number}", f"{number} could be {number + 1}", f"--thing {number + 1}")


def test_a_reading_without_decisions_says_nothing() -> None:
    assert Reading("mnist").lines() == []


def test_each_doubt_has_a_line_and_names_the_option_that_settles_it() -> None:
    lines = Reading("a.csv", (doubtful(1), doubtful(2))).lines()
    assert lines == [
        "a.csv: 1; 2",
        "  in doubt: 1 could be 2; --thing 2 settles it",
        "  in doubt: 2 could be 3; --thing 3 settles it",
    ]


def test_many_doubts_fit_into_six_lines() -> None:
    lines = Reading("a.csv", tuple(map(doubtful, range(8)))).lines()
    assert len(lines) == MOST_LINES
    assert "4 more" in lines[-1]


def test_a_decision_is_found_by_its_subject() -> None:
    reading = Reading("a.csv", (Decision("target", "y", ""),))
    assert reading["target"] == "y"
    assert reading["header"] is None
