"""What tests of commands share."""

import pytest
from PIL import Image

from commands import SMALL, exit_code


@pytest.fixture
def call(call, monkeypatch, tmp_path):
    """Run a command in an empty directory."""
    monkeypatch.chdir(tmp_path)
    return call


@pytest.fixture(scope="module")
def trained(tmp_path_factory, mnist):
    """One run of each task, and pictures beside them; to be read only."""
    directory = tmp_path_factory.mktemp("trained")
    for name in ("mnist", "rotated-mnist"):
        assert exit_code("train", *SMALL, "--run", directory / name, "--dataset", name) == 0
    for index in range(3):
        Image.fromarray(mnist.test.inputs[index]).resize((100, 100)).save(directory / f"digit{index}.png")
    return directory
