"""The command line, called as a shell would call it."""

import re
import sys
from pathlib import Path

import pytest

from glassnet.cli.main import main

COMMAND = [sys.executable, "-m", "glassnet"]
SMALL = ["--train-size", "1000", "--validation-size", "500", "--epochs", "2", "--hidden", "16"]


def exit_code(*arguments):
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    return caught.value.code


def refused(code, result):
    """Check a refusal: nothing on stdout, no run, and one line on stderr, which is given."""
    found, out, error = result
    assert (found, out) == (code, ""), error
    assert re.fullmatch("glassnet: .*\n", error), error
    assert not Path("runs").exists()
    return error
