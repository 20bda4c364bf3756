"""Ranks of MPI: processes, on one machine or many, each with a whole network and its own shards of every batch.

All run the same program. In a step each rank loads its shards, goes forward and backward, and adds up their gradients;
then the ranks' sums are added in the order of `add_in_pairs`, so that every rank has the bytes that one process would
have, and makes the same update.

Source of the sum: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH"
(2005): a vector is cut into as many pieces as there are ranks, each rank adds up one, and all get all sums.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np

from ...arrays import Floats, blocks
from ...data.dataset import Examples
from ...errors import ProcessError, UsageError
from ...evaluation.evaluate import ClassificationResult, RegressionResult, evaluate
from ...extras import needed
from ...hardware import one_blas_thread
from ...model.model import BLOCK, Model, read_targets
from ...network.trace import Trace
from ..loader import ShardLoader
from .division import dealt
from .executor import Executor, Share, Steps, add_in_pairs

LIBRARIES = ("glassnet", "numpy")  # on whose versions bytes depend
SETTINGS = ("optimizer", "schedule", "penalty", "averaging", "regularization", "epochs", "patience", "seed")
PRODUCT = "matrix product"  # of the same numbers: processors of other kinds have other kernels


class MPI(Executor):
    """Some ranks of MPI that train together; the same is called on each of them.

    Parameters
    ----------
    communicator : mpi4py.MPI.Comm
        Such as ``mpi4py.MPI.COMM_WORLD``.

    Attributes
    ----------
    rank, ranks : int
        Which of how many this process is.
    shards : int
        How many shards suit: one for each rank.

    Examples
    --------
    In a file that is started with ``mpiexec -n 4 python -m mpi4py FILE``, which ends all ranks when one fails:

    >>> from mpi4py.MPI import COMM_WORLD  # doctest: +SKIP
    >>> training = glassnet.Training(network, data, executor=glassnet.MPI(COMM_WORLD))  # doctest: +SKIP

    Notes
    -----
    Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication operations in MPICH" (2005).

    Raises
    ------
    ProcessError
        When a training is begun, if the ranks differ in versions, settings or data.
    """

    def __init__(self, communicator: Any) -> None:
        self.communicator = communicator
        self.rank, self.ranks = int(communicator.Get_rank()), int(communicator.Get_size())
        self.shards = self.ranks
        self._own = 0  # shards of this rank
        self._agreed_on: Steps | None = None

    @contextmanager
    def joined(self, training: Steps) -> Iterator[Share]:
        """Give this rank's shards of all steps that are left of the epoch, and a whole update."""
        whole = training.whole
        self._own = own = shards_of_a_rank(len(whole.traces), self.ranks)
        if self._agreed_on is not training:
            self.agree({**versions(), **facts_of(training)})
            self._agreed_on = training
        loader = ShardLoader(training.loader, self.rank * own)
        steps = range(training.progress.batch, training.steps_per_epoch)
        yield replace(whole, loader=loader, traces=whole.traces[:own], steps=steps)
        seen = self.communicator.allgather(training.progress.responsive)
        training.progress.note_responsive([any(layer) for layer in zip(*seen, strict=True)])
        self._compare(training)

    def gather(self, traces: Sequence[Trace]) -> tuple[float, Floats]:
        """Give loss and gradient of the whole batch, on all ranks the same; of a step by hand each has all shards."""
        loss, gradient = super().gather(traces)
        if len(traces) != self._own or self.ranks == 1:
            return loss, gradient
        losses = np.empty(self.ranks)
        gathering = self.communicator.Iallgather(np.array([loss]), losses)  # while gradients are on their way
        self._add(gradient)
        gathering.Wait()
        return add_in_pairs(losses.tolist(), [gradient[:0]] * self.ranks), gradient

    def _add(self, gradient: Floats) -> None:
        """Add up the ranks' gradients, in pairs, where each has its own."""
        mpi = needed("mpi4py.MPI", "mpi")
        if self.ranks == 2:  # a sum of two has no order
            self.communicator.Allreduce(mpi.IN_PLACE, gradient)
            return
        pieces = dealt(len(gradient), self.ranks)
        counts, starts = [piece.stop - piece.start for piece in pieces], [piece.start for piece in pieces]
        own = gradient[pieces[self.rank]]
        theirs = np.empty((self.ranks, len(own)), gradient.dtype)
        each = ([len(own)] * self.ranks, [len(own) * rank for rank in range(self.ranks)])
        self.communicator.Alltoallv([gradient, (counts, starts)], [theirs, each])
        add_in_pairs([0.0] * self.ranks, list(theirs))
        own[:] = theirs[0]
        self.communicator.Allgatherv(mpi.IN_PLACE, [gradient, (counts, starts)])

    def evaluate(self, model: Model, examples: Examples) -> ClassificationResult | RegressionResult:
        """Evaluate a model together, each rank some blocks of the examples."""
        return evaluate(SharedModel(model, self.communicator), examples)

    def agree(self, facts: Mapping[str, str]) -> None:
        """Refuse to train, on every rank, where one has other facts than rank 0; a fact called problem speaks alone."""
        found: list[Mapping[str, str]] = self.communicator.allgather(dict(facts))
        for rank, other in enumerate(found):
            if "problem" in other:
                raise ProcessError(f"rank {rank} of {self.ranks} cannot train: {other['problem'].rstrip('.')}")
            for name, value in found[0].items():
                if other.get(name) != value:
                    got = f"{other.get(name)} on rank {rank}"
                    remedy = "Give all ranks the same versions, data and settings"
                    if name == PRODUCT:
                        remedy = "Set OPENBLAS_CORETYPE, such as Haswell, for all ranks, whose processors differ"
                    raise ProcessError(f"ranks differ in their {name}", expected=value, got=got, remedy=remedy)

    def _compare(self, training: Steps) -> None:
        """Refuse to go on, on every rank, where one has learned anything else than rank 0."""
        found = self.communicator.allgather(digest_of(training))
        for rank, other in enumerate(found):
            if other != found[0]:
                problem = f"rank {rank} has other weights than rank 0 after epoch {training.progress.epoch + 1}"
                remedy = "Resume from the last checkpoint; if it happens again, one of the machines computes wrongly"
                raise ProcessError(problem, expected=found[0][:12], got=other[:12], remedy=remedy)


class SharedModel(Model):
    """A model whose ranks go forward through one block of examples each, and give one another the outputs.

    Parameters
    ----------
    model : Model
        Of one network, the same on all ranks.
    communicator : mpi4py.MPI.Comm
        Theirs.
    """

    def __init__(self, model: Model, communicator: Any) -> None:
        vars(self).update(vars(model), communicator=communicator)

    def traces(self, examples: Examples) -> Iterator[tuple[slice, Trace]]:
        """Give the outputs, logits and targets that `Model` gives; inputs and hidden layers are not all there."""
        communicator, every = vars(self)["communicator"], list(blocks(len(examples), BLOCK))
        rank, ranks = communicator.Get_rank(), communicator.Get_size()
        trace = self.network.trace(min(BLOCK, len(examples)))
        for first in range(0, len(every), ranks):
            group, own = every[first : first + ranks], None
            if rank < len(group):
                part = trace[: group[rank].stop - group[rank].start]
                self.read_batch(examples, group[rank], part.inputs, part.targets)
                self.network.forward(part.inputs, part)
                own = part.outputs, part.logits
            found = communicator.allgather(own)
            for rows, (outputs, logits) in zip(group, found, strict=False):
                part = trace[: rows.stop - rows.start]
                read_targets(examples, rows, self.target_scale, part.targets)
                part.outputs[...], part.logits[...] = outputs, logits
                yield rows, part


def shards_of_a_rank(shards: int, ranks: int) -> int:
    """Count the shards of each rank; a UsageError where their sums would not be those of one process.

    >>> shards_of_a_rank(8, 2), shards_of_a_rank(3, 3)
    (4, 1)
    """
    # Neighbors are added first: so 2, 4, 8, ... of them are, however many shards there are.
    possible = [count for count in range(2, shards + 1) if not shards % count and (shards // count).bit_count() == 1]
    possible = sorted({1, *possible})
    if ranks not in possible:
        expected = f"{', '.join(map(str, possible))} ranks"
        remedy = "Start as many with mpiexec -n; a new run may have another --shards"
        what = f"{shards} {'shard' if shards == 1 else 'shards'} cannot be divided"
        raise UsageError(what, expected=expected, got=f"{ranks} ranks", remedy=remedy)
    return shards // ranks


def world() -> MPI:
    """Give all ranks of MPI; MissingExtraError without mpi4py, UsageError without an MPI library."""
    try:
        return MPI(needed("mpi4py.MPI", "mpi").COMM_WORLD)
    except RuntimeError as error:
        remedy = "Load the system's, or: pip install mpich"
        raise UsageError("mpi4py finds no MPI library", got=error, remedy=remedy) from error


def versions() -> dict[str, str]:
    """Say what the last bits depend on beside data and settings: versions, and what BLAS makes of a product here."""
    inputs, weights = (np.sin(np.arange(count, dtype=np.float32)).reshape(-1, 200) for count in (10_000, 40_000))
    with one_blas_thread():
        product = hashlib.sha256((inputs @ weights).tobytes()).hexdigest()[:12]
    return {**{f"version of {name}": version(name) for name in LIBRARIES}, PRODUCT: product}


def facts_of(training: Steps) -> dict[str, str]:
    """Say what a training is: in words, and in digests of its data and of where it stands."""
    chosen = {name: getattr(training, name, None) for name in SETTINGS}
    plain = {name: type(value).__name__ for name, value in chosen.items() if repr(value) == object.__repr__(value)}
    counts = {
        "shards": str(len(training.whole.traces)),
        "batch size": str(training.loader.batch_size),
        "epoch": str(training.progress.epoch),
    }
    state = {"data": training.loader.digest(), "state": digest_of(training)}
    return {name: repr(value) for name, value in chosen.items()} | plain | counts | state


def digest_of(training: Steps) -> str:
    """Give the SHA-256 of what has been learned, and of what the optimizer remembers."""
    whole = training.whole
    digest = hashlib.sha256(whole.network.parameters.tobytes())
    for array in (*whole.memory.values(), *whole.average.values()):
        digest.update(array.tobytes())
    return digest.hexdigest()
