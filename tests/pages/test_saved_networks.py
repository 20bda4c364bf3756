"""A network that was trained and saved in a browser is a model like any other."""

import base64
import json
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

import glassnet
from glassnet.pages.bundle import worker_script
from glassnet.pages.digits import packed_digits

ROOT = Path(__file__).parents[2]
GOLDEN = json.loads((ROOT / "tests" / "golden" / "training.json").read_text(encoding="utf-8"))
NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")


def node(*arguments):
    done = subprocess.run([NODE, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def images():
    """The digits of the golden file, unpacked by Python's own means."""
    packed = np.frombuffer(zlib.decompress(base64.b64decode(GOLDEN["digits"]), -15), np.uint8)
    pairs = packed[: GOLDEN["count"] * 392]
    pixels = np.stack([pairs >> 4, pairs & 15], axis=1) * 17
    return pixels.astype(np.uint8).reshape(-1, 28, 28), packed[len(pairs) :]


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_a_network_saved_by_the_browsers_engine_opens_in_python_and_answers_the_same(tmp_path):
    path, (digits, labels) = tmp_path / "net.safetensors", images()
    said = json.loads(node("tests/js/save_network.js", path))
    model = glassnet.load_model(path)
    assert model.class_names == tuple("0123456789")
    np.testing.assert_allclose(model.predict_probabilities(digits), said["answers"], atol=1e-5)
    assert (model.predict(digits) == labels).mean() == pytest.approx(said["accuracy"])
    assert said["accuracy"] > 0.8


@pytest.mark.skipif(NODE is None, reason="needs node")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_saved_by_python_opens_in_the_browsers_engine_to_the_last_bit(tmp_path, dtype):
    network = glassnet.Network([784, 5, 4, 3], "tanh", seed=2, dtype=dtype)
    model = glassnet.Model((network,), glassnet.PixelScaling((28, 28)), ("a", "ü", "☃"))
    model.save(tmp_path / "net.safetensors")
    read = "import { openedNetwork } from '#engine/safetensors.js'; import { readFileSync } from 'node:fs';"
    show = "const { parameters, ...rest } = openedNetwork(readFileSync(process.argv[1]));"
    show += "console.log(JSON.stringify({ ...rest, parameters: [...parameters] }));"
    found = json.loads(node("--input-type=module", "--eval", read + show, tmp_path / "net.safetensors"))
    assert found.pop("parameters") == network.parameters.astype(np.float32).tolist()
    assert found == {"sizes": [784, 5, 4, 3], "activation": "tanh", "classes": ["a", "ü", "☃"], "images": True}


def test_digits_are_packed_to_sixteen_grays_and_back():
    digits, labels = images()
    assert packed_digits(digits, labels) == GOLDEN["digits"]
    grays = np.arange(256, dtype=np.uint8)
    row = np.resize(grays, (1, 28, 28))
    packed = zlib.decompress(base64.b64decode(packed_digits(row, np.array([3]))), -15)
    pairs = np.frombuffer(packed[:392], np.uint8)
    found = np.stack([pairs >> 4, pairs & 15], axis=1).ravel()
    assert np.abs(found * 17.0 - row.ravel()).max() <= 8.5
    assert packed[392] == 3


def test_the_workers_script_holds_all_its_modules_and_no_import():
    script = worker_script()
    assert "</script" not in script
    assert "import " not in script.split("// ")[0].replace("import(", "")
    assert script.count('glassnet["#engine/session.js"] =') == 1
    assert '"#engine/learner.js"' not in script
    assert len(script) < 60_000
