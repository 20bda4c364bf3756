"""Two models compared by the examples that one of them alone answers rightly."""

import math

import numpy as np
import pytest

from glassnet.errors import UsageError
from glassnet.evaluation.statistics import holm, mcnemar


@pytest.mark.parametrize(("b", "c"), [(0, 0), (1, 0), (8, 1), (10, 10), (30, 12), (700, 650)])
def test_mcnemars_p_value_is_that_of_the_exact_binomial(b, c):
    first = np.array([True] * b + [False] * c + [True, False])
    second = np.array([False] * b + [True] * c + [True, False])
    found = mcnemar(first, second)
    n, fewer = b + c, min(b, c)
    exact = min(1.0, 2 * float(sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n)) if n else 1.0
    assert (found.only_first, found.only_second) == (b, c)
    assert found.p_value == pytest.approx(exact, rel=1e-9)
    assert mcnemar(second, first).p_value == found.p_value


def test_holms_correction_multiplies_the_smallest_by_all_and_each_next_by_one_fewer():
    assert holm([0.01, 0.02, 0.03, 0.2]) == pytest.approx([0.04, 0.06, 0.06, 0.2])
    assert holm([0.2, 0.03, 0.02, 0.01]) == pytest.approx([0.2, 0.06, 0.06, 0.04])
    assert holm([0.6, 0.9, 0.5]) == [1, 1, 1]
    assert holm([0.01, 0.011, 0.4]) == pytest.approx([0.03, 0.03, 0.4])  # none is smaller than one before it
    assert holm([0.3]) == [0.3]
    assert holm([]) == []


def test_models_that_answered_other_examples_are_not_compared():
    with pytest.raises(UsageError, match="predictions for different examples: expected 3, got 2"):
        mcnemar(np.ones(3), np.ones(2))
