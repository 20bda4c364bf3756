"""What the live page's server answers is what Python says, and a picture that it is sent is distrusted."""

import io
import json
import struct
import zlib

import numpy as np
import onnxruntime
import pytest
from PIL import Image

import glassnet
from glassnet.data.images.digits import read_digits
from glassnet.evaluation.novelty import TENSORS, NoveltyDetector
from glassnet.formatting import percent
from glassnet.pages.draw_page import packed
from glassnet.runs.directory import read_run
from glassnet.server.protocol import unpack
from serving import served


@pytest.fixture(scope="module")
def known(trained_small):
    """The run's data and model, as Python reads them."""
    return read_run(trained_small)[1:]


@pytest.fixture(scope="module")
def detector(known):
    data, model = known
    return NoveltyDetector.fit(model, data.train, data.validation)


def test_its_answers_are_the_models(server, known, detector):
    data, model = known
    images = np.concatenate([data.test.inputs[:300], 255 - data.test.inputs[:20]])
    found = server.json("/predict", images.tobytes())["answers"]
    expected = model.predict_probabilities(images)
    refused = detector.refuses(model, images)
    assert 0 < refused.sum() < 40
    assert [answer["refused"] for answer in found] == refused.tolist()
    probabilities = np.array([list(answer["probabilities"].values()) for answer in found])
    assert np.abs(probabilities - expected).max() < 1e-6
    said = [None if no else str(label) for no, label in zip(refused, model.predict(images), strict=True)]
    assert [answer["class"] for answer in found] == said


def test_a_blank_page_and_a_dot_are_no_digits(server):
    dot = np.zeros((2, 28, 28), np.uint8)
    dot[1, 14, 14] = 255
    for answer in server.json("/predict", dot.tobytes())["answers"]:
        assert (answer["refused"], answer["class"]) == (True, None)


@pytest.mark.parametrize("length", [0, 1, 783, 785, 784 * 1001])
def test_what_is_not_images_is_not_answered(server, length):
    status, _, content = server.ask("/predict", bytes(length))
    assert status == 400
    assert json.loads(content)["error"].startswith("not images: expected 1 to 1,000 of 784 bytes")


def test_the_page_gets_pythons_detector(server, detector):
    values, arrays = unpack(server.ask("/novelty")[2])
    assert values == {"kind": "novelty", "threshold": detector.threshold}
    for name in TENSORS:
        np.testing.assert_array_equal(arrays[name], getattr(detector, name))


def test_the_counts_of_mistakes_are_those_of_the_validation_split(server, known):
    data, model = known
    values, arrays = unpack(server.ask("/mistakes")[2])
    said, true = model.predict(data.validation.inputs), data.validation.targets
    counts = [[int(((true == row) & (said == column)).sum()) for column in range(10)] for row in range(10)]
    assert values["matrix"] == counts
    assert values["examples"] == len(true)
    assert sum(values["reliability"]["counts"]) == len(true)
    wrong = int((said != true).sum())
    assert (arrays["said"][:wrong] != arrays["targets"][:wrong]).all()
    assert (arrays["said"][wrong:] == arrays["targets"][wrong:]).all()
    assert (np.diff(arrays["sureness"][:wrong]) <= 0).all()
    again = model.predict((arrays["inputs"] * 255).round().astype(np.uint8))
    np.testing.assert_array_equal(again, arrays["said"])


def test_robustness_begins_with_the_accuracy_on_plain_images(server, known):
    data, model = known
    found = server.json("/robustness")
    plain = float((model.predict(data.validation.inputs) == data.validation.targets).mean())
    from_nothing = [curve for curve in found["curves"] if 0.0 in curve["strengths"]]
    assert len(from_nothing) >= 6
    for curve in from_nothing:
        assert curve["accuracies"][curve["strengths"].index(0.0)] == pytest.approx(plain)
    assert server.json("/robustness") == found
    assert found["examples"] == len(data.validation)


def test_downloads_are_the_same_network(server, known, tmp_path):
    data, model = known
    images = data.test.inputs[:50]
    for name in ("model.safetensors", "model.onnx", "digits.html"):
        status, headers, content = server.ask(f"/download/{name}")
        assert (status, headers["content-disposition"]) == (200, f'attachment; filename="{name}"')
        (tmp_path / name).write_bytes(content)
    loaded = glassnet.load_model(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(loaded.network.parameters, model.network.parameters)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    outputs = session.run(None, {session.get_inputs()[0].name: images})
    assert any(np.allclose(output, model.predict_probabilities(images), atol=1e-5) for output in outputs)
    text = (tmp_path / "digits.html").read_text(encoding="utf-8")
    assert packed(model.network)["weights"] in text
    accuracy = (model.predict(data.validation.inputs) == data.validation.targets).mean()
    assert f"{percent(accuracy, 1)} of validation digits" in text
    assert server.ask("/download/config.toml")[0] == 404


def picture(image, kind="PNG"):
    file = io.BytesIO()
    Image.fromarray(image).save(file, kind)
    return file.getvalue()


def claimed(width, height):
    """Make a picture that says it is larger than any memory."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1_000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_read_as_the_command_reads_it(server, mnist, tmp_path, kind):
    large = np.kron(255 - mnist.test.inputs[3], np.ones((9, 9), np.uint8))
    (tmp_path / "a").write_bytes(picture(large, kind))
    status, _, content = server.ask("/drawing", picture(large, kind))
    assert status == 200
    told, arrays = unpack(content)
    expected = read_digits(tmp_path / "a")
    np.testing.assert_array_equal(arrays["images"], expected.images)
    assert [tuple(box) for box in told["boxes"]] == list(expected.boxes)
    assert tuple(told["steps"]) == expected.steps


WHOLE = picture(np.random.default_rng(1).integers(0, 255, (80, 80), np.uint8))
HOSTILE = {
    "nothing": b"",
    "truncated": WHOLE[: len(WHOLE) // 2],
    "head alone": WHOLE[:20],
    "damaged": WHOLE[:60] + bytes(300) + WHOLE[360:],
    "bomb": claimed(60_000, 60_000),
    "impossible": claimed(2**31 - 1, 2**31 - 1),
    "no size": claimed(0, 0),
    "text": b"<svg onload='alert(1)'></svg>",
    "blank": picture(np.full((40, 40), 255, np.uint8)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_refused_without_telling_where_it_lay(server, name):
    status, _, content = server.ask("/drawing", HOSTILE[name])
    assert status == 400
    error = json.loads(content)["error"]
    assert "Traceback" not in error
    assert 20 < len(error) < 300
    assert "/" not in error
    assert "tmp" not in error


def test_the_runs_network_comes_with_its_course_and_how_good_it_is(server, known, trained_small):
    data, model = known
    values, arrays = server.told("/network")
    np.testing.assert_array_equal(arrays["parameters"], model.network.parameters)
    assert values["subject"]["network"]["sizes"] == [784, 16, 10]
    accuracy = (model.predict(data.validation.inputs) == data.validation.targets).mean()
    assert values["judged"]["accuracy"] == pytest.approx(accuracy)
    assert [record["epoch"] for record in values["history"]] == [1, 2]
    assert values["history"][-1]["validation_accuracy"] == pytest.approx(accuracy)
    assert values["settings"]["schedule"] != "constant"
    assert 0 < values["rate"] < values["settings"]["learning_rate"]  # where the run's own schedule had come to
    spread = (data.train.inputs.reshape(len(data.train), -1) / 255).std(axis=0)
    np.testing.assert_allclose(arrays["spread"], spread, atol=1e-6)
    first = arrays["inputs"][0]
    assert model.predict((first.reshape(1, 28, 28) * 255).round().astype(np.uint8)) != arrays["targets"][0]


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_examples_are_given_by_their_numbers_to_the_last_bit(server, known, part):
    examples = getattr(known[0], part)
    values, arrays = server.told(f"/examples/{part}?first=123&most=40")
    assert (values["first"], values["all"]) == (123, len(examples))
    np.testing.assert_array_equal(arrays["pixels"], examples.inputs[123:163].reshape(40, 784))
    np.testing.assert_array_equal(arrays["targets"], examples.targets[123:163])


def test_an_example_that_the_data_does_not_hold_is_never_another(server):
    status, _, content = server.ask("/examples/validation?first=6279")
    assert status == 400
    assert json.loads(content)["error"] == "no such example: expected 0 to 499, got validation example 6,279."


@pytest.mark.parametrize(
    "asked", ["nothing?first=0", "train?first=-1", "train?first=x", "train?most=1e3", "train?data=own-99", "..%2Ftrain"]
)
def test_examples_that_make_no_sense_are_refused(server, asked):
    assert server.ask(f"/examples/{asked}")[0] in (400, 404)


def test_a_table_that_was_sent_gets_a_network_of_its_own_and_the_run_stays(trained_small, tmp_path):
    with served(trained_small, tmp_path) as own_server:
        identity = own_server.json("/data?name=mine.csv", b"a,b,label\n" + b"1,2,x\n2,1,y\n3,4,x\n" * 9)["id"]
        values = own_server.told(f"/network?data={identity}")[0]
        assert (values["trained"], values["data"], values["subject"]["classes"]) == (False, identity, ["x", "y"])
        assert "glassnet-" not in json.dumps(values)
        assert [column["name"] for column in values["subject"]["table"]["columns"]] == ["a", "b"]
        assert own_server.told(f"/examples/train?data={identity}&most=9")[1]["inputs"].shape == (9, 2)
        assert own_server.told("/network")[0]["trained"]
        tiny = own_server.json("/data?name=tiny.csv", b"a,label\n1,x\n2,y\n3,x\n")["id"]
        assert own_server.ask(f"/novelty?data={tiny}")[0] == 400  # nothing can be told as unlike three rows
        for place in ("/download/model.safetensors", "/mistakes", f"/network?data={tiny}"):
            assert own_server.ask(place)[0] == 200
