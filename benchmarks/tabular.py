"""Tables: glassnet's default beside linear models, trees and other networks, each at its own defaults.

    python benchmarks/tabular.py --results build/tabular.jsonl [--tables penguins] [--methods glassnet] [--folds 0 1]
    python benchmarks/tabular.py --results build/tabular.jsonl --report

Five folds, stratified for classes, shuffled with seed 0; glassnet with three seeds, peers with one. glassnet reads CSV
as it is, with no option but --target; peers get frames prepared as their users do. What is done is kept: a run that was
stopped goes on. The loss is 1 − AUC for two classes, log loss for more, RMSE for numbers; the normalized score is 0 for
who knows nothing and 1 for the best peer of a table. Seconds are the processor's, of one thread of BLAS, so that what
else the machine does hardly counts.
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
        start = time.process_time()
        own = {"dataset": str(here / "train.csv"), "target": table.target, "test_size": 0, "seed": seed}
        run = start_run(here / "run", own | settings)
        for _ in run.train(ONE) if isinstance(run, Ensemble) else run:
            pass
        run.finish()
        seconds = time.process_time() - start
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


def of_sklearn(make: Callable[[bool], Any], scaled: bool | None, gaps: bool = True) -> Callable[..., Answer]:
    """Fit an estimator behind what prepares its columns; None gives it pandas' categories as they are.

    Where it takes no gaps of numbers, these are filled with the median and told apart.
    """

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
                as_categories(frame if gaps else filled(frame, inputs), kinds) for frame in (inputs, asked)
            )
        start = time.process_time()
        model.fit(inputs, target)
        seconds = time.process_time() - start
        if classes:
            return model.predict_proba(asked), np.asarray(model.classes_), seconds
        return np.ravel(model.predict(asked)), np.empty(0), seconds

    return fit


def as_categories(frame: pd.DataFrame, kinds: dict[str, Any]) -> pd.DataFrame:
    """Make columns of words categories, whose gaps stay gaps."""
    words = {name: frame[name].where(frame[name].isna(), frame[name].astype(str)) for name in kinds}
    return frame.assign(**{name: column.astype(kinds[name]) for name, column in words.items()})


def filled(frame: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Fill the gaps of numbers with the medians of what is known, and mark them."""
    gaps = [name for name in known.select_dtypes("number") if known[name].isna().any()]
    marks = {f"{name} is missing": frame[name].isna().astype(float) for name in gaps}
    return frame.fillna(known.median(numeric_only=True)).assign(**marks)


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


REAL_MLP = "RealMLP-TD-S"  # takes ten times as long as others, and is fitted on the first fold alone
METHODS: dict[str, Callable[..., Answer]] = {
    "glassnet": glassnet,
    "glassnet, one network": lambda *given: glassnet(*given, ensemble=1),
    "linear": of_sklearn(linear, scaled=True),
    "HistGradientBoosting": of_sklearn(trees, scaled=None),
    "RandomForest": of_sklearn(forest, scaled=False),
    "scikit-learn MLP": of_sklearn(perceptron, scaled=True),
    "LGBM-TD": of_sklearn(of_pytabkit("LGBM_TD"), scaled=None, gaps=False),
    REAL_MLP: of_sklearn(of_pytabkit("RealMLP_TD_S"), scaled=None, gaps=False),
}
ANCHORS = ("linear", "HistGradientBoosting", "RandomForest", "scikit-learn MLP", REAL_MLP)
OURS = ("glassnet", "glassnet, one network")
WINS = {  # of glassnet, wanted on the tables that were chosen on and on the others
    "HistGradientBoosting": (9, 6),
    "RandomForest": (10, None),
    "scikit-learn MLP": (12, None),
    "linear": (12, None),
    "LGBM-TD": (9, 5),
    REAL_MLP: (11, None),
}


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
                if method == REAL_MLP and fold:
                    continue
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
        try:
            answers, classes, seconds = METHODS[method](train, test, table, seed)
        except ImportError as error:
            print(name, method, "left out:", error, flush=True)
            continue
        record: dict[str, Any] = {"table": name, "method": method, "fold": fold, "seed": seed, "seconds": seconds}
        record |= scores(table, true, answers, classes)
        record["constant"] = constant(table, train[table.target].to_numpy(), true)
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        print(name, method, fold, seed, f"loss {record['loss']:.4g}, {seconds:.1f} s", flush=True)


def read(results: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []


class Figures:
    """The figures of some tables, each method's means over folds and seeds."""

    def __init__(self, records: list[dict[str, Any]], names: list[str]) -> None:
        self._found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for one in records:
            if one["table"] in names:
                self._found[one["method"], one["table"]].append(one)
        self.methods = [method for method in METHODS if any(key[0] == method for key in self._found)]
        self.tables = [table for table in names if all(self._found[method, table] for method in self.methods)]

    def folds(self, method: str, table: str) -> set[int]:
        return {one["fold"] for one in self._found[method, table]}

    def mean(self, method: str, table: str, what: str, like: str = "") -> float:
        """Average over the folds that a method was fitted on, or over those of another one that it was."""
        which = self.folds(like or method, table)
        values = [one[what] for one in self._found[method, table] if one["fold"] in which and what in one]
        return fmean(values) if values else float("nan")

    def score(self, method: str, table: str) -> float:
        """Give 0 for the constant and 1 for the best peer, of those that were fitted on the same folds or more."""
        which = self.folds(method, table)
        peers = [peer for peer in ANCHORS if peer in self.methods and which <= self.folds(peer, table)]
        base = self.mean(method, table, "constant")
        best = min((self.mean(peer, table, "loss", method) for peer in peers), default=float("nan"))
        return (base - self.mean(method, table, "loss")) / (base - best)

    def wins(self, peer: str) -> int:
        """Count the tables on which glassnet loses less than a peer, on its folds."""
        pairs = [(self.mean(OURS[0], table, "loss", peer), self.mean(peer, table, "loss")) for table in self.tables]
        return sum(ours < theirs for ours, theirs in pairs)

    def times(self, method: str, peer: str) -> float:
        """Give the seconds of fitting in those of a peer, in the median of the tables."""
        return median(
            self.mean(method, table, "seconds", peer) / self.mean(peer, table, "seconds", method)
            for table in self.tables
        )

    def sureness(self, method: str, what: str) -> float:
        values = [self.mean(method, table, what) for table in self.tables if tabular_data.ALL[table][2] == "classes"]
        return fmean(values) if values else float("nan")


def report(figures: Figures) -> str:
    """Write the figures of some tables as Markdown."""
    methods, tables = figures.methods, figures.tables
    lines = [
        "| method | mean score | median | worst | log loss | ECE | beaten by glassnet | fit, × scikit-learn MLP |",
        "|---|" + "---:|" * 7,
    ]
    for method in methods:
        values = [figures.score(method, table) for table in tables]
        beaten = "" if method == OURS[0] else f"{figures.wins(method)} of {len(tables)}"
        of_all = f"{fmean(values):.3f} | {median(values):.3f} | {min(values):.3f}"
        sure = " | ".join(f"{figures.sureness(method, what):.3f}" for what in ("log_loss", "ece"))
        ratio = figures.times(method, "scikit-learn MLP")
        lines.append(f"| {method} | {of_all} | {sure} | {beaten} | {ratio:.2f} |")
    lines += ["", f"| table | {' | '.join(methods)} |", "|---|" + "---:|" * len(methods)]
    for table in tables:
        lines.append(f"| {table} | " + " | ".join(f"{figures.score(method, table):.3f}" for method in methods) + " |")
    return "\n".join(lines)


def marks(records: list[dict[str, Any]]) -> str:
    """Say of each mark what was found, and whether it is reached; of the tables that all methods were fitted on."""
    chosen, other = (Figures(records, list(names)) for names in (tabular_data.CHOSEN_ON, tabular_data.NOT_CHOSEN_ON))
    read_from_csv = {one["table"] for one in records if one["method"] == OURS[0]} - set(tabular_data.LARGE)
    found = [
        ("tables trained on as they are", float(len(read_from_csv)), 24.0)
    ]  # what, the figure, and the mark: a negative one is an upper bound
    for figures, title, wanted in ((chosen, "chosen on", 0.97), (other, "not chosen on", 0.99)):
        if figures.tables:
            scores = [figures.score(OURS[0], table) for table in figures.tables]
            found.append((f"mean score, {title}", fmean(scores), wanted))
            found.append((f"worst score, {title}", min(scores), 0.85))
        for peer, wins in WINS.items():
            wanted_wins = wins[figures is other]
            if peer in figures.methods and figures.tables and wanted_wins:
                found.append((f"better than {peer}, {title}", figures.wins(peer), wanted_wins))
    if chosen.tables:
        one = fmean(chosen.score(OURS[1], table) for table in chosen.tables)
        found += [("mean score of one network, chosen on", one, 0.94)]
        found += [("log loss", chosen.sureness(OURS[0], "log_loss"), -0.33)]
        found += [("ECE", chosen.sureness(OURS[0], "ece"), -0.035)]
        slow = ((OURS[0], "scikit-learn MLP", 2.5), (OURS[1], "scikit-learn MLP", 1.0), (OURS[0], REAL_MLP, 0.4))
        found += [(f"fit of {a}, × {b}", chosen.times(a, b), -most) for a, b, most in slow if b in chosen.methods]
    large = Figures(records, list(tabular_data.LARGE))
    for table in large.tables:
        ratio = large.mean(OURS[0], table, "loss") / large.mean("HistGradientBoosting", table, "loss")
        found += [(f"{table}: RMSE, × HistGradientBoosting", ratio, -1.0)]
        found += [(f"{table}: fit, × scikit-learn MLP", large.times(OURS[0], "scikit-learn MLP"), -5.0)]
    lines = ["| mark | wanted | found | |", "|---|---:|---:|---|"]
    for what, value, mark in found:
        reached = value >= mark if mark > 0 else value <= -mark
        sign = "≥" if mark > 0 else "≤"
        lines.append(f"| {what} | {sign} {abs(mark):g} | {value:.3f} | {'reached' if reached else 'MISSED'} |")
    tables = f"{len(chosen.tables)} of 15 tables, {len(other.tables)} of 9"
    return "\n".join([*lines, "", f"Of {tables}, on which all methods were fitted."])


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
    records, parts = read(given.results), (tabular_data.CHOSEN_ON, tabular_data.NOT_CHOSEN_ON)
    for title, names in zip(("chosen on", "not chosen on"), parts, strict=True):
        if (figures := Figures(records, list(names))).tables:
            print(f"\n{title}\n\n{report(figures)}")
    print(f"\n{marks(records)}")


if __name__ == "__main__":
    main()
