"""Processes that are killed, stopped or out of disk: what is left is whole, and resumed it ends in the same bytes."""

from __future__ import annotations

import re
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np

import glassnet

from .rows import (
    TINY,
    Outcome,
    begin,
    call,
    environment,
    glassnet_command,
    in_two,
    is_clean,
    last_line,
    model_bytes,
    row,
    some,
    wait_for_epochs,
)

CALLS = "write,fsync,rename,unlink,mkdir,openat"
RUN = (*TINY, "--epochs", "3")


def _whole(place: Path, *options: str) -> bytes:
    result = call("train", *options, "--run", "whole", cwd=place)
    assert result.returncode == 0, result.stderr
    return model_bytes(place / "whole")


@row(
    "kill -9 at every write",
    "resumed, it ends in the same bytes; no broken file, nothing left over",
    "SIGKILL by strace at each write, fsync, rename, unlink, mkdir and open on a run's directory; resumed",
)
def kill_at_every_write(place: Path, part: float) -> Outcome:
    outcome, expected = Outcome(), _whole(place, *RUN)
    if not shutil.which("strace"):
        outcome.notes.append("not tried: there is no strace here")
        return outcome
    train = [*glassnet_command("train", *RUN, "--resume", "--run")]
    log = place / "log"
    # Named by its number, so that all traces have paths of one length, and the same calls.
    traced = ["strace", "-f", "-qq", "-y", "-e", f"trace={CALLS}", "-o", log, *train, "run-000"]
    subprocess.run(traced, cwd=place, capture_output=True, check=True, env=environment())
    counts: dict[str, int] = {}
    points = []
    for line in log.read_text(errors="replace").splitlines():
        if found := re.match(r"\d+ +(\w+)\(", line):
            name = found[1]
            counts[name] = counts.get(name, 0) + 1
            if "run-000" in line and not (name == "openat" and "O_RDONLY" in line):
                points.append((name, counts[name]))

    def kill(point: tuple[int, tuple[str, int]]) -> tuple[bool, str]:
        number, (name, count) = point
        run = f"run-{number + 1:03}"
        inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={name}:signal=SIGKILL:when={count}"]
        killed = subprocess.run([*inject, *train, run], cwd=place, capture_output=True, env=environment())
        again = call("train", *RUN, "--resume", "--run", run, cwd=place)
        same = again.returncode == 0 and model_bytes(place / run) == expected
        left = [path.name for path in (place / run).glob(".*")]
        shutil.rmtree(place / run)
        return same and not left and killed.returncode != 0, f"{name} {count}: {last_line(again.stderr)} {left}"

    for held, case in in_two(kill, some(enumerate(points), part)):
        outcome.note(held, case)
    return outcome


@row(
    "signals",
    "SIGINT, SIGTERM and SIGHUP keep the last whole epoch within 5 s, say so, and exit 130, 143, 129; "
    "a second one ends it at once; resumed, the same bytes",
    "at random epochs of a training, in one process and with a helper, single and double; in loading and evaluating",
)
def signals(place: Path, part: float) -> Outcome:
    outcome = Outcome()
    options = {
        "one process": (
            "--train-size",
            "4000",
            "--validation-size",
            "300",
            "--hidden",
            "32",
            "--epochs",
            "60",
            "--workers",
            "1",
        ),
        "helper": ("--train-size", "20000", "--validation-size", "300", "--epochs", "12", "--workers", "2"),
    }
    expected = {}
    for name, words in options.items():
        (place / name).mkdir()
        expected[name] = _whole(place / name, *words)
    rng = np.random.default_rng(0)
    cases = [
        (name, number, twice, int(rng.integers(1, 40 if name == "one process" else 9)))
        for name in options
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        for twice in (False, True)
        for _ in range(3)
    ]
    slowest = 0.0
    for count, (name, number, twice, epochs) in enumerate(some(cases, part)):
        run = place / name / f"run-{count}"
        process = begin("train", *options[name], "--run", run)
        wait_for_epochs(run, epochs, process)
        sent = time.monotonic()
        process.send_signal(number)
        if twice:
            time.sleep(0.02)
            process.send_signal(number)
        error = process.communicate()[1]
        seconds = time.monotonic() - sent
        slowest = max(slowest, seconds)
        done = (run / "history.jsonl").read_bytes().count(b"\n")
        codes = [0, 128 + number, *([-number] if twice else [])]
        told = process.returncode != 128 + number or f"epoch {done} is kept" in last_line(error)
        again = call("train", "--run", run, "--resume")
        same = again.returncode == 0 and model_bytes(run) == expected[name]
        held = process.returncode in codes and told and same and seconds < 5 and b"Traceback" not in error
        outcome.note(held, f"{name} {number!r} twice={twice} at {epochs}: {process.returncode} {last_line(error)}")
        shutil.rmtree(run)
    for number, delay in some([(n, d) for n in (signal.SIGTERM, signal.SIGINT) for d in (0.5, 0.8, 1.2)], part):
        process = begin("train", "--run", place / f"early-{number}-{delay}")
        time.sleep(delay)
        process.send_signal(number)
        error = process.communicate()[1]
        # Before the interpreter has come as far as the command, the system ends it.
        held = process.returncode in (128 + number, -number, 1) and (b"Traceback" not in error or delay < 0.7)
        outcome.note(held, f"early {number!r} {delay}: {process.returncode} {last_line(error)}")
    outcome.notes.append(f"at most {slowest:.1f} s")
    return outcome


SETTINGS: dict[str, dict[str, Any]] = {
    "sgd": {},
    "adam": {"optimizer": glassnet.Adam(0.01)},
    "rmsprop": {"optimizer": glassnet.RMSprop(0.01)},
    "adamw": {"optimizer": glassnet.AdamW(0.01)},
    "dropout": {"regularization": glassnet.Regularization(dropout=0.3)},
    "max-norm": {"regularization": glassnet.Regularization(max_norm=1.0)},
    "mixup": {"regularization": glassnet.Regularization(mixup=0.3)},
    "augmentation": {"augmentation": glassnet.Augmentation(shift=1, rotation=5)},
    "average": {"averaging": glassnet.ExponentialAverage(0.9)},
    "patience": {"patience": 1},
    "penalty": {"penalty": glassnet.Penalty(l2=0.001)},
    "schedule": {"schedule": glassnet.Cosine()},
    "two parts": {"input_parts": 2},
    "two shards": {"shards": 2},
}


@row(
    "resume after any stop",
    "the same to the last bit",
    "14 kinds of training, state taken and put back into a new one at each of 40 batches and each epoch",
)
def resume(place: Path, part: float) -> Outcome:
    outcome, data = Outcome(), glassnet.load_dataset("mnist", train_size=400, validation_size=50)

    def training(settings: dict[str, Any]) -> Any:
        return glassnet.Training(
            glassnet.Network([784, 8, 10], seed=1), data, batch_size=40, epochs=4, workers=1, **settings
        )

    def rest(one: Any) -> bytes:
        for _ in one:
            pass
        parameters: bytes = one.network.parameters.tobytes() + one.model.network.parameters.tobytes()
        return parameters

    for name, settings in some(SETTINGS.items(), part):
        expected = rest(training(settings))
        stopped = training(settings)
        for stop in range(40):
            if stopped.finished:
                break
            if stopped.progress.batch == stopped.steps_per_epoch:
                next(stopped)
            else:
                stopped.step()
            again = training(settings)
            again.restore(*stopped.state())
            outcome.note(rest(again) == expected, f"{name} after {stop + 1} steps")
    return outcome


@row(
    "disk full",
    "one line, exit 1, nothing broken, what stood there untouched; with space again the same bytes",
    "RLIMIT_FSIZE from 100 bytes to 200 KB while training, exporting and reporting; /dev/full; resumed",
)
def disk_full(place: Path, part: float) -> Outcome:
    outcome, expected = Outcome(), _whole(place, *RUN)

    def limited(size: int) -> Any:
        return lambda: (
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        )

    for size in some((100, 500, 1_000, 2_000, 5_000, 20_000, 30_000, 60_000, 200_000), part):
        run = f"run-{size}"
        full = call("train", *RUN, "--run", run, cwd=place, preexec_fn=limited(size))
        again = call("train", *RUN, "--run", run, "--resume", cwd=place)
        whole = again.returncode == 0 and model_bytes(place / run) == expected and not list((place / run).glob(".*"))
        outcome.note((full.returncode == 0 or is_clean(full, (1,))) and whole, f"{size}: {last_line(full.stderr)}")
    for words in some((["export", "whole", "page.html"], ["report", "whole"]), part):
        written = place / ("page.html" if words[0] == "export" else "whole/report.html")
        written.write_text("old")
        full = call(*words, cwd=place, preexec_fn=limited(3_000))
        outcome.note(is_clean(full) and written.read_text() == "old", f"{words}: {last_line(full.stderr)}")
    for words in some((["evaluate", "whole"], ["evaluate", "whole", "--json"], ["recipes"]), part):
        with Path("/dev/full").open("w") as sink:
            full = call(*words, cwd=place, capture_output=False, stdout=sink, stderr=subprocess.PIPE)
        outcome.note(is_clean(full, (1,)), f"{words} > /dev/full: {last_line(full.stderr)}")
    return outcome
