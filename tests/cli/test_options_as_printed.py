"""An option that a doubt names does what it says when it is pasted into a shell, whatever the columns are called."""

import csv
import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from glassnet.data.reading import in_shell, split_names

pytestmark = pytest.mark.usefixtures("empty_directory")
RNG = np.random.default_rng(9)
AWKWARD = ["net price", "tax, total", 'the "real" one', "$HOME", "it's", "a`b", "back\\slash", "größe", "", "-x"]


def write(names, *columns):
    with Path("a.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([names, *zip(*columns, strict=True)])
    return ["train", "--dataset", "a.csv", "--dry-run"]


@pytest.mark.parametrize("names", [AWKWARD, *([name] for name in AWKWARD)], ids=str)
def test_names_come_back_from_a_shell_as_they_were(names):
    (word,) = shlex.split(in_shell(*names))
    assert split_names(word) == tuple(names)


def test_features_that_tell_the_target_are_left_out_by_the_option_that_is_printed(call):
    price = RNG.uniform(10, 99, size=80).round(2)
    command = write(["net price", "tax, total", "size", "price"], 2 * price, 3 * price, RNG.normal(size=80), price)
    command += ["--target", "price"]
    out = " ".join("".join(call(*command)[1:]).split())
    option = re.search("possible leakage; (--leave-out .*?) settles it", out)[1]
    code, out, error = call(*command, *shlex.split(option), "--json")
    assert code == 0, error
    taken = {one["subject"]: one["taken"] for one in json.loads(out)["reading"]["decisions"]}
    assert (taken["features"], taken["leave_out"]) == (["size"], ["net price", "tax, total"])


def test_an_index_whose_name_has_a_comma_is_kept_by_the_option_that_is_printed(call):
    a = RNG.normal(size=80).round(3)
    number, label = np.arange(80), (np.arange(80) > 39).astype(int)
    command = write(["patient, id", "a", "label"], number, a, label)
    out = " ".join("".join(call(*command)[1:]).split())
    option = re.search("; (--keep .*?) settles it", out)[1]
    code, out, _ = call(*command, *shlex.split(option), "--json")
    taken = {one["subject"]: one["taken"] for one in json.loads(out)["reading"]["decisions"]}
    assert (code, taken["features"]) == (0, ["patient, id", "a"])
