"""The rate that is proposed after a training went wrong."""

import pytest

import glassnet
from glassnet.errors import DivergenceError
from glassnet.training.divergence import gentler


@pytest.mark.parametrize(("rate", "proposed"), [(0.5, 0.05), (0.01, 0.001), (1.0, 0.1), (5.0, 0.1), (1e6, 0.1)])
def test_a_tenth_of_the_rate_is_proposed_and_never_more_than_ordinary_trainings_use(rate, proposed):
    assert gentler(rate) == pytest.approx(proposed)


def test_the_step_that_went_wrong_is_counted_from_one():
    data = glassnet.load_dataset("mnist", train_size=500, validation_size=0)
    training = glassnet.Training(glassnet.Network([784, 8, 10], seed=0), data, optimizer=glassnet.SGD(1e9), epochs=1)
    training.step()
    with pytest.raises(DivergenceError, match=r"at step 2\b"):
        training.step()
