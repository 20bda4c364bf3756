"""What docs/lesson.md says is true: its equations, its numbers, its examples, its figures, its names."""

import doctest
import importlib
import json
import re
import shlex
import subprocess
import sys

import equation_cases_lesson
import pytest
from printed_equations import LESSON, ROOT, equations_of_lesson, left_out, unnoticed_misprints

from glassnet.cli.train import command as train
from glassnet.runs.build import resolve

TEXT = LESSON.read_text(encoding="utf-8")
PRINTED = equations_of_lesson()
CASES = equation_cases_lesson.CASES
PLACES = re.findall(r"\| `([\w/]+)\.py` \| (.*) \|", TEXT)
ZERO = re.compile(r"(?<![\d.])0 ·|[+−] 0(?!\.)")  # the silent unit's factor or a bias, which hides a sign beside it
RATES = re.findall(r"\| ([\d.]+) \| (\d\d\.\d\d)% \|", TEXT)
TRAININGS = [shlex.split(line) for line in re.findall(r"^glassnet train (.*)", TEXT, re.MULTILINE)]
MEASURED = r"\| (\S.*?) \| ([\d.]+)% ± [\d.]+ \|"


@pytest.mark.parametrize("heading", PRINTED)
def test_every_equation_of_the_lesson_has_a_case_and_holds(heading):
    assert heading in CASES, f"give '{heading}' a case: it prints {[equation.text for equation in PRINTED[heading]]}"
    assert left_out(CASES[heading], PRINTED[heading]) == []


def test_every_case_is_of_a_heading_with_equations():
    assert set(CASES) <= set(PRINTED)


@pytest.mark.parametrize("heading", CASES)
def test_a_misprint_in_the_lesson_is_noticed(heading):
    unnoticed = unnoticed_misprints(CASES[heading], PRINTED[heading])
    assert [equation for equation in unnoticed if not ZERO.search(equation)] == []


def test_the_examples_of_the_lesson_run_as_printed():
    examples = "\n".join(re.findall(r"```pycon\n(.*?)```", TEXT, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, "lesson", str(LESSON), 0)
    assert len(test.examples) > 20
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize(("file", "names"), PLACES)
def test_every_name_in_the_table_of_places_exists(file, names):
    module = importlib.import_module(f"glassnet.{file.replace('/', '.')}")
    for name in re.findall("`(.+?)`", names):
        found = module
        for part in name.split("."):
            found = getattr(found, part)


def test_the_table_of_places_is_read():
    assert len(PLACES) == TEXT.count(".py` | `") > 20


@pytest.mark.parametrize("options", TRAININGS, ids=" ".join)
def test_the_commands_of_the_lesson_are_understood(options):
    said = train.make_context("train", options).params
    resolve(
        {name: said[name] for name in ("hidden", "activation", "epochs", "learning_rate", "train_size") if said[name]}
    )


def test_training_without_options_is_what_the_lesson_says():
    text = " ".join(TEXT.split())
    assert "12 epochs in batches of 64, by SGD with a momentum of 0.9 and the one-cycle schedule" in text
    assert "whose highest rate is 0.1" in text
    usual, _ = resolve({})
    assert (usual.epochs, usual.batch_size, usual.optimizer) == (12, 64, "sgd")
    assert (usual.momentum, usual.schedule, usual.learning_rate) == (0.9, "one-cycle", 0.1)


def run_at(rate, directory):
    glassnet = [sys.executable, "-m", "glassnet", "train", "--epochs", "5", "--learning-rate", rate]
    return subprocess.run([*glassnet, "--json", "--run", directory / rate], capture_output=True, text=True)


@pytest.mark.slow
def test_the_learning_rates_do_what_the_lesson_says(tmp_path):
    figures = {rate: float(figure) for rate, figure in RATES}
    assert list(figures) == ["0.001", "0.01", "0.1", "1"]
    for rate in ("0.001", "0.01", "0.1"):  # the higher ones are chaotic: the last bit of a sum decides
        accuracy = 100 * json.loads(run_at(rate, tmp_path).stdout)["validation_accuracy"]
        assert accuracy == pytest.approx(figures[rate], abs=0.5)
    assert "10 | stops in epoch 3" in TEXT
    at_ten = run_at("10", tmp_path)  # one of the two ends that the lesson describes
    died = "every unit of hidden layer 1 was dead" in at_ten.stderr
    assert died or json.loads(at_ten.stdout)["validation_accuracy"] == 0.1124
    assert "1000 | stops at step 3" in TEXT
    assert "diverged at step 3" in run_at("1000", tmp_path).stderr


@pytest.mark.slow
def test_the_measured_figures_come_out_again():
    script = [sys.executable, ROOT / "docs" / "measure_activations.py"]
    again = subprocess.run(script, capture_output=True, text=True, check=True).stdout
    printed, measured = (dict(re.findall(MEASURED, text)) for text in (TEXT, again))
    assert printed.keys() == measured.keys()
    for name, figure in printed.items():
        assert float(measured[name]) == pytest.approx(float(figure), abs=0.1)
