"""What a page knows of a table: how it was read, what its columns hold, what was to be predicted, and some rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from ..arrays import AnyArray, Floats
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.encoders import ColumnEncoding, Encoder, encoders_of
from ..data.preprocessing.table import FeatureScaling
from ..formatting import printable
from ..model.model import Model

MOST_ROWS = 20_000  # that histograms and the base rate are taken of
MOST_TRIED = 300  # that can be looked at one by one, and that are drawn on the plane of two columns
MOST_CELLS = 100_000  # of a table with many columns
BINS = 24
EDGES = (0.01, 0.99)  # the part of a column between its few outliers


def table_facts(model: Model, data: Dataset, trained: bool = True) -> tuple[dict[str, Any] | None, dict[str, AnyArray]]:
    """Give values for JSON and arrays: columns with their encoders, the target, the reading, rows that can be tried.

    Of a trained model its networks and its decision too; nothing of what is no table, or has several targets.
    """
    encoding = model.preprocessing
    if not isinstance(encoding, ColumnEncoding | FeatureScaling) or data.train.source_targets.ndim > 1:
        return None, {}
    seen = data.train.spread(MOST_ROWS)
    rows = encoding.flatten(seen.inputs).astype(np.float64)
    units = encoding.units or ("",) * len(encoding.names)
    encoders = encoders_of(encoding)
    columns = [
        {"name": printable(name), "unit": printable(unit), **_column(encoder, values)}
        for name, unit, encoder, values in zip(encoding.names, units, encoders, rows.T, strict=True)
    ]
    splits = {"test": data.test, "validation": data.validation, "training": data.train}
    tried = next(name for name, examples in splits.items() if len(examples))
    most = max(1, min(MOST_TRIED, MOST_CELLS // len(columns)))
    facts = {
        "name": printable(data.name),
        "columns": columns,
        "target": _target(model, seen.targets),
        "reading": [
            {"subject": one.subject, **{part: printable(getattr(one, part)) for part in ("words", "doubt", "option")}}
            for one in data.reading
            if one.words or one.doubt
        ],
        "tried": tried,
        "decision": asdict(model.decision) if model.decision else None,
    }
    arrays = _rows("tried", model, splits[tried].spread(most)) | _rows("points", model, data.train.spread(most))
    if trained:
        arrays["members"] = np.stack([network.parameters for network in model.networks])
    return facts, arrays


def _column(encoder: Encoder, values: Floats) -> dict[str, Any]:
    """Describe a column by the training rows: how often it has each word, or a histogram of its numbers."""
    known = values[~np.isnan(values)]
    described: dict[str, Any] = {"encoder": encoder.name, "kind": encoder.kind, "fields": encoder.describe()}
    described |= {"takesGaps": encoder.takes_gaps, "gaps": len(values) - len(known)}
    described["words"] = list(map(printable, encoder.words))
    if encoder.words:
        return described | {"counts": np.bincount(known[known >= 0].astype(int), minlength=len(encoder.words)).tolist()}
    return described | _numbers(known)


def _numbers(known: Floats) -> dict[str, Any]:
    """Give range, histogram, median and deviation; of a few values far from all others the range is without them."""
    known = known if len(known) else np.zeros(1)
    low, high, near_low, near_high = np.quantile(known, (0, 1, *EDGES)).tolist()
    if high - low > 2 * (near_high - near_low) > 0:
        low, high = near_low, near_high
    counts, _ = np.histogram(np.clip(known, low, high), BINS, (low, high if high > low else low + 1))
    numbers = {"low": low, "high": high, "middle": float(np.median(known)), "deviation": float(known.std())}
    return {**numbers, "counts": counts.tolist(), "whole": bool((known == np.rint(known)).all())}


def _target(model: Model, targets: AnyArray) -> dict[str, Any]:
    if model.class_names:
        return {"rows": len(targets), "counts": np.bincount(targets, minlength=len(model.class_names)).tolist()}
    return {"rows": len(targets), "mean": float(targets.mean()), **_numbers(targets.astype(np.float64))}


def _rows(name: str, model: Model, examples: Examples) -> dict[str, AnyArray]:
    """Give the values of rows as they stand in the table, their targets, and where in the table they stand."""
    values = model.preprocessing.flatten(examples.inputs).astype(np.float64)
    targets, places = examples.targets.astype(np.float64), examples.indices.astype(np.int32)
    return {name: values, f"{name}_targets": targets, f"{name}_places": places}
