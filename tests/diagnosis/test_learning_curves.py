"""What the curves of the losses tell, of losses given by hand."""

import pytest
from made_by_hand import course

from glassnet.diagnosis import learning_curves as curves
from glassnet.diagnosis.diagnose import diagnose_history


def kinds_of(training, validation=None, examples=1_000_000, **options):
    return [finding.kind for finding in diagnose_history(course(training, validation, examples), **options)]


def test_no_epoch_and_one_epoch_tell_nothing():
    assert kinds_of([]) == kinds_of([], first_loss=2.3) == kinds_of([2.3], [2.3], first_loss=2.3) == []


@pytest.mark.parametrize(("rise", "kinds"), [(-0.1, []), (0.029, []), (0.031, ["unsteady"])])
def test_a_loss_that_rises_noticeably_is_unsteady(rise, kinds):
    assert kinds_of([2.0, 1.0, 1 + rise, 0.5]) == kinds


def test_a_rise_near_nil_is_none():
    assert kinds_of([2.0, 0.01, 0.029, 0.01]) == []
    assert kinds_of([2.0, 0.01, 0.031, 0.01]) == ["unsteady"]


def test_few_examples_make_a_loss_tremble():
    for examples, rise in ((100, 0.2), (400, 0.1)):
        assert kinds_of([2.0, 1.0, 1 + 0.99 * rise, 0.5], examples=examples) == []
        assert kinds_of([2.0, 1.0, 1 + 1.01 * rise, 0.5], examples=examples) == ["unsteady"]


def test_what_a_training_has_recovered_from_is_over():
    falling = [0.9**n for n in range(10)]
    assert kinds_of([2.0, 1.0, 1.2, *falling[:9]]) == ["unsteady"]
    assert kinds_of([2.0, 1.0, 1.2, *falling]) == []
    assert kinds_of([7.0, *falling[:9]], first_loss=2.0) == ["unsteady"]
    assert kinds_of([7.0, *falling], first_loss=2.0) == []


def test_jumps_are_counted_and_the_largest_is_told():
    (finding,) = diagnose_history(course([2.0, 1.0, 1.8, 1.0, 1.5, 1.4]))
    assert finding.seen == "The training loss rose in 2 of the last 5 epochs, most in epoch 3: from 1 to 1.8."


def test_a_first_epoch_far_above_the_first_step_is_unsteady():
    assert kinds_of([6.8], first_loss=2.3) == []
    assert kinds_of([7.0], first_loss=2.3) == ["unsteady"]
    assert kinds_of([7.0]) == []
    later = course([1.0, 7.0])[1:]  # of a run that was resumed, without its first epoch
    assert diagnose_history(later, first_loss=2.3) == []


@pytest.mark.parametrize(
    ("losses", "kinds"),
    [
        ([2.30, 2.30], []),
        ([2.30, 2.30, 2.30], ["stalled"]),
        ([2.30, 2.31, 2.32], ["stalled"]),
        ([2.30, 2.20, 2.19], ["stalled"]),
        ([2.30, 2.19, 2.18], []),
        ([2.30, 2.29, 2.26], []),  # it has just begun
    ],
)
def test_a_loss_that_hardly_falls_is_stalled(losses, kinds):
    assert kinds_of(losses) == kinds


def test_who_learned_all_in_the_first_epoch_is_not_stalled():
    assert kinds_of([0.30, 0.30, 0.30], first_loss=2.3) == []
    assert kinds_of([1.9, 1.9, 1.9], first_loss=2.3) == ["stalled"]


def test_something_is_learned_when_a_fifth_of_the_loss_is_gone():
    assert not curves.learned([], 2.0)
    assert not curves.learned(course([1.61]), 2.0)
    assert curves.learned(course([1.59]), 2.0)
    assert curves.learned(course([2.0, 1.59]), None)
    assert curves.learned(course([2.0, 1.59]), 1.0)  # the first batch was an easy one


@pytest.mark.parametrize(
    ("training", "validation", "kinds"),
    [
        ([1.0, 0.5, 0.4, 0.3, 0.2], [0.6, 0.5, 0.56, 0.56, 0.56], ["overfitting"]),
        ([1.0, 0.5, 0.4, 0.3, 0.2], [0.6, 0.5, 0.56, 0.54, 0.56], []),
        ([1.0, 0.5, 0.4, 0.3, 0.2], [0.6, 0.6, 0.5, 0.7, 0.7], []),  # not for long enough
        ([1.0, 0.5, 0.4, 0.3, 0.2], [0.6, 0.5, 0.54, 0.54, 0.54], []),  # not by enough
        ([1.0, 0.5, 0.5, 0.5, 0.5], [0.6, 0.5, 0.9, 0.9, 0.9], []),  # nothing is learned by heart
        ([1.0, 0.5, 0.4, 0.3, 0.2], None, []),
    ],
)
def test_overfitting_is_a_validation_loss_that_stays_up_while_the_training_loss_falls(training, validation, kinds):
    assert kinds_of(training, validation) == kinds


@pytest.mark.parametrize(
    ("validation", "kinds"),
    [
        ([1.0, 0.98, 0.96, 0.94], ["unfinished"]),
        ([1.0, 0.98, 0.975, 0.94], []),
        ([1.0, 0.98, 0.99, 0.9], []),
        ([0.98, 0.96, 0.94], []),
        (None, []),
    ],
)
def test_a_training_that_ends_while_its_validation_loss_falls_is_unfinished(validation, kinds):
    training = [1.0, 0.8, 0.6, 0.4][-len(validation or [0] * 4) :]
    assert kinds_of(training, validation) == kinds
    assert kinds_of(training, validation, finished=False) == []


def test_a_training_that_is_ill_is_not_asked_to_go_on():
    assert kinds_of([1.0, 0.8, 0.9, 0.7], [1.0, 0.9, 0.8, 0.7]) == ["unsteady"]


def test_where_the_best_epoch_is_kept_no_patience_is_advised():
    epochs = course([1.0, 0.5, 0.4, 0.3, 0.2], [0.6, 0.5, 0.56, 0.56, 0.56])
    advised, kept = (curves.diagnose_history(epochs, best_kept=best)[0].remedy for best in (False, True))
    assert advised.startswith("Stop at epoch 2: set a patience. Or use more examples")
    assert kept.startswith("What is kept is epoch 2. Better are more examples")
