"""The command line, called as a shell would call it."""

import pytest

from glassnet.app.command import main


def exit_code(*arguments):
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    return caught.value.code
