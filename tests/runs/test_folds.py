"""How many networks a small table gets, and which parts of its rows."""

import numpy as np
import pytest

from glassnet import UsageError
from glassnet.runs.build import resolve
from glassnet.sklearn import TabularClassifier


@pytest.fixture
def rows_of(tmp_path):
    """Writes a table of so many rows."""

    def write(rows):
        lines = ["size,kind,answer", *(f"{n % 7},{'abc'[n % 3]},{'no' if n % 2 else 'yes'}" for n in range(rows))]
        file = tmp_path / "table.csv"
        file.write_text("\n".join(lines))
        return {"dataset": str(file), "target": "answer"}

    return write


@pytest.mark.parametrize(("rows", "networks"), [(7, 6), (8, 7), (20, 8)])
def test_there_are_no_more_networks_than_rows_to_validate_them_on(rows_of, rows, networks):
    settings, data = resolve(rows_of(rows))
    assert (settings.ensemble, settings.folds) == (networks, networks)
    assert len(data.train) >= networks


@pytest.mark.parametrize(
    "given", [{"folds": 1}, {"folds": 2, "ensemble": 8}, {"folds": 30}, {"folds": 1, "ensemble": 1}]
)
def test_folds_that_give_a_network_no_part_of_its_own_are_refused_before_training(rows_of, given):
    with pytest.raises(UsageError, match=r"invalid folds: expected 0, or \d, one for each network, up to the 17 rows"):
        resolve(rows_of(20) | given)


def test_a_network_alone_learns_from_all_folds_but_one():
    rows = np.random.default_rng(0).normal(size=(100, 2))
    model = TabularClassifier(ensemble=1, random_state=0, settings={"folds": 5, "epochs": 1})
    model.fit(rows, rows[:, 0] > 0)
    assert not hasattr(model, "out_of_fold_")
