"""What goes wrong in a training, seen while it trains and after: in a batch, in a step, in the curves of the losses."""

from __future__ import annotations

from collections.abc import Sequence

from ..data.dataset import Examples
from ..hardware import one_blas_thread
from ..model.model import Model
from ..network.trace import Trace
from ..training.divergence import quiet
from ..training.progress import Epoch
from ..training.training import OPTIMIZER, Training
from .learning_curves import diagnose_history, learned
from .signals import Finding, diagnose_trace, diagnose_update

__all__ = ["Finding", "diagnose", "diagnose_history", "diagnose_model", "diagnose_trace", "diagnose_update"]

# Examples: twice as many change no share of units or derivatives by more than a few percent.
LOOKED_AT = 256
# Examples of a batch whose mean loss means something.
LARGE_BATCH = 32


def diagnose(training: Training, epochs: Sequence[Epoch]) -> list[Finding]:
    """Look at a training from all sides, between any two of its steps; it goes on as if nobody had looked.

    Parameters
    ----------
    training : Training
        The patient.
    epochs : sequence of Epoch
        Its records so far; without them the losses tell nothing.

    Returns
    -------
    list of Finding
        Causes before effects; empty if nothing is wrong.

    Notes
    -----
    Units and deltas are those of 256 training examples, not of ``training.trace``: the last batch of an epoch may have
    a single row. The step is the one that the optimizer would make next by the last batch's gradient.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.load_dataset("mnist", train_size=500, validation_size=200)
    >>> network = glassnet.Network([784, 16, 10], seed=0)
    >>> training = Training(network, data, optimizer=glassnet.SGD(learning_rate=1e-6), epochs=4)
    >>> [finding.kind for finding in diagnose(training, list(training))]
    ['rate too low', 'stalled']
    """
    first_loss = training.progress.first_loss
    with one_blas_thread(), quiet():
        found = diagnose_trace(training.network, _look(training.model, training.data.train))
        step = _next_step(training)
    # Where no gradient comes through, or the loss has fallen, a short step says nothing of the rate.
    explained = bool(found) or learned(epochs, first_loss)
    found += [finding for finding in step if finding.kind == "rate too high" or not explained]
    meaningful = first_loss if training.batch_size >= LARGE_BATCH else None
    # Who ended by patience was not still learning.
    ended, best_kept = training.progress.epoch >= training.epochs, training.patience is not None
    return found + diagnose_history(epochs, first_loss=meaningful, finished=ended, best_kept=best_kept)


def diagnose_model(model: Model, examples: Examples, epochs: Sequence[Epoch]) -> list[Finding]:
    """Look at what a finished training has left: the network and the losses; steps and rates cannot be seen any more.

    `examples` are those that it was trained on; of an ensemble the first network is looked at.
    """
    with one_blas_thread(), quiet():
        found = diagnose_trace(model.network, _look(model, examples))
    return found + diagnose_history(epochs)


def _look(model: Model, examples: Examples) -> Trace:
    """Take some training examples, spread over all, forward and backward, without noise."""
    some = examples.spread(LOOKED_AT)
    trace = model.network.trace(len(some))
    model.read_batch(some, slice(None), trace.inputs, trace.targets)
    model.network.forward(trace.inputs, trace)
    model.network.backward(trace.targets, trace)
    return trace


def _next_step(training: Training) -> list[Finding]:
    """Judge the step that the rule would make by the last batch's gradient.

    A schedule may end at a rate of zero: too short is what would be so even at the rate that it scales.
    """
    if not training.trace.gradient.any():
        return []  # no batch has been seen yet
    arrays, _ = training.state()
    rule, before = training.optimizer, training.network.weights
    memory = {name.removeprefix(OPTIMIZER): array for name, array in arrays.items() if name.startswith(OPTIMIZER)}
    after = arrays["parameters"]
    rule.step(after, training.trace.gradient, memory, weight_count=len(before))
    update = after[: len(before)] - before
    now = before + update * (training.progress.learning_rate / rule.learning_rate)
    found = [finding for finding in diagnose_update(before, now) if finding.kind == "rate too high"]
    return found or [finding for finding in diagnose_update(before, before + update) if finding.kind == "rate too low"]
