"""The alarm of the nightly race: it sounds when glassnet became slower, not when the machine did."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ALARM = Path(__file__).parents[2] / "benchmarks" / "alarm.py"
SMALL, LARGE = {"hidden": 32, "batch_size": 32}, {"hidden": 512, "batch_size": 128}


def race(networks):
    """A race of these networks, each with the seconds of an epoch and of its matrix products."""
    return {
        "training": [
            {
                "configuration": network,
                "results": {
                    "numpy_glassnet": [{"epoch_seconds": [ours, 99.0, ours]}, {"epoch_seconds": [ours]}],
                    "matrix_products 1": [{"epoch_seconds": [floor]}],
                },
            }
            for network, ours, floor in networks
        ]
    }


def alarm(folder, before, after):
    files = folder / "kept" / "before.json", folder / "after.json"
    for file, found in zip(files, (before, after), strict=True):
        if found:
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(race(found)))
    process = subprocess.run([sys.executable, ALARM, *files], capture_output=True, text=True, check=False)
    return process.returncode, process.stdout + process.stderr


@pytest.mark.parametrize(
    ("after", "sounds"),
    [
        ([(SMALL, 0.2, 0.1), (LARGE, 1.0, 0.5)], False),
        ([(SMALL, 0.4, 0.2), (LARGE, 3.0, 1.5)], False),  # a slower machine
        ([(SMALL, 0.218, 0.1), (LARGE, 1.09, 0.5)], False),
        ([(SMALL, 0.222, 0.1), (LARGE, 1.11, 0.5)], True),
        ([(SMALL, 0.3, 0.1), (LARGE, 1.0, 0.5)], True),  # one of them alone, by half
        ([(SMALL, 0.111, 0.05), (LARGE, 0.56, 0.25)], True),  # a faster machine
        ([(SMALL, 0.1, 0.1)], False),  # faster; what only one of the races has does not count
    ],
)
def test_it_sounds_from_a_tenth_on(tmp_path, after, sounds):
    code, said = alarm(tmp_path, [(SMALL, 0.2, 0.1), (LARGE, 1.0, 0.5)], after)
    assert code == sounds, said
    assert "times on average; the alarm is at 1.10" in said


def test_the_first_race_is_kept_for_the_next_ones(tmp_path):
    code, said = alarm(tmp_path, None, [(SMALL, 0.2, 0.1)])
    assert (code, "nothing to compare with" in said) == (0, True)
    assert alarm(tmp_path, None, [(SMALL, 0.21, 0.1)])[0] == 0
    assert alarm(tmp_path, None, [(SMALL, 0.23, 0.1)])[0] == 1
    assert alarm(tmp_path, None, [(SMALL, 0.23, 0.1)])[0] == 1  # and stays


def test_races_that_have_nothing_in_common_are_refused(tmp_path):
    code, said = alarm(tmp_path, [(SMALL, 0.2, 0.1)], [(LARGE, 0.2, 0.1)])
    assert (code, "no network in common" in said) == (1, True)
