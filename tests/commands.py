"""The command line, called as a shell would call it."""

import pytest

from glassnet.cli.main import main


def exit_code(*arguments):
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    return caught.value.code
