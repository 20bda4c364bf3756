"""Every equation that a docstring prints is evaluated as printed, and compared with what the code computes."""

import equation_cases_elsewhere
import equation_cases_judging
import equation_cases_network
import equation_cases_regularization
import pytest
from equation_language import evaluate
from printed_equations import Equation, equations_in, equations_of_docstrings, left_out, unnoticed_misprints

PRINTED = equations_of_docstrings()
CASES = equation_cases_network.CASES | equation_cases_elsewhere.CASES
CASES |= equation_cases_regularization.CASES | equation_cases_judging.CASES


@pytest.mark.parametrize("place", PRINTED)
def test_every_printed_equation_has_a_case_and_holds(place):
    assert place in CASES, f"give {place} a case: it prints {[equation.text for equation in PRINTED[place]]}"
    assert left_out(CASES[place], PRINTED[place]) == []


def test_every_case_is_of_a_printed_equation():
    assert set(CASES) <= set(PRINTED)


@pytest.mark.parametrize("place", CASES)
def test_a_misprint_is_noticed(place):
    assert unnoticed_misprints(CASES[place], PRINTED[place]) == []


def test_what_can_be_read_in_two_ways_is_refused():
    for text in ("a / b c", "a / b · c", "2 3", "a (", "a +", "(a"):
        with pytest.raises(SyntaxError):
            evaluate(text, {"a": 1, "b": 2, "c": 3})


def test_trees_and_commands_are_not_taken_for_equations():
    assert equations_in(["GlassnetError", "├── UsageError", "└── FileError"]) == []
    assert equations_in(["glassnet train --hidden=128", "glassnet evaluate model.safetensors"]) == []
    assert equations_in(["z = x W + b"]) == [Equation.read("z = x W + b")]


def test_a_name_without_value_is_no_number():
    with pytest.raises(KeyError):
        left_out(lambda printed: printed("a"), [Equation.read("a = b + 1")])
