"""A pytest plugin: notes which lines each test reaches, or runs the tests that reach a fault.

``MUTATION_MAP`` names the file for the lines of every test, ``MUTATION_JOB`` that of the faults to be tried in this
process, each in a fork of it, and ``MUTATION_TESTS`` that of the tests to be run alone.
"""

import contextlib
import gc
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import types
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "glassnet"
# A test that takes longer than this beyond ten times its usual time is taken to run for ever.
PATIENCE = 20
KILLED, SURVIVED = 1, 0


def limit(seconds):
    """End this process when a test runs for ever; Python's own handler would wait for the end of compiled code."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(PATIENCE + 10 * seconds))


class Mapping:
    """Coverage of every test, and of every fixture that tests share, by themselves."""

    def __init__(self, path):
        from coverage import Coverage

        self.path, self.tests = Path(path), {}
        self.seconds = {}
        self.coverage = Coverage(data_file=None, config_file=False, include=[f"{PACKAGE}/*"], messages=False)
        self.coverage.start()
        self.coverage.switch_context("import")
        self.context = "import"

    def switch(self, context):
        before, self.context = self.context, context
        self.coverage.switch_context(context)
        return before

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef, request):
        if fixturedef.scope == "function":
            return (yield)
        name = f"fixture {fixturedef.baseid} {fixturedef.argname}"
        before, start = self.switch(name), time.perf_counter()
        try:
            return (yield)
        finally:
            self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - start
            self.switch(before)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item, nextitem):
        self.switch(item.nodeid)
        shared_before, start = sum(self.seconds.values()), time.perf_counter()
        result = yield
        taken = time.perf_counter() - start - (sum(self.seconds.values()) - shared_before)
        info = getattr(item, "_fixtureinfo", None)
        found = [definitions[-1] for definitions in info.name2fixturedefs.values()] if info else []
        shared = [f"fixture {one.baseid} {one.argname}" for one in found if one.scope != "function"]
        self.tests[item.nodeid] = {"seconds": taken, "shared": shared}
        self.switch("between")
        return result

    def pytest_sessionfinish(self):
        self.coverage.stop()
        data = self.coverage.get_data()
        lines = {}
        for file in data.measured_files():
            name = Path(file).relative_to(PACKAGE).as_posix()
            for line, contexts in data.contexts_by_lineno(file).items():
                for context in contexts:
                    lines.setdefault(context, {}).setdefault(name, []).append(line)
        for name, test in self.tests.items():
            test["lines"] = lines.get(name, {})
        fixtures = {name: {"seconds": took, "lines": lines.get(name, {})} for name, took in self.seconds.items()}
        self.path.write_text(json.dumps({"tests": self.tests, "fixtures": fixtures}), encoding="utf-8")


def select(items, wanted):
    """Put the wanted tests in the order in which they are wanted."""
    by_name = {item.nodeid: item for item in items}
    return [by_name[name] for name in wanted if name in by_name]


class Alone:
    """Only the tests named in a file, in its order, each within its time."""

    def __init__(self, path):
        self.wanted = json.loads(Path(path).read_text(encoding="utf-8"))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        items[:] = select(items, self.wanted)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item):
        limit(self.wanted[item.nodeid])


class Forking:
    """Collects all tests once, then tries each fault in a fork: no fault pays for the imports again."""

    def __init__(self, path):
        job = json.loads(Path(path).read_text(encoding="utf-8"))
        self.faults, self.workers, self.results = job["faults"], job["workers"], Path(job["results"])
        self.failed = None

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed = report.nodeid

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        gc.freeze()
        running, waiting = {}, list(reversed(self.faults))
        while waiting or running:
            while waiting and len(running) < self.workers:
                fault = waiting.pop()
                place = tempfile.mkdtemp(prefix="mutant-")
                process = os.fork()
                if not process:
                    self.try_fault(session, fault, place)
                running[process] = fault, place, time.monotonic()
            process, status = os.wait()
            fault, place, start = running.pop(process)
            self.note(fault, place, os.waitstatus_to_exitcode(status), time.monotonic() - start)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process, signal.SIGKILL)
            shutil.rmtree(place, ignore_errors=True)
        return True

    def note(self, fault, place, code, seconds):
        ends = {SURVIVED: "survived", KILLED: "killed", -signal.SIGALRM: "timeout"}
        told = Path(place) / "killer"
        killer = told.read_text(encoding="utf-8") if told.exists() else f"exit {code}"
        result = {"key": fault["key"], "end": ends.get(code, "killed"), "by": killer, "seconds": round(seconds, 2)}
        with self.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")

    def try_fault(self, session, fault, place):
        """Never returns: the end of this process is the answer."""
        code = 3
        try:
            os.setsid()
            os.environ["PYTEST_DEBUG_TEMPROOT"] = os.environ["TMPDIR"] = tempfile.tempdir = place
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            put_in(fault)
            code = SURVIVED
            items = select(session.items, fault["tests"])
            for item, following in zip(items, [*items[1:], None], strict=True):
                limit(fault["tests"][item.nodeid])
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.failed:
                    (Path(place) / "killer").write_text(self.failed, encoding="utf-8")
                    code = KILLED
                    break
        finally:
            os._exit(code)


def put_in(fault):
    """Replace the code of the functions of a module by that of its changed source."""
    from mutants import Mutant, mutated

    mutant = Mutant(**fault["mutant"])
    path = PACKAGE / mutant.file
    importlib.import_module(f"glassnet.{mutant.file.removesuffix('.py').replace('/', '.')}".removesuffix(".__init__"))
    changed = {}

    def gather(code):
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                changed[constant.co_qualname, constant.co_firstlineno] = constant
                gather(constant)

    gather(compile(mutated(PACKAGE, mutant), str(path), "exec"))
    gc.unfreeze()
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType) and thing.__code__.co_filename == str(path):
            code = changed.get((thing.__code__.co_qualname, thing.__code__.co_firstlineno))
            if code is not None and len(code.co_freevars) == len(thing.__code__.co_freevars):
                thing.__code__ = code


def pytest_configure(config):
    sys.path.insert(0, str(Path(__file__).parent))
    for variable, plugin in {"MUTATION_MAP": Mapping, "MUTATION_JOB": Forking, "MUTATION_TESTS": Alone}.items():
        if path := os.environ.get(variable):
            config.pluginmanager.register(plugin(path), f"mutation {variable}")
