"""Whatever a file holds, it is learned from or refused with one clear line."""

import io

import numpy as np
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

import glassnet
from glassnet import GlassnetError, load_dataset
from glassnet.interop.pytorch import load_network

CELLS = st.one_of(
    st.integers(-300, 300).map(str),
    st.floats(width=32).map(str),
    st.sampled_from(["", " ", '"', "a", "é,", "nan", "1e999", "0x1", "1_0", "-0", '"1"', "label", "pixel0", "\0"]),
)
LINES = st.lists(st.lists(CELLS, max_size=6).map(",".join), max_size=8)


def npz_bytes():
    file = io.BytesIO()
    np.savez(file, x=np.arange(36.0).reshape(12, 3), y=np.arange(12) % 2)
    return file.getvalue()


def npy_bytes():
    file = io.BytesIO()
    np.save(file, np.arange(36.0).reshape(12, 3))
    return file.getvalue()


def parquet_bytes():
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.table({"a": np.arange(12.0), "y": np.arange(12) % 2}), sink)
    return sink.getvalue().to_pybytes()


def refused_or_learned_from(path, target=None):
    try:
        data = load_dataset(path, target=target)
    except GlassnetError:
        return
    model = glassnet.Model(
        glassnet.Network([data.preprocessing.inputs, data.outputs], loss="mse", output="identity"),
        data.preprocessing,
        data.class_names,
        None if data.class_names else glassnet.TargetScale(0.0, 1.0),
    )
    try:
        assert np.isfinite(model.predict_outputs(data.train.inputs)).all()
    except GlassnetError:
        return


@settings(max_examples=300)
@given(LINES, st.sampled_from([None, "a", "label"]), st.sampled_from(["\n", "\r\n"]))
def test_any_text_as_a_table(tmp_path_factory, lines, target, end):
    path = tmp_path_factory.mktemp("fuzz") / "a.csv"
    path.write_bytes(end.join(lines).encode())
    refused_or_learned_from(path, target)


@settings(max_examples=150)
@given(st.binary(max_size=200), st.sampled_from([".csv", ".csv.gz", ".npz", ".npy", ".parquet", "-images-idx3-ubyte"]))
def test_any_bytes_as_any_file(tmp_path_factory, data, suffix):
    path = tmp_path_factory.mktemp("fuzz") / f"train{suffix}"
    path.write_bytes(data)
    refused_or_learned_from(path)


WHOLE = {"a.npz": npz_bytes(), "x.npy": npy_bytes(), "a.parquet": parquet_bytes()}


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=150)
@given(st.data())
def test_any_damage_to_a_whole_file(tmp_path_factory, name, data):
    folder = tmp_path_factory.mktemp("fuzz")
    damaged = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place] = data.draw(st.integers(0, 255))
    (folder / name).write_bytes(damaged[: data.draw(st.integers(len(damaged) // 2, len(damaged)))])
    np.save(folder / "y.npy", np.arange(12) % 2)
    refused_or_learned_from(folder / name)


@settings(max_examples=150)
@given(st.data())
def test_any_damage_to_a_state_dict(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("fuzz") / "net.safetensors"
    damaged = bytearray(save({"0.weight": np.ones((3, 4), np.float32), "0.bias": np.ones(3, np.float32)}))
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged)
    try:
        network = load_network(path)
    except GlassnetError:
        return
    assert np.isfinite(network.parameters).all()
