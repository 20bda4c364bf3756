"""Fuzzing: thousands of damaged and hostile files of each format, each read in a process of limited memory.

    python tests/fuzzing/fuzz.py --inputs 2000                        every format
    python tests/fuzzing/fuzz.py --inputs 100000 --formats csv npz    some of them

What a file may do: be refused with one of glassnet's own errors, or be read. What it may not: raise anything else,
take 5 seconds of the processor, want more than 1 GB, end the process, or, where its format has a checksum, be read to
another meaning after an accident. The file of a number is always the same: a fault is shown again by `--formats NAME
--first NUMBER --inputs 1`. ``build/fuzzing/results.jsonl`` keeps what is done: a run that was stopped goes on.
"""

import argparse
import json
import mmap
import os
import shutil
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from formats import FORMATS, caches_in, meaning, prepare

from glassnet import GlassnetError

SECONDS, BYTES = 5, 1_000_000_000
CHUNK = 500  # inputs of one process
OUTCOMES = ("refused", "same", "read", "faults")


def outcome(name: str, number: int, meanings: list[str], folder: Path) -> tuple[str, str]:
    """Read one changed file; gives what came of it, and the fault in words."""
    which, data, broken_seal = FORMATS[name].changed(number, name)
    try:
        found = meaning(name, data, folder)
    except GlassnetError as error:
        if isinstance(error.__cause__, MemoryError):
            return "faults", f"wanted more than 1 GB: {error}"[:300]
        return "refused", ""
    except MemoryError:
        return "faults", "wanted more than 1 GB"
    except BaseException as error:
        return "faults", f"{type(error).__name__}: {error}"[:300]
    if found == meanings[which]:
        return "same", ""
    return ("faults", "read to another meaning in spite of a checksum") if broken_seal else ("read", "")


def work(name: str, numbers: range, meanings: list[str], told: mmap.mmap, faults: Path) -> None:
    """Read the files of these numbers, within limits; `told` shares where it is, and how many came to what."""
    import resource  # which Windows lacks, where this file is only collected

    shared = np.frombuffer(told, np.int64)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
    resource.setrlimit(resource.RLIMIT_AS, (used + BYTES, used + BYTES))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    for number in numbers:
        shared[0] = number
        folder = Path(tempfile.mkdtemp())
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        start = time.process_time()
        end, words = outcome(name, number, meanings, folder)
        shared[5] = max(shared[5], int(1_000 * (time.process_time() - start)))
        signal.setitimer(signal.ITIMER_PROF, 0)
        shared[1 + OUTCOMES.index(end)] += 1
        if words:
            note(faults, number, words)
        shutil.rmtree(folder, ignore_errors=True)
    shared[6] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_000


def note(faults: Path, number: int, words: str) -> None:
    with faults.open("a", encoding="utf-8") as file:
        file.write(json.dumps([number, words]) + "\n")


def chunk(name: str, numbers: range, meanings: list[str]) -> dict[str, object]:
    """Read files in processes of their own: one that is ended by a file is followed by another."""
    told, place = mmap.mmap(-1, 64), Path(tempfile.mkdtemp(prefix="fuzzing-"))
    shared, faults = np.frombuffer(told, np.int64), place / "faults"
    first = numbers.start
    while first < numbers.stop:
        process = os.fork()
        if not process:
            try:
                tempfile.tempdir = str(place)
                caches_in(place / "cache")
                work(name, range(first, numbers.stop), meanings, told, faults)
                os._exit(0)
            finally:
                os._exit(1)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        first = numbers.stop
        if code:
            what = "took more than 5 seconds" if code == -signal.SIGPROF else f"ended the process: {code}"
            note(faults, int(shared[0]), what)
            shared[4] += 1
            first = int(shared[0]) + 1
    lines = faults.read_text(encoding="utf-8").splitlines() if faults.exists() else []
    counts = dict(zip(OUTCOMES, map(int, shared[1:5]), strict=True))
    shutil.rmtree(place, ignore_errors=True)
    more = {"milliseconds": int(shared[5]), "megabytes": int(shared[6]), "words": [json.loads(line) for line in lines]}
    return {"format": name, "first": numbers.start, "inputs": len(numbers), **counts, **more}


def read_records(results: Path) -> list[dict[str, object]]:
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    return [json.loads(line) for line in lines]


def fuzz(names: list[str], first: int, inputs: int, workers: int, results: Path) -> list[dict[str, object]]:
    """Read `inputs` changed files of each format, a chunk in a process; gives a record for each chunk."""
    warnings.simplefilter("ignore")
    meanings = {name: prepare(name) for name in names}
    starts = range(first, first + inputs, CHUNK)
    chunks = [(name, range(start, min(start + CHUNK, first + inputs))) for start in starts for name in names]
    done = {(one["format"], one["first"], one["inputs"]) for one in read_records(results)}
    waiting = [(name, numbers) for name, numbers in chunks if (name, numbers.start, len(numbers)) not in done]
    running = 0
    while waiting or running:
        while waiting and running < workers:
            name, numbers = waiting.pop(0)
            if not os.fork():
                try:
                    line = json.dumps(chunk(name, numbers, meanings[name])) + "\n"
                    with results.open("a", encoding="utf-8") as file:
                        file.write(line)
                finally:
                    os._exit(0)
            running += 1
        os.wait()
        running -= 1
    wanted = {(name, numbers.start, len(numbers)) for name, numbers in chunks}
    return [one for one in read_records(results) if (one["format"], one["first"], one["inputs"]) in wanted]


def table(records: list[dict[str, object]]) -> str:
    """Write the figures of each format as a table in Markdown."""
    rows = [
        "| format | inputs | refused | same meaning | read | faults | longest, ms | most memory, MB |",
        "|---|" + "---:|" * 7,
    ]
    for name in FORMATS:
        some = [one for one in records if one["format"] == name]
        if some:
            sums = [sum(int(one[key]) for one in some) for key in ("inputs", *OUTCOMES)]
            worst = [max(int(one[key]) for one in some) for key in ("milliseconds", "megabytes")]
            rows.append(f"| {name} | " + " | ".join(f"{value:,}" for value in (*sums, *worst)) + " |")
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=2_000, help="of each format")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS), metavar="NAME")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--results", type=Path, default=Path("build/fuzzing/results.jsonl"))
    arguments = parser.parse_args()
    start = time.monotonic()
    arguments.results.parent.mkdir(parents=True, exist_ok=True)
    records = fuzz(arguments.formats, arguments.first, arguments.inputs, arguments.workers, arguments.results)
    print(table(records))
    faults = [(one["format"], *fault) for one in records for fault in one["words"]]
    for name, number, words in faults[:100]:
        print(f"{name} {number}: {words}")
    print(f"{len(faults)} faults, {time.monotonic() - start:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
