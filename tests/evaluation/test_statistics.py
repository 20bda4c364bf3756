"""Intervals of means."""

import numpy as np
import pytest

from glassnet.evaluation.statistics import interval_of_mean, student_quantile


# Student's table, two-sided 95%: 1 to 30 degrees of freedom.
@pytest.mark.parametrize(("degrees", "t"), [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (30, 2.042)])
def test_students_quantiles_are_those_of_the_table(degrees, t):
    assert student_quantile(degrees) == pytest.approx(t, abs=5e-4)


def test_the_interval_of_a_mean_holds_it_nineteen_times_in_twenty():
    draws = np.random.default_rng(0).normal(size=(2_000, 5))
    intervals = [interval_of_mean(draw) for draw in draws.tolist()]
    assert np.mean([low < 0 < high for low, high in intervals]) == pytest.approx(0.95, abs=0.015)
