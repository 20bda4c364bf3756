"""The data sets that a page may train on: by ids, of which only the server knows the files."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..data.catalogue import CATALOGUE
from ..data.load import load_dataset
from ..errors import GlassnetError, UsageError
from ..formatting import printable

OFFERED = ("mnist", "rotated-mnist")  # that come with glassnet
OF_RUN = "run"  # the id of its data set, where that is none of these
SENT = "own-"  # the ids of files that were sent begin so
KINDS = (".csv", ".tsv", ".npz")
MOST = 8  # files that were sent
LARGEST = (
    20_000_000  # bytes of one of them when it is unpacked: as numbers to compute with it is up to eight times that
)


@dataclass(frozen=True)
class Entry:
    """A data set: what it is called, the settings that select it, and its task."""

    name: str
    settings: dict[str, str]
    task: str

    def told(self, identity: str) -> dict[str, Any]:
        """Give what a page may know."""
        return {"id": identity, "name": printable(self.name), "task": self.task, "comes": identity in OFFERED}


class UploadStore:
    """The data sets that come with glassnet, the run's, one that the command named, and uploaded files."""

    def __init__(
        self, run: Mapping[str, Any] | None = None, given: str | None = None, target: str | None = None
    ) -> None:
        self.numbers = itertools.count(1)
        self.entries = {name: Entry(name, {"dataset": name}, CATALOGUE[name].task) for name in OFFERED}
        for identity, settings in (
            (OF_RUN, run),
            ("given", {"dataset": given, "target": target or ""} if given else None),
        ):
            if settings and settings["dataset"] not in self.entries:
                chosen = {key: settings[key] for key in ("dataset", "target", "task") if settings.get(key)}
                name = Path(settings["dataset"]).name
                task = chosen.get("task") or load_dataset(chosen["dataset"], target=chosen.get("target")).task
                self.entries[identity] = Entry(name, chosen, task)
        self.directory = tempfile.TemporaryDirectory(prefix="glassnet-")  # now that nothing can be refused

    def close(self) -> None:
        """Delete what was sent."""
        self.directory.cleanup()

    def listed(self) -> dict[str, Any]:
        """List what may be chosen."""
        return {"data": [entry.told(identity) for identity, entry in list(self.entries.items())]}

    def settings(self, identity: str) -> dict[str, str]:
        """Give the settings that an id stands for."""
        if identity not in self.entries:
            raise UsageError("no such data set", expected=", ".join(self.entries), got=identity)
        return self.entries[identity].settings

    def read(self, name: str, content: bytes, target: str = "") -> tuple[str, Entry]:
        """Read an uploaded file, of a kind that can be learned from; gives an id for it, and what `keep` then offers.

        One at a time: `TrainerProcess.read` sees to it, and gives up what takes too long. `target` is the column to
        predict.
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
            data = load_dataset(path, target=target or None)
        except GlassnetError as error:  # where it was put is nothing to tell
            path.unlink()
            raise UsageError(str(error).replace(str(path), name[:80]).rstrip(".")) from error
        settings = {"dataset": str(path), **({"target": target} if target else {})}
        return identity, Entry(name[:80], settings, data.task)

    def keep(self, identity: str, entry: Entry) -> dict[str, Any]:
        """Offer what was read; gives what a page may know of it."""
        self._refuse_more()
        self.entries[identity] = entry
        return entry.told(identity)

    def _refuse_more(self) -> None:
        if sum(identity.startswith(SENT) for identity in self.entries) >= MOST:
            raise UsageError("too many files", expected=f"at most {MOST}", remedy="Start glassnet play again")


def _refuse_bombs(path: Path) -> None:
    """Refuse arrays that are small only as long as they are packed."""
    size = 0
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as file:  # a table, say, or damaged
        size = sum(member.file_size for member in file.infolist())
    if size > LARGEST:
        raise UsageError("too large a file", expected=f"at most {LARGEST:,} bytes unpacked", got=f"{size:,}")
