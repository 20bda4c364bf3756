"""Where steps are made: the arrays of a step, and who computes which part of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy

from ..arrays import Allocate, in_memory
from ..network.backpropagation import differentiate, propagate
from ..network.trace import Trace
from .descent import Descent, Pace
from .division import DividedDense, Owner, Share, divide
from .feed import Feed
from .partner import Partner, can_fork, shared
from .threads import processors

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
        divided = steps >= FEWEST_STEPS and descent.constraint is None
        *theirs, self._own = divide(descent.network.architecture, threads if divided else 1, feed.work)
        self.blas_threads = 1 if theirs else threads
        self._shares = [Share(part, descent, allocate) for part in theirs]
        self._partners: list[Partner] = []
        self._employ(self._shares)

    def _employ(self, owners: Sequence[Owner]) -> None:
        """Let the parts that are not the trainer's be done by their shares here, or by partners."""
        self.owners = owners
        self.network = self.descent.network
        if owners:
            first, *rest = self.network.layers
            self.network = copy(self.network)
            self.network.layers = (DividedDense(first.weights, first.biases, self._own, owners), *rest)

    def predict(self, number: int) -> Trace:
        """Read a batch of the epoch, go forward, and measure how wrong the outputs are."""
        if self._partners:
            self._partners[0].await_batch(number)
        else:
            self.feed.read(number)
        inputs, targets = self.feed.batch(number)
        whole = self.descent.trace
        trace = whole if len(inputs) == len(whole) else whole[: len(inputs)]
        trace.inputs, trace.targets = inputs, targets
        self.feed.draw_masks(number, trace)
        self.network.forward(inputs, trace)
        self.network.measure(targets, trace)
        trace.penalty = self.descent.penalty.cost(self.network.weights)
        return trace

    def learn(self, trace: Trace, pace: Pace) -> None:
        """Pass the deltas back, and update: each owner its part, as soon as it knows the gradient of that part."""
        propagate(self.network, trace)
        self.descent.begin_step(pace)
        for owner in self.owners:
            owner.learn(trace.inputs, trace.deltas[0], pace)
        differentiate(self.network, trace)
        start = self._own.start * self.network.architecture.sizes[1]
        self.descent.step_part(slice(start, len(self.network.parameters)), pace)

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
                partners.append(Partner(share, place.feed, trace.deltas[0], partners[0] if partners else None))
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
