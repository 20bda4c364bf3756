"""The data sets that a page may train on: by ids, of which only the server knows the files."""

from __future__ import annotations

import contextlib
import itertools
import re
import shlex
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..data.catalogue import CATALOGUE
from ..data.load import load_dataset
from ..data.reading import NOTHING_DECIDED, Decision, Reading, split_names
from ..errors import GlassnetError, UsageError
from ..formatting import printable
from .protocol import Choices

OFFERED = ("mnist", "rotated-mnist")  # that come with glassnet
OF_RUN = "run"  # the id of its data set, where that is none of these
SENT = "own-"  # the ids of files that were sent begin so
AGAIN = "."  # the id of what was read otherwise is that of its data set, this, and a number
KINDS = (".csv", ".tsv", ".npz")
MOST = 8  # files that were sent
LARGEST = 20_000_000  # bytes of one when it is unpacked: as numbers to compute with it takes eight times that
OPTION = re.compile(r'(?<= )--[a-z][a-z-]*(?: (?:"[^"]*"|[\w.,-]*[\w,-]))?')  # as errors and doubts write them
MOST_COLUMNS = 500  # that a page offers to choose from


@dataclass(frozen=True)
class Entry:
    """A data set: what it is called, the settings that select it, its task, and how it was read."""

    name: str
    settings: dict[str, Any]
    task: str
    reading: Reading = NOTHING_DECIDED

    def told(self, identity: str) -> dict[str, Any]:
        """Give what a page may know."""
        told = {"id": identity, "name": printable(self.name), "task": self.task, "comes": identity in OFFERED}
        return {**told, "decisions": list(map(_told, self.reading)), "columns": self._columns()}

    def _columns(self) -> list[str]:
        """Give the names of a table's columns, as far as they are few enough to choose from."""
        parts = [self.reading[subject] or [] for subject in ("target", "features", "leave_out")]
        names = [name for part in parts for name in ([part] if isinstance(part, str) else part)]
        return names if 1 < len(names) <= MOST_COLUMNS else []


def _told(decision: Decision) -> dict[str, Any]:
    taken = decision.taken if isinstance(decision.taken, str | bool | int) else None  # lists may be long
    words = {"words": printable(decision.words), "doubt": printable(decision.doubt)}
    return {"subject": decision.subject, "taken": taken, **words, "settles": settled_by(decision.option)}


def settled_by(option: str) -> dict[str, Any] | None:
    """Give a command's option, such as ``--target quality`` or ``--no-header``, as choices; None if it lacks a value.

    >>> settled_by("--leave-out a,b"), settled_by("--no-header"), settled_by("--encoding NAME")
    ({'leave_out': ['a', 'b']}, {'header': False}, None)
    """
    name, *values = shlex.split(option) or [""]
    name = name.removeprefix("--").replace("-", "_")
    if name in ("header", "no_header"):
        return {"header": name == "header"}
    if name not in Choices.__struct_fields__ or len(values) != 1 or values[0].isupper():
        return None
    return {name: list(split_names(values[0])) if name in ("leave_out", "keep", "categories") else values[0]}


def question(error: GlassnetError) -> dict[str, Any]:
    """Give an error about a file, with each command's option that it proposes as a choice instead.

    >>> question(UsageError("no target", remedy="Name it with --target, such as --target kind"))
    {'error': 'no target.', 'settles': [{'target': 'kind'}]}
    """
    words = str(error)
    settles = [choice for option in OPTION.findall(words) if (choice := settled_by(option))]
    if settles:
        words = words[: words.rfind(". ", 0, OPTION.search(words).start()) + 1] or words  # type: ignore[union-attr]
    return {"error": words, "settles": settles}


class UploadStore:
    """The data sets that come with glassnet, the run's, one that the command named, and uploaded files."""

    def __init__(
        self, run: Mapping[str, Any] | None = None, given: str | None = None, target: str | None = None
    ) -> None:
        self.numbers = itertools.count(1)
        self.replaced: set[str] = set()  # what was read again otherwise: it is offered no longer
        self.entries = {name: Entry(name, {"dataset": name}, CATALOGUE[name].task) for name in OFFERED}
        named = {"dataset": given, "target": target or ""} if given else None
        for identity, settings in ((OF_RUN, run), ("given", named)):
            if settings and settings["dataset"] not in self.entries:
                keys = ("dataset", *Choices.__struct_fields__)
                chosen = {key: settings[key] for key in keys if settings.get(key) not in (None, "", [], ())}
                name = Path(settings["dataset"]).name
                if "task" in chosen:  # a run's; how it was read is looked at when somebody asks
                    self.entries[identity] = Entry(name, chosen, chosen["task"])
                else:
                    self.entries[identity] = _entry(name, chosen)
        self.directory = tempfile.TemporaryDirectory(prefix="glassnet-")  # now that nothing can be refused

    def close(self) -> None:
        """Delete what was sent."""
        self.directory.cleanup()

    def listed(self) -> dict[str, Any]:
        """List what may be chosen."""
        entries = list(self.entries.items())
        return {"data": [entry.told(identity) for identity, entry in entries if identity not in self.replaced]}

    def settings(self, identity: str) -> dict[str, Any]:
        """Give the settings that an id stands for."""
        return self._entry(identity).settings

    def _entry(self, identity: str) -> Entry:
        if identity not in self.entries:
            raise UsageError("no such data set", expected=", ".join(self.entries), got=identity[:80])
        return self.entries[identity]

    def read(self, name: str, content: bytes, choices: Choices) -> tuple[str, Entry]:
        """Read an uploaded file, of a kind that can be learned from; gives an id for it, and what `keep` then offers.

        One at a time: `TrainerProcess.read` sees to it, and gives up what takes too long.
        """
        kind = Path(name).suffix.lower()
        if kind not in KINDS:
            raise UsageError("not a data set", expected=" or ".join(KINDS), got=name[:80])
        self._refuse_more()
        identity = f"{SENT}{next(self.numbers)}"
        path = Path(self.directory.name) / f"{identity}{kind}"
        path.write_bytes(content)
        try:
            _refuse_bombs(path)
            return identity, _entry(name[:80], {"dataset": str(path), **choices.made()})
        except GlassnetError as error:  # where it was put is nothing to tell
            path.unlink()
            raise _without_place(error, path, name) from error

    def read_again(self, identity: str, choices: Choices) -> tuple[str, Entry]:
        """Read a data set that is offered once more, by other choices; or as before, where there are none."""
        entry, chosen = self._entry(identity), choices.made()
        if identity in OFFERED:
            raise UsageError("only your own data can be read in another way", expected="your own data", got=identity)
        path = entry.settings["dataset"]
        try:
            found = _entry(entry.name, {"dataset": path, **chosen} if chosen else entry.settings)
        except GlassnetError as error:
            raise _without_place(error, Path(path), entry.name) from error
        first = identity.partition(AGAIN)[0]
        return f"{first}{AGAIN}{next(self.numbers)}" if chosen else identity, found

    def keep(self, identity: str, entry: Entry, instead_of: str = "") -> dict[str, Any]:
        """Offer what was read; gives what a page may know of it."""
        if identity not in self.entries and AGAIN not in identity:
            self._refuse_more()
        self.entries[identity] = entry
        if instead_of and instead_of != identity:
            self.replaced.add(instead_of)
        return entry.told(identity)

    def _refuse_more(self) -> None:
        if sum(identity.startswith(SENT) and AGAIN not in identity for identity in self.entries) >= MOST:
            raise UsageError("too many files", expected=f"at most {MOST}", remedy="Start glassnet play again")


def _entry(name: str, settings: dict[str, Any]) -> Entry:
    path, options = settings["dataset"], {key: value for key, value in settings.items() if key != "dataset"}
    data = load_dataset(path, **options)
    return Entry(name, settings, data.task, data.reading)


def _without_place(error: GlassnetError, path: Path, name: str) -> UsageError:
    return UsageError(str(error).replace(str(path), name[:80]).rstrip("."))


def _refuse_bombs(path: Path) -> None:
    """Refuse arrays that are small only as long as they are packed."""
    size = 0
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as file:  # a table, say, or damaged
        size = sum(member.file_size for member in file.infolist())
    if size > LARGEST:
        raise UsageError("too large a file", expected=f"at most {LARGEST:,} bytes unpacked", got=f"{size:,}")
