"""What the report of a run that is of no table begins with: a headline, and findings in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..evaluation.robustness import ATTACKS
from ..formatting import percent, quantity
from .run_facts import SURE, Facts

BEST, PAIRS = 3, 3  # classes and confusions that a sentence names
RISK = 0.01  # share of wrong answers that the surest of them are held to
BY_HEART, SOMEWHAT = 2.5, 1.25  # validation loss to training loss, from which one is told of the other
RISEN = 1.1  # last validation loss to the least one
MANY = 1_000  # of which a share has a meaning to a tenth of a percent
HARD = 0.8  # of its accuracy: what leaves less is named

Finding = tuple[str, str]


def share(fraction: float) -> str:
    """Write a share as all of a report does, with one digit; 100% and 0% are exact.

    >>> share(0.98144), share(0.99996), share(1)
    ('98.1%', 'over 99.9%', '100.0%')
    """
    if 0 < fraction < 0.0005:
        return "under 0.1%"
    return "over 99.9%" if 0.9995 <= fraction < 1 else percent(fraction, 1)


def part_of(fraction: float, count: int) -> str:
    """Write a share of so many; of few, how many they are.

    >>> part_of(0.949, 10000), part_of(0.5, 24)
    ('94.9% of', '12 of')
    """
    return f"{share(fraction)} of" if count >= MANY else f"{round(fraction * count)} of"


def joined(words: Sequence[str], last: str = "and") -> str:
    """Write words one after another.

    >>> joined(["1", "0", "6"]), joined(["1"])
    ('1, 0 and 6', '1')
    """
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def noun(facts: Facts) -> str:
    """Name its examples."""
    if facts.of_table:
        return "rows"
    if facts.of_images:
        return "digits" if facts.data.class_names == tuple("0123456789") else "pictures"
    return "examples"


def headline(facts: Facts) -> str:
    """Say in one line how good it is."""
    seen = f"{len(facts.examples):,} {noun(facts)} it has not learned from"
    if not facts.classifies:
        return f"Off by {quantity(facts.result.rmse, facts.data.unit)} on {seen}"  # type: ignore[union-attr]
    verb = "Reads" if noun(facts) == "digits" else "Is right on"
    return f"{verb} {part_of(facts.classification.accuracy, len(facts.examples))} {seen}"


def findings(facts: Facts) -> list[Finding]:
    """Say what it does well, what it mistakes, how far to trust it, and how it learned."""
    about = _of_classes(facts) if facts.classifies else _of_numbers(facts)
    return [*about, ("Learned", how_it_learned(facts))]


def _of_classes(facts: Facts) -> list[Finding]:
    found = [("Reads well" if noun(facts) == "digits" else "Does well", _best(facts)), ("Confuses", _confused(facts))]
    found.append(("Trust it", _trusted(facts)))
    if careful := [sentence for sentence in (_unlike(facts), _harder(facts)) if sentence]:
        found.append(("Be careful", " ".join(careful)))
    return found


def _best(facts: Facts) -> str:
    recall, names = facts.classification.recall, facts.data.class_names
    order = np.argsort(-recall, kind="stable")[: max(1, min(BEST, len(names) - 1))].tolist()
    parts = joined([share(float(recall[k])) for k in order])
    return f"Best {joined([names[k] for k in order])}: it finds {parts} of them."


def confusions(facts: Facts) -> list[tuple[int, int, int]]:
    """Give how often, which class, and what it was taken for, the most frequent first."""
    confusion = facts.classification.confusion
    pairs = [(int(confusion[a, b]), a, b) for a, b in np.argwhere(confusion).tolist() if a != b]
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1:]))


def _confused(facts: Facts) -> str:
    names, result, pairs = facts.data.class_names, facts.classification, confusions(facts)
    wrong = sum(count for count, _, _ in pairs)
    if not wrong:
        return f"Nothing: all {len(facts.examples):,} answers are right."
    said = [f"{names[a]} with {names[b]} ({count:,} times)" for count, a, b in pairs[:PAIRS]]
    part = sum(count for count, _, _ in pairs[:PAIRS])
    whole = f", {part:,} of its {wrong:,} mistakes" if len(pairs) > PAIRS else ""
    worst = int(result.recall.argmin())
    return f"Most often {joined(said)}{whole}. {names[worst]} is found least often: {share(result.recall[worst])}."


def _trusted(facts: Facts) -> str:
    curve, sure = facts.selection, facts.probabilities.max(axis=1) >= SURE
    count = int(sure.sum())
    error = facts.calibration[1].expected_error
    take = "as they are" if error < 0.03 else "as roughly right" if error < 0.08 else "for their order, not their size"
    said = f"Take its probabilities {take}: they are {100 * error:.1f} percentage points off on average. "
    if not count:
        return f"{said}It gives no answer {SURE:.0%} or more."
    right = 1 - curve.risk[count - 1]
    answered = curve.coverage_at(RISK)
    said += f"It says {SURE:.0%} or more of {share(count / len(sure))} of the {noun(facts)}, "
    said += f"and is right on {share(right)} of these."
    return (
        f"{said} Of the surest {share(answered)}, 1 answer in {round(1 / RISK)} is wrong." if 0 < answered < 1 else said
    )


def _unlike(facts: Facts) -> str:
    """Name what is nothing that it knows, and is most often given a class with a high probability."""
    kinds = dict(list(facts.refused.items())[1:])
    if not kinds:
        return ""
    worst = max(kinds, key=lambda name: kinds[name][1])
    refused, sure = kinds[worst]
    return (
        f"It names a class for anything: of pictures that are none ({worst}) {share(sure)} get one with {SURE:.0%} or "
        f"more, and {share(refused)} are refused as unfamiliar."
    )


def _harder(facts: Facts) -> str:
    """Name the least rotation or noise that takes much of its accuracy."""
    base = facts.classification.accuracy
    said = []
    for curve in facts.curves:
        steps = sorted(zip(np.abs(curve.strengths), curve.accuracies, strict=True))
        left = {float(strength): accuracy for strength, accuracy in steps if accuracy < HARD * base}
        if left and curve.name in ("rotation", "shift", next(iter(ATTACKS))):
            strength = min(left)
            said.append(_with(curve.name, strength, left[strength]))
    return f"It is right on {joined(said[:3])}." if said else ""


def _with(name: str, strength: float, left: float) -> str:
    how = {"rotation": f"when turned by {strength:.0f}°", "shift": f"when moved by {strength:.0f} pixels"}
    attacked = f"when changed on purpose by {strength:.0%} of a pixel's range"
    return f"{share(left)} {how.get(name, attacked)}"


def _of_numbers(facts: Facts) -> list[Finding]:
    predictions = np.asarray(facts.model.predict(facts.examples.inputs), np.float64).reshape(len(facts.examples), -1)
    targets = facts.examples.targets.reshape(len(facts.examples), -1).astype(np.float64)
    errors, unit = np.abs(predictions - targets)[:, 0], facts.data.unit
    half, most = np.quantile(errors, (0.5, 0.9)).tolist()
    guess = float(np.sqrt(np.mean((targets[:, 0] - targets[:, 0].mean()) ** 2)))
    better = f"Always answering the mean would be off by {quantity(guess, unit)}."
    near = f"Half of the answers are within {quantity(half, unit)} of the truth, "
    near += f"nine of ten within {quantity(most, unit)}."
    return [
        ("How far off", near),
        ("Than guessing", better),
        ("Farthest off", f"{quantity(float(errors.max()), unit)}."),
    ]


def how_it_learned(facts: Facts) -> str:
    """Say what the losses did: what was learned by heart, and where the validation loss rose again."""
    history = facts.history
    if not history:
        many = len(facts.model.networks)
        return (
            f"{many} networks were trained and answer together; their single epochs are not kept." if many > 1 else ""
        )
    kept = facts.metrics.get("model_epoch") or len(history)
    record = history[kept - 1]
    a, b = record["training_loss"], record.get("validation_loss")
    end = f"In {kept} epoch{'s' if kept > 1 else ''} the loss came to {a:.3g} on what it learned from"
    if b is None:
        return f"{end}. Without validation examples nobody can say how much of it was learned by heart."
    return f"{end} and to {b:.3g} on what it did not. {_by_heart(a, b)}{_risen(history, kept)}"


def _by_heart(training: float, validation: float) -> str:
    if validation <= SOMEWHAT * training:
        return "So what it learned holds for others too."
    if training > 0 and validation < BY_HEART * training:
        return "It does somewhat better on what it has seen, as is usual."
    times = f"{validation / training:.0f} times as much" if training > 0 else "much more"
    return (
        f"That is {times}: a good part was learned by heart. "
        "More examples or augmentation would help, more epochs would not."
    )


def _risen(history: Sequence[dict[str, Any]], kept: int) -> str:
    losses = [record["validation_loss"] for record in history]
    best = int(np.argmin(losses))
    if losses[-1] <= RISEN * losses[best] or not any(b > a for a, b in pairwise(losses[best:])):
        return ""
    then = "; that epoch was kept" if kept == best + 1 else f"; epoch {kept} was kept"
    return f" From epoch {best + 1} on the validation loss rose, from {losses[best]:.3g} to {losses[-1]:.3g}{then}."
