"""The parameters: defaults, bounds, and what those do that scikit-learn lacks."""

import math
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import sklearn.neural_network as original
from iris import BOTH, QUICK, X, Y
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV

import glassnet
from glassnet.errors import UsageError
from glassnet.settings import settings_of
from glassnet.sklearn import MLPClassifier, MLPRegressor
from glassnet.sklearn.parameters import Parameters

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


SETTINGS = {one.name: one for one in settings_of(Parameters)}
BOUNDED = [one for one in SETTINGS.values() if one.bounds]
# Where the signature's default stands for another value, which is found when fitting.
FOUND_WHEN_FITTING = {"batch_size": "auto", "weight_decay": None}
DOCS = (Path(__file__).parents[2] / "docs" / "sklearn.md").read_text(encoding="utf-8")


@BOTH
def test_parameters_and_defaults_are_scikit_learns_and_more(kind):
    theirs = getattr(original, kind.__name__)().get_params()
    ours = kind().get_params()
    assert {name: ours[name] for name in theirs} == theirs
    assert list(theirs) == [name for name in ours if name in theirs]


@BOTH
def test_the_signatures_defaults_are_the_declared_ones(kind):
    declared = {one.name: FOUND_WHEN_FITTING.get(one.name, one.default) for one in fields(Parameters)}
    given = kind().get_params()
    assert given.keys() - declared.keys() <= {"class_weight", "random_state"}
    assert {name: given[name] for name in given if name in declared} == {
        name: default for name, default in declared.items() if name in given
    }


def test_every_declared_parameter_is_one_of_an_estimators():
    names = MLPClassifier().get_params().keys() | MLPRegressor().get_params().keys()
    assert {one.name for one in fields(Parameters)} <= names


@pytest.mark.parametrize("declared", BOUNDED, ids=lambda declared: declared.name)
def test_what_is_out_of_the_declared_bounds_is_refused_by_name(declared):
    kind = MLPClassifier if declared.name in MLPClassifier().get_params() else MLPRegressor
    outside = [declared.low - 1, declared.above, declared.high + 1, declared.below]
    for value in [value for value in outside if math.isfinite(value)]:
        with pytest.raises(UsageError, match=rf"invalid {declared.name}: expected .*{declared.bounds}, got"):
            kind(**{**QUICK, declared.name: declared.kind(value)}).fit(X, Y)


@pytest.mark.parametrize("declared", [s for s in SETTINGS.values() if s.kind is not str], ids=lambda s: s.name)
def test_numpys_numbers_are_taken_as_pythons(declared):
    kind = MLPClassifier if declared.name in MLPClassifier().get_params() else MLPRegressor
    numpys = {float: np.float32, int: np.int64, bool: np.bool_}[declared.kind]
    options = {**QUICK, "max_iter": 2, declared.name: numpys(declared.default)}
    read = getattr(Parameters.of(kind(**options)), declared.name)
    assert type(read) is declared.kind
    assert read == pytest.approx(declared.default)
    kind(**options).fit(X, Y)


def test_a_search_goes_over_numpys_numbers():
    grid = {"max_iter": np.arange(2, 5, 2), "alpha": np.logspace(-4, -2, 2), "hidden_layer_sizes": [(np.int64(8),)]}
    search = GridSearchCV(MLPClassifier(random_state=0), grid, cv=2).fit(X, Y)
    assert search.best_params_["max_iter"] in (2, 4)


# Ways of giving what Python has as 16, and of what is no width.
WIDTHS = [np.int64(16), np.array(16), np.array([16]), [16], (np.uint8(16),), range(16, 17)]
NO_WIDTHS = [4.7, (4.0,), "44", True, (8, None), [[8]]]


@pytest.mark.parametrize("given", WIDTHS, ids=repr)
def test_a_width_may_be_any_whole_number(given):
    model = MLPClassifier(**{**QUICK, "max_iter": 2, "hidden_layer_sizes": given}).fit(X, Y)
    expected = MLPClassifier(**{**QUICK, "max_iter": 2}).fit(X, Y)
    np.testing.assert_array_equal(model.predict_proba(X), expected.predict_proba(X))


@pytest.mark.parametrize("given", NO_WIDTHS, ids=repr)
def test_what_is_no_width_is_refused_and_not_rounded(given):
    with pytest.raises(UsageError, match="invalid hidden_layer_sizes: expected a whole number, or one for each"):
        MLPClassifier(**{**QUICK, "hidden_layer_sizes": given}).fit(X, Y)


def test_arrays_without_axes_and_numpys_words_are_single_values():
    given = {"alpha": np.array(1e-3), "max_iter": np.array(3), "early_stopping": np.array(True)}
    given |= {"random_state": np.array(0), "activation": np.str_("tanh"), "solver": np.str_("sgd")}
    plain = {"alpha": 1e-3, "max_iter": 3, "early_stopping": True, "activation": "tanh", "solver": "sgd"}
    found, expected = (MLPClassifier(**{**QUICK, **options}).fit(X, Y) for options in (given, plain))
    np.testing.assert_array_equal(found.predict_proba(X), expected.predict_proba(X))


@pytest.mark.parametrize("shape", [np.array([2, 2]), [2, 2], (np.int64(2), np.int8(2))], ids=repr)
def test_a_shape_of_images_may_be_of_numpys_numbers(shape):
    pixels = (X - X.min()) / np.ptp(X)
    options = {**QUICK, "max_iter": 3, "augmentation": glassnet.Augmentation(shift=1)}
    found, expected = (MLPClassifier(**options, image_shape=each).fit(pixels, Y) for each in (shape, (2, 2)))
    np.testing.assert_array_equal(found.predict_proba(pixels), expected.predict_proba(pixels))


@pytest.mark.parametrize("shape", [4, (2, 2, 1), (2.0, 2.0), (4, 0)], ids=repr)
def test_what_is_no_shape_of_an_image_is_refused(shape):
    with pytest.raises(UsageError, match=r"invalid image_shape: expected \(height, width\), two whole numbers"):
        MLPClassifier(**QUICK, image_shape=shape).fit(X, Y)


@BOTH
def test_adamw_decays_by_its_own_default_unless_told_otherwise(kind):
    fit = lambda **options: kind(**{**QUICK, **options}).fit(X, Y).coefs_[0]  # noqa: E731
    np.testing.assert_array_equal(fit(solver="adamw"), fit(solver="adamw", weight_decay=glassnet.AdamW().weight_decay))
    np.testing.assert_array_equal(fit(solver="adamw", weight_decay=0.0), fit(solver="adam"))
    assert np.sum(fit(solver="adamw") ** 2) < np.sum(fit(solver="adam") ** 2)
    np.testing.assert_array_equal(fit(solver="adam"), fit(solver="adam", weight_decay=0.0))


def test_the_manual_tells_each_parameter_that_scikit_learn_lacks_as_declared():
    theirs = original.MLPClassifier().get_params().keys() | original.MLPRegressor().get_params().keys()
    ours = MLPClassifier().get_params() | MLPRegressor().get_params()
    for name in ours.keys() - theirs - {"loss"}:  # which theirs has from 1.7 on
        assert f"| `{name}` | " in DOCS
        if name in SETTINGS:
            declared = SETTINGS[name]
            assert f"| `{name}` | `{ours[name]!r}` | {declared.help} ({declared.bounds}) |" in DOCS


@pytest.mark.parametrize(
    "more",
    [
        {"activation": "gelu"},
        {"activation": ["silu"], "hidden_layer_sizes": [16]},
        {"solver": "adamw", "weight_decay": 0.01},
        {"solver": "rmsprop", "learning_rate_init": 0.005},
        {"learning_rate": "cosine", "learning_rate_init": 0.05},
        {"solver": "sgd", "learning_rate": "one-cycle", "learning_rate_init": 0.2},
        {"dropout": 0.1, "input_dropout": 0.1, "input_noise": 0.1, "max_norm": 3.0},
        {"label_smoothing": 0.1, "mixup": 0.2, "average_decay": 0.9},
        {"l1": 0.01, "initializer": "he_normal"},
        {"threads": 2},
        {"shuffle": False},
    ],
    ids=str,
)
def test_what_scikit_learn_lacks_changes_the_weights_and_learns(more):
    plain, model = MLPClassifier(**QUICK).fit(X, Y), MLPClassifier(**{**QUICK, **more}).fit(X, Y)
    assert model.score(X, Y) > 0.9
    assert more.keys() == {"threads"} or (model.coefs_[0] != plain.coefs_[0]).any()


def test_images_are_augmented():
    inputs, digits = load_digits(return_X_y=True)
    inputs /= 16
    options = {**QUICK, "hidden_layer_sizes": 64, "max_iter": 200, "image_shape": (8, 8)}
    plain, warped = (
        MLPClassifier(**options, augmentation=augmentation).fit(inputs[:100], digits[:100])
        for augmentation in (None, glassnet.Augmentation(shift=0.5, rotation=10))
    )
    assert warped.loss_ > plain.loss_
    assert warped.score(inputs[100:], digits[100:]) > plain.score(inputs[100:], digits[100:])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hidden_layer_sizes": (5, 0)}, "hidden_layer_sizes must be > 0"),
        ({"activation": "rellu"}, "unknown activation.*Did you mean 'relu'"),
        ({"solver": "adm"}, "unknown solver.*Did you mean 'adam'"),
        ({"learning_rate": "cosin"}, "unknown learning_rate.*Did you mean 'cosine'"),
        ({"solver": "lbfgs", "dropout": 0.5}, "lbfgs takes all examples as they are: got dropout"),
        ({"early_stopping": "x"}, "invalid early_stopping: expected true or false"),
        ({"batch_size": "automatic"}, "invalid batch_size: expected a whole number, at least 1, got 'automatic'"),
        ({"augmentation": glassnet.Augmentation(shift=1)}, "image"),
        ({"image_shape": (3, 3)}, "does not fit"),
    ],
    ids=str,
)
def test_an_invalid_parameter_is_refused_when_fitting(options, message):
    with pytest.raises(ValueError, match=message):
        MLPClassifier(**{**QUICK, **options}).fit(X, Y)
