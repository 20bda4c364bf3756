from dataclasses import replace

import numpy as np
import pytest

from glassnet import Dataset, Model, Network, UsageError, evaluate, load_model
from glassnet.errors import ModelFileError
from glassnet.model.decision import Decision
from glassnet.model.tensor_file import read_tensors, write_tensors

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(40, 2))
DATA = Dataset.from_arrays(ROWS, np.where(ROWS[:, 0] > 0, "yes", "no"), test=0, columns=("a", "b"))
MODEL = Model.for_data(Network([2, 4, 2], seed=1), DATA)
SHARES = MODEL.predict_probabilities(ROWS)


def decided(threshold, positive=1):
    return replace(MODEL, decision=Decision(threshold, positive))


@pytest.mark.parametrize("positive", [0, 1])
def test_the_positive_class_is_answered_from_the_threshold_on(positive):
    threshold = float(np.median(SHARES[:, positive]))
    said = decided(threshold, positive).predict(ROWS)
    np.testing.assert_array_equal(said == positive, SHARES[:, positive] >= threshold)
    assert 0 < np.mean(said == positive) < 1


def test_a_probability_that_is_the_threshold_reaches_it():
    np.testing.assert_array_equal(Decision(0.25, 1).answers(np.array([[0.75, 0.25], [0.76, 0.24]])), [1, 0])


def test_what_is_evaluated_are_the_answers_that_are_given():
    model = decided(float(np.quantile(SHARES[:, 1], 0.8)))
    result = evaluate(model, DATA.train)
    expected = np.bincount(DATA.train.targets * 2 + model.predict(DATA.train.inputs), minlength=4).reshape(2, 2)
    np.testing.assert_array_equal(result.confusion, expected)
    assert result.cross_entropy == evaluate(MODEL, DATA.train).cross_entropy


def test_a_file_keeps_the_decision(tmp_path):
    decided(0.3).save(tmp_path / "model.safetensors")
    assert load_model(tmp_path / "model.safetensors").decision == Decision(0.3, 1)


def test_a_model_without_a_decision_has_the_file_that_it_had(tmp_path):
    MODEL.save(tmp_path / "model.safetensors")
    assert "decision" not in read_tensors(tmp_path / "model.safetensors")[1]
    assert load_model(tmp_path / "model.safetensors").decision is None


@pytest.mark.parametrize(
    "decision",
    [
        {"threshold": 1.5, "positive": 1},
        {"threshold": 0.5, "positive": 2},
        {"threshold": "a", "positive": 1},
        {},
        {"x": 1},
    ],
)
def test_a_file_with_another_decision_is_refused(tmp_path, decision):
    path = tmp_path / "model.safetensors"
    decided(0.3).save(path)
    tensors, description = read_tensors(path)
    write_tensors(path, tensors, {**description, "decision": decision})
    with pytest.raises(ModelFileError, match="invalid model description"):
        load_model(path)


def test_three_classes_have_no_threshold():
    data = Dataset.from_arrays(ROWS, np.arange(40) % 3, test=0)
    with pytest.raises(UsageError, match="a threshold decides between two classes: expected 2, got 3"):
        replace(Model.for_data(Network([2, 3]), data), decision=Decision(0.5, 1))
