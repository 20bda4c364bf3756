"""What a training writes down of itself, recomputed; and the small decisions that it takes by those numbers."""

import io
import json
import math
import os
import statistics
from dataclasses import FrozenInstanceError
from functools import partial

import numpy as np
import pytest
from rich.console import Console
from threadpoolctl import threadpool_info, threadpool_limits

import glassnet
from glassnet.cli.terminal import LiveBar, messages
from glassnet.cli.train import standing
from glassnet.errors import DivergenceError, UsageError
from glassnet.runs import run as training_run
from glassnet.runs.directory import start_run
from glassnet.training.divergence import check_loss
from glassnet.training.loader import epoch_order
from glassnet.training.progress import Epoch, Progress


@pytest.fixture(scope="module")
def data():
    return glassnet.load_dataset("mnist", train_size=250, validation_size=50)


def make(data, **options):
    """A training of four steps an epoch, the last one smaller."""
    options = {"epochs": 3, "batch_size": 64, **options}
    return glassnet.Training(glassnet.Network([784, 8, 6, data.outputs], seed=0), data, **options)


class Clock:
    """Tells the time that it is told."""

    now = 1_000.0

    def __call__(self):
        return self.now


class SlowPenalty(glassnet.Penalty):
    """Takes so many seconds, each time it is computed a quarter longer."""

    def attend(self, clock):
        object.__setattr__(self, "clock", clock)
        object.__setattr__(self, "durations", [])
        return self

    def cost(self, weights):
        self.durations.append(0.25 * (len(self.durations) + 1))
        self.clock.now += self.durations[-1]
        return super().cost(weights)


def test_every_epoch_and_every_seed_has_its_own_order():
    orders = [epoch_order(100, seed, epoch).tolist() for seed in (0, 1) for epoch in (0, 1, 2)]
    assert all(sorted(order) == list(range(100)) for order in orders)
    assert len({tuple(order) for order in orders}) == 6


def test_the_training_shuffles_anew_each_epoch_also_after_a_restore(data):
    training = make(data, seed=5)
    for epoch in range(3):
        assert (training.loader.order == epoch_order(250, 5, epoch)).all()
        resumed = make(data, seed=5)
        resumed.restore(*training.state())
        assert (resumed.loader.order == epoch_order(250, 5, epoch)).all()
        next(training)


def test_an_epochs_figures_are_those_of_its_steps_and_the_first_loss_stays_the_first(data):
    training = make(data, penalty=glassnet.Penalty(l2=0.01), schedule=glassnet.Cosine())
    first_losses = []
    for number in (1, 2):
        steps = [training.step() for _ in range(4)]
        first_losses.append(steps[0].loss)
        epoch = next(training)
        assert [step.number for step in steps] == [4 * number - 3, 4 * number - 2, 4 * number - 1, 4 * number]
        assert {step.epoch for step in steps} == {number} == {epoch.number}
        sizes = [64, 64, 64, 58]
        for figure in ("loss", "penalty"):
            mean = statistics.fmean((getattr(step, figure) for step in steps), weights=sizes)
            assert getattr(epoch, "training_loss" if figure == "loss" else figure) == pytest.approx(mean, rel=1e-12)
        assert epoch.learning_rate == steps[-1].learning_rate != steps[0].learning_rate
        assert epoch.validation_loss == glassnet.evaluate(training.model, data.validation).loss
        assert training.progress.first_loss == first_losses[0]
        with pytest.raises(FrozenInstanceError):
            epoch.learning_rate = 0.0


def test_an_epochs_seconds_are_those_of_its_steps_and_pauses_count_as_elapsed_alone(data, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("time.perf_counter", clock)
    penalty = SlowPenalty(l2=0.01).attend(clock)
    training = make(data, penalty=penalty)
    clock.now += 500  # before the first step: no part of the training
    for number in (1, 2):
        for _ in range(4):
            training.step()
            clock.now += 10
        epoch = next(training)
        work = sum(penalty.durations[-4:])
        assert epoch.training_seconds == work
        assert epoch.examples_per_second == 250 / work
        assert epoch.elapsed_seconds == sum(penalty.durations) + number * 40  # the pauses


def test_elapsed_seconds_go_on_after_a_restore(data, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("time.perf_counter", clock)
    first = make(data, penalty=SlowPenalty().attend(clock))
    before = next(first).elapsed_seconds
    assert before == 0.25 + 0.5 + 0.75 + 1.0
    clock.now = 7.0  # another process, another day
    second = make(data, penalty=SlowPenalty().attend(clock))
    second.step()
    clock.now += 100
    second.restore(*first.state())  # what it did before is forgotten
    assert [epoch.elapsed_seconds for epoch in second] == [before + 3.5, before + 3.5 + 7.5]


@pytest.mark.parametrize("first", [0.25, 1.0, 2.0, 50.0])
def test_divergence_begins_just_above_a_thousand_times_the_first_loss_and_no_less_than_one(first):
    bound = 1_000 * max(first, 1.0)
    check_loss(bound, first, 1, 0.1)
    for beyond in (math.nextafter(bound, math.inf), math.inf, math.nan, -math.inf):
        with pytest.raises(DivergenceError, match=r"diverged at step 7: .*learning rate of 0\.1 is too high"):
            check_loss(beyond, first, 7, 0.1)


def test_a_layer_that_dies_in_the_second_epoch_is_named_with_it(data):
    training = make(data)
    next(training)
    training.network.layers[1].biases[:] = -1e6
    message = "stopped at step 8: in all of epoch 2 every unit of hidden layer 2 was dead"
    with pytest.raises(DivergenceError, match=message):
        next(training)


@pytest.mark.parametrize("dead", [{0}, {3}, {0, 1, 2}, {1, 2, 3}], ids=str)
def test_a_layer_that_lives_in_some_step_of_the_epoch_is_alive(data, dead):
    training = make(data)
    for step in range(4):
        training.network.layers[1].biases[:] = -1e6 if step in dead else 0
        training.step()
    assert next(training).number == 1


def test_layers_may_be_seen_alive_in_different_steps_of_the_epoch():
    progress = Progress(responsive=[False, False, False])
    for layers in ([True, False, False], [False, True, False]):
        progress.note_responsive(layers)
    assert progress.responsive == [True, True, False]


def test_each_hidden_layer_starts_every_epoch_unseen(data):
    training = make(data)
    assert training.progress.responsive == [False, False]
    training.step()
    assert training.progress.responsive == [True, True]
    next(training)
    assert training.progress.responsive == [False, False]


def test_the_same_validation_loss_again_is_no_improvement(data):
    training = make(data, optimizer=glassnet.SGD(1e-30), patience=2, epochs=10)
    epochs = list(training)
    assert len({epoch.validation_loss for epoch in epochs}) == 1
    assert (len(epochs), training.progress.best_epoch) == (3, 1)


def test_only_a_lower_validation_loss_is_noted():
    progress = Progress(epoch=4)
    assert [progress.note_validation(loss) for loss in (2.0, 2.0, 3.0)] == [True, False, False]
    assert (progress.best_loss, progress.best_epoch) == (2.0, 5)
    progress.begin_epoch()
    assert (progress.note_validation(math.nextafter(2.0, 0)), progress.best_epoch) == (True, 6)


def shifted():
    """Numbers to learn; those of validation and test are a thousand larger."""
    rng = np.random.default_rng(0)
    targets = rng.normal(20, 3, 60)
    targets[30:] += 1_000
    examples = glassnet.Examples(rng.integers(0, 256, (60, 4), np.uint8), targets)
    splits = (examples.select(slice(*rows)) for rows in ((0, 30), (30, 45), (45, 60)))
    return glassnet.Dataset("shifted", "regression", *splits, glassnet.PixelScaling((4,)))


def test_the_target_scale_is_fitted_on_the_training_rows_alone():
    numbers = shifted()
    network = glassnet.Network([4, 3, 1], loss="mse", seed=0)
    scale = glassnet.Training(network, numbers, batch_size=10).model.target_scale
    expected = [figure(numbers.train.targets.tolist()) for figure in (statistics.fmean, statistics.pstdev)]
    assert [scale.mean, scale.deviation] == pytest.approx(expected, rel=1e-12)


def test_the_target_scale_is_computed_in_double_precision():
    targets = np.random.default_rng(0).normal(1e6, 1, 10_001).astype(np.float32)
    scale = glassnet.TargetScale.fit(targets)
    assert scale.mean == pytest.approx(statistics.fmean(targets.tolist()), rel=1e-13)
    assert scale.deviation == pytest.approx(statistics.pstdev(targets.tolist()), rel=1e-9)


def test_every_line_of_the_history_is_forced_to_the_disk_whole_before_its_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr(training_run, "KEEP_EVERY", 0.0)
    forced, fsync = [], os.fsync

    def spy(descriptor):
        status = os.fstat(descriptor)
        forced.append((status.st_ino, status.st_size))
        fsync(descriptor)

    run = start_run(tmp_path / "a", {"train_size": 200, "validation_size": 50, "hidden": (8,), "epochs": 3})
    path = run.directory / "history.jsonl"
    monkeypatch.setattr("os.fsync", spy)
    for epoch in run:
        status = path.stat()
        assert (status.st_ino, status.st_size) in forced
        assert json.loads(path.read_text().splitlines()[-1])["epoch"] == epoch.number
        forced.clear()


def test_the_progress_bar_is_drawn_on_a_terminal_only(tmp_path, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    run = start_run(tmp_path / "a", {"train_size": 200, "validation_size": 50, "hidden": (8,), "epochs": 1})
    for terminal in (True, False):
        screen = io.StringIO()
        with LiveBar(partial(standing, run), Console(file=screen, force_terminal=terminal)) as bar:
            bar.refresh()
        assert ("epoch 1 of 1" in screen.getvalue()) == terminal
        assert bar.disable != terminal


def test_no_progress_bar_is_drawn_where_a_notebook_asks_for_colors(monkeypatch, capsys):
    monkeypatch.setenv("TERM", "xterm-color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with LiveBar(lambda: (1, 2, "words"), messages()) as bar:
        bar.refresh()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("ask", [next, glassnet.Training.step], ids=["epoch", "step"])
@pytest.mark.parametrize("parts", [1, 2])
def test_steps_and_validation_run_with_one_blas_thread_and_give_the_others_back(data, monkeypatch, ask, parts):
    counts, forward = [], glassnet.Network.forward

    def blas_counts():
        return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]

    def spy(network, inputs, trace=None):
        counts.extend(blas_counts())
        return forward(network, inputs, trace)

    monkeypatch.setattr(glassnet.Network, "forward", spy)
    with threadpool_limits(2, "blas"):
        ask(make(data, input_parts=parts, workers=1))
        assert set(counts) == {1}
        assert set(blas_counts()) == {2}


@pytest.mark.parametrize("change", [{"epoch": -1}, {"batch": 0.5}, {"best_epoch": None}, {"responsive": [True, True]}])
def test_a_progress_that_cannot_have_been_is_refused(change):
    whole = Progress(responsive=[True]).as_dict()
    assert Progress.from_dict(whole, 1).as_dict() == whole
    with pytest.raises(UsageError, match="invalid progress"):
        Progress.from_dict(whole | change, 1)


def test_an_epoch_is_shown_as_a_table_of_what_there_is():
    epoch = Epoch(3, 0.123456, 0.0, 0.5, 0.75, None, 0.1, 2.0, 3.0, 12_345.678)
    page = epoch._repr_html_()
    for words in ("epoch 3", "training loss", "0.1235", "validation accuracy", "0.75", "1.235e+04"):
        assert words in page
    assert "rmse" not in page
