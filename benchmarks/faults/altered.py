"""Files with a bit flipped or a part cut off: refused, or the same; never another answer without a word."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import glassnet
from glassnet.errors import GlassnetError
from glassnet.interop.pytorch import load_network, save_network
from glassnet.model.tensor_file import read_tensors
from glassnet.runs.directory import read_run, start_run
from glassnet.runs.run import checked_history, read_metrics

from .rows import Outcome, row

SLOW = 5.0  # seconds


def _damaged(data: bytes, rng: random.Random, number: int) -> bytes:
    """Flip one bit; every tenth time cut the end off."""
    if number % 10 == 9:
        return data[: rng.randrange(len(data))]
    place = rng.randrange(len(data))
    flipped = bytearray(data)
    flipped[place] ^= 1 << rng.randrange(8)
    return bytes(flipped)


def _try(path: Path, read: Callable[[], Any], count: int, outcome: Outcome, sealed: bool, most: float = 1.0) -> None:
    """Damage a file so many times: it is refused or the same, or, without a checksum, at least no foreign error."""
    whole, rng, silent = path.read_bytes(), random.Random(path.name), 0
    right = read()
    for number in range(count):
        path.write_bytes(_damaged(whole, rng, number))
        start, found = time.monotonic(), right
        try:
            found, problem = read(), ""
        except GlassnetError:
            problem = ""
        except Exception as error:
            problem = repr(error)
        if found != right:
            silent += 1
            problem = "read as something else" if sealed else problem
        if time.monotonic() - start > SLOW:
            problem = "slow"
        outcome.note(not problem, f"{path.name} {number}: {problem}")
    path.write_bytes(whole)
    if not sealed:
        outcome.notes.append(f"{path.name}: no checksum in the format, {silent} of {count} read as other numbers")
        outcome.note(silent <= most * count, outcome.notes[-1])


@row(
    "bits of a run's files",
    "altered by as much as a bit, a file is refused, or means the same",
    "one bit flipped, or the end cut off, at random places of model, checkpoint, settings, history and metrics",
)
def run_files(place: Path, part: float) -> Outcome:
    outcome, path = Outcome(), place / "run"
    run = start_run(path, {"train_size": 500, "validation_size": 100, "hidden": (8,), "epochs": 4})
    list(run)
    run.finish()

    def tensors(name: str) -> Callable[[], Any]:
        def read() -> Any:
            arrays, description = read_tensors(path / name)
            return {key: array.tobytes() for key, array in arrays.items()}, description

        return read

    readers = {
        "model.safetensors": tensors("model.safetensors"),
        "checkpoint.safetensors": tensors("checkpoint.safetensors"),
        "config.toml": lambda: read_run(path)[0],
        "history.jsonl": lambda: [json.loads(line) for line in checked_history(path / "history.jsonl", 4)],
        "metrics.json": lambda: read_metrics(path / "metrics.json"),
    }
    for name, read in readers.items():
        _try(path / name, read, max(10, round(1_000 * part)), outcome, sealed=True)
    return outcome


@row(
    "bits of own data",
    "refused where the format has a checksum; elsewhere never a foreign error, nor over 5 s",
    "the same with npz, csv.gz, idx.gz, png in folders, parquet with checksums; csv, npy, idx, state_dict",
)
def data_files(place: Path, part: float) -> Outcome:
    outcome, rng = Outcome(), np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (60, 6, 6), np.uint8), np.arange(60, dtype=np.uint8) % 3
    rows = rng.normal(size=(60, 4)).round(3)
    count = max(10, round(400 * part))

    def folder(name: str) -> Path:
        (place / name).mkdir()
        return place / name

    def loaded(path: Path) -> Callable[[], Any]:
        return lambda: glassnet.load_dataset(str(path)).fingerprint()

    np.savez(place / "images.npz", x=images, y=labels)
    _try(place / "images.npz", loaded(place / "images.npz"), count, outcome, sealed=True)
    text = "a,b,c,d,class\n" + "\n".join(",".join(map(str, line)) + f",{'xyz'[k % 3]}" for k, line in enumerate(rows))
    with gzip.open(place / "table.csv.gz", "wt") as file:
        file.write(text + "\n")
    _try(place / "table.csv.gz", loaded(place / "table.csv.gz"), count, outcome, sealed=True)
    (place / "table.csv").write_text(text + "\n")
    _try(place / "table.csv", loaded(place / "table.csv"), count, outcome, sealed=False)
    for zipped in (True, False):
        idx = folder("idx-gz" if zipped else "idx")
        for name, array in (("images-idx3", images), ("labels-idx1", labels)):
            data = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()
            for split in ("train", "t10k"):
                file = idx / f"{split}-{name}-ubyte{'.gz' if zipped else ''}"
                file.write_bytes(gzip.compress(data) if zipped else data)
        _try(idx / f"train-images-idx3-ubyte{'.gz' if zipped else ''}", loaded(idx), count // 2, outcome, sealed=zipped)
    npy = folder("npy")
    np.save(npy / "x.npy", images)
    np.save(npy / "y.npy", labels)
    _try(npy / "x.npy", loaded(npy), count, outcome, sealed=False)
    _png(folder("png"), images, labels, loaded, count // 2, outcome)
    _parquet(place / "table.parquet", rows, loaded, count, outcome)
    save_network(glassnet.Network([4, 5, 3], seed=0), place / "net.safetensors")
    read = lambda: load_network(place / "net.safetensors").parameters.tobytes()  # noqa: E731
    _try(place / "net.safetensors", read, count, outcome, sealed=False)
    return outcome


def _png(place: Path, images: Any, labels: Any, loaded: Any, count: int, outcome: Outcome) -> None:
    from PIL import Image

    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        (place / f"class{label}").mkdir(exist_ok=True)
        Image.fromarray(image).save(place / f"class{label}" / f"{number:02}.png")
    _try(place / "class1" / "01.png", loaded(place), count, outcome, sealed=True)


def _parquet(path: Path, rows: Any, loaded: Any, count: int, outcome: Outcome) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({**{f"c{k}": rows[:, k] for k in range(4)}, "class": ["xyz"[k % 3] for k in range(len(rows))]})
    pq.write_table(table, path, write_page_checksum=True)
    # The footer, which has names and statistics, has no checksum: a few bits of it go through.
    _try(path, loaded(path), count, outcome, sealed=False, most=0.1)
    outcome.notes[-1] = outcome.notes[-1].replace("no checksum in the format", "checksums of pages, none of the footer")


@row(
    "a damaged cache",
    "noticed: made anew, or refused",
    "the unpacked training images and labels of MNIST: a bit, half of it zeros, labels plus one, cut, a later time",
)
def cache(place: Path, part: float) -> Outcome:
    import os

    from .rows import call, environment

    outcome, cached = Outcome(), place / "cache"
    env = environment(GLASSNET_CACHE=str(cached))
    words = (
        "train",
        "--train-size",
        "1000",
        "--validation-size",
        "500",
        "--hidden",
        "8",
        "--epochs",
        "1",
        "--input-parts",
        "1",
    )
    call(*words, "--run", place / "whole", env=env)
    expected = (place / "whole/model.safetensors").read_bytes()
    files = [path for path in sorted(cached.rglob("*")) if path.is_file() and path.stat().st_size > 1_000]

    def bit(data: bytearray) -> bytes:
        data[len(data) // 2] ^= 1
        return bytes(data)

    damages: dict[str, Callable[[bytearray], bytes]] = {
        "one bit": bit,
        "half zeros": lambda data: bytes(data[: len(data) // 2]) + bytes(len(data) - len(data) // 2),
        "plus one": lambda data: (np.frombuffer(bytes(data), np.uint8) + 1).astype(np.uint8).tobytes(),
        "cut": lambda data: bytes(data[:-100]),
    }
    for path in files[:4]:
        whole = path.read_bytes()
        for name, damage in damages.items() if part > 0.5 else list(damages.items())[:1]:
            path.write_bytes(damage(bytearray(whole)))
            os.utime(path, (time.time() + 5, time.time() + 5))
            shutil.rmtree(place / "again", ignore_errors=True)
            result = call(*words, "--run", place / "again", env=env)
            refused = result.returncode in (1, 2) and b"Traceback" not in result.stderr
            same = result.returncode == 0 and (place / "again/model.safetensors").read_bytes() == expected
            outcome.note(refused or same, f"{path.name}: {name}")
            path.write_bytes(whole)
    return outcome
