"""Data that a page may train on: by ids, of which only the server knows the places."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...data.catalogue import CATALOGUE
from ...data.datasets import load_dataset
from ...errors import UsageError

OFFERED = ("mnist", "rotated-mnist")  # that come with glassnet
KINDS = (".csv", ".tsv", ".npz")
MOST = 8  # files that were sent


@dataclass(frozen=True)
class Entry:
    """One of them: what it is called, where it is, and what is learned of it."""

    name: str
    place: str
    task: str

    def told(self, identity: str) -> dict[str, str]:
        """Give what a page may know."""
        return {"id": identity, "name": self.name, "task": self.task}


class Shelf:
    """The data sets of the catalogue that come along, that of the run, and files that were sent.

    Parameters
    ----------
    given : str, optional
        A data set that the command named: another name, or a path.
    """

    def __init__(self, given: str | None = None) -> None:
        self.directory = tempfile.TemporaryDirectory(prefix="glassnet-")
        self.entries = {name: Entry(name, name, CATALOGUE[name].task) for name in OFFERED}
        if given and given not in self.entries:
            self.entries["given"] = Entry(Path(given).name, given, "")

    def close(self) -> None:
        """Delete what was sent."""
        self.directory.cleanup()

    def listed(self) -> dict[str, Any]:
        """List what may be chosen."""
        return {"data": [entry.told(identity) for identity, entry in self.entries.items()]}

    def place(self, identity: str) -> str:
        """Give the name or the path that an id stands for.

        Raises
        ------
        UsageError
            If there is none.
        """
        if identity not in self.entries:
            raise UsageError("no such data set", expected=", ".join(self.entries), got=identity)
        return self.entries[identity].place

    def add(self, name: str, content: bytes) -> dict[str, Any]:
        """Keep a file that was sent, if it can be learned from.

        Parameters
        ----------
        name : str
            What its owner calls it; only its ending matters.
        content : bytes
            A table or arrays.

        Raises
        ------
        UsageError
            If there are too many, or it is of another kind.
        GlassnetError
            If nothing can be learned from it.
        """
        kind = Path(name).suffix.lower()
        if kind not in KINDS:
            raise UsageError("not a data set", expected=" or ".join(KINDS), got=name[:80])
        number = sum(identity.startswith("own-") for identity in self.entries) + 1
        if number > MOST:
            raise UsageError("too many files", expected=f"at most {MOST}", remedy="Start glassnet play again")
        identity = f"own-{number}"
        path = Path(self.directory.name) / f"{identity}{kind}"
        path.write_bytes(content)
        try:
            data = load_dataset(path)
        except Exception:
            path.unlink()
            raise
        self.entries[identity] = Entry(name[:80], str(path), data.task)
        return self.entries[identity].told(identity)
