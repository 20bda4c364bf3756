"""The formats that glassnet reads: whole files to begin with, and what each file means to it."""

import atexit
import functools
import gzip
import hashlib
import io
import json
import os
import shutil
import struct
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import pyarrow
import pyarrow.parquet
from damage import accident, hostile
from PIL import Image
from safetensors.numpy import save

import glassnet
from glassnet.data.cache import ENVIRONMENT_VARIABLE
from glassnet.data.catalogue import DIGITS
from glassnet.interop.pytorch import load_network
from glassnet.model.tensor_file import digest_of
from glassnet.pages.run_facts import Facts
from glassnet.runs.directory import resume_run, start_run
from glassnet.runs.example import read_picture
from glassnet.runs.settings import read_toml
from glassnet.server.protocol import read_command

Wrap = Callable[[bytes, Random, Callable[[bytes], bytes]], bytes]
ROWS = 24


@dataclass(frozen=True)
class Format:
    """A kind of file: its name's ending, whole examples, and how it is read to its meaning.

    ``sealed`` says which part of a file is under a checksum; ``inside`` applies a change behind the checksums, so that
    what they guard is reached too.
    """

    read: Callable[[bytes, Path], object]
    wholes: Callable[[], list[bytes]]
    sealed: Callable[[bytes], slice | None] | None = None
    inside: Wrap | None = None

    def changed(self, number: int, name: str) -> tuple[int, bytes, bool]:
        """Give the changed file of this number: of which whole, its bytes, and whether its seal is broken."""
        rng = Random(f"{name} {number}")
        wholes = whole_files(name)
        which = rng.randrange(len(wholes))
        whole, other = wholes[which], rng.choice(wholes)
        part = self.sealed(whole) if self.sealed else None
        if part and rng.random() < 0.4:
            return which, whole[: part.start] + accident(whole[part], rng) + whole[part.stop :], True
        if self.inside and rng.random() < 0.6:
            return which, self.inside(whole, rng, lambda part: hostile(part, other, rng)), False
        return which, hostile(whole, other, rng), False


@functools.cache
def whole_files(name: str) -> list[bytes]:
    return FORMATS[name].wholes()


def everything(data: bytes) -> slice:
    return slice(0, len(data))


def digest(*values: object) -> str:
    found = hashlib.sha256()
    for value in values:
        if isinstance(value, np.ndarray) and value.dtype != object:
            found.update(f"{value.dtype} {value.shape}".encode() + value.tobytes())
        else:
            found.update(repr(value).encode())
    return found.hexdigest()


# Tables and arrays


def learned_from(path: Path, **options: object) -> str:
    """Read data and answer it with a network, as training would."""
    data = glassnet.load_dataset(path, **options)
    classes = data.class_names
    network = glassnet.Network([data.preprocessing.inputs, data.outputs], loss="mse", output="identity")
    model = glassnet.Model(network, data.preprocessing, classes, None if classes else glassnet.TargetScale(0.0, 1.0))
    parts = []
    for part in (data.train, data.validation, data.test):
        outputs = model.predict_outputs(part.inputs) if len(part) else np.zeros(0)
        assert np.isfinite(outputs).all(), "answers that are no numbers"
        parts += [outputs, np.asarray(part.targets)]
    return digest(*parts, tuple(classes or ()))


def table(suffix: str) -> Callable[[bytes, Path], str]:
    def read(data: bytes, folder: Path) -> str:
        path = folder / f"table{suffix}"
        path.write_bytes(data)
        return learned_from(path)

    return read


def csv_files() -> list[bytes]:
    rng = Random(0)
    numbers = [[rng.uniform(-9, 9) for _ in range(3)] for _ in range(ROWS)]
    named = "".join(f"{a:.3f},{b:.2f},{c:.1f},{'xyz'[i % 3]}\n" for i, (a, b, c) in enumerate(numbers))
    plain = "".join(f"{i % 2},{a:.3f},{b:.3f}\n" for i, (a, b, _) in enumerate(numbers))
    decimal = "".join(f"{a:.3f};{b:.3f};{c:.3f}\r\n".replace(".", ",") for a, b, c in numbers)
    quoted = "".join(f'{i},"{a:.2f}","class ""{i % 2}"""\n' for i, (a, *_) in enumerate(numbers))
    pixels = "".join(",".join(map(str, [i % 3, *rng.choices(range(256), k=9)])) + "\n" for i in range(ROWS))
    gaps = "".join(f"{a:.1f},{'' if i % 5 == 0 else round(b, 1)},{i % 2}\n" for i, (a, b, _) in enumerate(numbers))
    texts = {
        "a,b,c,label\n": named,
        "": plain,
        "\ufeffa;b;y\r\n": decimal,
        'id,"one, two",class\n': quoted,
        ",".join(["label", *(f"pixel{i}" for i in range(9))]) + "\n": pixels,
        "a,b,y\n": gaps,
    }
    return [(header + rows).encode() for header, rows in texts.items()]


def zipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def inside_gzip(data: bytes, rng: Random, change: Callable[[bytes], bytes]) -> bytes:
    return zipped(change(gzip.decompress(data)))


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz_files() -> list[bytes]:
    rng = np.random.default_rng(0)
    files = []
    for compressed, arrays in (
        (False, {"x": rng.normal(size=(ROWS, 3)), "y": np.arange(ROWS) % 2}),
        (True, {"x": rng.integers(0, 256, (ROWS, 4, 4), np.uint8), "y": np.arange(ROWS) % 3}),
        (True, {"x": rng.random((ROWS, 2), np.float32), "y": rng.random(ROWS)}),
    ):
        file = io.BytesIO()
        (np.savez_compressed if compressed else np.savez)(file, **arrays)
        files.append(file.getvalue())
    return files


def inside_zip(data: bytes, rng: Random, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        chosen = rng.choice(archive.namelist())
        for name in archive.namelist():
            content = archive.read(name)
            written.writestr(name, change(content) if name == chosen else content)
    return out.getvalue()


def npy_files() -> list[bytes]:
    rng = np.random.default_rng(0)
    arrays = (
        rng.normal(size=(ROWS, 3)),
        rng.integers(0, 256, (ROWS, 4, 4), np.uint8),
        np.asfortranarray(rng.random((ROWS, 2))),
    )
    return [npy(array) for array in arrays]


def read_npy(data: bytes, folder: Path) -> str:
    (folder / "x.npy").write_bytes(data)
    np.save(folder / "y.npy", np.arange(ROWS) % 2)
    return learned_from(folder / "x.npy")


def idx_files() -> list[bytes]:
    rng = Random(0)
    return [struct.pack(">IIII", 0x803, ROWS, side, side) + rng.randbytes(ROWS * side * side) for side in (4, 5)]


def idx(suffix: str) -> Callable[[bytes, Path], str]:
    def read(data: bytes, folder: Path) -> str:
        (folder / f"train-images-idx3-ubyte{suffix}").write_bytes(data)
        labels = struct.pack(">II", 0x801, ROWS) + bytes(i % 3 for i in range(ROWS))
        (folder / "train-labels-idx1-ubyte").write_bytes(labels)
        return learned_from(folder)

    return read


def parquet_files() -> list[bytes]:
    rng = np.random.default_rng(0)
    numbers = {"a": rng.normal(size=ROWS), "b": rng.integers(0, 99, ROWS), "label": np.arange(ROWS) % 2}
    words = {"a": rng.normal(size=ROWS), "class": [f"kind {i % 3}" for i in range(ROWS)]}
    files = []
    plain = {"compression": "none", "use_dictionary": False}
    for columns, options in ((numbers, plain), (words, {"compression": "zstd"}), (words, {})):
        sink = pyarrow.BufferOutputStream()
        pyarrow.parquet.write_table(pyarrow.table(columns), sink, write_page_checksum=True, **options)
        files.append(sink.getvalue().to_pybytes())
    return files


def parquet_page(data: bytes) -> slice | None:
    """Only the contents of pages have checksums: their heads, and what follows them, have none."""
    numbers = np.random.default_rng(0).normal(size=ROWS).tobytes()
    start = data.find(numbers)
    return slice(start, start + len(numbers)) if start > 0 else None


def damaged_page(data: bytes, rng: Random, change: Callable[[bytes], bytes]) -> bytes:
    """Change the part before the description of the file, and leave the description as it is."""
    length = int.from_bytes(data[-8:-4], "little")
    end = len(data) - 8 - length
    changed = change(data[4:end])
    return data[:4] + (changed + bytes(end))[: end - 4] + data[end:]


# Pictures


def drawn(size: int = 40) -> Image.Image:
    gray = np.full((size, size), 240, np.uint8)
    gray[size // 5 : -size // 5, size // 2 - 2 : size // 2 + 3] = 20
    gray[size // 5 : size // 5 + 4, size // 3 : size // 2] = 30
    return Image.fromarray(gray)


def pictures(kind: str, modes: tuple[str, ...] = ("L", "RGB"), **options: object) -> Callable[[], list[bytes]]:
    def make() -> list[bytes]:
        files = []
        for mode in modes:
            file = io.BytesIO()
            drawn().convert(mode).save(file, kind, **options)
            files.append(file.getvalue())
        return files

    return make


@functools.cache
def reader_of_digits() -> glassnet.Model:
    return glassnet.Model(glassnet.Network([784, 4, 10], seed=0), glassnet.PixelScaling((28, 28)), DIGITS)


def picture(suffix: str) -> Callable[[bytes, Path], str]:
    def read(data: bytes, folder: Path) -> str:
        path = folder / f"digit{suffix}"
        path.write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own, of files that it can read all the same
            return digest(read_picture(reader_of_digits(), path))

    return read


def inside_png(data: bytes, rng: Random, change: Callable[[bytes], bytes]) -> bytes:
    """Change one chunk and give it the checksum that it should have."""
    chunks, place = [], 8
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        chunks.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += length + 12
    chosen = rng.randrange(len(chunks))
    out = bytearray(data[:8])
    for number, (kind, content) in enumerate(chunks):
        if number == chosen:
            content = zlib.compress(change(zlib.decompress(content))) if kind == b"IDAT" else change(content or b"\0")
        out += len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
    return bytes(out)


# Models and runs


def read_model(data: bytes, folder: Path) -> str:
    path = folder / "model.safetensors"
    path.write_bytes(data)
    model = glassnet.load_model(path)
    classes = tuple(model.class_names or ())
    return digest(*(network.parameters for network in model.networks), classes, repr(model.preprocessing), repr(model))


def model_files() -> list[bytes]:
    return [path.read_bytes() for path in (trained_run() / "model.safetensors",)]


def inside_safetensors(data: bytes, rng: Random, change: Callable[[bytes], bytes]) -> bytes:
    """Change the description or the header; give the file the length, and where it can be the digest, that fit."""
    length = int.from_bytes(data[:8], "little")
    header, tensors = data[8 : 8 + length], data[8 + length :]
    described = json.loads(header)
    if "__metadata__" in described and rng.random() < 0.7:
        description = json.loads(described["__metadata__"]["glassnet"])
        del description["sha256"]
        text = change(json.dumps(description, sort_keys=True).encode()).decode("utf-8", "replace")
        try:
            description = json.loads(text)
            loaded = arrays_of(described, tensors)
            description["sha256"] = digest_of(loaded, description)
            text = json.dumps(description, sort_keys=True)
        except (ValueError, TypeError, RecursionError):
            pass
        described["__metadata__"]["glassnet"] = text
        header = json.dumps(described).encode()
    else:
        header = change(header)
    return len(header).to_bytes(8, "little") + header + tensors


def arrays_of(described: dict, tensors: bytes) -> dict[str, np.ndarray]:
    types = {"F32": np.float32, "F64": np.float64, "I64": np.int64}
    return {
        name: np.frombuffer(tensors[slice(*one["data_offsets"])], types[one["dtype"]]).reshape(one["shape"])
        for name, one in described.items()
        if name != "__metadata__"
    }


def state_dict_files() -> list[bytes]:
    rng = np.random.default_rng(0)
    two = {"0.weight": (4, 3), "0.bias": (4,), "2.weight": (2, 4), "2.bias": (2,)}
    one = {"fc.weight": (3, 4), "fc.bias": (3,)}
    return [
        save({name: rng.normal(size=shape).astype(np.float32) for name, shape in some.items()}) for some in (one, two)
    ]


def read_state_dict(data: bytes, folder: Path) -> str:
    path = folder / "net.safetensors"
    path.write_bytes(data)
    network = load_network(path)
    assert np.isfinite(network.parameters).all(), "weights that are no numbers"
    return digest(network.parameters)


@functools.cache
def trained_run() -> Path:
    """A small run on a table of its own; it ends with this process."""
    folder = Path(tempfile.mkdtemp(prefix="fuzzed-run-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    header, rows = csv_files()[0].split(b"\n", 1)
    (folder / "data.csv").write_bytes(header + b"\n" + rows * 5)
    sizes = {"validation_size": 20, "test_size": 20, "hidden": (4,), "epochs": 3, "input_parts": 1, "ensemble": 1}
    run = start_run(folder / "run", {"dataset": str(folder / "data.csv"), **sizes})
    for _ in run:
        pass
    run.finish()
    return folder / "run"


def run_file(name: str) -> Format:
    """One file of a run directory; the others stay whole."""

    def read(data: bytes, folder: Path) -> str:
        for path in trained_run().iterdir():
            if path.is_file():
                (folder / path.name).write_bytes(data if path.name == name else path.read_bytes())
        facts = Facts.read(folder)
        metrics = {key: value for key, value in facts.metrics.items() if key != "run"}
        rows = [np.asarray(part.inputs) for part in (facts.data.train, facts.data.validation, facts.data.test)]
        resumed = resume_run(folder, {})
        return digest(
            facts.settings, json.dumps(metrics), json.dumps(facts.history), *rows, resumed.training.network.parameters
        )

    return Format(read, lambda: [(trained_run() / name).read_bytes()], sealed=everything)


def settings_files() -> list[bytes]:
    some = b'optimizer = "adam"\nlearning_rate = 0.01\nhidden = [32, 16]\nepochs = 3\ndropout = 0.1\n[data]\nseed = 5\n'
    return [some, (trained_run() / "config.toml").read_bytes()]


def read_settings(data: bytes, folder: Path) -> str:
    path = folder / "settings.toml"
    path.write_bytes(data)
    return digest(sorted(read_toml(path).items()))


def command_files() -> list[bytes]:
    commands = (
        {"do": "run"},
        {"do": "save"},
        {"do": "begin", "knobs": {"hidden": [16, 8], "learning_rate": 0.1, "optimizer": "adam", "epochs": 5}},
        {"do": "begin", "knobs": {"learning_rate": 0.05, "dropout": 0.25}},
    )
    return [json.dumps(command).encode() for command in commands]


def read_commands(data: bytes, folder: Path) -> str:
    return digest(repr(read_command(data)))


FORMATS: dict[str, Format] = {
    "csv": Format(table(".csv"), csv_files),
    "csv.gz": Format(table(".csv.gz"), lambda: [zipped(one) for one in csv_files()], everything, inside_gzip),
    "npz": Format(table(".npz"), npz_files, everything, inside_zip),
    "npy": Format(read_npy, npy_files),
    "idx": Format(idx(""), idx_files),
    "idx.gz": Format(idx(".gz"), lambda: [zipped(one) for one in idx_files()], everything, inside_gzip),
    "parquet": Format(table(".parquet"), parquet_files, parquet_page, damaged_page),
    "png": Format(picture(".png"), pictures("PNG", ("L", "RGB", "RGBA", "P")), everything, inside_png),
    "jpg": Format(picture(".jpg"), pictures("JPEG")),
    "webp": Format(picture(".webp"), pictures("WEBP", ("RGB", "RGBA"))),
    "bmp": Format(picture(".bmp"), pictures("BMP", ("L", "RGB", "1"))),
    "tiff": Format(picture(".tiff"), pictures("TIFF", ("L", "RGB", "CMYK"))),
    "gif": Format(picture(".gif"), pictures("GIF", ("L", "P"))),
    "model": Format(read_model, model_files, everything, inside_safetensors),
    "state_dict": Format(read_state_dict, state_dict_files, inside=inside_safetensors),
    "config.toml": run_file("config.toml"),
    "history.jsonl": run_file("history.jsonl"),
    "metrics.json": run_file("metrics.json"),
    "checkpoint": run_file("checkpoint.safetensors"),
    "settings": Format(read_settings, settings_files),
    "commands": Format(read_commands, command_files),
}


def prepare(name: str) -> list[str]:
    """Read the whole files, whose meaning damage must not change; what is refused whole has none."""
    meanings = []
    for whole in whole_files(name):
        with tempfile.TemporaryDirectory() as folder:
            try:
                meanings.append(meaning(name, whole, Path(folder)))
            except glassnet.GlassnetError as error:
                meanings.append(f"refused: {error}")
    return meanings


def meaning(name: str, data: bytes, folder: Path) -> str:
    return str(FORMATS[name].read(data, folder))


def caches_in(folder: Path) -> None:
    """Keep unpacked files there, and not where the user's are."""
    os.environ[ENVIRONMENT_VARIABLE] = str(folder)
