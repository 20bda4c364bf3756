"""Calibration: answers that are as right as they are sure, and temperatures found again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss

import glassnet
from glassnet.errors import UsageError
from glassnet.evaluation.calibration import fit_temperature, log_probabilities, reliability, soften
from glassnet.evaluation.robustness import robustness
from glassnet.explanation.ablation import ablate


def test_answers_that_are_as_right_as_they_are_sure_have_no_calibration_error():
    sureness = np.repeat([0.65, 0.85], 1000)
    right = np.concatenate([np.arange(1000) < 650, np.arange(1000) < 850])
    probabilities = np.column_stack([sureness, 1 - sureness])
    found = reliability(probabilities, (~right).astype(int))
    assert found.expected_error == pytest.approx(0, abs=1e-12)
    assert found.counts.sum() == 2000
    assert reliability(probabilities, np.zeros(2000, int)).expected_error == pytest.approx(0.25)


def test_certainty_falls_into_the_last_bin():
    found = reliability(np.array([[1.0, 0.0]]), np.array([0]), bins=4)
    assert found.counts.tolist() == [0, 0, 0, 1]


@settings(max_examples=25)
@given(st.floats(0.2, 5.0))
def test_the_temperature_that_a_sample_was_drawn_at_is_found(temperature):
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(4000, 5)) * 3
    labels = np.array([rng.choice(5, p=row) for row in soften(logits[:400], temperature)])
    found = fit_temperature(logits[:400], labels)
    losses = [log_loss(labels, soften(logits[:400], t), labels=range(5)) for t in (found * 0.98, found, found * 1.02)]
    assert losses[1] <= min(losses) + 1e-12


def test_answers_stay_the_same_at_every_temperature(trained):
    model, examples = trained
    logits = log_probabilities(model, examples)
    np.testing.assert_allclose(np.exp(logits), model.predict_probabilities(examples.inputs), atol=2e-6)
    for temperature in (0.3, 3.0):
        assert (soften(logits, temperature).argmax(axis=1) == model.predict(examples.inputs)).all()


def test_an_ensemble_has_logarithms_of_its_mean_probabilities(trained):
    model, examples = trained
    other = glassnet.Network([784, 32, 10], seed=5)
    ensemble = glassnet.Model([model.network, other], model.preprocessing, model.class_names)
    logits = log_probabilities(ensemble, examples)
    np.testing.assert_allclose(np.exp(logits), ensemble.predict_probabilities(examples.inputs), atol=1e-6)


def test_numbers_are_neither_calibrated_nor_ablated(trained):
    network = glassnet.Network([784, 4, 1], loss="mse")
    numbers = glassnet.Model(network, glassnet.PixelScaling((28, 28)), target_scale=glassnet.TargetScale(0.0, 1.0))
    examples = glassnet.Examples(trained[1].inputs[:5], np.zeros(5))
    for ask in (log_probabilities, ablate, lambda model, examples: list(robustness(model, examples))):
        with pytest.raises(UsageError):
            ask(numbers, examples)
