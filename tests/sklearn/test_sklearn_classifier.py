"""Classes, labels and their weights."""

import numpy as np
import pytest
from iris import QUICK, X, Y
from sklearn.datasets import make_multilabel_classification
from sklearn.preprocessing import StandardScaler

from glassnet.sklearn import MLPClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_several_labels_to_an_example_are_learned():
    inputs, labels = make_multilabel_classification(n_samples=80, random_state=0)
    inputs = StandardScaler().fit_transform(inputs)
    model = MLPClassifier(**{**QUICK, "max_iter": 300}).fit(inputs, labels)
    assert model.out_activation_ == "logistic"
    assert model.score(inputs, labels) > 0.9
    assert model.predict_proba(inputs).shape == labels.shape


def test_a_class_weight_is_the_weight_of_its_examples():
    weight = {0: 1.0, 1: 5.0, 2: 0.0}
    by_class = MLPClassifier(**QUICK, class_weight=weight).fit(X, Y)
    by_example = MLPClassifier(**QUICK).fit(X, Y, sample_weight=np.array([1.0, 5.0, 0.0])[Y])
    np.testing.assert_allclose(by_class.coefs_[0], by_example.coefs_[0], rtol=1e-9)
    assert 2 not in by_class.predict(X)
    rare = np.concatenate([np.arange(50), [60, 61, 62]])
    recall = [
        (MLPClassifier(**{**QUICK, "max_iter": 8}, class_weight=w).fit(X[rare], Y[rare]).predict(X[50:100]) == 1).mean()
        for w in (None, "balanced")
    ]
    assert recall[1] > recall[0]


def test_partial_fit_goes_through_data_that_comes_in_parts():
    model = MLPClassifier(**QUICK)
    for start in list(range(0, 150, 50)) * 40:
        rows = np.random.default_rng(0).permutation(150)[start : start + 50]
        model.partial_fit(X[rows], Y[rows], classes=[0, 1, 2])
    assert model.score(X, Y) > 0.95
    with pytest.raises(ValueError, match="not the same as on last call"):
        model.partial_fit(X, Y, classes=[0, 1])
    with pytest.raises(ValueError, match="classes must be passed"):
        MLPClassifier().partial_fit(X, Y)


@pytest.mark.parametrize("labels", [Y > 0, np.column_stack([Y > 0, Y > 1])], ids=["two classes", "two labels"])
def test_label_smoothing_keeps_yes_and_no_from_certainty(labels):
    sure, smooth = (
        MLPClassifier(16, max_iter=300, learning_rate_init=0.05, tol=0, label_smoothing=part, random_state=0)
        .fit(X, labels)
        .predict_proba(X)
        for part in (0.0, 0.2)
    )
    assert np.median(np.abs(sure - 0.5)) > 0.48
    assert 0.35 < np.median(np.abs(smooth - 0.5)) < 0.45
