"""The numbers that a report tells of a run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import Floats, Integers
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.table import TablePreprocessing
from ..diagnosis.diagnose import diagnose_model
from ..diagnosis.signals import Finding
from ..errors import MissingExtraError, RunError, UsageError
from ..evaluation.calibration import Reliability, fit_temperature, log_probabilities, reliability, soften
from ..evaluation.evaluate import ClassificationResult, RegressionResult, evaluate, result_of_answers
from ..evaluation.inspection import permutation_importance
from ..evaluation.mistakes import Mistakes, find_mistakes
from ..evaluation.novelty import UNFAMILIAR, make_unfamiliar
from ..evaluation.out_of_fold import read_answers
from ..evaluation.robustness import Curve, robustness
from ..evaluation.selective import RiskCoverage, risk_coverage
from ..explanation.ablation import prune_more_and_more
from ..explanation.projection import hidden_activations, principal_components
from ..extras import needed
from ..formatting import percent, quantity
from ..model.model import Model
from ..runs.directory import detector_of, read_run
from ..runs.multirun import OUT_OF_FOLD
from ..runs.run import HISTORY, METRICS, checked_history, read_metrics
from ..runs.settings import RunSettings
from ..training.progress import Epoch

ROBUSTNESS_EXAMPLES = 1_000
MAP_EXAMPLES = 800
STRANGE_EXAMPLES = 500
FEWEST = 10  # examples that a report is of
SURE = 0.9  # a probability that many would trust
RISKS = (0.0, 0.001, 0.005, 0.01)  # at which the share that can be answered is told


@dataclass(frozen=True)
class Facts:
    """A run, and the examples it is reported on: its validation split, or the test set where there is none.

    Metrics as written when it was finished; the history, a record for each epoch, is empty for an ensemble.
    """

    path: Path
    settings: RunSettings
    data: Dataset
    model: Model
    metrics: dict[str, Any]
    history: list[dict[str, Any]]

    @classmethod
    def read(cls, path: Path) -> Facts:
        """Read a finished run that has examples enough to report on."""
        settings, data, model = read_run(path)
        if not (path / METRICS).exists():
            remedy = f"Finish it with: glassnet train --run {path} --resume"
            raise RunError("the run is not finished", where=path, remedy=remedy)
        metrics = read_metrics(path / METRICS)
        lines = [] if settings.ensemble > 1 else checked_history(path / HISTORY, metrics["epochs"])
        facts = cls(path, settings, data, model, metrics, [json.loads(line) for line in lines])
        if len(facts.examples) < FEWEST:
            got = f"{len(facts.examples)} in the {facts.split} split"
            raise UsageError("too few examples to report on", expected=f"at least {FEWEST}", got=got)
        return facts

    @cached_property
    def out_of_fold(self) -> tuple[Integers, Floats] | None:
        """Of networks in folds, which rows were answered by the network that has not learned from them, and how."""
        path = self.path / OUT_OF_FOLD
        return read_answers(path) if self.settings.folds > 1 and path.exists() else None

    @property
    def split(self) -> str:
        """The name of the examples it is reported on."""
        return "out-of-fold" if self.out_of_fold else "validation" if len(self.data.validation) else "test"

    @cached_property
    def examples(self) -> Examples:
        """Those examples."""
        if self.out_of_fold:
            return self.data.train.select(np.searchsorted(self.data.train.indices, self.out_of_fold[0]))
        return self.data.validation if self.split == "validation" else self.data.test

    @property
    def parts(self) -> list[tuple[Model, Examples]]:
        """Models and the examples that each is judged by: the networks, each with its own fold, or the whole model."""
        if not self.out_of_fold:
            return [(self.model, self.examples)]
        networks, settings = enumerate(self.model.networks), self.settings
        return [
            (replace(self.model, networks=(one,)), self.data.fold(k, settings.folds, settings.seed).validation)
            for k, one in networks
        ]

    @property
    def classifies(self) -> bool:
        """Whether it tells classes."""
        return self.data.task == "classification"

    @property
    def of_images(self) -> bool:
        """Whether its examples are uint8 images."""
        inputs = self.examples.source_inputs
        return inputs.ndim == 3 and inputs.dtype == np.uint8

    @property
    def of_table(self) -> bool:
        """Whether its examples are rows of a table, with one target."""
        return isinstance(self.data.preprocessing, TablePreprocessing) and self.examples.source_targets.ndim == 1

    @cached_property
    def findings(self) -> list[Finding]:
        """What went wrong in its training up to the epoch that was kept, as far as it can still be seen."""
        names = [field.name for field in fields(Epoch)]
        kept = self.history[: self.metrics.get("model_epoch")]
        records = [{"number": record["epoch"], **dict.fromkeys(names[1:]), **record} for record in kept]
        epochs = [Epoch(**{name: record[name] for name in names}) for record in records]
        return diagnose_model(self.model, self.data.train, epochs)

    @cached_property
    def result(self) -> ClassificationResult | RegressionResult:
        """How well it did on them."""
        if self.out_of_fold:
            return result_of_answers(self.model, self.out_of_fold[1], self.examples.targets)
        return evaluate(self.model, self.examples)

    @property
    def classification(self) -> ClassificationResult:
        """The same, where it tells classes."""
        assert isinstance(self.result, ClassificationResult)
        return self.result

    @cached_property
    def probabilities(self) -> Floats:
        """Of all classes, for each example."""
        return self.out_of_fold[1] if self.out_of_fold else self.model.predict_probabilities(self.examples.inputs)

    @cached_property
    def mistakes(self) -> Mistakes:
        """Its wrong answers."""
        return find_mistakes(self.probabilities, self.examples.targets)

    @cached_property
    def calibration(self) -> tuple[float, Reliability, Reliability]:
        """A temperature fitted on every other example, and reliability on the rest without and with it."""
        labels, known = self.examples.targets, self.out_of_fold
        tiny = np.finfo(np.float64).tiny
        logits = np.log(np.maximum(known[1], tiny)) if known else log_probabilities(self.model, self.examples)
        temperature = fit_temperature(logits[::2], labels[::2])
        rest, true = logits[1::2], labels[1::2]
        return temperature, reliability(np.exp(rest), true), reliability(soften(rest, temperature), true)

    @cached_property
    def selection(self) -> RiskCoverage:
        """Accuracy against the share that is answered."""
        right = self.probabilities.argmax(axis=1) == self.examples.targets
        return risk_coverage(self.probabilities.max(axis=1), right)

    @cached_property
    def curves(self) -> list[Curve]:
        """Accuracy on images that are harder to read; of images alone."""
        some = self.examples.select(slice(0, ROBUSTNESS_EXAMPLES))
        return list(robustness(self.model, some)) if self.classifies and self.of_images else []

    @cached_property
    def refused(self) -> dict[str, tuple[float, float]]:
        """The share refused of these examples and of unfamiliar inputs, and the share with a high probability."""
        if not (self.classifies and self.of_images):
            return {}
        detector = detector_of(self.path, (self.data, self.model))
        assert detector is not None  # a report is of a directory
        some = self.examples.select(slice(0, STRANGE_EXAMPLES)).inputs
        asked = {"such examples": some} | {name: make_unfamiliar(name, some) for name in UNFAMILIAR}
        return {
            name: (
                float(detector.refuses(self.model, images).mean()),
                float((self.model.predict_probabilities(images).max(axis=1) >= SURE).mean()),
            )
            for name, images in asked.items()
        }

    @cached_property
    def pruned(self) -> tuple[tuple[float, float], ...]:
        """Accuracy with more and more weights set to zero; of a single classifier alone."""
        return prune_more_and_more(self.model, self.examples) if self.classifies and not self.model.is_ensemble else ()

    @cached_property
    def maps(self) -> dict[str, Floats]:
        """The last hidden layer on a plane: by principal components, and by t-SNE where scikit-learn is installed."""
        sizes = self.model.network.architecture.sizes
        if len(sizes) < 3 or sizes[-2] < 2:
            return {}
        values = hidden_activations(self.model, self.examples.select(slice(0, MAP_EXAMPLES)).inputs)
        if not np.isfinite(values).all() or values.std(axis=0).max() < 1e-6 * max(1.0, np.abs(values).max()):
            return {}  # all alike: nothing can be laid out, and t-SNE divides by zero
        projected, shares = principal_components(values)
        found = {f"principal components ({shares.sum():.0%} of the variance)": projected}
        try:
            manifold = needed("sklearn.manifold", "sklearn")
        except MissingExtraError:
            return found
        if len(values) > 30:
            tsne = manifold.TSNE(random_state=0, init="pca", perplexity=min(30, len(values) // 4), max_iter=500)
            found["t-SNE"] = tsne.fit_transform(values)
        return found

    def as_dict(self) -> dict[str, Any]:
        """Give the numbers as plain values, for JSON."""
        facts: dict[str, Any] = {"run": str(self.path), "split": self.split, **self.result.as_dict()}
        facts["findings"] = [asdict(finding) for finding in self.findings]
        if self.classifies:
            temperature, before, after = self.calibration
            facts["calibration"] = {
                "temperature": temperature,
                "expected_error": before.expected_error,
                "expected_error_at_temperature": after.expected_error,
            }
            answered = {str(risk): self.selection.coverage_at(risk) for risk in RISKS}
            facts["selection"] = {"area": self.selection.area, "answered_at_risk": answered}
            names, surest = self.data.class_names, self.mistakes.at(slice(20))
            facts["surest_mistakes"] = [
                {"position": int(p), "true": names[t], "said": names[s], "sureness": float(c)}
                for p, t, s, c in zip(surest.positions, surest.true, surest.said, surest.sureness, strict=True)
            ]
        if self.of_table:
            found = permutation_importance(self.parts)
            increase = dict(zip(found.columns, found.increase.tolist(), strict=True))
            facts["importance"] = {"rows": found.rows, "loss": found.loss, "floor": found.floor, "increase": increase}
        facts["pruned"] = [{"share": share, "accuracy": accuracy} for share, accuracy in self.pruned]
        facts["unfamiliar"] = [{"kind": kind, "refused": no, "sure": sure} for kind, (no, sure) in self.refused.items()]
        facts["robustness"] = [asdict(curve) for curve in self.curves]
        return facts


def result_of(facts: Facts, split: str, digits: int = 2) -> str:
    """Write a run's accuracy or error on a split, as its metrics have it; nothing where they have none."""
    value = facts.metrics.get(f"{split}_{'accuracy' if facts.classifies else 'rmse'}")
    if value is None:
        return ""
    return percent(value, digits) if facts.classifies else f"RMSE {quantity(value, facts.data.unit)}"


def written(value: Any) -> str:
    """Write a setting."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
