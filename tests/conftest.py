"""What the test files share."""

import pytest
from hypothesis import settings

import glassnet
from commands import exit_code
from glassnet.data.cache import ENVIRONMENT_VARIABLE

# A busy machine is no reason to fail.
settings.register_profile("glassnet", deadline=None)
settings.load_profile("glassnet")


@pytest.fixture(scope="session", autouse=True)
def cache_of_this_run(tmp_path_factory):
    """Keep tests from reading an older run's cache, and from writing into the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def call(capsys):
    """Run a command; gives exit code, stdout and stderr."""
    return lambda *arguments: (exit_code(*arguments), *capsys.readouterr())


@pytest.fixture(scope="session")
def mnist(cache_of_this_run):
    return glassnet.load_dataset("mnist")
