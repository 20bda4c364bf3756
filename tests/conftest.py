"""What the test files share."""

import os
import shutil
import signal

import pytest
from hypothesis import settings
from PIL import Image

import glassnet
from commands import SMALL, exit_code
from glassnet.data.cache import ENVIRONMENT_VARIABLE
from glassnet.files import lock_file
from glassnet.runs.directory import detector_of


def pytest_terminal_summary(terminalreporter, config):
    """Say what is not run by default: nobody should take pages for tested that were not opened."""
    if "not browser" in (config.option.markexpr or ""):
        terminalreporter.write_line("the pages are tested in Chromium by: make test-browser")


# Under nohup the processes that tests start would ignore it, as they should, and not end as tests expect.
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# A busy machine is no reason to fail.
settings.register_profile("glassnet", deadline=None)
settings.load_profile("glassnet")


@pytest.fixture(scope="session")
def of_all_workers(tmp_path_factory):
    """The directory that this run of the tests has for all its processes."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def cache_of_this_run(of_all_workers):
    """Keep tests from reading an older run's cache, and from writing into the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT_VARIABLE, str(of_all_workers / "cache"))
        yield


@pytest.fixture(scope="session")
def made_once(of_all_workers, tmp_path_factory, cache_of_this_run):
    """Give each process a copy of a directory that one of them makes."""

    def give(name, make):
        made, done = of_all_workers / f"made-{name}", of_all_workers / f"made-{name}.done"
        with lock_file(of_all_workers / f"made-{name}.lock"):
            if not done.exists():
                shutil.rmtree(made, ignore_errors=True)
                made.mkdir()
                make(made)
                done.touch()
        return shutil.copytree(made, tmp_path_factory.mktemp(name) / name)

    return give


@pytest.fixture
def call(capsys):
    """Run a command; gives exit code, stdout and stderr."""
    return lambda *arguments: (exit_code(*arguments), *capsys.readouterr())


@pytest.fixture
def empty_directory(tmp_path, monkeypatch):
    """Be in an empty directory."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def mnist(cache_of_this_run):
    return glassnet.load_dataset("mnist")


@pytest.fixture(scope="session")
def default_run(made_once):
    """The default network, trained as `glassnet train` does, but on one processor; what looks at it may leave files."""

    def make(place):
        assert exit_code("train", "--run", place / "run", "--input-parts", 1) == 0
        detector_of(place / "run")  # which is kept beside the model

    return made_once("default", make) / "run"


@pytest.fixture(scope="session")
def trained_tasks(made_once, mnist):
    """One small run of each task, and pictures beside them; to be read only."""

    def make(place):
        for name in ("mnist", "rotated-mnist"):
            assert exit_code("train", *SMALL, "--run", place / name, "--dataset", name) == 0
        for index in range(3):
            Image.fromarray(mnist.test.inputs[index]).resize((100, 100)).save(place / f"digit{index}.png")

    return made_once("tasks", make)


@pytest.fixture(scope="module")
def browser():
    from playing import browser

    with browser() as running:
        yield running


@pytest.fixture(scope="session")
def played(default_run):
    """The address of a live page that tests may look at but do not change."""
    from playing import playing

    with playing(default_run) as address:
        yield address


@pytest.fixture(scope="session")
def trained_small(tmp_path_factory, cache_of_this_run):
    """A small network that has been trained on a few digits, for whoever only looks at it."""
    from serving import small_run

    return small_run(tmp_path_factory.mktemp("small") / "run")


@pytest.fixture(scope="session")
def server(trained_small, tmp_path_factory):
    """A server of the live page, for whoever leaves it alive."""
    from serving import served

    with served(trained_small, tmp_path_factory.mktemp("play")) as running:
        yield running


@pytest.fixture(scope="session")
def trained(mnist):
    """A small network that has learned something, and examples it has not seen."""
    data = glassnet.load_dataset("mnist", train_size=3_000, validation_size=1_000)
    training = glassnet.Training(glassnet.Network([784, 32, 10], seed=0), data, epochs=4, input_parts=1)
    for _ in training:
        pass
    return training.model, data.validation
