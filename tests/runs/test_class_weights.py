"""Class weights of a run: what rows count, of tables and of MNIST, and what they change."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_sample_weight

import glassnet
from glassnet.errors import UsageError
from glassnet.runs.build import balanced, build_training, resolve
from glassnet.sklearn.tabular import TabularClassifier

RNG = np.random.default_rng(4)
QUICK = {"hidden": (8,), "epochs": 2, "input_parts": 1}


def rare_and_usual(path, rows=600):
    """One row in ten is of the rare kind, which differs a little."""
    kind = RNG.random(rows) < 0.1
    cells = RNG.normal(size=(rows, 2)) + kind[:, None]
    lines = [f"{a:.3f},{b:.3f},{'rare' if own else 'usual'}" for (a, b), own in zip(cells, kind, strict=True)]
    path.write_text("\n".join(["a,b,label", *lines]))
    return str(path)


def training_of(**given):
    return build_training(*resolve({**QUICK, **given}))


def weights_of(training):
    examples = training.data.train
    return examples.source_weights[examples.indices]


@pytest.mark.parametrize("own", [True, False], ids=["a fold of a table", "mnist"])
def test_balanced_weights_are_those_of_scikit_learn_on_the_training_rows(tmp_path, own):
    given = {"dataset": rare_and_usual(tmp_path / "rows.csv")} if own else {"train_size": 500, "validation_size": 100}
    training = training_of(class_weights="balanced", **given)
    assert len(training.data.train) == (437 if own else 500)
    expected = compute_sample_weight("balanced", training.data.train.targets)
    np.testing.assert_allclose(weights_of(training), expected, rtol=1e-12)


def test_a_run_has_no_weights_by_default(tmp_path):
    training = training_of(dataset=rare_and_usual(tmp_path / "rows.csv"))
    assert training.data.train.source_weights is None
    assert training.data.validation.source_weights is None


def test_balanced_weights_find_more_of_the_rare_class_and_their_probabilities_are_no_frequencies(tmp_path):
    path = rare_and_usual(tmp_path / "rows.csv", 1_000)
    found, rare = {}, {}
    for kind in ("none", "balanced"):
        training = training_of(dataset=path, ensemble=1, epochs=60, class_weights=kind)
        list(training)
        data = training.data
        found[kind] = glassnet.evaluate(training.model, data.test).confusion[0, 0]
        rare[kind] = training.model.predict_probabilities(data.test.inputs)[:, 0].mean()
    assert found["balanced"] > 2 * found["none"]
    assert rare["none"] == pytest.approx(0.1, abs=0.05)
    assert rare["balanced"] > 0.25


def test_the_epoch_that_is_kept_is_judged_by_the_same_weights(tmp_path):
    training = training_of(dataset=rare_and_usual(tmp_path / "rows.csv"), ensemble=1, class_weights="balanced")
    epoch = next(training)
    data, labels = training.data, training.data.validation.targets
    probabilities = training.network.predict(data.preprocessing.apply(data.validation.inputs))
    surprise = -np.log(probabilities[np.arange(len(labels)), labels])
    weights = data.validation.source_weights[data.validation.indices]
    assert epoch.validation_loss == pytest.approx(np.average(surprise, weights=weights), rel=1e-5)
    assert epoch.validation_loss != pytest.approx(surprise.mean(), rel=1e-3)


def test_class_weights_of_numbers_and_of_another_name_are_refused(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(["a,target", *(f"{a:.3f},{a * 2:.3f}" for a in RNG.normal(size=90))]))
    with pytest.raises(UsageError, match=r"class weights where no classes are learned.*Leave class weights out"):
        training_of(dataset=str(path), class_weights="balanced")
    with pytest.raises(UsageError, match="Did you mean 'balanced'"):
        resolve({"class_weights": "balance"})


def test_rows_on_the_disk_are_weighed_too(tmp_path):
    inputs, labels = RNG.normal(size=(400, 4)), (np.arange(400) % 5 == 0).astype(np.int64)
    np.save(tmp_path / "x_train.npy", inputs)
    np.save(tmp_path / "y_train.npy", labels)
    given = {"dataset": str(tmp_path / "x_train.npy"), "window": 64, "class_weights": "balanced", "read_as": "table"}
    training = training_of(**given)
    examples = training.data.train
    expected = compute_sample_weight("balanced", examples.targets)
    np.testing.assert_allclose(examples.source_weights[examples.indices[:]], expected)
    next(training)


def test_an_estimator_takes_groups_and_class_weights():
    owners = np.repeat(np.arange(20), 10)
    rows, kinds = RNG.normal(size=(200, 3)), np.where(RNG.random(200) < 0.3, "yes", "no")
    settings = {**QUICK, "class_weights": "balanced"}
    estimator = TabularClassifier(ensemble=4, random_state=0, settings=settings).fit(rows, kinds, groups=owners)
    assert estimator.out_of_fold_.shape == (200, 2)
    with pytest.raises(UsageError, match="too few groups: expected 4"):
        TabularClassifier(ensemble=4, random_state=0, settings=QUICK).fit(rows, kinds, groups=owners // 7)


def test_weights_of_classes_and_of_rows_are_multiplied():
    rows, labels = RNG.normal(size=(40, 2)), np.arange(40) % 4 // 3
    data = glassnet.Dataset.from_arrays(rows, labels, validation=0, test=0)
    by_row = np.linspace(1, 2, 40)
    weighed = balanced(replace(data, train=data.train.weighted(by_row)))
    np.testing.assert_allclose(weighed.train.source_weights, by_row * compute_sample_weight("balanced", labels))
