"""Where steps are made: the arrays of a step, and who computes which part of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy

from ..arrays import Allocate, in_memory
from ..hardware import processors
from ..network.network import differentiate, propagate
from ..network.trace import Trace
from .descent import Descent, Pace
from .division import DividedDense, Owner, Share, divide, halve, ranges
from .halves import Half, worth_halving
from .loader import Feed
from .partner import Partner, can_fork, shared

FEWEST_STEPS = 10  # of an epoch that is worth dividing among processes
# Multiplications of a weight with an input that a partner must share in to be worth forking, which takes some 5 ms.
WORTH_A_PARTNER = 100_000_000


class Workplace:
    """What a step works on. The mathematics is the same whether one process does all of it or several share it.

    Parameters
    ----------
    descent : Descent
        Parameters, trace, memory and rule.
    feed : Feed
        The batches.
    threads, steps : int
        How many processors are to share a step, and how many steps an epoch has.
    allocate : callable, optional
        Makes the arrays that its parts need.

    Attributes
    ----------
    blas_threads : int
        What is not divided among owners is left to BLAS to share out.
    """

    def __init__(self, descent: Descent, feed: Feed, threads: int, steps: int, allocate: Allocate = in_memory) -> None:
        self.descent = descent
        self.feed = feed
        self._threads, self._steps = threads, steps
        architecture = descent.network.architecture
        divided = threads if steps >= FEWEST_STEPS and descent.constraint is None else 1
        weighted = feed.weights(0) is not None  # halves know of no weights
        halved = divided == 2 and not weighted and worth_halving(architecture, len(descent.trace))
        *theirs, own = divide(architecture, divided, feed.work, halved)
        self.blas_threads = 1 if theirs else threads
        self._half = Half(descent.network, second=False) if halved else None
        other = Half(descent.network, second=True) if halved else None
        others_rest, own_rest = halve(architecture) if halved else ([], [slice(0, n) for n in architecture.sizes[1:-1]])
        self._own = [own, *own_rest]
        *self._ranges, last = ranges(architecture, self._own)
        self._ranges.append(slice(last.start, architecture.parameter_count))  # with the biases, behind all weights
        self._shares = [Share([part, *others_rest], descent, other, allocate) for part in theirs]
        self._partners: list[Partner] = []
        self._employ(self._shares)

    def _employ(self, owners: Sequence[Owner]) -> None:
        """Let the parts that are not the trainer's be done by their shares here, or by partners."""
        self.owners = owners
        self.network = self.descent.network
        if not owners:
            return
        self.network = copy(self.network)
        first, *rest = self.network.layers
        if self._half:
            layers = zip(self.network.layers, self._own, strict=True)
            self.network.layers = tuple(DividedDense(layer.weights, layer.biases, own, ()) for layer, own in layers)
        else:
            self.network.layers = (DividedDense(first.weights, first.biases, self._own[0], owners), *rest)

    def predict(self, number: int) -> Trace:
        """Read a batch of the epoch, go forward, and measure how wrong the outputs are."""
        if self._partners:
            self._partners[0].await_batch(number)
        else:
            self.feed.read(number)
        trace = self.descent.trace.of_batch(*self.feed.batch(number))
        self.feed.draw_masks(number, trace)
        if self._half is None:
            self.network.forward(trace.inputs, trace)
            self.network.measure(trace.targets, trace, self.feed.weights(number))
        else:
            self._predict_halves(trace, self._half)
        trace.penalty = self.descent.penalty.cost(self.network.weights)
        return trace

    def _predict_halves(self, trace: Trace, half: Half) -> None:
        (other,) = self.owners
        self.network.layers[0].forward(trace.inputs, out=trace.pre_activations[0])
        half.forward(trace, other.sums(trace.inputs))
        other.answer(trace)
        trace.weigh(None)
        trace.loss = float(trace.losses @ trace.shares)

    def learn(self, trace: Trace, pace: Pace) -> None:
        """Pass the deltas back, and update: each owner its part, as soon as it knows the gradient of that part."""
        if self._half is None:
            propagate(self.network, trace)
        else:
            self._half.backward()
        self.descent.begin_step(pace)
        for owner in self.owners:
            owner.learn(trace, pace)
        differentiate(self.network, trace)
        for part in self._ranges:
            self.descent.step_part(part, pace)

    @contextmanager
    def several(self, first: int, last: int) -> Iterator[Workplace]:
        """Give a workplace for the batches first..last-1 of the epoch, shared with partners if that is worth while.

        What is learned there is taken back at the end.
        """
        place = self._with_partners(first, last) if self._shares and self._worth_partners(last - first) else None
        if place is None:
            yield self
            return
        try:
            yield place
            for partner in place._partners:
                partner.finish()
        finally:
            for partner in place._partners:
                partner.end()
            self.descent.take_back(place.descent)

    def _worth_partners(self, batches: int) -> bool:
        work = batches * len(self.descent.trace) * self.descent.network.architecture.weight_count
        # Partners that have to wait for a processor would be waited for.
        return work >= WORTH_A_PARTNER and len(self._shares) < processors() and can_fork()

    def _with_partners(self, first: int, last: int) -> Workplace | None:
        """Copy it into shared memory and fork the partners; None if the system has no room for them."""
        network, rows = self.descent.network, len(self.descent.trace)
        partners: list[Partner] = []
        try:
            dropout = bool(self.descent.trace.masks)
            trace = Trace(network.architecture, rows, network.parameters.dtype, False, dropout, shared)
            descent, feed = self.descent.copied(trace, shared), self.feed.shared(shared)
            place = Workplace(descent, feed, self._threads, self._steps, shared)
            for share in place._shares:
                partners.append(Partner(share, place.feed, partners[0] if partners else None))
            for partner in partners:
                partner.start(first, last)
        except BaseException as error:
            for partner in partners:
                partner.end()
            if isinstance(error, OSError):
                return None
            raise
        place._partners = partners
        place._employ(partners)
        return place
