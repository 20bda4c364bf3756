"""Files that are made to harm: bombs, headers that lie, names that steer, numbers that are none."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import resource
import string
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import glassnet
from glassnet.errors import DataError, DivergenceError, GlassnetError

from .rows import TINY, Outcome, begin, call, in_two, is_clean, last_line, row, some

MEMORY = 1 << 30  # bytes of address space beyond what the libraries take
SECONDS = 30.0


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (3 * MEMORY, 3 * MEMORY))


def _parquet_of_strings(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    long = pa.array(["x" * 20_000_000] + ["y"] * 299)
    pq.write_table(pa.table({"a": np.arange(300.0), "class": long}), path)


def _parquet_of_bytes(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1.0, 2.0] * 10, "class": pa.array([b"\xff\xfe", b"b"] * 10)}), path)


def _npz_bomb(path: Path) -> None:
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "|u1", "fortran_order": False, "shape": (1_500_000, 1_000)})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("x.npy", "w", force_zip64=True) as member:
            member.write(head.getvalue())
            for _ in range(1_500):
                member.write(bytes(1_000_000))
        labels = io.BytesIO()
        np.save(labels, np.zeros(1_500_000, np.uint8))
        archive.writestr("y.npy", labels.getvalue())


def _npz_without_magic(path: Path) -> None:
    labels = io.BytesIO()
    np.save(labels, np.arange(20) % 2)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", b"no array")
        archive.writestr("y.npy", labels.getvalue())


def _npy_of_any_size(path: Path) -> None:
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<f8", "fortran_order": False, "shape": (2**40, 2**20)})
    path.write_bytes(head.getvalue())


def _wide_csv(path: Path) -> None:
    columns = 120_000
    path.write_text(
        ",".join(f"c{k}" for k in range(columns)) + "\n" + "\n".join(["1," * (columns - 1) + "2"] * 3) + "\n"
    )


def _long_number(path: Path) -> None:
    path.write_text("label," + ",".join(f"pixel{k}" for k in range(16)) + "\n1," + ",".join(["9" * 5_000] * 16) + "\n")


def _csv_bomb(path: Path) -> None:
    with gzip.open(path, "wb", 9) as file:
        file.write(b"a,class\n")
        for _ in range(1_500):
            file.write(b"1,x\n" * 150_000)


def _idx_bomb(path: Path) -> None:
    path.mkdir()
    for split in ("train", "t10k"):
        head = struct.pack(">HBB3I", 0, 8, 3, 2_000_000, 28, 28)
        with gzip.open(path / f"{split}-images-idx3-ubyte.gz", "wb", 9) as file:
            file.write(head)
            for _ in range(200):
                file.write(bytes(1_000_000))
        (path / f"{split}-labels-idx1-ubyte").write_bytes(struct.pack(">HBB1I", 0, 8, 1, 2_000_000) + bytes(1_000))


FILES: dict[str, Callable[[Path], None]] = {
    "strings.parquet": _parquet_of_strings,
    "bytes.parquet": _parquet_of_bytes,
    "bomb.npz": _npz_bomb,
    "magic.npz": _npz_without_magic,
    "size.npy": _npy_of_any_size,
    "wide.csv": _wide_csv,
    "number.csv": _long_number,
    "bomb.csv.gz": _csv_bomb,
    "idx": _idx_bomb,
}


@row(
    "bombs",
    "refused in one line by a limit that is documented, or read within 3 GB of address space and 30 s",
    "Parquet, NPZ, NPY, CSV, CSV.GZ and IDX that unpack to gigabytes, lie about their size, or are very wide",
)
def bombs(place: Path, part: float) -> Outcome:
    outcome = Outcome()

    def attempt(name: str) -> tuple[bool, str]:
        path = place / name
        FILES[name](path)
        start = time.monotonic()
        words = ("train", "--dataset", path, "--run", place / f"run-{name}", "--epochs", "1")
        result = call(*words, timeout=SECONDS, preexec_fn=_limited)
        seconds = time.monotonic() - start
        held = (result.returncode == 0 or is_clean(result)) and seconds < SECONDS
        return held, f"{name}: exit {result.returncode} after {seconds:.0f} s, {last_line(result.stderr)}"

    for held, case in in_two(attempt, some(FILES, part)):
        outcome.note(held, case)
    return outcome


def _png(path: Path, width: int, height: int, color: int) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, rows = zlib.compressobj(9), []
    for _ in range(height):
        rows.append(packer.compress(bytes(1 + width * (4 if color == 6 else 1))))
    head = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    data = b"".join(rows) + packer.flush()
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


@row(
    "large pictures",
    "refused in one line, or answered within 1.5 GB of address space",
    "PNGs of 7000 x 7000 RGBA, 1 x 50,000,000, and 60,000 x 60,000; a text, half a picture",
)
def pictures(place: Path, part: float) -> Outcome:
    outcome = Outcome()
    assert call("train", *TINY, "--epochs", "1", "--run", place / "run").returncode == 0
    sizes = {"rgba": (7_000, 7_000, 6), "line": (1, 50_000_000 // 10, 0), "large": (60_000, 3, 0)}
    for name, size in sizes.items():
        _png(place / f"{name}.png", *size)
    (place / "text.png").write_text("seven")
    (place / "half.png").write_bytes((place / "rgba.png").read_bytes()[:2_000])
    for name in some([*sizes, "text", "half"], part):
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (3 * MEMORY // 2,) * 2)  # noqa: E731
        result = call("predict", place / "run", place / f"{name}.png", preexec_fn=limit, timeout=SECONDS)
        outcome.note(result.returncode == 0 or is_clean(result), f"{name}: {last_line(result.stderr)}")
    return outcome


@row(
    "lying headers of tensors",
    "refused as a model file that cannot be trusted",
    "safetensors with lengths of 2^63, overlaps, holes, shapes of 2^40, names of 5,000 digits, 60,000 tensors",
)
def tensors(place: Path, part: float) -> Outcome:
    from glassnet.interop.pytorch import load_network

    outcome, path = Outcome(), place / "net.safetensors"

    def entry(shape: list[int], start: int, end: int, kind: str = "F32") -> dict[str, Any]:
        return {"dtype": kind, "shape": shape, "data_offsets": [start, end]}

    headers: list[Any] = [
        {"0.weight": entry([2**40, 0], 0, 0)},
        {"0.weight": entry([0, 2**40], 0, 0)},
        {"9" * 5_000 + ".weight": entry([1, 1], 0, 4), "1.weight": entry([1, 1], 4, 8)},
        {"0.weight": entry([2**62, 4], 0, 8)},
        {"0.weight": entry([1, 2], 0, 8), "0.bias": entry([1], 4, 8)},
        {"0.weight": entry([1, 1], 0, 4), "0.bias": entry([1], 8, 12)},
        {"0.weight": entry([1, 1], 0, 4, "F8_E4M3")},
        {f"{k}.weight": entry([0], 0, 0) for k in range(60_000)},
        {"0.weight": entry([-1, 1], 0, 4)},
        {"__metadata__": {"glassnet": "[" * 100_000}},
        {"__metadata__": {"glassnet": json.dumps({"format": 1, "sha256": "0"})}},
        [],
    ]
    texts = [json.dumps(header).encode() for header in headers] + [b"[" * 100_000, b"\xff" * 100, b""]
    files = [struct.pack("<Q", len(text)) + text + bytes(12) for text in texts]
    files += [struct.pack("<Q", 2**63) + b"{}", b"", b"\0" * 7, struct.pack("<Q", 2**40) + b"{}"]
    for number, data in enumerate(some(files, part)):
        path.write_bytes(data)
        for read in (load_network, glassnet.load_model):
            start = time.monotonic()
            try:
                read(path)
                problem = ""
            except GlassnetError:
                problem = ""
            except Exception as error:
                problem = repr(error)
            problem = problem or ("slow" if time.monotonic() - start > 5 else "")
            outcome.note(not problem, f"file {number}, {read.__name__}: {problem}")
    return outcome


@row(
    "names that steer or compute",
    "nothing steers the terminal; spreadsheets find no formula",
    "classes and columns with ESC, BEL, tab, = + - @ through train, evaluate, explain, predict, predictions.csv",
)
def names(place: Path, part: float) -> Outcome:
    outcome = Outcome()
    hostile = [
        "\x1b]0;owned\x07\x1b[31mred",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\x9b2J",
        "\u202egnp",
        "=1\t",
    ]
    for number, name in enumerate(some(hostile, part)):
        run = place / f"run-{number}"
        # Control characters in a table of text are no text: an archive can have them.
        table = place / f"table-{number}.{'csv' if name.isprintable() else 'npz'}"
        rows = [[k % 2 + k / 99, k % 7] for k in range(60)]
        classes = [[name, "x"][k % 2] for k in range(60)]
        if name.isprintable():
            with table.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["a", f"b{name}", "class"])
                writer.writerows([*values, label] for values, label in zip(rows, classes, strict=True))
        else:
            np.savez(table, x=np.array(rows), y=np.array(classes))
        call("train", "--dataset", table, "--run", run, "--epochs", "5", "--workers", "1")
        for words in (["evaluate", run], ["explain", run], ["predict", run, table], ["evaluate", f"no {name}"]):
            result = call(*words)
            shown = (result.stdout + result.stderr).decode(errors="replace")
            steering = [char for char in shown if not char.isprintable() and char not in "\n\t\r"]
            outcome.note(not steering, f"{words[0]} of {name!r}: {steering[:3]}")
        written = place / f"answers-{number}.csv"
        if call("predict", run, table, "--output", written).returncode == 0 and written.exists():
            cells = [cell for line in csv.reader(written.read_text(encoding="utf-8").splitlines()) for cell in line]
            computing = [cell for cell in cells if cell.startswith(tuple("=+-@\t")) and not _is_number(cell)]
            outcome.note(not computing, f"{written.name}: {computing[:2]}")
    return outcome


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@row(
    "numbers that are none",
    "stopped, with the row, the layer or the learning rate as the cause",
    "NaN, infinity, 2 and -1 in pictures of each split; NaN and infinity in each layer, first and later; high rates",
)
def numbers(place: Path, part: float) -> Outcome:
    outcome, rng = Outcome(), np.random.default_rng(0)
    inputs, targets = rng.random((120, 4, 4)).astype(np.float32), np.arange(120) % 3

    def data() -> Any:
        return glassnet.Dataset.from_arrays(inputs, targets, validation=0.2, test=0.2)

    def training(**settings: Any) -> Any:
        return glassnet.Training(glassnet.Network([16, 8, 8, 3], seed=0), data(), batch_size=20, epochs=3, **settings)

    def stopped(make: Callable[[], Any], kind: type[Exception], *words: str) -> None:
        try:
            for _ in make():
                pass
            said = "trained"
        except kind as error:
            said = str(error)
        outcome.note(all(word in said for word in words), f"{words}: {said}")

    for split in ("train", "validation", "test"):
        row = int(getattr(data(), split).indices[5])
        for value in (np.nan, np.inf, -np.inf, 2.0, -1.0):
            kept, inputs[row, 1, 1] = inputs[row, 1, 1], value
            stopped(training, DataError, f"image {row}:", split)
            inputs[row, 1, 1] = kept
    for layer, name in enumerate(("hidden layer 1", "hidden layer 2", "the output layer")):
        for value in (np.nan, np.inf):
            for steps in (0, 3):
                broken = training()
                for _ in range(steps):
                    broken.step()
                broken.network.layers[layer].weights[1, 2] = value
                stopped(lambda broken=broken: broken, DivergenceError, name, "the learning rate")
    for rate in (100.0, 1e4, 1e10, 1e30):
        stopped(lambda rate=rate: training(optimizer=glassnet.SGD(rate)), DivergenceError, f"learning rate of {rate:g}")
    for rate in ("inf", "nan", "0", "-1"):
        result = call("train", *TINY, "--learning-rate", rate, "--run", place / "run")
        outcome.note(is_clean(result, (2,)), f"--learning-rate {rate}: {last_line(result.stderr)}")
    return outcome


@row(
    "garbage to every command",
    "one line, exit 1 or 2: no exception of others reaches the command line, nor exit 70",
    "each command with paths that are missing, empty, folders, devices, noise, runs of noise, no UTF-8",
)
def garbage(place: Path, part: float) -> Outcome:
    outcome, rng = Outcome(), random.Random(0)
    run = place / "run"
    assert call("train", *TINY, "--epochs", "1", "--run", run).returncode == 0
    (place / "empty").write_bytes(b"")
    (place / "folder").mkdir()
    for suffix in ("csv", "npz", "npy", "parquet", "png", "safetensors", "toml", "csv.gz", "json"):
        (place / f"noise.{suffix}").write_bytes(rng.randbytes(3_000))
        (place / f"text.{suffix}").write_text("".join(rng.choices(string.printable, k=2_000)))
    broken = place / "broken"
    broken.mkdir()
    for name in ("config.toml", "model.safetensors", "history.jsonl", "metrics.json"):
        (broken / name).write_bytes(rng.randbytes(500))
    paths = [
        place / "missing",
        place / "empty",
        place / "folder",
        "/dev/null",
        broken,
        b"no\xffutf",
        *place.glob("*.*"),
    ]
    paths += ["", " ", "\x1b[31m", "a" * 5_000, "nul\nline", "/proc/self/mem", "/root/../etc/shadow/x"]
    commands: list[Callable[[Any], list[Any]]] = [
        lambda path: ["train", *TINY, "--epochs", "1", "--dataset", path, "--run", place / "trained"],
        lambda path: ["train", "--config", path, "--run", place / "trained"],
        lambda path: ["train", "--resume", "--run", path, *TINY, "--epochs", "x"],
        lambda path: ["evaluate", path],
        lambda path: ["predict", run, path],
        lambda path: ["predict", path, place / "noise.png"],
        lambda path: ["explain", path],
        lambda path: ["report", path],
        lambda path: ["compare", run, path],
        lambda path: ["export", path, place / "out.onnx"],
        lambda path: ["export", run, path],
        lambda path: ["play", path, "--no-open", "--port", "1"],
        lambda path: ["gradcheck", path],
    ]
    cases = [command(path) for command in commands for path in paths]

    def attempt(words: list[Any]) -> tuple[bool, str]:
        try:
            result = call(*words, cwd=place, timeout=SECONDS)
        except ValueError:  # a NUL in an argument, which no shell can give
            return True, ""
        held = result.returncode == 0 or is_clean(result)
        return held, f"{words[0]} {words[1:3]}: exit {result.returncode}, {last_line(result.stderr)}"

    # All of them would take half an hour: a third is tried.
    for held, case in in_two(attempt, some(cases, min(part, 1 / 3))):
        outcome.note(held, case)
    return outcome


@row(
    "two in one directory",
    "one trains, the others are told; a killed holder's lock is free at once",
    "six starts at once; resumed while it trains; resumed after kill -9",
)
def locks(place: Path, part: float) -> Outcome:
    outcome = Outcome()
    long = ("--train-size", "3000", "--validation-size", "200", "--hidden", "16", "--epochs", "2000")
    started = [begin("train", *long, "--run", place / "run") for _ in range(6)]
    time.sleep(8)
    alive = [process for process in started if process.poll() is None]
    outcome.note(len(alive) == 1, f"{len(alive)} trained at once")
    for process in started:
        if process not in alive:
            error = process.communicate()[1]
            outcome.note(process.returncode == 2 and b"Traceback" not in error, last_line(error))
    result = call("train", "--resume", "--run", place / "run")
    outcome.note(is_clean(result, (2,)), last_line(result.stderr))
    for process in alive:
        process.kill()
        process.communicate()
    again = begin("train", "--resume", "--run", place / "run")
    time.sleep(4)
    outcome.note(again.poll() is None, "not resumed after kill -9")
    again.terminate()
    again.communicate()
    outcome.note(again.returncode == 143, f"exit {again.returncode}")
    return outcome
