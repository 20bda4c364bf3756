"""The parameters: defaults, bounds, and what those do that scikit-learn lacks."""

import pytest
import sklearn.neural_network as original
from iris import BOTH, QUICK, X, Y
from sklearn.datasets import load_digits

import glassnet
from glassnet.sklearn import MLPClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@BOTH
def test_parameters_and_defaults_are_scikit_learns_and_more(kind):
    theirs = getattr(original, kind.__name__)().get_params()
    ours = kind().get_params()
    assert {name: ours[name] for name in theirs} == theirs
    assert list(theirs) == [name for name in ours if name in theirs]


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
        ({"learning_rate_init": -1.0}, "(impossible|invalid) learning_rate"),
        ({"dropout": 1.5}, "(impossible|invalid) dropout"),
        ({"alpha": -1.0}, "invalid alpha"),
        ({"solver": "lbfgs", "dropout": 0.5}, "lbfgs takes all examples as they are: got dropout"),
        ({"batch_size": 0}, "invalid batch_size: expected a whole number, 1 or more, got 0"),
        ({"early_stopping": "x"}, "invalid early_stopping: expected True or False"),
        ({"max_fun": -1}, "invalid max_fun"),
        ({"validation_fraction": 1.0}, "invalid validation_fraction"),
        ({"augmentation": glassnet.Augmentation(shift=1)}, "image"),
        ({"image_shape": (3, 3)}, "does not fit"),
    ],
    ids=str,
)
def test_an_invalid_parameter_is_refused_when_fitting(options, message):
    with pytest.raises(ValueError, match=message):
        MLPClassifier(**{**QUICK, **options}).fit(X, Y)
