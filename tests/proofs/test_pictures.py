"""The pictures of a terminal in README and docs show what the commands print now."""

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import glassnet

DOCS = Path(__file__).parents[2] / "docs"
WIDTH = {"COLUMNS": "92"}  # as docs/make_pictures.py has it
TEXT = re.compile(r'<text[^>]*? x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>')
# Small trainings print what large ones do, with other figures.
SMALL = ["--train-size", "1000", "--validation-size", "500"]


def shown(name):
    """Give the lines that a picture shows."""
    lines = {}
    for x, y, text in TEXT.findall((DOCS / "pictures" / f"{name}.svg").read_text(encoding="utf-8")):
        lines.setdefault(float(y), []).append((float(x), html.unescape(text).replace("\xa0", " ")))
    return ["".join(text for _, text in sorted(lines[y])) for y in sorted(lines)]


def masked(lines):
    """Leave out figures, bars and space, in which two trainings differ, and lines that have nothing else."""
    left = [re.sub(r"[\d.,%−\-+█▄▀▁-▏│─\s]+", " ", line).strip() for line in lines]
    return [line for line in left if line]


def printed(directory, *arguments, also=()):
    """Give a prompt, and what a command prints after it: what is for people first."""
    command = [sys.executable, "-m", "glassnet", *arguments, *also]
    process = subprocess.run(
        command, cwd=directory, capture_output=True, text=True, env={**os.environ, **WIDTH}, check=True
    )
    return [f"$glassnet {' '.join(arguments)}", *process.stderr.splitlines(), *process.stdout.splitlines()]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Give a directory with two runs, and what the first one printed."""
    directory = tmp_path_factory.mktemp("pictures")
    first = printed(directory, "train", also=SMALL)
    printed(directory, "train", also=[*SMALL, "--epochs", "6", "--hidden", "64"])
    return directory, first


def test_the_picture_of_a_training_shows_what_it_prints(runs):
    directory, said = runs
    picture = glassnet.load_dataset("mnist").test.inputs[0]
    Image.fromarray(255 - np.asarray(picture)).resize((280, 280)).save(directory / "seven.png")
    said = [*said, *printed(directory, "predict", "runs/001", "seven.png")]
    assert masked(shown("train")) == masked(said)


def test_the_picture_of_a_comparison_shows_what_it_prints(runs):
    said = printed(runs[0], "compare", "runs/001", "runs/002")
    verdict = r"(is better|may be no better).*"
    assert [re.sub(verdict, "", line) for line in masked(shown("compare"))] == [
        re.sub(verdict, "", line) for line in masked(said)
    ]


@pytest.mark.slow
def test_the_figures_of_the_picture_are_those_of_the_command(tmp_path):
    line = next(line for line in shown("train") if line.startswith("test accuracy"))
    again = next(line for line in printed(tmp_path, "train") if line.startswith("test accuracy"))
    figures = [float(re.search(r"([\d.]+)%", text)[1]) for text in (line, again)]
    assert abs(figures[0] - figures[1]) < 0.5
