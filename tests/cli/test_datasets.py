"""``glassnet datasets``."""

import pytest

from commands import refused
from glassnet import load_dataset

pytestmark = pytest.mark.usefixtures("empty_directory")


def test_data_sets_are_listed_and_verified(call, tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "empty"))
    assert "fashion-mnist" in call("datasets", "list")[1]
    code, out, _ = call("datasets", "verify", "mnist")
    assert (code, out.count("right")) == (0, 4)
    assert "comes with glassnet" in call("datasets", "fetch", "mnist")[1]
    code, _, error = call("datasets", "fetch", "fashion")
    assert (code, "Did you mean 'fashion-mnist'" in error) == (2, True)


def test_the_cache_is_verified_too(call, tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "cache"))
    load_dataset("mnist")
    code, out, _ = call("datasets", "verify", "mnist")
    assert (code, out.count("right"), out.count("in the cache")) == (0, 8, 4)
    labels = next((tmp_path / "cache").rglob("train-labels-idx1-ubyte"))
    content = labels.read_bytes()
    labels.write_bytes(content[:8] + bytes((label + 1) % 10 for label in content[8:]))
    code, out, error = call("datasets", "verify", "mnist")
    assert (code, out.count("right"), out.count("damaged")) == (1, 7, 1)
    assert f"1 file is damaged: {labels}. Delete it" in error
    assert load_dataset("mnist").train.source_targets[:5].tolist() == [5, 0, 4, 1, 9]
    assert call("datasets", "verify", "mnist")[0] == 0


def test_an_unwritable_place_is_blamed_and_no_mirror(call, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "file"))
    code, _, error = call("datasets", "fetch", "kmnist")
    assert code == 1
    assert "cannot keep what is fetched" in error
    assert "Not a directory" in error
    assert "http" not in error
    assert len(error.splitlines()) == 2  # what is fetched, and why it is not


def test_without_a_home_directory_the_variable_that_settles_it_is_named(call, monkeypatch):
    def unknown(_):
        raise KeyError("getpwuid(): uid not found: 4711")

    for name in ("GLASSNET_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)
    for words in (["datasets"], ["datasets", "verify"]):
        assert "Set GLASSNET_CACHE to a directory" in refused(1, call(*words))
