"""Lessons for the classroom's file: moments, each a view with a question, its choices, and what is revealed after.

A lesson is a TOML file, in one language or in several: any text is a string, or a table with a string for each
language, ``question.en = "..."``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UnknownNameError, UsageError, listed
from ..runs.settings import load_toml

READY = Path(__file__).parent / "lessons"
# The views that a moment may open, and the stations of those that have some.
VIEWS: dict[str, tuple[str, ...]] = {
    "draw": (),
    "forward": ("pixels", "sums", "activations", "logits", "answers", "loss"),
    "backward": ("delta-of-answers", "delta-of-neurons", "gradients", "weight", "step"),
    "learn": (),
    "mistakes": (),
    "symbols": (),
    "plane": (),
}
START_NET = "ready"  # the network that the file opens with; any other is a model's file, beside the lesson's
TEXTS = ("question", "reveal", "notes")
WHOLE_NUMBERS = ("minutes", "example", "neuron", "answer")
KNOWN = ("view", "station", "net", "choices", *TEXTS, *WHOLE_NUMBERS)
FEWEST, MOST = 2, 5  # choices
LINES = '[[moments]], view = "draw", question = "..."'

Text = str | dict[str, str]  # by language


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One thought of a lesson.

    Parameters
    ----------
    view : str
        A key of ``VIEWS``.
    question : str or dict of str
        What is asked or to be done, perhaps in several languages, by their codes.
    reveal : str or dict of str, optional
        What is said when it has been answered; there must be one where there are choices.
    choices : tuple of str or dict of str, optional
        What can be answered; none for something to do.
    answer : int, optional
        Which of them is right, counted from 1; none where nobody can know.
    station : str, optional
        Of the view.
    example, neuron : int, optional
        A digit by its number among those that no network in the file is trained on, and a neuron, both from 0.
    net : str, optional
        ``ready``, or a model's file; by default whichever network the pupil has.
    minutes : int, optional
        How long it takes, for the teacher.
    notes : str or dict of str, optional
        What the teacher reads of it: in the teacher's view and on the teacher's sheet.
    """

    view: str
    question: Text
    reveal: Text = ""
    choices: tuple[Text, ...] = ()
    answer: int | None = None
    station: str | None = None
    example: int | None = None
    neuron: int | None = None
    net: str | None = None
    minutes: int | None = None
    notes: Text = ""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A title, its moments, notes for the teacher, and where its networks' files are looked for."""

    title: Text
    moments: tuple[Moment, ...]
    directory: Path
    notes: Text = ""

    @property
    def nets(self) -> dict[str, Path]:
        """The files of the networks that its moments name."""
        names = dict.fromkeys(moment.net for moment in self.moments if moment.net not in (None, START_NET))
        return {name: self.directory / name for name in names if name}

    @classmethod
    def read(cls, name: str, examples: int) -> Lesson:
        """Read a lesson that comes with glassnet, by its name, or one's own, by its path.

        A RunError if the file cannot be read, a UsageError if it is not a lesson, or names an example that is not
        among so many.
        """
        path = READY / f"{name}.toml"
        if name not in ready_lessons():
            path = Path(name)
            if not path.is_file():
                expected = f"a file, or one of {listed(ready_lessons())}"
                raise UsageError("no such lesson", expected=expected, got=repr(name))
        given = load_toml(path, "lesson", LINES)
        _check_keys(given, ("title", "notes", "moments"), str(path))
        moments = given.get("moments")
        if not isinstance(moments, list) or not moments or not all(isinstance(one, dict) for one in moments):
            got = "none" if not moments else repr(moments)[:40]
            raise UsageError("no moments", expected="one or more", got=got, where=path, remedy=f"Write {LINES}")
        read = [_moment(one, f"moment {place} of {path}", examples) for place, one in enumerate(moments, 1)]
        notes = _text(given, "notes", str(path)) if "notes" in given else ""
        title = _text(given, "title", str(path))
        lesson = cls(title=title, notes=notes, moments=tuple(read), directory=path.parent)
        lesson._check_languages(path)
        return lesson

    def as_dict(self) -> dict[str, Any]:
        """Give what a page reads of it, for JSON."""
        said = [{name: value for name, value in vars(moment).items() if value is not None} for moment in self.moments]
        return {"title": self.title, "moments": said}

    def _check_languages(self, path: Path) -> None:
        """Let no text lack a language that the title has: a class would see two."""
        wanted = _languages(self.title)
        for place, moment in enumerate(self.moments, 1):
            for name, text in _texts(moment):
                if (found := _languages(text)) != wanted:
                    where = f"{name} of moment {place} of {path}"
                    remedy = "Write each text in the languages of the title"
                    raise UsageError("languages differ", expected=wanted, got=found, where=where, remedy=remedy)


def ready_lessons() -> list[str]:
    """List the lessons that come with glassnet, the shortest first."""
    return sorted((path.stem for path in READY.glob("*.toml")), key=lambda name: int(name.partition("-")[0]))


def _moment(given: Mapping[str, Any], where: str, examples: int) -> Moment:
    _check_keys(given, KNOWN, where)
    view, station = given.get("view"), given.get("station")
    if view not in VIEWS:
        raise UnknownNameError(f"view in {where}", view, VIEWS)
    if station is not None and station not in VIEWS[view]:
        raise UnknownNameError(f"station of {view} in {where}", station, VIEWS[view] or ["none"])
    net = given.get("net")
    if net is not None and not isinstance(net, str):
        raise UsageError("invalid net", expected="'ready', or a model's file", got=repr(net), where=where)
    choices = _choices(given.get("choices", []), where)
    bounds = {"example": (0, examples - 1), "neuron": (0, None), "minutes": (1, None), "answer": (1, len(choices))}
    numbers = {name: _whole(given, name, *bounds[name], where) for name in WHOLE_NUMBERS}
    said = {
        name: _text(given, name, where)
        for name in TEXTS
        if name == "question" or name in given or (choices and name == "reveal")
    }
    return Moment(
        view=view,
        station=station,
        net=net,
        choices=choices,
        question=said["question"],
        reveal=said.get("reveal", ""),
        notes=said.get("notes", ""),
        example=numbers["example"],
        neuron=numbers["neuron"],
        answer=numbers["answer"],
        minutes=numbers["minutes"],
    )


def _choices(given: Any, where: str) -> tuple[Text, ...]:
    """Read choices: a list for all languages, or one for each."""
    lists = list(given.values()) if isinstance(given, dict) else [given]
    if not all(isinstance(one, list) for one in lists):
        raise UsageError("invalid choices", expected=f"a list of {FEWEST} to {MOST}", got=repr(given)[:40], where=where)
    counts = {len(one) for one in lists}
    if given and (len(counts) > 1 or not FEWEST <= min(counts) <= MOST):
        got, expected = (
            " and ".join(map(str, sorted(counts))),
            f"a list of {FEWEST} to {MOST}, as many in each language",
        )
        raise UsageError("invalid choices", expected=expected, got=got, where=where)
    texts = (
        [dict(zip(given, row, strict=True)) for row in zip(*lists, strict=True)] if isinstance(given, dict) else given
    )
    return tuple(_checked_text(text, f"choice {place} of {where}") for place, text in enumerate(texts, 1))


def _check_keys(given: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for name in given:
        if name not in known:
            raise UnknownNameError(f"key in {where}", name, known)


def _whole(given: Mapping[str, Any], name: str, low: int, high: int | None, where: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if type(value) is not int or value < low or (high is not None and value > high):
        expected = f"a whole number, {low} or more" if high is None else f"{low}..{high}"
        if name == "answer":
            expected = f"one of its {high} choices, counted from 1"
        raise UsageError(f"invalid {name}", expected=expected, got=repr(value), where=where)
    return value


def _text(given: Mapping[str, Any], name: str, where: str) -> Text:
    if name not in given:
        remedy = f'Write {name} = "..."'
        raise UsageError(f"no {name}", where=where, remedy=remedy)
    return _checked_text(given[name], f"{name} of {where}")


def _checked_text(value: Any, where: str) -> Text:
    texts = list(value.values()) if isinstance(value, dict) else [value]
    if not texts or not all(isinstance(one, str) and one.strip() for one in texts):
        expected = 'a text, or one for each language, as en = "..."'
        raise UsageError("invalid text", expected=expected, got=repr(value)[:40], where=where)
    return value  # type: ignore[no-any-return]  # as was just found


def _languages(text: Text) -> str:
    return listed(sorted(text)) if isinstance(text, dict) else "one language"


def _texts(moment: Moment) -> list[tuple[str, Text]]:
    # A choice that is no words, as a digit, stands for all languages.
    choices = [(f"choice {k}", text) for k, text in enumerate(moment.choices, 1) if isinstance(text, dict)]
    said = [("question", moment.question), ("reveal", moment.reveal), ("notes", moment.notes)]
    return [*((name, text) for name, text in said if text), *choices]
