"""A file or a folder of one's own, opened as what it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...errors import DataFileError
from .csv_tables import Table
from .idx import read_idx
from .numpy_arrays import Arrays, read_npy, read_npz
from .parquet_tables import ParquetTable
from .picture_folders import SUFFIXES, Folder
from .reader import Source

TABLES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet", ".pq")
IDX_IMAGES, IDX_LABELS = "-images-idx3-ubyte", "-labels-idx1-ubyte"
KNOWN = "a table (.csv, .tsv, .parquet), arrays (.npz, .npy), IDX files, or a folder of pictures (.png, .jpg)"


def open_source(path: Path, target: str | None = None, features: Sequence[str] | None = None) -> Source:
    """Open data by the name of its file, or by what a folder holds.

    Parameters
    ----------
    path : Path
        A table, arrays, a pair of IDX files, or a folder.
    target : str, optional
        Of a table, the column to predict.
    features : sequence of str, optional
        Of a table, the columns to predict it by.

    Returns
    -------
    Source

    Raises
    ------
    DataFileError
        If there is no such file, or it is of no known kind.
    """
    if not path.exists():
        raise DataFileError("no such file", expected=KNOWN, got=path, remedy="Check the name")
    name = path.name.lower()
    if name.endswith(PARQUET):
        return ParquetTable(path, target, features)
    if name.endswith(TABLES):
        return Table(path, target, features)
    if target is not None:
        remedy = "Leave --target out: what is to be predicted is told by the names of arrays or folders"
        raise DataFileError("a target column where there is no table", got=path, remedy=remedy)
    if path.is_dir():
        return _open_folder(path)
    if name.endswith(".npz"):
        return read_npz(path)
    if name.endswith(".npy"):
        return read_npy(path)
    if "-idx" in name:
        return _read_pair(path)
    raise DataFileError("data of no known kind", expected=KNOWN, got=path)


def is_picture(path: Path) -> bool:
    """Tell by its name whether a file is a picture."""
    return path.suffix.lower() in SUFFIXES


def _open_folder(path: Path) -> Source:
    images = sorted(file for file in path.iterdir() if IDX_IMAGES in file.name)
    if images:
        train = next((file for file in images if file.name.startswith("train")), images[0])
        others = [file for file in images if file != train and file.name.startswith(("t10k", "test"))]
        return _read_pair(train, test=_read_pair(others[0]) if others else None)
    return read_npy(path) if any(path.glob("*.npy")) else Folder(path)


def _read_pair(path: Path, test: Source | None = None) -> Arrays:
    """Read IDX images with the labels that stand beside them."""
    stem = path.name.removesuffix(".gz")
    beside = [path.with_name(stem.replace(IDX_IMAGES, IDX_LABELS) + suffix) for suffix in (".gz", "")]
    labels = next((file for file in beside if file != path and file.exists()), None)
    return Arrays(path, read_idx(path), None if labels is None else read_idx(labels), test)
