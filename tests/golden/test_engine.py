"""What the pages' engine is held to, engine.json, is what Python computes now, of everything that is registered."""

import json

import engine
import pytest

from glassnet.data.preprocessing.encoders import ENCODERS

RECORDED = json.loads(engine.FILE.read_text(encoding="utf-8"))
MEANT = "If that is meant: python tests/golden/engine.py"


@pytest.fixture(scope="module")
def computed():
    return json.loads(json.dumps(engine.computed()))


def leaves(value, path="engine"):
    """List what has no parts, with its path."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, (dict, list)):
        return [leaf for key, part in parts for leaf in leaves(part, f"{path}.{key}")]
    return [(path, value)]


def test_the_file_has_what_python_computes_to_1e_12(computed):
    found, recorded = leaves(computed), leaves(RECORDED)
    assert [path for path, _ in found] == [path for path, _ in recorded], MEANT
    for (path, now), (_, then) in zip(found, recorded, strict=True):
        expected = pytest.approx(then, rel=1e-12, abs=1e-12) if isinstance(then, float) else then
        assert now == expected, f"{path}: {MEANT}"


def test_everything_registered_is_in_a_network_that_the_pages_can_compute():
    networks = RECORDED["networks"]
    assert [network["lacking"] for network in networks if "lacking" in network] == []
    forms = [network["form"] for network in networks]
    had = {name for form in forms for name in (*form["activations"], form["output"], form["loss"])}
    assert engine.registered() - had == set()


def test_every_encoder_of_a_column_is_in_the_table_that_the_pages_compute():
    assert set(ENCODERS) == {column["encoder"] for column in RECORDED["table"]["columns"]}
