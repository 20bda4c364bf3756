"""What each column of a table is for: which is predicted, which ones predict it, which are left out, and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ...arrays import AnyArray
from ...errors import DataFileError, UsageError, listed
from ...registry import find
from ..limits import check_limit
from ..reading import AS_THE_FILE_IS, Decision, ReadingOptions, in_shell, shell_word
from .cells import Profile
from .dates import written_as

TARGETS = ("label", "target", "class", "y")  # what a column to predict is called, the plainest first
# Columns of an image's pixels: pixel0 or pixel_0, as Kaggle has them, or 1x1, by row and column.
PIXEL = re.compile(r"pixel_?\d+|\d+x\d+", re.IGNORECASE)
NUMBERED = re.compile(r"[a-z_ ]*\d+|column \d+", re.IGNORECASE)
# An index as pandas writes it, which says nothing of what stands in the row.
PANDAS_INDEX = re.compile(r"|unnamed: \d+(\.\d+)*|__index_level_\d+__|level_\d+", re.IGNORECASE)
# Names of what numbers the rows, at the end of a name: customer_id, imageId, OrderNumber, ID.
IDENTITY = re.compile(r"(.*[\W_])?(ids?|nr|no|number|key|uuid|guid|index|idx|row|rowid|rownum)", re.IGNORECASE)
# Of whom there are often several rows: customer_id, patient, UserNo.
OWNER = re.compile(
    r"(.*[\W_])?(ids?|uuid|guid|(customer|client|patient|subject|user|person|participant|household|family|member)"
    r"[\W_]?(nr|no|number|key|code|name)?)",
    re.IGNORECASE,
)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
WHY = {"lists": "lists", "nothing": "empty"}  # kinds of columns of which nothing is learned
FEW_WORDS = 10  # different values, up to which words are kinds of something even if each is there once
ROUNDED = 0.2  # of a level: how far fractions of three digits are from the byte that they were
SURELY_PIXELS = 256  # columns from which nobody doubts that unnamed bytes are an image


@dataclass(frozen=True)
class Columns:
    """The columns of a table, and what was decided about them.

    Parameters
    ----------
    names : tuple of str
        All, in their order in the file.
    target : str, optional
        The one to predict; none where the features were named.
    features : tuple of str
        Those to predict it by, in the order of the inputs.
    pixels : bool
        Whether the features are the pixels of a square image.
    white : int
        The brightest that a pixel can be: 255 of whole numbers, 1 of fractions.
    kinds : mapping of str to str
        Of the features that are no numbers: ``categories`` or ``dates``.
    decisions : tuple of Decision
        What was decided, with reasons.
    """

    names: tuple[str, ...]
    target: str | None
    features: tuple[str, ...]
    pixels: bool
    white: int = 255
    kinds: Mapping[str, str] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Table:
    """What is known of a table before its rows are read.

    Parameters
    ----------
    path : Path
        Its file.
    names : tuple of str
        Of its columns.
    named : bool
        Whether the names are the table's own.
    profiles : mapping of str to Profile
        What each column holds; empty where nobody looked.
    options : ReadingOptions
        What somebody said of it.
    indices : frozenset of str
        Columns that the file itself calls an index.
    """

    path: Path
    names: tuple[str, ...]
    named: bool = True
    profiles: dict[str, Profile] = field(default_factory=dict)
    options: ReadingOptions = AS_THE_FILE_IS
    indices: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        check_limit("columns", len(self.names), self.path)
        if twice := [name for name, times in Counter(self.names).items() if times > 1]:
            raise DataFileError("two columns of one name", got=repr(twice[0]), where=self.path, remedy="Rename one")
        for name in (*self.options.leave_out, *self.options.keep, *self.options.categories, *self.options.divided_by):
            find(f"column of {self.path}", name, dict.fromkeys(self.names))

    def choose(self, target: str | None) -> Columns:
        """Decide what each column is for, where a network is to be trained; `target` is the one to predict, if said.

        Raises
        ------
        UnknownNameError
            If there is no column of a name that was said.
        DataFileError
            If no column is known to be the target, or nothing is left to predict it by.
        """
        if target is not None:
            find(f"column of {self.path}", target, dict.fromkeys(self.names))
            aim = Decision("target", target, f"target {_quoted(target)}")
        else:
            aim = self._target()
        target = str(aim.taken)
        others = [name for name in self.names if name not in (target, *self.options.divided_by)]
        reasons = {name: why for name in others if (why := self._why_left_out(name))}
        features = tuple(name for name in others if name not in reasons)
        if not features:
            got = _said(reasons) if reasons else f"the column {_quoted(target)} alone"
            remedy = _what_to_learn_from(reasons)
            raise DataFileError(
                "nothing to predict by", expected="a column of numbers", got=got, where=self.path, remedy=remedy
            )
        pixels, shape = self._are_pixels(features)
        if pixels and all(map(PIXEL.fullmatch, features)):
            features = tuple(sorted(features, key=_place))  # a table may have them in another order
        kinds = {} if pixels else self._kinds(features)
        shown = shape or Decision("features", list(features), _said_kinds(features, kinds))
        decisions = (aim, shown, *self._left_out(reasons, target), *self._counting(features))
        if self.options.divided_by:
            kinds |= self._read_beside(target, pixels)
            features = tuple(name for name in self.names if name in (*features, *self.options.divided_by))
        elif not pixels:
            decisions += tuple(self._dividing([name for name in self.profiles if name in (*features, *reasons)]))
        return Columns(self.names, target, features, pixels, self._white(features), kinds, decisions)

    def _read_beside(self, target: str, pixels: bool) -> dict[str, str]:
        """Give the kind of the column that rows are divided by; refuse one that they cannot be."""
        kinds = self._kinds(self.options.divided_by)
        if pixels or target in self.options.divided_by or (self.options.time and "categories" in kinds.values()):
            expected = "a column of a table beside the target, and for --time one of dates or numbers"
            raise UsageError("rows cannot be divided by this", expected=expected, got=self.options.divided_by[0])
        return kinds

    def _kinds(self, features: Sequence[str]) -> dict[str, str]:
        """Tell which features are words, or are said to be categories, and which are dates."""
        found = {}
        for name in features:
            kind = self.profiles[name].kind if name in self.profiles else "numbers"
            if kind == "words" or name in (*self.options.categories, self.options.group):
                found[name] = "categories"
            elif kind == "dates":
                found[name] = "dates"
        return found

    def _target(self) -> Decision:
        """Find the column to predict by its name; in a table without names, by what the first and the last hold."""
        usual = [name for word in TARGETS for name in self.names if name.lower() == word]
        beside = [name for name in self.names if name.lower() not in ("x", "y", "z") and not IDENTITY.fullmatch(name)]
        words = {name.lower() for name in self.names}
        coordinate = "x" in words and (bool(beside) or "z" in words)  # then y is one too
        if coordinate:
            usual = [name for name in usual if name.lower() != "y"]
        if usual:
            doubt = f"{_quoted(usual[1])} could be the target too" if usual[1:] else ""
            option = f"--target {shell_word(usual[1])}" if doubt else ""
            return Decision("target", usual[0], f"target {_quoted(usual[0])} (by name)", doubt, option)
        if self.named and not all(name.isascii() and name.isdigit() for name in self.names if name):
            raise self._question()
        return self._first_or_last()

    def _first_or_last(self) -> Decision:
        """Choose the one end of a table without names that looks like classes, which the rest does not."""
        own = [name for name in self.names if not self._why_left_out(name)] or self.names
        own = [name for name in self.names if name in own or self._like_classes(name)] or list(self.names)
        first, last = own[0], own[-1]
        ends = [name for name in dict.fromkeys((first, last)) if self._like_classes(name)]
        standing_out = [name for name in ends if self._stands_out(name)]
        if len(standing_out) == 1:
            ends = standing_out
        if len(ends) != 1:
            raise self._question()
        other = last if ends[0] == first else first
        place = "first" if ends[0] == first else "last"
        doubt = f"no name says which column is the target: {_quoted(other)} could be it too"
        option = f"--target {shell_word(other)}"
        words = f"target {_quoted(ends[0])} (the {place} column, like classes)"
        return Decision("target", ends[0], words, doubt, option)

    def _like_classes(self, name: str) -> bool:
        return name in self.profiles and self.profiles[name].like_classes

    def _stands_out(self, name: str) -> bool:
        """Tell whether a column has far fewer values than most others, or words where they have numbers."""
        own = self.profiles[name]
        others = [profile for other, profile in self.profiles.items() if other not in (self.names[0], self.names[-1])]
        if own.kind == "words":
            return all(profile.kind != "words" for profile in others)
        usual = np.quantile([profile.distinct for profile in others] or [0], 0.75)
        return bool(2 * own.distinct <= usual)

    def _question(self) -> DataFileError:
        """Ask for the target: the columns that could be it, those like classes before others."""
        likely = [name for name in self.names if self._like_classes(name) and not self._called_index(name)]
        ends = (self.names[0], self.names[-1])
        likely = [name for name in likely if name in ends] or likely[:2] or list(dict.fromkeys(ends))
        remedy = "Name the column: " + " or ".join(f"--target {shell_word(name)}" for name in likely)
        return DataFileError(
            "nothing to predict",
            expected=f"a column called {', '.join(TARGETS[:-1])} or {TARGETS[-1]}" if self.named else "a target",
            got=f"the columns {listed(self.names, most=10)}",
            where=self.path,
            remedy=remedy,
        )

    def _why_left_out(self, name: str) -> str:
        """Say why a column is not learned from; nothing if it is."""
        options, profile = self.options, self.profiles.get(name)
        if name in options.leave_out:
            return "as said"
        looked = f" in the {profile.looked:,} rows looked at" if profile and profile.looked else ""
        if profile and profile.kind in WHY:
            if name in options.keep and profile.kind == "nothing" and looked:
                return ""
            if name in options.keep:
                got = WHY[profile.kind]
                raise UsageError(f"column {_quoted(name)} cannot be kept", expected="numbers", got=got)
            return WHY[profile.kind] + looked * (profile.kind == "nothing")
        if name in (*options.keep, *options.categories):
            return ""
        if profile and profile.kind == "words":
            return f"text, {profile.distinct:,} different{looked}" if _is_text(profile) else ""
        if PANDAS_INDEX.fullmatch(name) and (not profile or self._is_pandas_index(name, profile)):
            return "pandas' index"
        if not self._called_index(name) and self.named:
            return ""
        if profile is None:
            return "an index" if name.lower() in ("id", "index", "imageid", "image_id") else ""
        counts = profile.whole and profile.all_different and len(profile.cells) > 2
        return "all different" + looked if counts and (self.named or counts_up(profile)) else ""

    def _is_pandas_index(self, name: str, profile: Profile) -> bool:
        """Tell whether whole numbers stand in front, as pandas writes an index, and count, or repeat in order."""
        before = self.names[: self.names.index(name)]
        in_front = name.startswith("__index") or all(map(self._called_index, before))
        if not (profile.whole and in_front):
            return False
        numbers = profile.numbers
        steps = np.diff(numbers)
        in_order = (steps >= 0) | (numbers[1:] == numbers.min())
        return profile.all_different or bool(in_order.all())

    def _called_index(self, name: str) -> bool:
        by_name = IDENTITY.fullmatch(CAMEL.sub("_", name)) or PANDAS_INDEX.fullmatch(name)
        return name in self.indices or by_name is not None

    def _left_out(self, reasons: dict[str, str], target: str) -> list[Decision]:
        """Say in one decision what is left out, doubting what goes with the target."""
        if not reasons:
            return []
        different = [name for name, why in reasons.items() if why.startswith("all different")]
        measures = [name for name in different if self._goes_with(name, target)]
        partly = [name for name, why in reasons.items() if "looked at" in why]
        doubt = option = ""
        if measures:
            doubt = f"{_quoted(measures[0])} is sorted by the target: possible leakage, unless it is a measure"
            option = f"--keep {in_shell(measures[0])}"
        elif partly:
            doubt = f"{_quoted(partly[0])} may be otherwise in rows that were not looked at"
            option = f"--keep {in_shell(partly[0])}"
        return [Decision("leave_out", list(reasons), f"left out {_said(reasons)}", doubt, option)]

    def _goes_with(self, name: str, target: str) -> bool:
        """Tell whether a column of different numbers is sorted by the target, as far as the sample tells."""
        own, aim = self.profiles[name], self.profiles.get(target)
        if not aim or own.gaps or aim.gaps or not aim.like_classes or not 20 <= len(own.numbers) == len(aim.cells):
            return False
        ordered = np.array(aim.cells)[np.argsort(own.numbers, kind="stable")]
        return bool(np.count_nonzero(ordered[1:] != ordered[:-1]) == aim.distinct - 1)

    def _counting(self, features: Sequence[str]) -> list[Decision]:
        """Doubt features that are called as if they numbered the rows, or that count them."""
        found = []
        for name in features:
            profile = self.profiles.get(name)
            if not profile or name in self.options.keep or self._comes_again(name):
                continue
            if self._called_index(name) and self.named:
                why = "has the name of an index"
            elif len(profile.cells) > 20 and profile.whole and counts_up(profile):
                why = "counts the rows"
            else:
                continue
            option = f"--leave-out {in_shell(name)}"
            found.append(Decision("index", name, "", f"{_quoted(name)} {why}, and is taken as a feature", option))
        return found

    def _dividing(self, names: Sequence[str]) -> list[Decision]:
        """Doubt that rows may be divided at random where some have one owner, or they stand in the order of a date."""
        if owner := next(filter(self._comes_again, names), ""):
            doubt, option = f"{_quoted(owner)} comes again: to answer for new ones", "group"
        elif owner := next(filter(self._in_order, names), ""):
            doubt, option = f"rows stand in the order of {_quoted(owner)}: to answer for later ones", "time"
        else:
            return []
        doubt += ", scores of a random split are too good"
        return [Decision("divided", owner, "", doubt, f"--{option} {shell_word(owner)}")]

    def _comes_again(self, name: str) -> bool:
        """Tell whether a column names whom rows belong to, of whom a tenth of the rows or more are not the first."""
        profile, own = self.profiles[name], OWNER.fullmatch(CAMEL.sub("_", name)) and name not in self.indices
        return bool(own) and FEW_WORDS < profile.distinct <= 0.9 * len(profile.cells)

    def _in_order(self, name: str) -> bool:
        """Tell whether dates only rise, or only fall."""
        profile = self.profiles[name]
        if profile.kind != "dates" or profile.distinct <= FEW_WORDS:
            return False
        steps = np.diff(written_as(profile.cells, self.options.dates == "day-first" or None)[0].numbers(profile.cells))
        return bool((steps >= 0).all() or (steps <= 0).all())

    def _are_pixels(self, features: Sequence[str]) -> tuple[bool, Decision | None]:
        """Decide whether features are the pixels of a square image; say so where they could be."""
        count, side = len(features), round(len(features) ** 0.5)
        wanted, square = self.options.read_as, is_square(count)
        if wanted == "images" and not square:
            expected = "a square number of columns, 16 or more"
            raise DataFileError("no square images", expected=expected, got=f"{count} columns", where=self.path)
        if not square or wanted == "table":
            return False, None
        by_name, bytes_alone = all(map(PIXEL.fullmatch, features)), self._are_bytes(features)
        if not (by_name or bytes_alone is True or wanted):
            return False, None
        taken = wanted == "images" or (by_name and bytes_alone is not False) or not self.named
        if not taken and not (bytes_alone and all(map(NUMBERED.fullmatch, features))):
            return False, None
        scale = ", of 0 to 1" if self._white(features) == 1 else ""
        words = f"images of {side}x{side} pixels{scale}" if taken else f"{count} numeric features"
        sure = by_name or wanted or count >= SURELY_PIXELS
        other = f"images of {side}x{side} pixels" if not taken else "features of a table"
        doubt = "" if sure else f"the {count} columns could be {other} too"
        option = f"--read-as {'table' if taken else 'images'}" if doubt else ""
        return taken, Decision("read_as", "images" if taken else "table", words, doubt, option)

    def _are_bytes(self, features: Sequence[str]) -> bool | None:
        """Tell whether features are whole numbers of 0 to 255, those called pixels mostly; None if nobody looked.

        Fractions of 0 to 1 are that too, where they are bytes divided by 255, as far as their digits show it.
        """
        numbers = self._sampled(features)
        if numbers is None:
            return None
        if self._white(features) == 1:
            levels = numbers * 255
            return all(map(PIXEL.fullmatch, features)) or bool((np.abs(levels - np.rint(levels)) < ROUNDED).all())
        pixels = (numbers == np.rint(numbers)) & (numbers >= 0) & (numbers <= 255)
        return bool(pixels.mean() > 0.5) if all(map(PIXEL.fullmatch, features)) else bool(pixels.all())

    def _sampled(self, features: Sequence[str]) -> AnyArray | None:
        """Give the numbers of some rows; None if nobody looked."""
        profiles = [self.profiles[name] for name in features if name in self.profiles]
        if not profiles:
            return None
        numbers = np.concatenate([profile.numbers for profile in profiles])
        return numbers[~np.isnan(numbers)]  # type: ignore[no-any-return]

    def _white(self, features: Sequence[str]) -> int:
        """Tell the brightest that a pixel can be: 1 where there are fractions, none of them larger."""
        numbers = self._sampled(features)
        if numbers is None or not len(numbers) or (numbers == np.rint(numbers)).all():
            return 255
        return 1 if numbers.min() >= 0 and numbers.max() <= 1 else 255

    def match(self, wanted: Sequence[str], target: str | None = None) -> Columns:
        """Find the features that a model was trained on: by name; pixels, and columns without names, in their order.

        `target` is read too, if it is said.

        Raises
        ------
        DataFileError
            If a feature is missing, or names are wanted of a table without a header that nobody has called so.
        """
        if target is not None:
            find(f"column of {self.path}", target, dict.fromkeys(self.names))
        known = set(self.names)
        missing = [name for name in wanted if name not in known]
        pixels = is_square(len(wanted)) and all(map(PIXEL.fullmatch, wanted))
        if not missing:
            return Columns(self.names, target, tuple(wanted), pixels, self._white(wanted))
        if self.named and not pixels:
            problem = "a column is missing" if len(missing) == 1 else f"{len(missing):,} columns are missing"
            named = listed(list(map(repr, missing)), most=5)
            expected, got = (
                f"the columns that the model was trained on, {named} among them",
                listed(self.names, most=10),
            )
            remedy = "Name the columns as in training; if there is no header, add --no-header"
            raise DataFileError(problem, expected=expected, got=got, where=self.path, remedy=remedy)
        numbered = all(name.startswith("column ") for name in wanted)
        if not pixels and not numbered and self.options.header is not False:
            expected = f"a header with the columns that the model takes ({listed(list(map(repr, wanted)), most=5)})"
            remedy = "Write it into the first line, or add --no-header if the columns are in that order"
            raise DataFileError("no header", expected=expected, where=self.path, remedy=remedy)
        own = self._by_order(len(wanted), target, pixels)
        return Columns(self.names, target, own, pixels, self._white(own))

    def _by_order(self, count: int, target: str | None, pixels: bool) -> tuple[str, ...]:
        """Take the columns as they come: all but the target, an index, and one before unnamed pixels, their label."""
        own = [name for name in self.names if name != target]
        if self.named:
            own = [name for name in own if name.lower() not in TARGETS and not self._why_left_out(name)]
        elif pixels and len(own) == count + 1:
            own.remove(self._label_beside_pixels())
        elif not pixels and len(own) != count:
            own = [name for name in own if not self._why_left_out(name)]
        if len(own) != count:
            expected = f"{count} columns"
            raise DataFileError("a table of the wrong width", expected=expected, got=len(own), where=self.path)
        return tuple(sorted(own, key=_place) if all(map(PIXEL.fullmatch, own)) else own)

    def _label_beside_pixels(self) -> str:
        """Tell which end of a table without names is no pixel: as in training, the first where that is open."""
        try:
            return str(self._first_or_last().taken)
        except DataFileError:
            return self.names[0]


def _is_text(profile: Profile) -> bool:
    """Tell whether words are a text of its own in most rows, and no kinds of something."""
    return profile.distinct > FEW_WORDS and 2 * profile.distinct > len(profile.cells)


def _said_kinds(features: Sequence[str], kinds: Mapping[str, str]) -> str:
    """Count the features of each kind: ``5 numbers, 2 categories ("city", "sex")``."""
    if not kinds:
        return _counted(len(features), "numeric feature")
    words = [_counted(len(features) - len(kinds), "number")] if len(kinds) < len(features) else []
    for kind in ("categories", "dates"):
        names = [_quoted(name) for name, own in kinds.items() if own == kind]
        if names:
            noun = kind if len(names) > 1 else {"categories": "category", "dates": "date"}[kind]
            words.append(f"{len(names):,} {noun} ({listed(names, most=5)})")
    return ", ".join(words)


def is_square(count: int) -> bool:
    """Tell whether so many numbers can be the pixels of a square image of at least 4x4."""
    side = round(count**0.5)
    return bool(side >= 4 and side * side == count)


def counts_up(profile: Profile) -> bool:
    """Tell whether each number is one more than that before it."""
    numbers = np.asarray(profile.numbers)
    return bool((numbers[1:] == numbers[:-1] + 1).all())


def _what_to_learn_from(reasons: dict[str, str]) -> str:
    """Say what to do where all columns but the target are left out, by the reasons."""
    if not reasons:
        return "Is the separator another? --delimiter settles it"
    if "as said" in reasons.values():
        return "Leave out fewer columns"
    numbers = [name for name, why in reasons.items() if why.startswith(("all different", "an index", "pandas' index"))]
    return (
        f"Learn from a column of numbers all the same: --keep {in_shell(numbers[0])}"
        if numbers
        else ("Write numbers in a column")
    )


def _place(name: str) -> list[int]:
    """Give a pixel's number, or its row and column."""
    return [int(number) for number in re.findall(r"\d+", name)]


def _quoted(name: str) -> str:
    return f'"{name}"'


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("s" if count != 1 else "")


def _said(reasons: dict[str, str]) -> str:
    """Name columns with the reasons why they are left out: ``"id" (all different), "city", "street" (words)``.

    >>> _said({"id": "all different", "city": "words", "street": "words"})
    '"id" (all different), "city", "street" (words)'
    """
    by_reason: dict[str, list[str]] = {}
    for name, why in reasons.items():
        by_reason.setdefault(why, []).append(_quoted(name))
    return ", ".join(f"{listed(names, most=8)} ({why})" for why, names in by_reason.items())
