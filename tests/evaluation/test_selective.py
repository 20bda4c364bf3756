"""Selective prediction: the risk of the surest answers."""

import numpy as np
import pytest

from glassnet.evaluation.selective import risk_coverage


def test_the_risk_of_answering_all_is_the_error_and_of_the_surest_it_is_less(trained):
    model, examples = trained
    probabilities = model.predict_probabilities(examples.inputs)
    right = probabilities.argmax(axis=1) == examples.targets
    curve = risk_coverage(probabilities.max(axis=1), right)
    assert curve.risk[-1] == pytest.approx(1 - right.mean())
    assert curve.risk[len(right) // 2] < curve.risk[-1] / 3
    share = curve.coverage_at(0.01)
    answered = np.argsort(-probabilities.max(axis=1), kind="stable")[: round(share * len(right))]
    assert 1 - right[answered].mean() <= 0.01
    assert curve.coverage_at(-1.0) == 0
    assert curve.area < curve.risk[-1]
