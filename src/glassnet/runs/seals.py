"""Seals: SHA-256 digests by which a run notices that one of its files was altered, by as much as a bit.

::

    config.toml     its last line is a comment with the digest of the lines before it
    history.jsonl   each line ends in "sha256", the digest of the rest of that line
    metrics.json    ends in "sha256", the digest of the rest
    model.safetensors, checkpoint.safetensors   sealed by `glassnet.model.tensor_file`

A seal proves no author: whoever changes a file can write a new one. Runs of versions that sealed nothing are read as
before; in a run whose settings are sealed, a missing seal is a damaged one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..data.dataset import Dataset

KEY = "sha256"
COMMENT = f"# {KEY}: "  # before the digest of a file of settings
MANUAL = "# A change by hand is refused. To train anew with other settings: glassnet train --config THIS-FILE"


def sealed_settings(text: str) -> str:
    """Give a file of settings with its seal as the last line."""
    text = f"{text}{MANUAL}\n"
    return f"{text}{COMMENT}{_digest(text)}\n"


def check_settings(text: str) -> bool | None:
    """Tell whether a file of settings is as it was sealed; None if it has no seal."""
    body, comment, claimed = text.rpartition(COMMENT)
    return claimed == f"{_digest(body)}\n" if comment else None


def sealed(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give plain values by name with their seal as the last.

    >>> list(sealed({"epoch": 1})), unsealed(sealed({"epoch": 1}))
    (['epoch', 'sha256'], {'epoch': 1})
    """
    return {**record, KEY: _digest(_canonical(record))}


def unsealed(record: Any, needed: bool = True) -> dict[str, Any]:
    """Give the values without their seal; a ValueError if it is broken, or missing where it is needed."""
    if not isinstance(record, dict):
        raise ValueError("no values by name")
    rest: dict[str, Any] = dict(record)
    claimed = rest.pop(KEY, None)
    if claimed != _digest(_canonical(rest)) and (needed or claimed is not None):
        raise ValueError("altered since it was written" if claimed else "without its seal")
    return rest


def split_digest(data: Dataset) -> str:
    """Give a digest of which examples train, validate and test, and of some of what they are."""
    digest = hashlib.sha256(data.fingerprint().encode())
    for part in (data.train, data.validation, data.test):
        for rows in part.parts_of_indices():
            digest.update(np.ascontiguousarray(rows, np.dtype("<i8")).tobytes())
        digest.update(b"|")
    return digest.hexdigest()


def are_settings_sealed(path: Path) -> bool:
    """Tell whether a run's file of settings has a seal, so that the files beside it have one too."""
    try:
        return COMMENT.encode() in path.read_bytes()
    except OSError:
        return False


def _canonical(record: Mapping[str, Any]) -> str:
    return json.dumps(record, sort_keys=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
