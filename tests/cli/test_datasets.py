"""``glassnet datasets``."""

import pytest

from commands import refused

pytestmark = pytest.mark.usefixtures("empty_directory")


def test_data_sets_are_listed_and_verified(call):
    assert "fashion-mnist" in call("datasets", "list")[1]
    code, out, _ = call("datasets", "verify", "mnist")
    assert (code, out.count("right")) == (0, 4)
    assert "comes with glassnet" in call("datasets", "fetch", "mnist")[1]
    code, _, error = call("datasets", "fetch", "fashion")
    assert (code, "Did you mean 'fashion-mnist'" in error) == (2, True)


def test_without_a_home_directory_the_variable_that_settles_it_is_named(call, monkeypatch):
    def unknown():
        raise RuntimeError("Could not determine home directory.")

    for name in ("GLASSNET_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pathlib.Path.home", unknown)
    for words in (["datasets"], ["datasets", "verify"]):
        assert "Set GLASSNET_CACHE to a directory" in refused(1, call(*words))
