"""A run's report, or a comparison of runs, as one self-contained page."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Floats
from ..evaluation.novelty import UNFAMILIAR, make_unfamiliar
from ..formatting import quantity
from . import figures
from .findings import confusions, findings, headline, how_it_learned, joined, noun, share
from .run_facts import RISKS, ROBUSTNESS_EXAMPLES, SURE, Facts, result_of, written
from .single_file import render_static
from .table_report import table_report

SUREST = 24
MOST_OF_A_CELL = 60  # images that a cell of the confusion matrix opens
NEURONS = 128  # whose weights are drawn
COLUMNS, FEW = 16, 16  # pictures in a row; of no more than this many, half as many
SPREAD_OVER = 2_000  # examples that tell how much each pixel varies
CONFUSED, OF_THESE = 3, 5  # pairs of classes on the front page, and pictures of each
CLASSES = 10  # of which the front page tells how many it finds; of more, those that it finds least


def report_page(facts: Facts) -> tuple[str, str]:
    """Render the report of a finished run, and of a table's its model card as Markdown, which others have none of."""
    if facts.of_table:
        parts = {"settings": _settings(facts), "curves": _curves(facts)}
        return table_report(facts, **parts, **(_of_a_tables_classes(facts) if facts.classifies else {}))
    parts = {
        "facts": facts,
        "headline": headline(facts),
        "findings": findings(facts),
        "learned": how_it_learned(facts),
        "noun": noun(facts),
        "network": " → ".join(map(str, facts.model.network.architecture.sizes)),
        "sure": SURE,
        "summary": _summary(facts),
        "settings": _settings(facts),
        "curves": _curves(facts),
        "neurons": _neurons(facts),
        "maps": [],
        "robustness": None,
        "pruning": None,
        "unfamiliar": [],
        "marks": "",
        "attacked": False,
    }
    parts |= _classification(facts) if facts.classifies else _regression(facts)
    return render_static("report.html", **parts), ""


def _of_a_tables_classes(facts: Facts) -> dict[str, Any]:
    return {
        "confusion": _confusion(facts),
        "classes": _by_class(facts),
        "recalled": _found(facts),
        "reliability": figures.reliability_diagram(facts.calibration[1]),
    }


def _summary(facts: Facts) -> list[tuple[str, str]]:
    metrics, model = facts.metrics, facts.model
    lines = [("ensemble", f"{len(model.networks)} networks")] if model.is_ensemble else []
    lines.append(("parameters", f"{metrics['parameters']:,}"))
    lines += [(split, text) for split in ("validation", "test") if (text := result_of(facts, split, 1))]
    return [*lines, ("training took", f"{metrics['elapsed_seconds']:.1f} s, {metrics['epochs']} epochs")]


def _settings(facts: Facts) -> list[tuple[str, str]]:
    """List the settings that are not off."""
    values = facts.settings.as_dict()
    return [
        (name.replace("_", " "), written(value))
        for name, value in values.items()
        if value not in (0, 0.0, "", ()) or name in ("seed", "validation_size")
    ]


def _curves(facts: Facts) -> list[str]:
    if not facts.history:
        return []
    measures = ["loss"]
    if facts.split == "validation":  # of the training examples no more than the loss is known
        measures.append("accuracy" if facts.classifies else "rmse")
    return [figures.learning_curves({"": facts.history}, measure, guess_of([facts])) for measure in measures]


def guess_of(facts: list[Facts]) -> float:
    """Give the accuracy of who always names the commonest class of the first run's examples."""
    if not facts[0].classifies:
        return 0.0
    counts = np.bincount(facts[0].examples.targets)
    return float(counts.max() / counts.sum())


def _neurons(facts: Facts) -> dict[str, Any] | None:
    """Draw what the first layer's neurons weigh; of images alone."""
    shape = facts.model.preprocessing.input_shape
    if len(shape) != 2:
        return None
    layer, last = facts.model.network.layers[0], len(facts.model.network.layers) == 1
    units = "outputs" if last else "neurons"
    shown = layer.weights[:, :NEURONS] * _spread(facts)[:, None]
    of = layer.weights.shape[1]
    image = figures.weights_image(shown, (shape[0], shape[1]), COLUMNS if of > FEW else COLUMNS // 2)
    first = f"{shown.shape[1]} of the {of}" if of > NEURONS else f"The {of}"
    return {"image": image, "shown": shown.shape[1], "units": units, "what": f"{first} {units}"}


def _spread(facts: Facts) -> Floats:
    """Give how much each pixel varies over the training examples: where none ever has ink, no weight was learned."""
    some = facts.data.train.spread(SPREAD_OVER).inputs.astype(np.float64)
    spread: Floats = some.reshape(len(some), -1).std(axis=0)
    weights = len(facts.model.network.layers[0].weights)
    return spread if len(spread) == weights and spread.any() else np.ones(weights)


def _classification(facts: Facts) -> dict[str, Any]:
    temperature, before, after = facts.calibration
    labels = facts.examples.targets
    names = facts.data.class_names
    marks = _marks(names)
    return {
        "confusion": _confusion(facts),
        "surest": _pictures(facts, facts.mistakes.at(slice(SUREST))),
        "classes": _by_class(facts),
        "found": _found(facts),
        "confused": _confused(facts),
        "temperature": temperature,
        "points": [f"{100 * one.expected_error:.1f}" for one in (before, after)],
        "reliability": figures.reliability_diagram(before),
        "answered": [(f"{risk:.1%}", share(facts.selection.coverage_at(risk))) for risk in RISKS],
        "hardened": min(len(facts.examples), ROBUSTNESS_EXAMPLES),
        "selection": figures.selection_plot({"": facts.selection}),
        "maps": [figures.hidden_map(points, labels, marks, title) for title, points in facts.maps.items()],
        "marks": "" if marks == names else ", ".join(f"{mark} {name}" for mark, name in zip(marks, names, strict=True)),
        "attacked": any(curve.name == "fgsm" for curve in facts.curves),
        "pruning": figures.pruning_plot(facts.pruned) if facts.pruned else None,
        "unfamiliar": _unfamiliar(facts),
        "robustness": figures.robustness_plots({"": facts.curves}) if facts.curves else None,
    }


def _found(facts: Facts) -> list[tuple[str, float, str]]:
    """Give the recall of each class; of many classes those that it finds least."""
    recall, names = facts.classification.recall, facts.data.class_names
    kept = range(len(names)) if len(names) <= CLASSES else np.argsort(recall, kind="stable")[:CLASSES].tolist()
    return [(names[k], float(recall[k]), share(float(recall[k]))) for k in kept]


def _confused(facts: Facts) -> list[dict[str, Any]]:
    """Give the most frequent confusions, with pictures."""
    names = facts.data.class_names
    return [
        {
            "true": names[a],
            "said": names[b],
            "times": "once" if count == 1 else f"{count:,} times",
            "images": [
                _image(facts, int(place))
                for place in facts.mistakes.between(a, b).at(slice(OF_THESE)).positions
                if facts.of_images
            ],
        }
        for count, a, b in confusions(facts)[:CONFUSED]
    ]


def _marks(names: tuple[str, ...]) -> tuple[str, ...]:
    """Give each class a mark of one or two characters: its name where all are so short, else a number."""
    short = all(len(name) <= 2 for name in names)
    return names if short else tuple(str(k + 1) for k in range(len(names)))


def _unfamiliar(facts: Facts) -> list[dict[str, Any]]:
    """List how many inputs of each kind are refused, each kind with a picture."""
    if not facts.refused:
        return []
    one = facts.examples.select(slice(0, 2)).inputs
    return [
        {
            "name": name,
            "image": figures.ink_image(make_unfamiliar(name, one)[0] if name in UNFAMILIAR else one[0]),
            "refused": share(refused),
            "sure": share(sure),
        }
        for name, (refused, sure) in facts.refused.items()
    ]


def _by_class(facts: Facts) -> list[tuple[str, ...]]:
    result = facts.classification
    columns = (result.precision, result.recall, result.f1)
    return [
        (name, *(share(float(values[k])) for values in columns), f"{result.confusion[k].sum():,}")
        for k, name in enumerate(facts.data.class_names)
    ]


def _confusion(facts: Facts) -> list[dict[str, Any]]:
    """Give the rows of the confusion matrix, each cell with the mistakes that it opens."""
    matrix, names = facts.classification.confusion, facts.data.class_names
    worst = max(int((matrix - np.diag(np.diag(matrix))).max()), 1)
    rows = []
    for true, name in enumerate(names):
        cells = [
            {
                "count": int(count),
                "right": true == said,
                "shade": int(count) / worst,
                "said": names[said],
                "pictures": _pictures(facts, facts.mistakes.between(true, said).at(slice(MOST_OF_A_CELL))),
            }
            for said, count in enumerate(matrix[true])
        ]
        rows.append({"name": name, "cells": cells})
    return rows


def _pictures(facts: Facts, mistakes: Any) -> list[dict[str, Any]]:
    """Give mistakes as pictures with a caption, or of what is not an image the caption alone."""
    names = facts.data.class_names
    return [
        {
            "image": _image(facts, position),
            "position": int(position),
            "true": names[true],
            "said": names[said],
            "sureness": share(float(sureness)),
        }
        for position, true, said, sureness in zip(
            mistakes.positions, mistakes.true, mistakes.said, mistakes.sureness, strict=True
        )
    ]


def _image(facts: Facts, position: int) -> str | None:
    """Give an example that is an image."""
    return (
        figures.ink_image(facts.examples.select(slice(position, position + 1)).inputs[0]) if facts.of_images else None
    )


def _regression(facts: Facts) -> dict[str, Any]:
    examples = facts.examples
    predictions = np.asarray(facts.model.predict(examples.inputs), np.float64).reshape(len(examples), -1)[:, 0]
    targets = examples.targets.reshape(len(examples), -1)[:, 0]
    worst = np.argsort(-np.abs(predictions - targets), kind="stable")[:SUREST]
    return {
        "predicted": figures.predicted_against_true(predictions, targets, facts.data.unit),
        "worst": [
            {
                "image": _image(facts, p),
                "position": int(p),
                "true": quantity(targets[p]),
                "said": quantity(predictions[p]),
                "sureness": "",
            }
            for p in worst
        ],
    }


def names_of(facts: list[Facts]) -> list[str]:
    """Give the names of runs, or their whole paths where two names are the same."""
    names = [one.path.resolve().name for one in facts]
    return names if len(set(names)) == len(names) else [str(one.path) for one in facts]


def compare_page(facts: list[Facts], differences: dict[str, list[str]], sentences: list[str]) -> str:
    """Render runs on the same data: settings that differ, results, and what McNemar's test says of each two."""
    names = names_of(facts)
    histories = {name: one.history for name, one in zip(names, facts, strict=True) if one.history}
    measures = ("loss", "accuracy" if facts[0].classifies else "rmse")
    guess = guess_of(facts)
    curves = [figures.learning_curves(histories, measure, guess) for measure in measures] if histories else []
    classified = {name: one for name, one in zip(names, facts, strict=True) if one.classifies}
    harder = {name: one.curves for name, one in classified.items() if one.curves}
    # What has gradients has two panels more than what has none.
    panels = min((len(found) for found in harder.values()), default=0)
    return render_static(
        "compare.html",
        names=names,
        headline=sentences[0].partition(":")[0] if len(names) == 2 and sentences else f"{len(names)} runs compared",
        findings=_compared(facts, names, differences, sentences),
        differences=differences,
        results={split: [result_of(one, split) for one in facts] for split in ("validation", "test")},
        curves=curves,
        selection=classified and figures.selection_plot({name: one.selection for name, one in classified.items()}),
        robustness=panels and figures.robustness_plots({name: found[:panels] for name, found in harder.items()}),
    )


def _compared(
    facts: list[Facts], names: list[str], differences: dict[str, list[str]], sentences: list[str]
) -> list[tuple[str, str]]:
    """Say what each reaches, whether a difference may be chance, and what was set differently."""
    reached = [
        f"{name} {text}"
        for name, one in zip(names, facts, strict=True)
        if (text := result_of(one, "test") or result_of(one, "validation"))
    ]
    found = [("Reach", f"{joined(reached)}.")] if reached else []
    found += [("Better?" if number == 0 else "", f"{sentence}.") for number, sentence in enumerate(sentences)]
    set_apart = [f"{name} ({joined(values)})" for name, values in differences.items()]
    return [*found, ("Differ in", f"{joined(set_apart)}." if set_apart else "No setting.")]
