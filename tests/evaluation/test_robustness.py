"""Robustness: accuracy over the strength of corruptions and attacks."""

import numpy as np
import pytest

import glassnet
from glassnet.data.images.corruptions import CORRUPTIONS
from glassnet.errors import UsageError
from glassnet.evaluation.robustness import attack, attack_once, robustness

NOTHING = {"rotation": 0, "shift": 0, "scale": 1, "noise": 0, "blur": 0, "contrast": 1, "thickness": 0, "occlusion": 0}


def test_accuracy_falls_with_the_strength_and_attacks_do_most(trained):
    model, examples = trained
    curves = {curve.name: curve for curve in robustness(model, examples.select(slice(0, 300)))}
    assert set(curves) == {*CORRUPTIONS, "fgsm", "pgd"}
    accuracy = curves["noise"].accuracies[0]
    for name, curve in curves.items():
        at_nothing = curve.accuracies[curve.strengths.index(NOTHING.get(name, 0))]
        assert at_nothing == accuracy
        assert min(curve.accuracies) < accuracy
    assert curves["fgsm"].accuracies[-1] < 0.3
    assert curves["pgd"].accuracies[3] <= curves["fgsm"].accuracies[3]


def test_an_attack_stays_within_its_bounds_and_raises_the_loss(trained):
    model, examples = trained
    some = examples.select(slice(0, 50))
    x = some.inputs.reshape(50, -1).astype(np.float32) / np.float32(255)
    for harm in (attack_once, attack):
        changed = harm(model, some.inputs, some.targets, 0.05)
        assert np.abs(changed - x).max() <= 0.05 + 1e-6
        assert changed.min() >= 0
        assert changed.max() <= 1
        chosen = np.arange(50), some.targets
        assert model.predict_probabilities(changed)[chosen].mean() < model.predict_probabilities(x)[chosen].mean()


def test_what_is_no_classifier_of_pixels_is_not_attacked(trained):
    model, examples = trained
    upright = glassnet.Model(model.network, model.preprocessing.upright(), model.class_names)
    with pytest.raises(UsageError, match="the preprocessing has no gradient"):
        attack(upright, examples.inputs[:1], examples.targets[:1], 0.1)
    names = [curve.name for curve in robustness(upright, examples.select(slice(0, 20)))]
    assert names == list(CORRUPTIONS)
