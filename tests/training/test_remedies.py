"""The rate that is proposed after a training went wrong."""

import pytest

from glassnet.training.divergence import gentler


@pytest.mark.parametrize(("rate", "proposed"), [(0.5, 0.05), (0.01, 0.001), (1.0, 0.1), (5.0, 0.1), (1e6, 0.1)])
def test_a_tenth_of_the_rate_is_proposed_and_never_more_than_ordinary_trainings_use(rate, proposed):
    assert gentler(rate) == pytest.approx(proposed)
