"""Peak memory and time of an epoch on 1, 10 and 100 times MNIST's training images, in memory and from the disk.

    python benchmarks/larger_than_memory.py DIRECTORY [1 10 100]

writes the files into the directory (4.7 GB for 100 times in .npy, as IDX or as Parquet of 785 columns), one kind after
another, and removes each again; "table" is a folder of Parquet files of as many rows and 10 columns. Every training is
a fresh process, of which the system tells the peak (VmHWM). The network is small: reading is what is measured.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import glassnet
from glassnet.data.readers.idx import ELEMENT_TYPES

PIECES = 60_000  # rows of a file of the folder of tables
GROUP = 6_000  # rows of a row group of images
TABLE_GROUP = 20_000  # of a narrow table
HIDDEN, BATCH, EPOCHS = 32, 256, 1
MEMORY_SHOWN = 10  # times that are read into memory too, for comparison; a larger one may not fit


def originals() -> tuple[Any, Any]:
    """MNIST's training images and labels."""
    train = glassnet.load_dataset("mnist").train
    return np.asarray(train.source_inputs), np.asarray(train.source_targets)


def write_npy(folder: Path, times: int) -> Path:
    """Write one array of images and one of labels, piece by piece."""
    for name, array in zip(("x_train", "y_train"), originals(), strict=True):
        with (folder / f"{name}.npy").open("wb") as file:
            shape = (times * len(array), *array.shape[1:])
            header = {"descr": array.dtype.str, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            for _ in range(times):
                array.tofile(file)
    return folder


def write_idx(folder: Path, times: int) -> Path:
    """Write the same as a pair of IDX files."""
    for name, array in zip(("train-images-idx3-ubyte", "train-labels-idx1-ubyte"), originals(), strict=True):
        code = next(code for code, known in ELEMENT_TYPES.items() if known == np.uint8)
        with (folder / name).open("wb") as file:
            file.write(bytes([0, 0, code, array.ndim]))
            file.write(np.array((times * len(array), *array.shape[1:]), ">i4").tobytes())
            for _ in range(times):
                array.astype(np.uint8).tofile(file)
    return folder


def write_parquet(folder: Path, times: int) -> Path:
    """Write a folder of tables of 785 columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    images, labels = originals()
    pixels = images.reshape(len(images), -1)
    columns = {f"pixel{number}": pixels[:, number].copy() for number in range(pixels.shape[1])}
    first = folder / "part-000.parquet"
    pq.write_table(pa.table({"label": labels, **columns}), first, row_group_size=GROUP)
    for number in range(1, times):
        shutil.copy(first, folder / f"part-{number:03}.parquet")
    return folder


def write_table(folder: Path, times: int) -> Path:
    """Write a folder of tables of 10 numbers and a class."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(PIECES, 10)).astype(np.float32)
    labels = (numbers[:, :3].sum(axis=1) > 0).astype(np.uint8)
    columns = {f"c{number}": numbers[:, number].copy() for number in range(10)}
    first = folder / "part-000.parquet"
    pq.write_table(pa.table({**columns, "label": labels}), first, row_group_size=TABLE_GROUP)
    for number in range(1, times):
        shutil.copy(first, folder / f"part-{number:03}.parquet")
    return folder


KINDS: dict[str, Callable[[Path, int], Path]] = {
    "npy": write_npy,
    "idx": write_idx,
    "parquet": write_parquet,
    "table": write_table,
}


def train(path: str, window: int | None) -> dict[str, Any]:
    """Train for an epoch, and tell seconds and the peak of this process."""
    start = time.perf_counter()
    data = glassnet.load_dataset(path, window=window)
    loaded = time.perf_counter() - start
    network = glassnet.Network([data.preprocessing.inputs, HIDDEN, data.outputs], seed=0)
    training = glassnet.Training(network, data, batch_size=BATCH, epochs=EPOCHS, workers=1)
    epoch = list(training)[-1]
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert peak
    return {
        "rows": len(data.train) + len(data.validation) + len(data.test),
        "window": data.reading["window"] or 0,
        "mebibytes": round(int(peak[1]) / 1024, 1),
        "loading_seconds": round(loaded, 2),
        "microseconds_a_row": round(1e6 * epoch.training_seconds / len(data.train), 2),
        "validation_accuracy": epoch.validation_accuracy,
    }


def measure(directory: Path, all_times: list[int], kinds: list[str]) -> None:
    """Print a line of JSON for each kind, number of times and window; None is the default of that size."""
    for kind in kinds:
        for times in all_times:
            folder = directory / f"{kind}-{times}"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            try:
                path = KINDS[kind](folder, times)
                for window in (0, 65_536) if times <= MEMORY_SHOWN and (kind, times) != ("parquet", 10) else (65_536,):
                    words = [sys.executable, __file__, "--one", str(path), json.dumps(window)]
                    printed = subprocess.run(words, capture_output=True, text=True, check=True).stdout
                    print(json.dumps({"kind": kind, "times": times, **json.loads(printed)}), flush=True)
            finally:
                shutil.rmtree(folder)


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        print(json.dumps(train(sys.argv[2], json.loads(sys.argv[3]))))
    else:
        numbers = [int(word) for word in sys.argv[2:] if word.isdigit()]
        names = [word for word in sys.argv[2:] if word in KINDS]
        measure(Path(sys.argv[1]), numbers or [1, 10, 100], names or list(KINDS))
