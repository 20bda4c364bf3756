"""Mutation testing: are small faults in the source noticed by the tests that reach them?

    python tests/mutation/mutate.py --mutants 600        a sample; --mutants all: every one of them

Neither mutmut nor cosmic-ray fits. mutmut changes functions without decorators only, so no property, no setting and no
registration, and copies of functions in the source fail the tests that read the source; cosmic-ray runs one
command for each fault, without knowing which tests reach it, and has no sample.

Which lines a test reaches is measured once, and again for test files that change. A fault within a function is tried
in a fork of an interpreter that has collected all tests. What survives there, and faults outside functions, are tried
in a copy of the tree by a fresh interpreter, so that processes which tests start see them too. Tests go from the
quickest to the slowest, first the one that noticed the fault the last time, until half a minute of them has gone by.
``build/mutation`` keeps what was found: a run that was stopped goes on. ``listed.toml`` names faults that need not be
noticed, each with its reason.
"""

import argparse
import ast
import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from mutants import Mutant, mutants_of, mutated, sample

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PACKAGE = ROOT / "src" / "glassnet"
PLACE = ROOT / "build" / "mutation"
PARTS = ("network", "optimizers", "regularization", "training", "data/preprocessing", "data/readers")
NOT_COPIED = ("build", "runs")  # nor what is hidden
# What holds for the text of the source, not for what it does: such a test would notice any change.
READS_THE_SOURCE = tuple(f"tests/proofs/test_{name}.py" for name in ("subjects", "imports", "documentation", "layout"))
READS_THE_SOURCE += ("tests/mutation",)
REQUIRED = 0.95
# Of the tests that reach a fault, from quick to slow, as many as take so long; what survives them is taken to survive.
SECONDS_OF_TESTS = 30


def digest(paths) -> str:
    """One digest for the names and bytes of these files."""
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()


def pytest(tree: Path, arguments, log: Path, **environment) -> int:
    """Run pytest on a copy of the project."""
    paths = os.pathsep.join(map(str, (tree / "src", tree / "tests" / "mutation")))
    command = [sys.executable, "-m", "pytest", "-p", "running", "-p", "no:cacheprovider", "--hypothesis-profile=ci"]
    with log.open("w", encoding="utf-8") as file:
        return subprocess.run(
            [*command, *arguments],
            cwd=tree,
            env=os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"} | environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode


def reach() -> dict:
    """Which lines each test reaches, measured anew where a test file or the source has changed."""
    kept_at = PLACE / "reach.json"
    kept = json.loads(kept_at.read_text(encoding="utf-8")) if kept_at.exists() else {}
    shared = (ROOT / "tests" / "conftest.py", *ROOT.glob("tests/support/*.py"))
    source = digest((*PACKAGE.rglob("*.py"), *shared))
    if kept.get("source") != source:
        kept = {"source": source, "digests": {}, "tests": {}, "fixtures": {}}
    files = {str(path.relative_to(ROOT)): digest([path]) for path in sorted(ROOT.glob("tests/**/test_*.py"))}
    files = {name: value for name, value in files.items() if not name.startswith(READS_THE_SOURCE)}
    files["src"] = source  # the examples in docstrings
    stale = [name for name, value in files.items() if kept["digests"].get(name) != value]
    kept["tests"] = {
        name: test for name, test in kept["tests"].items() if (file := file_of(name)) in files and file not in stale
    }
    if stale:
        print(f"measuring which lines are reached by the tests of {len(stale)} files ...", flush=True)
        found_at = PLACE / "reach-part.json"
        code = pytest(ROOT, stale, PLACE / "reach.log", MUTATION_MAP=str(found_at))
        if code not in (0, 5):
            sys.exit(f"the tests fail without any fault: see {PLACE / 'reach.log'}")
        found = json.loads(found_at.read_text(encoding="utf-8"))
        kept["tests"] |= found["tests"]
        kept["fixtures"] |= found["fixtures"]
        kept["digests"] = files
        kept_at.write_text(json.dumps(kept), encoding="utf-8")
    return kept


def file_of(test: str) -> str:
    file = test.split("::")[0]
    return "src" if file.startswith("src") else file


class Reach:
    """Answers which tests reach a fault, and how long each takes."""

    def __init__(self, kept: dict):
        self.tests, self.fixtures = kept["tests"], kept["fixtures"]
        self.by_line: dict[tuple[str, int], set[str]] = {}
        self.by_file: dict[str, set[str]] = {}
        users: dict[str, list[str]] = {}
        for name, test in self.tests.items():
            for fixture in test["shared"]:
                users.setdefault(fixture, []).append(name)
        reached = [([name], test["lines"]) for name, test in self.tests.items()]
        reached += [(users.get(name, []), fixture["lines"]) for name, fixture in self.fixtures.items()]
        for names, lines in reached:
            for file, numbers in lines.items():
                for number in numbers:
                    self.by_line.setdefault((file, number), set()).update(names)
                self.by_file.setdefault(file, set()).update(names)

    def in_this_process(self, mutant: Mutant) -> set[str]:
        """Give the tests that run the line of a fault in a function, or its statement's first, in their own process."""
        if mutant.module_level:
            return set()
        first, own = (self.by_line.get((mutant.file, line), set()) for line in (mutant.statement, mutant.line))
        return first | own

    def seconds(self, name: str) -> float:
        test = self.tests[name]
        return test["seconds"] + sum(self.fixtures.get(one, {"seconds": 0})["seconds"] for one in test["shared"])

    def tests_of(self, mutant: Mutant, hint: str | None) -> dict[str, float]:
        """The tests to be run, each with its seconds: the one that noticed last time, then from quick to slow."""
        # What is computed at import, and what other processes run, is reached by whoever reaches its file.
        found = self.in_this_process(mutant) or self.by_file.get(mutant.file, set())
        package, _, module = mutant.file.removesuffix(".py").rpartition("/")

        def order(name):
            # What is meant for the module comes early, even if it takes longer.
            own = name.startswith(f"tests/{package}/") + 2 * name.startswith(f"tests/{package}/test_{module}")
            return name != hint, self.seconds(name) / (1 + 9 * own)

        chosen, total = {}, 0.0
        for name in sorted(found, key=order):
            chosen[name] = round(self.seconds(name), 3)
            total += chosen[name]
            if total > SECONDS_OF_TESTS:
                break
        return chosen


def listed() -> dict[str, str]:
    """Faults that need not be noticed, and why."""
    path = HERE / "listed.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("fault", []) if path.exists() else []
    return {f"{one['file']} | {one['scope']} | {one['source']} | {one['fault']}": one["reason"] for one in entries}


class Fresh:
    """Tries faults in copies of the tree, each by an interpreter started for it."""

    def __init__(self, workers: int):
        self.trees: Queue[Path] = Queue()
        self.at = Path(tempfile.mkdtemp(prefix="mutation-"))
        for number in range(workers):
            tree = self.at / str(number)
            tree.mkdir()
            for path in ROOT.iterdir():
                if path.is_dir() and path.name[0] != "." and path.name not in NOT_COPIED:
                    shutil.copytree(path, tree / path.name, ignore=shutil.ignore_patterns("__pycache__"))
                elif path.is_file():
                    shutil.copy2(path, tree / path.name)
            self.trees.put(tree)
        # A copy that something is missing from would fail every test, and no fault would survive.
        if pytest(tree, ["tests/test_settings.py"], PLACE / "copy.log"):
            sys.exit(f"the tests fail in a copy without any fault: see {PLACE / 'copy.log'}")

    def try_fault(self, mutant: Mutant, tests: dict[str, float]) -> dict:
        tree, start = self.trees.get(), time.monotonic()
        path = tree / "src" / "glassnet" / mutant.file
        wanted, log, place = tree / "tests.json", tree / "log", tree / "temporary"
        whole = path.read_bytes()
        try:
            path.write_text(ast.unparse(mutated(PACKAGE, mutant)), encoding="utf-8")
            wanted.write_text(json.dumps(tests), encoding="utf-8")
            place.mkdir()
            files = sorted({name.split("::")[0] for name in tests})
            environment = {"MUTATION_TESTS": str(wanted), "TMPDIR": str(place), "PYTEST_DEBUG_TEMPROOT": str(place)}
            code = pytest(tree, ["-x", *files], log, **environment)
            ends = {0: "survived", -14: "timeout"}
            last = [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("FAILED")]
            by = last[0].split()[1] if last else f"exit {code}"
            took = round(time.monotonic() - start, 2)
            return {"key": mutant.key, "end": ends.get(code, "killed"), "by": by, "seconds": took, "fresh": True}
        finally:
            path.write_bytes(whole)
            shutil.rmtree(place, ignore_errors=True)
            self.trees.put(tree)


def try_all(mutants: list[Mutant], reached: Reach, tests: dict[str, dict], workers: int, results: Path) -> None:
    """First what a fork can try, then the rest."""
    faults = [
        {"key": one.key, "mutant": dataclasses.asdict(one), "tests": tests[one.key]}
        for one in mutants
        if reached.in_this_process(one)
    ]
    job = PLACE / "job.json"
    job.write_text(json.dumps({"faults": faults, "workers": workers, "results": str(results)}), encoding="utf-8")
    if faults:
        print(f"trying {len(faults)} faults within functions ...", flush=True)
        files = sorted({name.split("::")[0] for fault in faults for name in fault["tests"]})
        pytest(ROOT, files, PLACE / "forks.log", MUTATION_JOB=str(job))
    done = read(results)
    rest = [one for one in mutants if tests[one.key] and done.get(one.key, {}).get("end") not in ("killed", "timeout")]
    rest = [one for one in rest if not done.get(one.key, {}).get("fresh")]
    print(f"trying {len(rest)} faults in fresh interpreters ...", flush=True)
    fresh = Fresh(workers)
    with ThreadPoolExecutor(workers) as pool, results.open("a", encoding="utf-8") as file:
        for result in pool.map(lambda one: fresh.try_fault(one, tests[one.key]), rest):
            file.write(json.dumps(result) + "\n")
            file.flush()
    shutil.rmtree(fresh.at, ignore_errors=True)


def read(results: Path) -> dict[str, dict]:
    """The last result of each fault."""
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    return {one["key"]: one for one in map(json.loads, lines)}


def report(mutants: list[Mutant], done: dict[str, dict], reasons: dict[str, str], seconds: float) -> bool:
    """Print what was found; True where enough was noticed and every other fault has its reason."""
    ends: dict[str, list[Mutant]] = {"killed": [], "timeout": [], "survived": [], "not reached": []}
    for one in mutants:
        ends[done.get(one.key, {"end": "not reached"})["end"]].append(one)
    unnoticed = sorted(ends["survived"] + ends["not reached"], key=lambda one: (one.file, one.line))
    for one in unnoticed:
        end = "survived" if one in ends["survived"] else "reached by no test"
        print(f"\n{one.file}:{one.line} in {one.scope or 'the module'}: {end}\n- {one.source}\n+ {one.fault}")
        print(f"  {reasons.get(one.key, 'without a reason')}")
    noticed = len(ends["killed"]) + len(ends["timeout"])
    without = [one for one in unnoticed if one.key not in reasons]
    share = noticed / len(mutants)
    print(
        f"\n{len(mutants)} faults: {len(ends['killed'])} killed, {len(ends['timeout'])} ran out of time, "
        f"{len(unnoticed)} unnoticed, of those {len(without)} without a reason; {share:.1%} noticed in {seconds:.0f} s"
    )
    return share >= REQUIRED and not without


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutants", default="600", help="how many, or all")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="faults of files whose name begins so")
    arguments = parser.parse_args()
    start = time.monotonic()
    PLACE.mkdir(parents=True, exist_ok=True)
    files = [path.relative_to(PACKAGE).as_posix() for part in PARTS for path in sorted((PACKAGE / part).rglob("*.py"))]
    mutants = list({one.key: one for file in files for one in mutants_of(PACKAGE, file)}.values())
    print(f"{len(mutants)} faults can be made in {len(files)} files", flush=True)
    if arguments.mutants != "all":
        mutants = sample(mutants, int(arguments.mutants), arguments.seed)
    mutants = [one for one in mutants if one.file.startswith(arguments.only)]
    reached = Reach(reach())
    everything = digest(path for top in ("src", "tests") for path in (ROOT / top).rglob("*.py"))
    results = PLACE / f"results-{everything[:16]}.jsonl"
    before = [one for path in sorted(PLACE.glob("results-*"), key=os.path.getmtime) for one in read(path).values()]
    hints = {one["key"]: one["by"] for one in before if one["end"] == "killed"}
    done, reasons = read(results), listed()
    todo = [one for one in mutants if done.get(one.key, {}).get("end") not in ("killed", "timeout")]
    todo = [one for one in todo if not done.get(one.key, {}).get("fresh") and one.key not in reasons]
    tests = {one.key: reached.tests_of(one, hints.get(one.key)) for one in todo}
    try_all(todo, reached, tests, arguments.workers, results)
    done = read(results)
    return 0 if report(mutants, done, reasons, time.monotonic() - start) else 1


if __name__ == "__main__":
    sys.exit(main())
