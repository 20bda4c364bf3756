"""What the page and the server send one another: commands as JSON, messages as safetensors.

A message is a description, plain values under one key, and arrays beside it. A command is an object whose ``do``
names it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from ..arrays import AnyArray
from ..errors import UsageError
from ..model.tensor_file import METADATA_KEY
from ..registry import find
from ..runs.settings import checked, table

# Settings that a page chooses, by name, a data set by its id; what they may be is declared with each of them.
Name = Annotated[str, Meta(max_length=100)]
Columns = Annotated[tuple[Annotated[str, Meta(max_length=200)], ...], Meta(max_length=500)]
Knobs = dict[Name, bool | int | float | Name | Annotated[list[int | Name], Meta(max_length=100)]]


class _Command(Struct, forbid_unknown_fields=True, tag_field="do", tag=str.lower):
    """A command's name is its class's, in lower case."""


class Begin(_Command):
    """Train a new network with these settings, at once."""

    knobs: Knobs


class Run(_Command):
    """Go on after a pause."""


class Pause(_Command):
    """Do not ask for the next step."""


class Save(_Command):
    """Keep it as a run."""


Command = Begin | Run | Pause | Save


class Choices(Struct, forbid_unknown_fields=True):
    """How a data set is to be read, where a page says so; see `glassnet.data.reading.ReadingOptions`."""

    target: Annotated[str, Meta(max_length=200)] = ""
    task: Literal["", "classification", "regression"] = ""
    header: bool | None = None
    delimiter: Annotated[str, Meta(max_length=9)] = ""
    decimal: Literal["", ".", ","] = ""
    encoding: Annotated[str, Meta(max_length=40)] = ""
    leave_out: Columns = ()
    keep: Columns = ()
    categories: Columns = ()
    dates: Literal["", "day-first", "month-first"] = ""
    read_as: Literal["", "table", "images"] = ""

    def made(self) -> dict[str, Any]:
        """Give those that were made."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value not in ("", None, ())}


def read_choices(text: str) -> Choices:
    """Read choices; what is none is a `UsageError`."""
    try:
        return msgspec.json.decode(text or "{}", type=Choices)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise UsageError("not a choice", got=error) from error


_DECODER = msgspec.json.Decoder(Command)


def read_command(text: str | bytes) -> Command:
    """Read a command; what is none, or sets what pages may not or as it may not be, is a `UsageError`."""
    try:
        command: Command = _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise UsageError("not a command", got=error) from error
    if isinstance(command, Begin):
        known = {name: option for name, option in table().items() if option.setting.knob}
        for name in command.knobs:
            find("setting", name, known)
        command.knobs = checked(command.knobs)
    return command


def pack(kind: str, arrays: Mapping[str, AnyArray] | None = None, **values: Any) -> bytes:
    """Make a message of contiguous arrays and values for JSON, whose numbers that are not finite become null."""
    from safetensors.numpy import save

    described = json.dumps(_finite({"kind": kind, **values}), allow_nan=False)
    return save(dict(arrays or {}), {METADATA_KEY: described})


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def unpack(message: bytes) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """Read a message that `pack` made."""
    from safetensors.numpy import load

    length = int.from_bytes(message[:8], "little")
    header = json.loads(message[8 : 8 + length])
    values: dict[str, Any] = json.loads(header["__metadata__"][METADATA_KEY])
    return values, load(message)
