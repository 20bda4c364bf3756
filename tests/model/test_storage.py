import contextlib
import errno
import json
import os
import struct
import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from glassnet import Model, Network, PixelScaling, TargetScale, load_model
from glassnet.errors import FileError, ModelFileError
from glassnet.model.tensor_file import METADATA_KEY, read_tensors, write_tensors

# The deviation and the mean are spelled so that one flipped bit gives another spelling of the same number:
# 2E-05, and 0.30000000000000005, which is no double of its own.
AWKWARD_SCALE = TargetScale(mean=0.1 + 0.2, deviation=2e-05)
TINY_CODE = (
    "from glassnet import Model, Network, PixelScaling as P; import sys;"
    "Model(Network([4, 3, 2], seed=0), P((2, 2)), ('é', 'b')).save(sys.argv[1])"
)


def classifier(sizes=(4, 3, 2), dtype=np.float32):
    names = ("é", "b", "c", "d", "e", "f", "g")[: sizes[-1]]
    return Model(Network(sizes, seed=0, dtype=dtype), PixelScaling((sizes[0] // 2, 2)), names)


def regressor(sizes=(4, 3, 1), dtype=np.float32):
    network = Network(sizes, "tanh", loss="huber", seed=1, dtype=dtype)
    return Model(network, PixelScaling((sizes[0] // 2, 2)), target_scale=AWKWARD_SCALE, unit="degrees")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


@pytest.fixture
def saved(path):
    classifier().save(path)
    return path


def raw(header, data=b"", length=None):
    """Bytes of a safetensors file, made by hand."""
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def tensor(**changes):
    return {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changes}


def rewrite(path, change):
    """Change a saved model's description and seal it with a digest that is right for it."""
    tensors, description = read_tensors(path)
    change(description)
    write_tensors(path, tensors, description)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("model_of", [lambda d: classifier((6, 5, 3, 7), d), lambda d: regressor((6, 5, 3, 1), d)])
def test_a_model_comes_back_with_the_same_answers_and_bytes(path, model_of, dtype):
    model = model_of(dtype)
    model.save(path)
    back = load_model(path)
    images = np.random.default_rng(0).integers(0, 256, (50, 3, 2), np.uint8)
    assert (back.predict(images) == model.predict(images)).all()
    assert (back.predict_outputs(images) == model.predict_outputs(images)).all()
    assert back.network.parameters.tobytes() == model.network.parameters.tobytes()
    assert back.network.parameters.dtype == dtype
    assert back.network.architecture == model.network.architecture
    fields = ("preprocessing", "class_names", "target_scale", "unit", "task")
    assert [getattr(back, name) for name in fields] == [getattr(model, name) for name in fields]
    back.save(path.with_name("again"))
    assert path.with_name("again").read_bytes() == path.read_bytes()


def test_tensors_are_named_and_shaped_as_pytorch_has_them(path):
    model = classifier((6, 5, 3, 7))
    model.save(path)
    tensors = load_file(path)
    shapes = {"0.weight": (5, 6), "0.bias": (5,), "2.weight": (3, 5), "2.bias": (3,), "4.weight": (7, 3)}
    shapes["4.bias"] = (7,)
    assert {name: array.shape for name, array in tensors.items()} == shapes
    for index, layer in enumerate(model.network.layers):
        # A transposed view written as it lies in memory would have this shape and other values.
        assert tensors[f"{2 * index}.weight"].tolist() == layer.weights.T.tolist()
        assert tensors[f"{2 * index}.bias"].tolist() == layer.biases.tolist()


def test_the_metadata_is_one_key_of_sorted_json_without_times_or_paths(saved):
    length = struct.unpack("<Q", saved.read_bytes()[:8])[0]
    metadata = json.loads(saved.read_bytes()[8 : 8 + length])["__metadata__"]
    assert list(metadata) == [METADATA_KEY] == ["glassnet"]
    description = json.loads(metadata["glassnet"])
    assert json.dumps(description, sort_keys=True) == metadata["glassnet"]
    keys = {"architecture", "class_names", "format", "networks", "preprocessing", "sha256", "target_scale", "unit"}
    assert set(description) == keys
    assert description["architecture"].keys() == {"activations", "dtype", "loss", "output", "sizes"}
    assert str(saved.parent) not in saved.read_bytes().decode("latin-1")


def test_the_same_model_gives_the_same_bytes_in_two_processes(saved, tmp_path):
    for hash_seed in ("1", "2"):
        other = tmp_path / hash_seed
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", TINY_CODE, other], check=True, env=environment)
        assert other.read_bytes() == saved.read_bytes()


@pytest.mark.parametrize("model", [classifier(), regressor()], ids=["classifier", "regressor"])
def test_every_single_flipped_bit_is_refused(path, model):
    model.save(path)
    whole = path.read_bytes()
    unnoticed = []
    with path.open("r+b", buffering=0) as file:
        for bit in range(8 * len(whole)):
            byte = bit // 8
            os.pwrite(file.fileno(), bytes([whole[byte] ^ 1 << bit % 8]), byte)
            with contextlib.suppress(ModelFileError):
                load_model(path)
                unnoticed.append((bit, whole[max(0, byte - 20) : byte + 1]))
            os.pwrite(file.fileno(), whole[byte : byte + 1], byte)
    assert unnoticed == []
    load_model(path)


def test_every_truncation_and_every_addition_is_refused(saved):
    whole = saved.read_bytes()
    for part in [*(whole[:length] for length in range(len(whole))), whole + b"\0", whole + b" ", whole + whole]:
        saved.write_bytes(part)
        with pytest.raises(ModelFileError):
            load_model(saved)


def test_what_cannot_be_read_is_refused_with_its_name_and_reason(tmp_path):
    for path, reason in ((tmp_path / "missing", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(ModelFileError, match=reason) as caught:
            load_model(path)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"Dear reader,\n" * 99, b"PK\3\4" + bytes(99), b"\x80\4\x95" + bytes(99)])
def test_files_of_another_kind_are_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="not a whole safetensors file"):
        load_model(path)


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}])
def test_another_programs_safetensors_file_is_refused(path, metadata):
    save_file({"0.weight": np.ones((2, 4), np.float32)}, path, metadata)
    with pytest.raises(ModelFileError, match="not a glassnet file"):
        load_model(path)


HOSTILE = {
    "header of 2**63 bytes": raw({}, length=2**63),
    "header of 2**64-1 bytes": raw({}, length=2**64 - 1),
    "header longer than the file": raw({}, length=100_000_000),
    "header not UTF-8": raw(b'{"\xff":1}'),
    "nested lists": raw(b"[" * 100_000),
    "nested objects": raw(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "overlapping": raw({"a": tensor(), "b": tensor()}, bytes(8)),
    "beyond the end": raw({"a": tensor(data_offsets=[0, 800])}, bytes(8)),
    "before the start": raw({"a": tensor(data_offsets=[-8, 0])}, bytes(8)),
    "backwards": raw({"a": tensor(data_offsets=[8, 0])}, bytes(8)),
    "huge shape": raw({"a": tensor(shape=[2**62, 2**62])}, bytes(8)),
    "huge empty shape": raw({"a": tensor(shape=[2**63, 0], data_offsets=[0, 0])}),
    "100 dimensions": raw({"a": tensor(shape=[1] * 100 + [2])}, bytes(8)),
    # Formats that NumPy has no name for, each with its own exception inside safetensors.
    "BF16": raw({"a": tensor(dtype="BF16", shape=[4])}, bytes(8)),
    "F8": raw({"a": tensor(dtype="F8_E4M3", shape=[8])}, bytes(8)),
    "F4": raw({"a": tensor(dtype="F4", shape=[16])}, bytes(8)),
    "metadata of nested lists": raw({"__metadata__": {"glassnet": "[" * 100_000}}),
    "metadata a list": raw({"__metadata__": {"glassnet": "[]"}}),
    "metadata of 5000 digits": raw({"__metadata__": {"glassnet": "9" * 5_000}}),
    "metadata a number": raw({"__metadata__": {"glassnet": "5"}}),
    "metadata without digest": raw({"__metadata__": {"glassnet": "{}"}}),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(ModelFileError) as caught:
        load_model(path)
    assert len(str(caught.value)) < 1_000


ALTERED = {
    "another version": ({"format": 3}, "unknown format version"),
    "other sizes": ({"architecture": {"sizes": [4, 5, 2]}}, r"tensors of another architecture.*0\.weight"),
    "one layer less": ({"architecture": {"sizes": [4, 2], "activations": []}}, "tensors of another architecture"),
    # 40 TB: whoever allocates before comparing runs out of memory.
    "huge sizes": ({"architecture": {"sizes": [4, 10**12, 2]}}, "tensors of another architecture"),
    "sizes beyond 64 bits": ({"architecture": {"sizes": [4, 10**30, 2]}}, "tensors of another architecture"),
    "another dtype": ({"architecture": {"dtype": "float64"}}, "tensors of another architecture"),
    "an unknown dtype": ({"architecture": {"dtype": "object"}}, "invalid model description"),
    "an unknown activation": ({"architecture": {"activations": ["os.system"]}}, "invalid model description"),
    "sizes of words": ({"architecture": {"sizes": ["a", "b"]}}, "invalid model description"),
    "no architecture": ({"architecture": None}, "invalid model description"),
    "too few class names": ({"class_names": ["a"]}, "invalid model description"),
    "another input shape": ({"preprocessing": {"input_shape": [3, 3]}}, "invalid model description"),
    "both tasks": ({"target_scale": {"mean": 0, "deviation": 1}}, "invalid model description"),
    "a strange scale": ({"target_scale": {"mode": 0}}, "invalid model description"),
    "two classes of one name": ({"class_names": ["a", "a"]}, "must be distinct"),
    "a class that is a number": ({"class_names": ["a", 1]}, "must be distinct strings"),
    "a unit that is a number": ({"unit": 1}, "must be distinct strings"),
    "no network": ({"networks": 0}, "invalid number of networks"),
    "a truth value of networks": ({"networks": True}, "invalid number of networks"),
    "half a network": ({"networks": 1.5}, "invalid number of networks"),
}
SCALES = {"mean": [float("nan"), float("inf")], "deviation": [0, -1, float("nan"), float("inf")]}


@pytest.mark.parametrize(("changes", "message"), ALTERED.values(), ids=ALTERED)
def test_a_description_that_does_not_fit_is_refused_even_under_a_right_digest(saved, changes, message):
    def alter(description):
        for key, value in changes.items():
            merged = {**description[key], **value} if isinstance(description[key], dict) and value else value
            description[key] = merged

    rewrite(saved, alter)
    with pytest.raises(ModelFileError, match=message):
        load_model(saved)


@pytest.mark.parametrize(("field", "value"), [(field, value) for field in SCALES for value in SCALES[field]])
def test_a_scale_of_targets_that_no_number_comes_back_from_is_refused(path, field, value):
    regressor().save(path)
    rewrite(path, lambda description: description["target_scale"].update({field: value}))
    with pytest.raises(ModelFileError, match="invalid target scale"):
        load_model(path)


@pytest.mark.parametrize("name", ["0.weight", "0.bias", "2.weight", "2.bias"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_parameters_that_are_no_numbers_are_refused_even_under_a_right_digest(saved, name, value):
    tensors, description = read_tensors(saved)
    tensors[name].flat[-1] = value
    write_tensors(saved, tensors, description)
    with pytest.raises(ModelFileError, match="parameters are not finite"):
        load_model(saved)


def test_a_full_disk_leaves_the_old_file_whole_and_nothing_beside_it(saved, monkeypatch):
    before = saved.read_bytes()

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left"):
        classifier((6, 5, 3, 7)).save(saved)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_file_size_limit_leaves_the_old_file_whole_and_nothing_beside_it(saved):
    before = saved.read_bytes()
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100));"
    result = subprocess.run([sys.executable, "-c", limit + TINY_CODE, saved], capture_output=True, text=True)
    assert "FileError: cannot write" in result.stderr
    assert "File too large" in result.stderr
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_gelu_is_the_approximation_by_tanh_in_files_of_version_0_1_and_the_error_functions_in_later_ones(path):
    images = np.random.default_rng(0).integers(0, 256, (50, 2, 2), np.uint8)
    exact, by_tanh = (
        Model(Network([4, 6, 3], name, seed=0), PixelScaling((2, 2)), ("a", "b", "c")) for name in ("gelu", "gelu_tanh")
    )
    exact.save(path)
    assert read_tensors(path)[1]["format"] == 2  # which version 0.1 refuses to read
    assert load_model(path).network.architecture == exact.network.architecture

    def as_version_0_1(description):
        description["format"] = 1

    rewrite(path, as_version_0_1)
    back = load_model(path)
    assert back.network.architecture == by_tanh.network.architecture
    np.testing.assert_array_equal(back.predict_outputs(images), by_tanh.predict_outputs(images))
    assert np.abs(back.predict_outputs(images) - exact.predict_outputs(images)).max() > 1e-6
    back.save(path)
    assert read_tensors(path)[1]["format"] == 1
    assert load_model(path).network.architecture == by_tanh.network.architecture


def test_of_an_ensemble_in_a_file_of_version_0_1_every_layer_of_gelu_is_by_tanh(path):
    networks = [Network([4, 6, 5, 3], ["gelu", "relu"], seed=seed) for seed in range(2)]
    Model(networks, PixelScaling((2, 2)), ("a", "b", "c")).save(path)
    rewrite(path, lambda description: description.update(format=1))
    found = [network.architecture.activations for network in load_model(path).networks]
    assert found == [("gelu_tanh", "relu")] * 2
