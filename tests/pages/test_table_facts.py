"""What pages know of a table: its columns as the training rows have them, and rows that can be tried."""

import json

import numpy as np
import pytest

import glassnet
from glassnet.model.decision import Decision
from glassnet.pages.table_facts import MOST_TRIED, table_facts


@pytest.fixture
def mixed(tmp_path):
    """A table of numbers with gaps and outliers, words and dates."""
    rng = np.random.default_rng(1)
    sizes = [*rng.normal(50, 10, 399).round(3), 1e6]
    rows = [
        f"{'' if k % 40 == 3 else size},{('a', 'b', '<c>')[k % 3]},2024-{1 + k % 12:02}-{1 + k % 28:02},"
        f"{'no' if k % 4 else 'yes'}"
        for k, size in enumerate(sizes)
    ]
    (tmp_path / "mixed.csv").write_text("\n".join(["size,word,day,outcome", *rows]))
    data = glassnet.load_dataset(tmp_path / "mixed.csv", target="outcome")
    network = glassnet.Network([data.preprocessing.inputs, 4, 2], seed=0)
    return glassnet.Model.for_data(network, data), data


def test_columns_are_told_as_the_training_rows_have_them(mixed):
    model, data = mixed
    facts, _ = table_facts(model, data)
    size, word, day = facts["columns"]
    values = data.train.inputs[:, 0]
    assert (size["name"], size["encoder"], size["gaps"]) == ("size", "robust", int(np.isnan(values).sum()))
    assert size["middle"] == pytest.approx(np.nanmedian(values))
    assert sum(size["counts"]) == np.isfinite(values).sum()
    assert dict(zip(word["words"], word["counts"], strict=True)) == {
        name: int((data.train.inputs[:, 1] == place).sum()) for place, name in enumerate(word["words"])
    }
    assert (day["encoder"], day["whole"]) == ("dates", True)
    assert facts["target"]["counts"] == np.bincount(data.train.targets).tolist()
    assert [one["subject"] for one in facts["reading"]][:2] == ["rows", "target"]
    assert json.dumps(facts, allow_nan=False)


def test_a_few_numbers_far_from_all_others_do_not_set_the_range(mixed):
    model, data = mixed
    data.train.source_inputs[data.train.indices[0], 0] = 1e6
    size = table_facts(model, data)[0]["columns"][0]
    assert size["high"] < 100
    assert sum(count > 0 for count in size["counts"]) > 10


def test_rows_that_it_never_saw_can_be_tried_with_their_values_and_places(mixed):
    model, data = mixed
    facts, arrays = table_facts(model, data)
    assert facts["tried"] == "test"
    assert len(arrays["tried"]) == min(MOST_TRIED, len(data.test))
    np.testing.assert_array_equal(arrays["tried"], data.test.inputs)
    np.testing.assert_array_equal(arrays["tried_targets"], data.test.targets)
    np.testing.assert_array_equal(arrays["tried_places"], data.test.indices)


def test_a_trained_model_brings_its_networks_and_its_decision(mixed):
    model, data = mixed
    decided = glassnet.Model([model.network] * 2, model.preprocessing, model.class_names, decision=Decision(0.2, 1))
    facts, arrays = table_facts(decided, data)
    assert facts["decision"] == {"threshold": 0.2, "positive": 1}
    np.testing.assert_array_equal(arrays["members"], [model.network.parameters] * 2)
    assert "members" not in table_facts(model, data, trained=False)[1]


def test_of_a_target_of_numbers_the_mean_is_told():
    rows = np.random.default_rng(0).normal(size=(60, 2))
    data = glassnet.Dataset.from_arrays(rows, np.exp(rows[:, 0]), validation=0.2, test=0.2)
    network = glassnet.Network([2, 4, 1], loss="mse", seed=0)
    facts, _ = table_facts(glassnet.Model.for_data(network, data), data)
    assert facts["target"]["mean"] == pytest.approx(data.train.targets.mean())
    assert facts["target"]["middle"] < facts["target"]["mean"]


def test_what_is_no_table_has_no_facts():
    images = np.zeros((20, 4, 4), np.uint8)
    data = glassnet.Dataset.from_arrays(images, np.arange(20) % 2)
    model = glassnet.Model.for_data(glassnet.Network([16, 2], seed=0), data)
    assert table_facts(model, data) == (None, {})
