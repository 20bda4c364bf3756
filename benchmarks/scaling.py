"""How training scales: workers on one machine, ranks of MPI, sweeps; and a model of more than there are here.

    python benchmarks/scaling.py            # all of it, 4 minutes on two processors
    python benchmarks/scaling.py workers mpi model   # some parts

Prints Markdown. Times of a step are measured in turns; of all steps the fastest tenth counts, as other programs may run
on the machine: that is what a step takes while it has its processors. The model is fitted to the steps of one process
that have been measured, and to the hand-over, and then told how many processors, or which network, there are.
"""

import itertools
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import glassnet
from glassnet.hardware import blas_description, launched, processors
from glassnet.training.parallel.executor import Executor, Sequential
from glassnet.training.parallel.helper import Helper
from glassnet.training.parallel.mpi import MPI
from glassnet.training.parallel.sharing import COUNTERS, Signals, memory_file

# Hidden units and examples a batch.
TASKS = (((128,), 128), ((512,), 128), ((800,), 256), ((1000, 500), 256))
ROUNDS = 3
EXAMPLES = 12_800
COUNTS = (1, 2, 4, 8, 16)
BEST = 10  # of so many steps one counts
MPIEXEC = shutil.which("mpiexec", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


@dataclass(frozen=True)
class Wire:
    """What connects ranks: seconds from rank to rank, and bytes a second."""

    name: str
    latency: float
    bandwidth: float


# Latencies of small messages from program to program and bandwidths of large ones, as MPI gives them; of the two wires
# they are assumed, those between two ranks of this machine are measured.
ETHERNET = Wire("10 GbE (25 µs, 1.1 GB/s)", 25e-6, 1.1e9)
INFINIBAND = Wire("InfiniBand HDR100 (1.5 µs, 12 GB/s)", 1.5e-6, 12e9)


class Watched(Executor):
    """Another executor, and when each of its steps had its gradient."""

    def __init__(self, executor: Executor) -> None:
        self.executor, self.shards, self.times = executor, executor.shards, []

    def joined(self, training):
        self.times.append(None)
        return self.executor.joined(training)

    def gather(self, traces):
        self.times.append(time.perf_counter())
        return self.executor.gather(traces)

    def close(self):
        self.executor.close()

    def step(self) -> float:
        """Give the seconds of a step: the fastest tenth of all."""
        pairs = [pair for pair in itertools.pairwise(self.times) if None not in pair]
        return statistics.quantiles([later - before for before, later in pairs], n=BEST)[0]


def training_of(hidden, batch, data, executor=None, **options) -> tuple[glassnet.Training, Watched]:
    network = glassnet.Network([784, *hidden, 10], seed=0)
    rule = glassnet.SGD(0.02, momentum=0.9)
    training = glassnet.Training(network, data, optimizer=rule, batch_size=batch, epochs=1_000, workers=1, **options)
    training.executor = Watched(executor or Sequential())
    return training, training.executor


def steps_in_turns(trainings, rounds: int = ROUNDS) -> list[float]:
    """Train epochs of each in turns; the first, in which helpers start, does not count."""
    for turn in range(rounds + 1):
        for training, watched in trainings:
            watched.times = watched.times if turn > 1 else []
            next(training)
    for training, _ in trainings:
        training.executor.close()
    return [watched.step() for _, watched in trainings]


def name_of(hidden, batch) -> str:
    return f"{'-'.join(map(str, (784, *hidden, 10)))}, {batch}"


def table(head, rows) -> None:
    print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)


def micro(seconds: float) -> str:
    return f"{seconds * 1e6:,.0f}"


def workers() -> None:
    """Measure one process, and two that divide the inputs or the batch."""
    data = glassnet.load_dataset("mnist", train_size=EXAMPLES, validation_size=0)
    rows = []
    for hidden, batch in TASKS:
        cases = [({"input_parts": 1}, 1), ({"input_parts": 2}, 2), ({"input_parts": 1, "shards": 2}, 2)]
        trainings = []
        for options, count in cases:
            executor = Helper(count, worth=0, at_once=True) if count > 1 else Sequential()
            trainings.append(training_of(hidden, batch, data, executor, **options))
        one, parts, shards = steps_in_turns(trainings)
        rows.append([name_of(hidden, batch), *map(micro, (one, parts, shards))])
        rows[-1] += [f"{one / other:.2f}" for other in (parts, shards)]
    head = ("network, batch", "1 worker, µs a step", "2, inputs", "2, shards", "times as fast, inputs", "shards")
    table(head, rows)


def handover() -> float:
    """Measure a signal and its answer between two processes, in seconds."""
    near, far = socket.socketpair()
    memory = memory_file(8 * COUNTERS)
    program = (
        "import sys, socket, mmap, numpy as np; from glassnet.training.parallel.sharing import Signals\n"
        "counters = np.frombuffer(mmap.mmap(int(sys.argv[1]), 0), np.int64)\n"
        "signals = Signals(socket.socket(fileno=int(sys.argv[2])), counters, 1); signals.tell()\n"
        "for _ in range(20_000): signals.wait(); signals.tell()\n"
    )
    import mmap

    counters = np.frombuffer(mmap.mmap(memory, 0), np.int64)
    passed = (memory, far.fileno())
    with subprocess.Popen([sys.executable, "-c", program, *map(str, passed)], pass_fds=passed):
        far.close()
        signals, times = Signals(near, counters, 0), []
        signals.wait()
        for _ in range(20_000):
            start = time.perf_counter()
            signals.tell()
            signals.wait()
            times.append(time.perf_counter() - start)
    near.close()
    os.close(memory)
    return statistics.quantiles(times, n=BEST)[0]


def copying() -> float:
    """Measure the bytes a second at which one processor adds a vector of 4 MB to another: read twice, written once."""
    one, other, times = np.zeros(1_000_000, np.float32), np.ones(1_000_000, np.float32), []
    for _ in range(200):
        start = time.perf_counter()
        one += other
        times.append(time.perf_counter() - start)
    return 3 * one.nbytes / statistics.quantiles(times, n=BEST)[0]


def on_ranks(count: int) -> dict:
    """Measure steps on ranks of MPI, in a process each."""
    command = [MPIEXEC, "-n", str(count), sys.executable, "-m", "mpi4py", __file__, "rank"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout)


def rank() -> None:
    """Be one of some ranks: strong scaling, weak scaling, and the sum alone."""
    from mpi4py.MPI import COMM_WORLD as WORLD

    data = glassnet.load_dataset("mnist", train_size=EXAMPLES, validation_size=0)
    found: dict[str, dict[str, float]] = {"strong": {}, "weak": {}, "sum": {}}
    for hidden, batch in TASKS:
        for kind, size in (("strong", batch), ("weak", batch * WORLD.size)):
            options = {"input_parts": 1, "shards": WORLD.size}
            watched = training_of(hidden, size, data, MPI(WORLD), **options)
            found[kind][name_of(hidden, batch)] = steps_in_turns([watched])[0]
        executor, times = MPI(WORLD), []
        gradient = np.zeros(len(watched[0].network.parameters), np.float32)
        for _ in range(300):
            WORLD.Barrier()
            start = time.perf_counter()
            executor._add(gradient)
            times.append(time.perf_counter() - start)
        found["sum"][name_of(hidden, batch)] = statistics.quantiles(times, n=BEST)[0] if WORLD.size > 1 else 0.0
    if WORLD.rank == 0:
        print(json.dumps(found))


def mpi() -> None:
    """Measure one rank and two, by strong and by weak scaling."""
    if not MPIEXEC:
        print("\nMPI: not here; pip install mpi4py mpich")
        return
    one, two = on_ranks(1), on_ranks(2)
    rows = []
    for name in one["strong"]:
        strong, weak = (one[kind][name] / two[kind][name] for kind in ("strong", "weak"))
        cells = [micro(found) for found in (one["strong"][name], two["strong"][name], two["weak"][name])]
        rows.append([name, *cells, micro(two["sum"][name]), f"{strong / 2:.0%}", f"{weak:.0%}"])
    head = ("network, batch", "1 rank, µs a step", "2 ranks", "2 ranks, batch doubled", "of which the sum")
    table((*head, "efficiency, strong", "weak"), rows)


@dataclass(frozen=True)
class Fitted:
    """What a step of one process takes: ``fixed`` seconds, and ``each`` for an example; and the update alone."""

    hidden: tuple[int, ...]
    batch: int
    fixed: float
    each: float
    update: float

    @property
    def parameters(self) -> int:
        sizes = (784, *self.hidden, 10)
        return sum((before + 1) * units for before, units in itertools.pairwise(sizes))

    @property
    def first(self) -> float:
        """The part of the multiplications that is the first layer's: forward and gradient, but no way back."""
        sizes = (784, *self.hidden, 10)
        products = [before * units for before, units in itertools.pairwise(sizes)]
        return 2 * products[0] / (2 * products[0] + 3 * sum(products[1:]))

    def alone(self, batch: float) -> float:
        return self.fixed + self.update + self.each * batch

    def by_inputs(self, workers: int, signal: float, bandwidth: float) -> float:
        """All but the first layer is the trainer's, who adds the others' sums, of batch times units, one by one."""
        work = self.each * self.batch + self.update
        sums = (workers - 1) * (3 * 4 * self.batch * self.hidden[0] / bandwidth + 2 * signal)
        # The trainer has fewer inputs, by what the rest takes; at least a tenth.
        own = max(work / workers, (1 - self.first) * work + 0.1 * self.first * work / workers)
        return self.fixed + own + (sums if workers > 1 else 0.0)

    def by_shards(self, workers: int, signal: float, bandwidth: float) -> float:
        """Examples and update are divided; each adds up its stretch of all gradients, and reads all new weights."""
        if workers == 1:
            return self.alone(self.batch)
        weights = 4 * self.parameters
        sums = 3 * weights * (workers - 1) / workers / bandwidth
        again = weights * (workers - 1) / workers / bandwidth  # from the others' caches
        meetings = 2 * 2 * signal * (workers - 1)
        return self.fixed + (self.update + self.each * self.batch) / workers + sums + again + meetings

    def by_ranks(self, ranks: int, wire: Wire, bandwidth: float, weak: bool) -> float:
        """Examples are divided; the sum of all gradients goes over the wire, and every rank makes the whole update."""
        batch = self.batch if weak else self.batch / ranks
        weights = 4 * self.parameters
        if ranks == 1:
            return self.alone(batch)
        rounds = 2 if ranks == 2 else 2 * (ranks - 1)
        sent = 2 * weights * (ranks - 1) / ranks
        losses = wire.latency * np.log2(ranks)
        added = 3 * weights * (ranks - 1) / ranks / bandwidth
        return self.alone(batch) + rounds * wire.latency + sent / wire.bandwidth + losses + added


def fitted(hidden, batch) -> Fitted:
    """Fit a line to the steps of one process with this batch, and with less of it."""
    data = glassnet.load_dataset("mnist", train_size=EXAMPLES, validation_size=0)
    sizes = [batch, batch // 2, batch // 4, batch // 8]
    steps = steps_in_turns([training_of(hidden, size, data, input_parts=1) for size in sizes])
    each, fixed = np.polyfit(sizes, steps, 1)
    training, _ = training_of(hidden, batch, data, input_parts=1)
    training.step()
    gradient, times = training.trace.gradient, []
    for _ in range(200):
        start = time.perf_counter()
        training.update(training.whole, gradient, 1, 1_000)
        times.append(time.perf_counter() - start)
    update = statistics.quantiles(times, n=BEST)[0]
    return Fitted(hidden, batch, max(float(fixed) - update, 0.0), float(each), update)


def model() -> None:
    """Say what more processors should give."""
    signal, bandwidth = handover() / 2, copying()
    print(
        f"\nA signal from one process to the other: {signal * 1e6:.1f} µs; adding vectors: {bandwidth / 1e9:.1f} GB/s"
    )
    fits = [fitted(hidden, batch) for hidden, batch in TASKS]
    rows = [
        [name_of(fit.hidden, fit.batch), *map(micro, (fit.fixed, fit.update, fit.each * fit.batch)), f"{fit.first:.0%}"]
        for fit in fits
    ]
    table(("network, batch", "fixed, µs", "update", "examples", "first layer's part"), rows)
    local = {"inputs": Fitted.by_inputs, "shards": Fitted.by_shards}
    for name, divided in local.items():
        print(f"\nModel: times as fast as one process, {name} divided among so many processors of one machine")
        rows = [
            [
                name_of(fit.hidden, fit.batch),
                *(f"{fit.alone(fit.batch) / divided(fit, count, signal, bandwidth):.1f}" for count in COUNTS[1:]),
            ]
            for fit in fits
        ]
        table(("network, batch", *map(str, COUNTS[1:])), rows)
    for wire, weak in itertools.product((ETHERNET, INFINIBAND), (False, True)):
        kind = "weak scaling, a batch for each rank" if weak else "strong scaling"
        print(f"\nModel: efficiency of so many ranks, {kind}, over {wire.name}")
        rows = []
        for fit in fits:
            times = [fit.by_ranks(count, wire, bandwidth, weak) for count in COUNTS]
            shares = [times[0] / (each * (1 if weak else count)) for count, each in zip(COUNTS, times, strict=True)]
            rows.append([name_of(fit.hidden, fit.batch), *(f"{share:.0%}" for share in shares[1:])])
        table(("network, batch", *map(str, COUNTS[1:])), rows)


SPACE = """
learning_rate = {{low = 0.01, high = 0.5, log = true}}
hidden = [[16], [32], [64]]
"""


def sweep() -> None:
    """Measure a sweep with one job and with two, where this version has sweeps."""
    command = [sys.executable, "-m", "glassnet", "sweep"]
    if subprocess.run([*command, "--help"], capture_output=True).returncode:
        print("\nSweeps: this version has none")
        return
    seconds = []
    for jobs in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "space.toml").write_text(SPACE.format(), encoding="utf-8")
            words = ["space.toml", "--trials", "8", "--jobs", str(jobs)]
            start = time.perf_counter()
            subprocess.run([*command, *words], cwd=folder, check=True, capture_output=True)
            seconds.append(time.perf_counter() - start)
    table(("jobs", "seconds for 8 trials"), zip((1, 2), [f"{each:.1f}" for each in seconds], strict=True))


PARTS = {"workers": workers, "mpi": mpi, "model": model, "sweep": sweep, "rank": rank}


def main() -> None:
    wanted = sys.argv[1:] or [name for name in PARTS if name != "rank"]
    if launched()[1] == 1 and wanted != ["rank"]:
        print(f"{processors()} processors, {blas_description()}; load {os.getloadavg()[0]:.1f}")
    for name in wanted:
        PARTS[name]()


if __name__ == "__main__":
    main()
