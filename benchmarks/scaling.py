"""How training scales: workers on one machine, ranks of MPI, sweeps; and a model of more than there are here.

    python benchmarks/scaling.py            # all of it, a minute and a half on two processors
    python benchmarks/scaling.py workers mpi model   # some parts
    python benchmarks/scaling.py --write    # puts it into docs/scaling.md too

Prints Markdown. Times of a step are measured in turns; of all steps the fastest fiftieth counts, as other programs may
run on the machine: that is what a step takes while it has its processors. The model is fitted to the measured steps of
one process, and to the hand-over, and then told how many processors, or which network, there are.
"""

import io
import itertools
import json
import mmap
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import glassnet
from glassnet.hardware import blas_description, one_blas_thread, processors
from glassnet.training.parallel.executor import Executor, Sequential
from glassnet.training.parallel.helper import Helper
from glassnet.training.parallel.mpi import MPI
from glassnet.training.parallel.sharing import COUNTERS, Signals, memory_file

# Hidden units and examples a batch.
TASKS = (((128,), 128), ((512,), 128), ((800,), 256), ((1000, 500), 256))
ROUNDS = 3
EXAMPLES = 6_400
COUNTS = (1, 2, 4, 8, 16)
PAGE = Path(__file__).parent.parent / "docs" / "scaling.md"
BEGIN, END = "<!-- measured by benchmarks/scaling.py -->", "<!-- end -->"
BEST = 50  # of so many steps one counts
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
        """Give the seconds of a step: the fastest fiftieth of all."""
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


OTHER = """
import os, sys, socket, mmap, numpy as np
from glassnet.training.parallel.sharing import COUNTERS, Signals

os.sched_setaffinity(0, [int(sys.argv[5])])
memory = mmap.mmap(int(sys.argv[1]), 0)
counters = np.frombuffer(memory, np.int64, COUNTERS)
vector = np.frombuffer(memory, np.float32, offset=8 * COUNTERS)
signals = Signals(socket.socket(fileno=int(sys.argv[2])), counters, 1)
for written in [vector[:0]] * int(sys.argv[3]) + [vector] * int(sys.argv[4]):
    signals.wait()
    written += 1
    signals.tell()
"""


@dataclass(frozen=True)
class Machine:
    """Seconds of a signal; bytes a second of adding to a vector, and of taking it over from who wrote it last."""

    signal: float
    adding: float
    stealing: float


def measured_machine(signals: int = 20_000, vectors: int = 2_000, length: int = 784 * 128) -> Machine:
    """Measure the hand-over between two processes that share memory, as workers do."""
    near, far = socket.socketpair()
    memory = memory_file(8 * COUNTERS + 4 * length)
    shared = mmap.mmap(memory, 0)
    vector = np.frombuffer(shared, np.float32, offset=8 * COUNTERS)
    passed = (memory, far.fileno())
    inputs, weights = np.ones((64, 784), np.float32), vector[: 784 * 128].reshape(784, 128)
    sums = np.empty((64, 128), np.float32)
    times: dict[str, list[float]] = {"signal": [], "adding": [], "stealing": [], "product": []}
    here, there = (sorted(os.sched_getaffinity(0)) * 2)[:2]
    command = [sys.executable, "-c", OTHER, *map(str, (*passed, signals, vectors, there))]
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, [here])  # who shares a processor shares its cache
    with one_blas_thread(), subprocess.Popen(command, pass_fds=passed):
        far.close()
        to_other = Signals(near, np.frombuffer(shared, np.int64, COUNTERS), 0)
        for number in range(signals + vectors):
            start = time.perf_counter()
            to_other.tell()
            to_other.wait()
            if number < signals:
                times["signal"].append(time.perf_counter() - start)
                continue
            for kind in ("stealing", "product"):  # the second time the weights are in this processor's cache
                start = time.perf_counter()
                np.matmul(inputs, weights, out=sums)
                times[kind].append(time.perf_counter() - start)
            start = time.perf_counter()
            np.add(vector, 1, out=vector)
            times["adding"].append(time.perf_counter() - start)
    near.close()
    os.sched_setaffinity(0, before)
    best = {kind: statistics.quantiles(each, n=BEST)[0] for kind, each in times.items()}
    extra = max(best["stealing"] - best["product"], 1e-9)
    return Machine(best["signal"] / 2, vector.nbytes / best["adding"], vector.nbytes / extra)


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

    def by_inputs(self, workers: int, machine: Machine) -> float:
        """All but the first layer is the trainer's, who adds the others' sums, of batch times units, one by one."""
        if workers == 1:
            return self.alone(self.batch)
        work, block = self.each * self.batch + self.update, 4 * self.batch * self.hidden[0]
        sums = (workers - 1) * (block / machine.adding + block / machine.stealing + 2 * machine.signal)
        # The trainer has fewer inputs, by what the rest takes; a tenth of all at least, with two workers.
        own = max(work / workers, (1 - self.first) * work + 0.2 * self.first * work / workers)
        deltas = block / machine.stealing  # that the others read, or nobody has written alone
        return self.fixed + own + sums + deltas

    def by_shards(self, workers: int, machine: Machine) -> float:
        """Examples and update are divided; each adds up its stretch of all gradients, and reads all new weights."""
        if workers == 1:
            return self.alone(self.batch)
        weights, others = 4 * self.parameters, (workers - 1) / workers
        # Gradients are read by who adds them up, the sum is written by it, and written anew by who has that shard;
        # weights are written by one and read by all.
        stolen = 4 * weights * others / machine.stealing
        meetings = 4 * machine.signal * (workers - 1)
        return self.fixed + (self.update + self.each * self.batch) / workers + stolen + meetings

    def by_ranks(self, ranks: int, wire: Wire, machine: Machine, weak: bool) -> float:
        """Examples are divided; the sum of all gradients goes over the wire, and every rank makes the whole update."""
        batch = self.batch if weak else self.batch / ranks
        weights = 4 * self.parameters
        if ranks == 1:
            return self.alone(batch)
        # Pieces to all and from all; two ranks exchange halves, and halves of the sum.
        rounds = 2 if ranks == 2 else 2 * (ranks - 1)
        sent = 2 * weights * (ranks - 1) / ranks
        losses = wire.latency * np.log2(ranks)
        added = weights * (ranks - 1) / ranks / machine.adding
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
    machine = measured_machine()
    print(
        f"\nA signal from one process to another: {machine.signal * 1e6:.1f} µs. Adding to a vector: "
        f"{machine.adding / 1e9:.0f} GB/s; taking it over from who wrote it: {machine.stealing / 1e9:.1f} GB/s."
    )
    fits = [fitted(hidden, batch) for hidden, batch in TASKS]
    rows = [
        [name_of(fit.hidden, fit.batch), *map(micro, (fit.fixed, fit.update, fit.each * fit.batch)), f"{fit.first:.0%}"]
        for fit in fits
    ]
    table(("network, batch", "fixed, µs", "update", "examples", "first layer's part"), rows)
    local = {"the inputs of the first layer": Fitted.by_inputs, "the shards of a batch": Fitted.by_shards}
    for name, divided in local.items():
        print(f"\nModel: times as fast as one process, {name} divided among so many processors of one machine")
        rows = [
            [
                name_of(fit.hidden, fit.batch),
                *(f"{fit.alone(fit.batch) / divided(fit, count, machine):.1f}" for count in COUNTS[1:]),
            ]
            for fit in fits
        ]
        table(("network, batch", *map(str, COUNTS[1:])), rows)
    for wire, weak in itertools.product((ETHERNET, INFINIBAND), (False, True)):
        kind = "weak scaling, a batch for each rank" if weak else "strong scaling, the batch divided"
        print(f"\nModel: efficiency of so many ranks, {kind}, over {wire.name}")
        rows = []
        for fit in fits:
            times = [fit.by_ranks(count, wire, machine, weak) for count in COUNTS]
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


class Both(io.StringIO):
    """Text that is kept, and printed."""

    def write(self, text: str) -> int:
        sys.__stdout__.write(text)
        sys.__stdout__.flush()
        return super().write(text)


def write(text: str) -> None:
    """Put what was printed between the marks of the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{text}{END}{rest.split(END)[1]}", encoding="utf-8")


def main() -> None:
    wanted = [word for word in sys.argv[1:] if word != "--write"] or [name for name in PARTS if name != "rank"]
    if wanted == ["rank"]:
        rank()
        return
    text = Both()
    with redirect_stdout(text):
        print(f"{processors()} processors, {blas_description()}; load of the machine {os.getloadavg()[0]:.1f}")
        for name in wanted:
            PARTS[name]()
    if "--write" in sys.argv:
        write(text.getvalue())


if __name__ == "__main__":
    main()
