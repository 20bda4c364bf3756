"""What becomes of made pictures: which digits are answered, right, surely wrong; which letters are doubted."""

from dataclasses import dataclass

import numpy as np

from glassnet.cli.predict_pictures import answers_for_picture
from glassnet.errors import ImageFileError
from glassnet.runs.example import picture_reading
from made_pictures import pictures
from stroke_font import LOOK_LIKE_DIGITS, letter_pages, scribble_pages

SURE = 0.9
OVERLAP = 0.4  # of both rectangles together, for a digit to be the one that was written there


@dataclass
class Outcome:
    """Counts: digits that were written (or found where none is), answered, right, and wrong although over 90 % sure."""

    written: int = 0
    answered: int = 0
    right: int = 0
    surely_wrong: int = 0

    def __add__(self, other):
        return Outcome(*(getattr(self, name) + getattr(other, name) for name in self.__annotations__))

    def add(self, label, answer):
        """Count a digit that was written, or None, and what was answered, or None."""
        self.written += 1
        self.answered += answer is not None
        self.right += answer is not None and answer[0] == label
        self.surely_wrong += answer is not None and answer[0] != label and answer[1] > SURE


def answers(reader, file):
    """The digit, how sure, and where, of each that is found and not refused; none of what cannot be read."""
    model, detector = reader
    try:
        found = answers_for_picture(model, detector, file, picture_reading(model, file))
    except ImageFileError:
        return []
    sure = [(answer["digit"], max(answer["probabilities"].values()), answer["box"]) for answer in found]
    return [(int(digit), probability, box) for digit, probability, box in sure if digit is not None]


def shared(one, other):
    across, down = (max(0, min(one[k] + one[k + 2], other[k] + other[k + 2]) - max(one[k], other[k])) for k in (0, 1))
    return across * down / max(1, one[2] * one[3] + other[2] * other[3] - across * down)


def outcome_of(reader, name, count, seed, test, folder):
    """Read so many pictures of a kind."""
    outcome = Outcome()
    for made in pictures(name, count, seed, test):
        file = folder / f"picture{made.suffix}"
        file.write_bytes(made.content())
        found = answers(reader, file)
        if len(made.labels) == 1:  # of one digit, wherever it is found
            ordered = sorted(found, key=lambda answer: -answer[1])
            wrong = [answer for answer in ordered if answer[0] != made.labels[0]]
            outcome.add(made.labels[0], wrong[0] if wrong else ordered[0] if ordered else None)
            continue
        for label, box in zip(made.labels, made.boxes, strict=True):
            best = max(found, key=lambda answer: shared(answer[2], box), default=None)
            if best is None or shared(best[2], box) < OVERLAP:
                outcome.add(label, None)
                continue
            found.remove(best)
            outcome.add(label, best)
        for extra in found:
            outcome.add(None, extra)
    return outcome


def doubted(reader, pages, folder):
    """The share of pages for which no answer is over 90 % sure."""
    counts = []
    for page in pages:
        page.save(folder / "stranger.png")
        counts.append(all(answer[1] <= SURE for answer in answers(reader, folder / "stranger.png")))
    return float(np.mean(counts))


def strangers(count, seed):
    """Letters, those that look like no digit, and scribbles: pages by name."""
    letters = list(letter_pages(count, seed))
    return {
        "letters A-Z a-z": [page for _, page in letters],
        f"letters but {''.join(LOOK_LIKE_DIGITS)}": [
            page for letter, page in letters if letter not in LOOK_LIKE_DIGITS
        ],
        "scribbles": list(scribble_pages(count, seed)),
    }
