"""glassnet's estimators beside scikit-learn's own, both at their defaults: five-fold scores and seconds.

    python benchmarks/estimators.py

Needs what `make bench` installs. Each fold is fitted by one and then by the other, with the same random state. Writes
benchmarks/results/estimators.md, and prints it.
"""

import statistics
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import load_dataset
from glassnet.files import write_whole
from glassnet.sklearn import MLPClassifier, MLPRegressor
from sklearn import datasets, neural_network

RESULT = Path(__file__).parent / "results" / "estimators.md"
TASKS = {
    "load_digits": (MLPClassifier, neural_network.MLPClassifier),
    "load_breast_cancer": (MLPClassifier, neural_network.MLPClassifier),
    "load_wine": (MLPClassifier, neural_network.MLPClassifier),
    "load_diabetes": (MLPRegressor, neural_network.MLPRegressor),
    "mnist": (MLPClassifier, neural_network.MLPClassifier),
}
SEEDS = 5
IMAGES = 10_000  # of MNIST, which is fitted with one seed


def fit(
    kind: type, X: np.ndarray, y: np.ndarray, train: np.ndarray, test: np.ndarray, seed: int
) -> tuple[float, float]:
    """Give the score on the fold left out, and the seconds of the fit."""
    pipeline = make_pipeline(StandardScaler(), kind(random_state=seed))
    start = time.perf_counter()
    pipeline.fit(X[train], y[train])
    seconds = time.perf_counter() - start
    return pipeline.score(X[test], y[test]), seconds


def load(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Load one of scikit-learn's toy data sets, or the first images of MNIST in single precision."""
    if name != "mnist":
        return getattr(datasets, name)(return_X_y=True)
    train = load_dataset("mnist").train
    return train.inputs[:IMAGES].reshape(IMAGES, -1) / np.float32(255), train.targets[:IMAGES]


def measure(name: str) -> str:
    """Compare both on all folds and seeds; give a row of the table."""
    X, y = load(name)
    kinds = TASKS[name]
    scores: dict[type, list[float]] = {kind: [] for kind in kinds}
    seconds: dict[type, list[float]] = {kind: [] for kind in kinds}
    for seed in range(1 if name == "mnist" else SEEDS):
        splitter = StratifiedKFold if kinds[0] is MLPClassifier else KFold
        for train, test in splitter(5, shuffle=True, random_state=seed).split(X, y):
            for kind in kinds:
                score, elapsed = fit(kind, X, y, train, test, seed)
                scores[kind].append(score)
                seconds[kind].append(elapsed)
    ours, theirs = (statistics.fmean(scores[kind]) for kind in kinds)
    ratios = [their / our for our, their in zip(*(seconds[kind] for kind in kinds), strict=True)]
    measure_name = "accuracy" if kinds[0] is MLPClassifier else "R²"
    times = " | ".join(f"{statistics.median(seconds[kind]):.3f}" for kind in kinds)
    return f"| `{name}` | {measure_name} | {ours:.4f} | {theirs:.4f} | {times} | {statistics.median(ratios):.1f} |"


def main() -> None:
    """Measure all, and write the table."""
    warnings.simplefilter("ignore")
    lines = [
        "# Beside scikit-learn's estimators",
        "",
        "Pipeline(StandardScaler, MLP) at its defaults: means of 5 folds and 5 seeds; medians of the seconds of a fit.",
        f"Of MNIST {IMAGES:,} images in single precision, and one seed.",
        "Written by `python benchmarks/estimators.py`.",
        "",
        "| data | score | glassnet | scikit-learn | glassnet, s | scikit-learn, s | ratio |",
        "|---|---|---|---|---|---|---|",
        *map(measure, TASKS),
    ]
    text = "\n".join(lines) + "\n"
    write_whole(RESULT, text)
    print(text, end="")


if __name__ == "__main__":
    main()
