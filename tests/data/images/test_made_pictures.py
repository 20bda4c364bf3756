"""Digits on made paper are found, and read by the default network; letters and scribbles are doubted."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import glassnet
from glassnet.data.images.digits import read_digits
from glassnet.errors import ImageFileError
from glassnet.runs.directory import detector_of, read_run
from made_pictures import KINDS, Made, pictures
from reading_pictures import doubted, outcome_of, strangers


@pytest.fixture(scope="module")
def reader(default_run):
    return read_run(default_run)[2], detector_of(default_run)


@pytest.fixture(scope="module")
def test_digits():
    return glassnet.load_dataset("mnist").test


@pytest.mark.parametrize("name", KINDS)
def test_a_few_of_each_kind_are_read(reader, test_digits, tmp_path, name):
    found = outcome_of(reader, name, 10, 5, test_digits, tmp_path)
    assert found.answered >= 0.6 * found.written
    assert found.right >= 0.7 * found.answered


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_two_hundred_of_each_kind_hold_the_marks(reader, test_digits, tmp_path, name):
    found = outcome_of(reader, name, 200, 6, test_digits, tmp_path)
    assert found.answered >= 0.6 * found.written
    assert found.right >= 0.9 * found.answered
    assert found.surely_wrong <= 0.03 * found.written


@pytest.mark.parametrize("count", [26, pytest.param(104, marks=pytest.mark.slow)])
def test_letters_and_scribbles_are_doubted(reader, tmp_path, count):
    found = strangers(count, 3)
    # Most letters are of two kinds, and are read once.
    doubts = {id(page): doubted(reader, [page], tmp_path) for pages in found.values() for page in pages}
    for pages in found.values():
        assert np.mean([doubts[id(page)] for page in pages]) >= 0.8


def test_plain_digits_keep_their_answers(reader, test_digits):
    # The detector of one test refused 1.44 % of them.
    assert reader[1].refuses(reader[0], test_digits.inputs).mean() < 0.0144 + 0.015


def saved(made, folder):
    file = folder / f"picture{made.suffix}"
    file.write_bytes(made.content())
    return file


@pytest.mark.parametrize(
    ("name", "said"),
    [("frame", "frame removed"), ("ruled paper", "lines removed"), ("turned by EXIF", "turned by EXIF"),
     ("animated", "first of 3 frames"), ("underlined", "underline removed"), ("thin pen", "thin strokes broadened"),
     ("light on dark", "inverted"), ("uneven light", "light evened"), ("box of a form", "box removed")],
)  # fmt: skip
def test_what_was_done_is_said(test_digits, tmp_path, name, said):
    steps = [read_digits(saved(made, tmp_path)).steps for made in pictures(name, 10, 8, test_digits)]
    assert sum(said in " ".join(words) for words in steps) >= 4


def test_digits_on_a_sheet_come_in_reading_order_with_their_places(test_digits, tmp_path):
    for made in pictures("several on a sheet", 5, 9, test_digits):
        reading = read_digits(saved(made, tmp_path))
        assert len(reading.boxes) == len(made.boxes)
        np.testing.assert_allclose(reading.boxes, made.boxes, atol=6)


def test_places_are_of_the_picture_as_it_is_seen(test_digits, tmp_path):
    for made in pictures("turned by EXIF", 5, 9, test_digits):
        np.testing.assert_allclose(read_digits(saved(made, tmp_path)).boxes[0], made.boxes[0], atol=14)


def test_mnists_own_pixels_come_back_as_they_are(test_digits, tmp_path):
    differences = []
    for image in test_digits.inputs[:100]:
        Image.fromarray(image).save(tmp_path / "own.png")
        reading = read_digits(tmp_path / "own.png")
        assert reading.images.shape == (1, 28, 28)
        differences.append(np.abs(reading.largest.astype(float) - image).mean())
    assert np.median(differences) < 0.5


def test_predict_answers_each_digit_shows_it_and_says_what_was_done(call, default_run, test_digits, tmp_path):
    made = next(pictures("several on a sheet", 1, 9, test_digits))
    file = saved(made, tmp_path)
    answers = json.loads(call("predict", default_run, file, "--json")[1])["predictions"]
    assert [answer["file"] for answer in answers] == [str(file)] * len(made.labels)
    assert all(len(answer["box"]) == 4 and isinstance(answer["steps"], list) for answer in answers)
    page = np.full((120, 120), 250, np.uint8)
    page[[0, 1, -1, -2]] = page[:, [0, 1, -1, -2]] = 60
    page[30:90, 55:63] = 20
    Image.fromarray(page).save(tmp_path / "framed.png")
    out = call("predict", default_run, tmp_path / "framed.png", "--show")[1]
    assert "frame removed" in out
    assert "█" in out


PEAK = """
import re, sys
from pathlib import Path
from glassnet.data.images.digits import read_digits
read_digits(sys.argv[1])
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the most memory that was used")
def test_a_photo_of_twelve_million_pixels_needs_less_than_200_mb(tmp_path):
    page = np.full((3_000, 4_000), 230, np.uint8)
    page[800:2_200, 1_900:2_100] = 20
    for name, mode, options in (("photo.jpg", "RGB", {}), ("picture.png", "RGBA", {"compress_level": 1})):
        Image.fromarray(page).convert(mode).save(tmp_path / name, **options)
        command = [sys.executable, "-c", PEAK, str(tmp_path / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert int(done.stdout) < 200_000


def test_a_picture_of_more_pixels_than_the_limit_is_refused_whatever_their_depth(tmp_path):
    Image.new("RGBA", (5_000, 4_001)).save(tmp_path / "large.png", compress_level=1)
    with pytest.raises(ImageFileError, match="at most 20,000,000 pixels"):
        read_digits(tmp_path / "large.png")


def test_the_generator_makes_the_same_picture_twice(test_digits):
    first, second = (next(pictures("all at once", 1, 3, test_digits)) for _ in range(2))
    assert isinstance(first, Made)
    assert first.content() == second.content()
    assert Image.open(io.BytesIO(first.content())).size == first.picture.size
