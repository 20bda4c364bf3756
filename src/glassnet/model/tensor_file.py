"""Sealed files: tensors and a description of them under one digest, as safetensors.

One metadata key, ``glassnet``, holds the description as JSON with sorted keys, with the format's version and a SHA-256
over the rest of it and every tensor, so that a flipped bit anywhere is noticed. One key, since safetensors 0.8 writes
several in random order.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..arrays import AnyArray
from ..errors import ModelFileError
from ..files import write_whole

FORMAT_VERSION = 1
NEWER = 2  # of a description that version 0.1 of glassnet would misread
METADATA_KEY = "glassnet"
PICKLES = (".pt", ".pth", ".bin", ".ckpt", ".pkl")  # as PyTorch's users call them
SUFFIX = ".safetensors"
MOST_TENSORS = 50_000  # of a file: five times as many take 16 seconds to read
REMEDY = "Train again, or copy the file again"


def write_tensors(
    path: str | os.PathLike[str], tensors: Mapping[str, AnyArray], description: Mapping[str, Any]
) -> None:
    """Write contiguous arrays by name, and a description of plain values, ``format`` among them, under one digest.

    Raises
    ------
    FileError
        If the system refuses to write.
    """
    from safetensors.numpy import save

    sealed = {**description, "sha256": digest_of(tensors, description)}
    write_whole(path, save(dict(tensors), {METADATA_KEY: json.dumps(sealed, sort_keys=True)}))


def read_tensors(path: str | os.PathLike[str]) -> tuple[dict[str, AnyArray], dict[str, Any]]:
    """Read tensors and their description, and check the digest.

    Raises
    ------
    ModelFileError
        If the file is missing, cut short, altered by as much as a bit, or another program's.
    """
    tensors, metadata = read_safetensors(path)
    if METADATA_KEY not in metadata:
        remedy = "A state_dict of PyTorch's is read by glassnet.interop.pytorch.load_network"
        raise ModelFileError("not a glassnet file", expected=f"metadata {METADATA_KEY!r}", where=path, remedy=remedy)
    description, claimed = _read_description(metadata[METADATA_KEY], path)
    if (digest := digest_of(tensors, description)) != claimed:
        raise ModelFileError("wrong SHA-256", expected=claimed, got=digest, where=path, remedy=REMEDY)
    return tensors, description


def read_safetensors(path: str | os.PathLike[str]) -> tuple[dict[str, AnyArray], dict[str, str]]:
    """Read tensors and metadata of any safetensors file; errors as in `read_tensors`."""
    from safetensors import SafetensorError, safe_open

    _refuse_pickle(Path(path))
    try:
        with Path(path).open("rb"):
            pass  # the system's own words for a missing or forbidden file
        with safe_open(path, framework="np") as file:
            if len(file.keys()) > MOST_TENSORS:
                raise ValueError(f"{len(file.keys()):,} tensors, more than {MOST_TENSORS:,}")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
            return tensors, file.metadata() or {}
    except OSError as error:
        got = error.strerror or str(error)
        remedy = (
            f"Name the model in it, {Path(path) / 'model.safetensors'}" if Path(path).is_dir() else "Check the name"
        )
        raise ModelFileError("cannot read the file", got=got, where=path, remedy=remedy) from error
    # AttributeError: number formats of 8 bits and fewer that NumPy has no name for.
    except (SafetensorError, ValueError, TypeError, KeyError, AttributeError, MemoryError) as error:
        if "bfloat16" in str(error):
            remedy = "Save it as float32: model.float().state_dict()"
            raise ModelFileError(
                "numbers that NumPy has no type for", got="bfloat16", where=path, remedy=remedy
            ) from error
        remedy = REMEDY if Path(path).suffix == SUFFIX else f"Name a file that ends in {SUFFIX}, or a run's directory"
        raise ModelFileError("not a whole safetensors file", got=error, where=path, remedy=remedy) from error


def _refuse_pickle(path: Path) -> None:
    if path.suffix not in PICKLES:
        return
    load = f"torch.load('{path}', weights_only=True)"
    save = f"save_file({load}, '{path.with_suffix('.safetensors')}')"
    remedy = f'Convert it: python -c "import torch; from safetensors.torch import save_file; {save}"'
    raise ModelFileError("a pickle can run anything", expected="a safetensors file", where=path, remedy=remedy)


def _read_description(text: str, path: str | os.PathLike[str]) -> tuple[dict[str, Any], str]:
    try:
        description: dict[str, Any] = json.loads(text)
        # 2e-05 and 2E-05 are one bit apart and one number: only the spelling that was written is accepted.
        if json.dumps(description, sort_keys=True) != text:
            raise ValueError("not spelled as glassnet does")
        claimed: str = description.pop("sha256")
        version = description["format"]
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise ModelFileError("invalid metadata", got=repr(error), where=path, remedy=REMEDY) from error
    if version not in (FORMAT_VERSION, NEWER):
        expected, remedy = f"version {FORMAT_VERSION} or {NEWER}", "Update glassnet"
        raise ModelFileError("unknown format version", expected=expected, got=version, where=path, remedy=remedy)
    return description, claimed


def digest_of(tensors: Mapping[str, AnyArray], description: Mapping[str, Any]) -> str:
    """Give the SHA-256 of arrays, with their names, types and shapes, and of what is said of them."""
    digest = hashlib.sha256(json.dumps(description, sort_keys=True).encode())
    for name in sorted(tensors):
        array = tensors[name]
        digest.update(f"\n{name} {array.dtype.name} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
