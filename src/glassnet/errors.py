"""Everything that can go wrong, one small tree.

::

    GlassnetError
    ├── UsageError          an argument or option that is invalid        (also a ValueError)
    │   └── UnknownNameError    a name that is not in the list; the nearest is offered
    ├── DataError           values that cannot be learned from           (also a ValueError)
    ├── DivergenceError     training whose loss is NaN or infinite
    ├── ProcessError        a process that helped with training ended before its time
    ├── MissingExtraError   a library that is not installed
    └── FileError           a file that cannot be read or written
        ├── DataFileError       a data set's file
        ├── ImageFileError      a picture
        ├── ModelFileError      a saved model
        └── RunError            a run directory

Each message says what is wrong and, as far as it is known, what was expected, what came instead, where, and what to do.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class GlassnetError(Exception):
    """An error that glassnet foresaw.

    Parameters
    ----------
    problem : str
        What is wrong, in one clause.
    expected, got : object, optional
        What should have come, and what came.
    where : object, optional
        The file, option or layer.
    remedy : str, optional
        What the reader can do now, as a sentence without its full stop.

    Examples
    --------
    >>> print(GlassnetError("wrong width", expected=784, got=780, where="inputs", remedy="Flatten the images"))
    wrong width in inputs: expected 784, got 780. Flatten the images.
    """

    def __init__(
        self,
        problem: str,
        *,
        expected: object = None,
        got: object = None,
        where: object = None,
        remedy: str | None = None,
    ) -> None:
        self.remedy = remedy
        place = "" if where is None else f" in {where}"
        facts = [f"{word} {fact}" for word, fact in (("expected", expected), ("got", got)) if fact is not None]
        detail = f": {', '.join(facts)}" if facts else ""
        self.finding = f"{problem}{place}{detail}"  # without what to do, for a list of several
        super().__init__(f"{self.finding}." + (f" {remedy}." if remedy else ""))


def listed(names: Sequence[str], most: int = 40) -> str:
    """Write names one after another, of too many the first three and the last.

    >>> listed(["a", "b"]), listed("abcdefg", most=5)
    ('a, b', 'a, b, c, ... g')
    """
    return ", ".join(names) if len(names) <= most else f"{', '.join(names[:3])}, ... {names[-1]}"


class UsageError(GlassnetError, ValueError):
    """An invalid argument or option.

    Examples
    --------
    >>> import glassnet
    >>> glassnet.SGD(momentum=1)
    Traceback (most recent call last):
    glassnet.errors.UsageError: invalid momentum: expected a number, at least 0 and less than 1, got 1.
    """


class UnknownNameError(UsageError):
    """A name that is not among the known names of a noun; the nearest is offered.

    >>> print(UnknownNameError("activation", "rellu", ["relu", "tanh"]))
    unknown activation: expected one of relu, tanh, got 'rellu'. Did you mean 'relu'?
    """

    def __init__(self, noun: str, name: object, known: Iterable[str]) -> None:
        names = list(known)
        near = get_close_matches(str(name).lower(), names, n=1, cutoff=0.5)
        super().__init__(f"unknown {noun}", expected=f"one of {listed(names)}", got=repr(name))
        if near:
            self.args = (f"{self.args[0]} Did you mean {near[0]!r}?",)


class DataError(GlassnetError, ValueError):
    """Values that cannot be learned from or predicted for.

    Examples
    --------
    >>> import glassnet
    >>> glassnet.one_hot([2], 2)
    Traceback (most recent call last):
    glassnet.errors.DataError: label out of range in row 0: expected 0..1, got 2.
    """


class DivergenceError(GlassnetError):
    """Training that left the finite world: no further step can mend it.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.load_dataset("mnist", train_size=500, validation_size=100)
    >>> try:
    ...     list(glassnet.Training(glassnet.Network([784, 8, 10]), data, optimizer=glassnet.SGD(1e6)))
    ... except DivergenceError as error:
    ...     print(str(error).split()[0])
    training
    """


class ProcessError(GlassnetError):
    """A process that helped with training ended before its time.

    Examples
    --------
    >>> issubclass(ProcessError, GlassnetError)
    True
    """


class MissingExtraError(GlassnetError):
    """A library that is not installed, and the extra of glassnet that brings it, for the Python that runs.

    >>> print(MissingExtraError("onnx", "onnx"))  # doctest: +ELLIPSIS
    onnx is not installed. Install it with: ... -m pip install 'glassnet[onnx]'.
    """

    def __init__(self, library: str, extra: str) -> None:
        python = shlex.quote(sys.executable)
        remedy = f"Install it with: {python} -m pip install 'glassnet[{extra}]'"
        super().__init__(f"{library.partition('.')[0]} is not installed", remedy=remedy)


class FileError(GlassnetError):
    """A file that cannot be read or written.

    Examples
    --------
    >>> import glassnet
    >>> try:
    ...     glassnet.load_model("absent.safetensors")
    ... except FileError as error:
    ...     print(error)
    cannot read the file in absent.safetensors: got No such file or directory. Check the name.
    """


class DataFileError(FileError):
    """A data set's file that is not what it should be."""


class ImageFileError(FileError):
    """A picture that cannot be read."""


class ModelFileError(FileError):
    """A saved model that cannot be trusted."""


class RunError(FileError):
    """A run directory that cannot be used as asked."""
