"""Examples are evaluated by the names of their columns and classes, where these are known."""

from dataclasses import replace

import numpy as np
import pytest

from glassnet import Dataset, FeatureScaling, Model, Network, evaluate
from glassnet.data.dataset import Examples
from glassnet.errors import DataError

INPUTS = np.random.default_rng(5).normal(size=(60, 2))
CLASSES = np.where(INPUTS[:, 0] > 0, "up", "down")


def data(columns=("a", "b"), class_names=("down", "up")):
    return Dataset.from_arrays(INPUTS, CLASSES, test=0.2, columns=columns, class_names=class_names)


@pytest.fixture
def model():
    return Model(Network([2, 3, 2]), FeatureScaling.fit(("a", "b"), [INPUTS]), ("down", "up"))


def test_columns_in_another_order_than_the_model_takes_are_refused(model):
    assert evaluate(model, data().test).examples == 12
    expected = "columns in another order than the model: expected 'a', 'b', got 'b', 'a'"
    for examples in (data(("b", "a")).test, data(("b", "a")).train.select(slice(0, 5))):
        with pytest.raises(DataError, match=expected):
            evaluate(model, examples)


def test_other_columns_and_other_classes_are_refused(model):
    with pytest.raises(DataError, match="other columns than the model: expected 'a', 'b', got 'a', 'c'"):
        evaluate(model, data(("a", "c")).test)
    with pytest.raises(DataError, match="classes in another order than the model"):
        evaluate(model, data(class_names=("up", "down")).test)
    renamed = Model(model.network, model.preprocessing, ("low", "high"))
    with pytest.raises(DataError, match="other classes than the model: expected 'low', 'high', got 'down', 'up'"):
        evaluate(renamed, data().test)


def test_what_has_no_names_is_taken_by_its_places(model):
    labels = (CLASSES == "up").astype(int)
    assert evaluate(model, Examples(INPUTS, labels)).examples == 60
    assert evaluate(model, data(columns=None).test) == evaluate(model, data().test)


def test_a_data_set_of_the_same_examples_by_other_names_leaves_the_first_as_it_is(model):
    first = data()
    second = replace(first, class_names=("low", "high"))
    assert (first.test.class_names, second.test.class_names) == (("down", "up"), ("low", "high"))
    assert evaluate(model, first.test).examples == 12
