"""Tables: glassnet's default beside linear models, trees and other networks, each at its own defaults.

    python benchmarks/tabular.py --results build/tabular.jsonl [--tables penguins] [--methods glassnet] [--folds 0 1]
    python benchmarks/tabular.py --results build/tabular.jsonl --report

Five folds, stratified for classes, shuffled with seed 0; glassnet with three seeds, peers with one. glassnet reads CSV
as it is, with no option but --target; peers get frames prepared as their users do. What is done is kept: a run that was
stopped goes on. The loss is 1 − AUC for two classes, log loss for more, RMSE for numbers; the normalized score is 0 for
who knows nothing and 1 for the best peer of a table.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
import pandas as pd
import tabular_data
from tabular_data import Table

SEEDS = (0, 1, 2)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
Answer = tuple[np.ndarray, np.ndarray, float]  # probabilities or numbers, classes, seconds of fitting


def folds(table: Table) -> list[tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import KFold, StratifiedKFold

    kind = StratifiedKFold if table.task == "classes" else KFold
    return list(kind(5, shuffle=True, random_state=0).split(table.frame, table.frame[table.target]))


def glassnet(train: pd.DataFrame, test: pd.DataFrame, table: Table, seed: int, **settings: Any) -> Answer:
    """Train on a CSV file as `glassnet train` does, and predict another as `glassnet predict` does."""
    from glassnet.data.matching import open_for
    from glassnet.runs.directory import start_run
    from glassnet.runs.jobs import ONE
    from glassnet.runs.multirun import Ensemble

    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        train.to_csv(here / "train.csv", index=False)
        test.drop(columns=table.target).to_csv(here / "test.csv", index=False)
        start = time.perf_counter()
        own = {"dataset": str(here / "train.csv"), "target": table.target, "test_size": 0, "seed": seed}
        run = start_run(here / "run", own | settings)
        for _ in run.train(ONE) if isinstance(run, Ensemble) else run:
            pass
        run.finish()
        seconds = time.perf_counter() - start
        from glassnet import load_model

        model = load_model(here / "run" / "model.safetensors")
        inputs = open_for(model.preprocessing, here / "test.csv")[0].read().inputs
        answers = model.predict_probabilities(inputs) if table.task == "classes" else model.predict(inputs)
    return np.asarray(answers, float), np.array(model.class_names), seconds


def prepared(table: Table, scaled: bool) -> Any:
    """Median imputing with indicators and one-hot, as users of scikit-learn write it."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

    numbers = [SimpleImputer(strategy="median", add_indicator=True), *([StandardScaler()] if scaled else [])]
    words = (
        OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        if scaled
        else OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)
    )
    return make_column_transformer(
        (make_pipeline(*numbers), make_column_selector(dtype_include="number")),
        (words, make_column_selector(dtype_exclude="number")),
    )


def of_sklearn(make: Callable[[bool], Any], scaled: bool | None) -> Callable[..., Answer]:
    """Fit an estimator behind what prepares its columns; None gives it pandas' categories as they are."""

    def fit(train: pd.DataFrame, test: pd.DataFrame, table: Table, seed: int) -> Answer:
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        classes, target = table.task == "classes", train[table.target].to_numpy()
        inputs, asked = train.drop(columns=table.target), test.drop(columns=table.target)
        model = make(classes)
        if scaled is not None:
            model = make_pipeline(prepared(table, scaled), model)
            if not classes and scaled:
                model = TransformedTargetRegressor(model, transformer=StandardScaler())
        else:
            words = inputs.select_dtypes(exclude="number").columns
            kinds = {name: pd.CategoricalDtype(sorted(map(str, inputs[name].dropna().unique()))) for name in words}
            inputs, asked = (
                frame.assign(
                    **{
                        name: frame[name].where(frame[name].isna(), frame[name].astype(str)).astype(kind)
                        for name, kind in kinds.items()
                    }
                )
                for frame in (inputs, asked)
            )
        start = time.perf_counter()
        model.fit(inputs, target)
        seconds = time.perf_counter() - start
        if classes:
            return model.predict_proba(asked), np.asarray(model.classes_), seconds
        return np.ravel(model.predict(asked)), np.empty(0), seconds

    return fit


def as_categories(frame: pd.DataFrame, kinds: dict[str, Any]) -> pd.DataFrame:
    """Make columns of words categories, whose gaps stay gaps."""
    words = {name: frame[name].where(frame[name].isna(), frame[name].astype(str)) for name in kinds}
    return frame.assign(**{name: column.astype(kinds[name]) for name, column in words.items()})


def linear(classes: bool) -> Any:
    from sklearn.linear_model import LogisticRegression, RidgeCV

    return LogisticRegression(max_iter=2_000) if classes else RidgeCV(np.logspace(-3, 3, 13))


def trees(classes: bool) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    return kind(categorical_features="from_dtype", random_state=0)


def forest(classes: bool) -> Any:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    return (RandomForestClassifier if classes else RandomForestRegressor)(random_state=0)


def perceptron(classes: bool) -> Any:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    return (MLPClassifier if classes else MLPRegressor)(random_state=0)


def of_pytabkit(name: str) -> Callable[[bool], Any]:
    def make(classes: bool) -> Any:
        import pytabkit

        return getattr(pytabkit, f"{name}_{'Classifier' if classes else 'Regressor'}")(random_state=0)

    return make


METHODS: dict[str, Callable[..., Answer]] = {
    "glassnet": glassnet,
    "glassnet, one network": lambda *given: glassnet(*given, ensemble=1),
    "linear": of_sklearn(linear, scaled=True),
    "HistGradientBoosting": of_sklearn(trees, scaled=None),
    "RandomForest": of_sklearn(forest, scaled=False),
    "scikit-learn MLP": of_sklearn(perceptron, scaled=True),
    "LGBM-TD": of_sklearn(of_pytabkit("LGBM_TD"), scaled=None),
    "RealMLP-TD-S": of_sklearn(of_pytabkit("RealMLP_TD_S"), scaled=None),
}
ANCHORS = ("linear", "HistGradientBoosting", "RandomForest", "scikit-learn MLP", "RealMLP-TD-S")
OURS = ("glassnet", "glassnet, one network")


def scores(table: Table, true: np.ndarray, answers: np.ndarray, classes: np.ndarray) -> dict[str, float]:
    """Judge answers for rows that nobody has seen."""
    from sklearn.metrics import log_loss, roc_auc_score

    if table.task == "numbers":
        errors = answers - true
        return {"loss": float(np.sqrt(np.mean(errors**2))), "mae": float(np.abs(errors).mean())}
    places = np.searchsorted(classes, true)
    probable = np.clip(answers, 1e-7, 1)
    probable /= probable.sum(axis=1, keepdims=True)
    sure, right = probable.max(axis=1), probable.argmax(axis=1) == places
    bins = np.minimum((sure * 10).astype(int), 9)
    ece = sum(abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist()))
    surprise = float(log_loss(places, probable, labels=range(len(classes))))
    loss = 1 - roc_auc_score(places, probable[:, 1]) if len(classes) == 2 else surprise
    return {"loss": float(loss), "log_loss": surprise, "accuracy": float(right.mean()), "ece": float(ece)}


def constant(table: Table, train: np.ndarray, true: np.ndarray) -> float:
    """Give the loss of who answers the base rate."""
    if table.task == "numbers":
        return float(np.sqrt(np.mean((train.mean() - true) ** 2)))
    classes, counts = np.unique(train, return_counts=True)
    return 0.5 if len(classes) == 2 else float(-np.log(counts[np.searchsorted(classes, true)] / len(train)).mean())


def tasks(names: list[str], methods: list[str], which: list[int]) -> Iterator[tuple[str, str, int, int]]:
    for name in names:
        for fold in which if name not in tabular_data.LARGE else which[:1]:
            for method in methods:
                for seed in SEEDS if method in OURS else SEEDS[:1]:
                    yield name, method, fold, seed


def run(results: Path, names: list[str], methods: list[str], which: list[int]) -> None:
    """Fit what is not done yet, a line of JSON for each fit."""
    done = {(one["table"], one["method"], one["fold"], one["seed"]) for one in read(results)}
    loaded: dict[str, Table] = {}
    for name, method, fold, seed in tasks(names, methods, which):
        if (name, method, fold, seed) in done:
            continue
        table = loaded.setdefault(name, tabular_data.load(name))
        rows, asked = folds(table)[fold]
        train, test = table.frame.iloc[rows].reset_index(drop=True), table.frame.iloc[asked].reset_index(drop=True)
        true = test[table.target].to_numpy()
        answers, classes, seconds = METHODS[method](train, test, table, seed)
        record: dict[str, Any] = {"table": name, "method": method, "fold": fold, "seed": seed, "seconds": seconds}
        record |= scores(table, true, answers, classes)
        record["constant"] = constant(table, train[table.target].to_numpy(), true)
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        print(name, method, fold, seed, f"loss {record['loss']:.4g}, {seconds:.1f} s", flush=True)


def read(results: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []


def report(records: list[dict[str, Any]], names: list[str]) -> str:
    """Write the figures of some tables as Markdown."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in records:
        if one["table"] in names:
            found[one["method"], one["table"]].append(one)
    methods = [method for method in METHODS if any(key[0] == method for key in found)]

    def mean(method: str, table: str, what: str) -> float:
        return fmean(one[what] for one in found[method, table]) if found[method, table] else float("nan")

    def score(method: str, table: str) -> float:
        base = fmean(one["constant"] for one in found[methods[0], table])
        best = min(mean(peer, table, "loss") for peer in ANCHORS if found[peer, table])
        return (base - mean(method, table, "loss")) / (base - best)

    own = [table for table in names if all(found[method, table] for method in methods)]
    lines = [
        "| method | mean score | median | worst | log loss | ECE | beaten by glassnet | fit, × scikit-learn MLP |",
        "|---|" + "---:|" * 7,
    ]
    classes = [table for table in own if tabular_data.ALL[table][2] == "classes"]
    for method in methods:
        values = [score(method, table) for table in own]
        wins = sum(mean("glassnet", table, "loss") < mean(method, table, "loss") for table in own)
        ratio = median(mean(method, table, "seconds") / mean("scikit-learn MLP", table, "seconds") for table in own)
        sure = [fmean(mean(method, table, what) for table in classes) if classes else 0 for what in ("log_loss", "ece")]
        beaten = "" if method == "glassnet" else f"{wins} of {len(own)}"
        of_all = f"{fmean(values):.3f} | {median(values):.3f} | {min(values):.3f}"
        lines.append(f"| {method} | {of_all} | {sure[0]:.3f} | {sure[1]:.3f} | {beaten} | {ratio:.2f} |")
    lines += ["", f"| table | {' | '.join(methods)} |", "|---|" + "---:|" * len(methods)]
    lines += [f"| {table} | " + " | ".join(f"{score(method, table):.3f}" for method in methods) + " |" for table in own]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=Path("build/tabular.jsonl"))
    parser.add_argument("--tables", nargs="+", default=list(tabular_data.ALL), choices=list(tabular_data.ALL))
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--folds", nargs="+", type=int, default=[0, 1, 2, 3, 4])
    parser.add_argument("--report", action="store_true", help="print the tables of what is done")
    given = parser.parse_args()
    if any(os.environ.get(variable) != "1" for variable in THREADS):  # libraries read them when they are imported
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | dict.fromkeys(THREADS, "1"))
    warnings.simplefilter("ignore")
    given.results.parent.mkdir(parents=True, exist_ok=True)
    if not given.report:
        run(given.results, given.tables, given.methods, given.folds)
    for title, names in (("chosen on", tabular_data.CHOSEN_ON), ("not chosen on", tabular_data.NOT_CHOSEN_ON)):
        print(f"\n{title}\n\n{report(read(given.results), list(names))}")


if __name__ == "__main__":
    main()
