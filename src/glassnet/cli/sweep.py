"""``glassnet sweep``: the search as a bar, and what came of it as tables, JSON and a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ..errors import RunError, UsageError
from ..extras import needed
from ..files import write_whole
from ..formatting import percent, quantity
from ..hardware import launched, processors
from ..runs.cluster import check_workers, find_scheduler
from ..runs.directory import RUNS
from ..runs.jobs import Jobs
from ..runs.space import Space, setting_in_words
from ..runs.sweep import Sweep, begin_sweep
from .options import jobs_options
from .terminal import LiveBar, announce_download, messages, plain_table, print_json, results, shown

PAGE = "sweep.html"
BEST = 10  # trials in the table
BAR = 24  # characters of what mattered most
NEEDED = ("optuna", "jinja2", "matplotlib")


@click.command(name="sweep")
@click.argument("space", type=click.Path(path_type=Path))
@click.option(
    "--trials",
    type=click.IntRange(1),
    metavar="N",
    default=40,
    help="Number of trials, including those already made. [40]",
)
@jobs_options
@click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help="Parallel processes of each training; never changes its result. [1]",
)
@click.option(
    "--run", "directory", type=click.Path(path_type=Path), help="Directory of the sweep. [runs/ and the name of SPACE]"
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(
    space: Path,
    trials: int,
    jobs: int | None,
    dask: str,
    workers: int | None,
    directory: Path | None,
    as_json: bool,
) -> None:
    """Search for the best settings among those that SPACE allows.

    SPACE is a TOML file of settings of glassnet train, in which a list is a choice and { low = 0.01, high = 1.0,
    log = true } a range. Each trial is a run of its own; a trial that is worse than most is stopped early. The same
    command continues a sweep that was stopped, and with a larger --trials one that has ended.
    """
    if launched()[1] > 1:
        raise UsageError("a sweep cannot run under MPI", remedy="Start it once: --jobs and --dask share its trials out")
    for module in NEEDED:
        needed(module, "sweep")
    read = Space.read(space)
    if dask:
        find_scheduler(dask)
    for name in getattr(read.entries.get("dataset"), "values", ()):
        announce_download(name)
    sweep = begin_sweep(directory or RUNS / space.stem, read)
    if dask:
        check_workers(dask, sweep.directory)
    if not as_json:
        describe(sweep, trials, Jobs(jobs, workers, dask))
    with _saying(sweep), LiveBar(lambda: standing(sweep, trials), messages(), wanted=not as_json):
        sweep.search(trials, Jobs(jobs, workers, dask))
    summary = sweep.summary()
    report(sweep, summary, as_json)


def standing(sweep: Sweep, trials: int) -> tuple[float, float, str]:
    """Give the trials that are done, epochs of others as parts of one, how many shall be, and this in words."""
    study = sweep.study.get_trials(deepcopy=False)
    ended = sum(trial.state.is_finished() for trial in study)
    lengths = [len(trial.intermediate_values) for trial in study if not trial.state.is_finished()]
    longest = max((trial.user_attrs.get("epochs", 0) for trial in study), default=0)
    parts = sum(min(length / longest, 1) for length in lengths) if longest else 0
    scores = [trial.value for trial in study if trial.state.name == "COMPLETE"]
    words = f"{ended} of {trials} trials"
    if scores:
        best = max(scores) if sweep.maximizes else min(scores)
        words += f", best {score_in_words(sweep.measure, best)}"
    return ended + parts, trials, words


@contextmanager
def _saying(sweep: Sweep) -> Iterator[None]:
    """Let an interrupt tell what is kept, and how to go on."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        interrupt.add_note(f"{len(sweep.finished)} trials have ended. The same command goes on")
        raise


def describe(sweep: Sweep, trials: int, jobs: Jobs) -> None:
    """Say on stderr what is searched, where it is kept, and where more is asked for than there are processors."""
    console = messages()
    widest = max(map(len, sweep.space.searched))
    for name, dimension in sweep.space.searched.items():
        console.print(f"{shown(name):<{widest}}  {shown(dimension.words)}", soft_wrap=True)
    there = len(sweep.finished)
    begun = f", {there} of them are there" if there else ""
    console.print(
        f"{trials} trial{'s' if trials > 1 else ''}{begun}, in {shown(str(sweep.directory))}\n", soft_wrap=True
    )
    wanted = (jobs.count or 1) * (jobs.workers or 1)
    if wanted > processors() and not jobs.dask:
        console.print(f"{wanted} processors are asked for, of {processors()}: trials will take turns")


def score_in_words(measure: str, value: float) -> str:
    """Write a score."""
    return percent(value) if measure.endswith("accuracy") else quantity(value)


def report(sweep: Sweep, summary: dict[str, Any], as_json: bool) -> None:
    """Print the result, on stdout."""
    if not summary["best"]:
        reasons = [trial["reason"] for trial in summary["trials"] if "reason" in trial]
        raise RunError("no trial was trained to its end", got=reasons[0] if reasons else None, where=sweep.directory)
    from ..pages.sweep_page import sweep_page

    write_whole(sweep.directory / PAGE, sweep_page(summary, sweep.space.searched))
    if as_json:
        print_json(summary)
        return
    console = results()
    measure = summary["measure"].replace("_", " ")
    show_trials(summary, measure, console)
    show_importances(summary["importances"], console)
    best = summary["best"]
    for name in (summary["measure"], summary["measure"].replace("validation", "test")):
        console.print(
            f"{name.replace('_', ' '):<20} [bold]{score_in_words(name, best[name]):>8}[/bold]  of trial {best['trial']}"
        )
    console.print(f"{'best run':<20} {shown(best['run'])}", soft_wrap=True)
    console.print(f"{'picture':<20} {shown(str(sweep.directory / PAGE))}", soft_wrap=True)


def show_trials(summary: dict[str, Any], measure: str, console: Console) -> None:
    """Print the best trials as a table."""
    up = -1 if summary["direction"] == "maximize" else 1
    complete = sorted(
        (trial for trial in summary["trials"] if trial["state"] == "complete"),
        key=lambda trial: up * trial[summary["measure"]],
    )
    names = list(dict.fromkeys(name for trial in complete for name in trial["settings"]))
    table = plain_table("trial", measure, "epochs", *(shown(name.replace("_", " ")) for name in names))
    for trial in complete[:BEST]:
        score = score_in_words(summary["measure"], trial[summary["measure"]])
        cells = [setting_in_words(trial["settings"].get(name)) for name in names]
        table.add_row(str(trial["trial"]), score, str(trial["epochs"]), *map(shown, cells))
    console.print(table)
    counts = ", ".join(f"{summary[state]} {state}" for state in ("complete", "pruned", "failed") if summary[state])
    console.print(f"{counts}; {summary['elapsed_seconds']:.0f} s of training\n")


def show_importances(importances: dict[str, float], console: Console) -> None:
    """Print what mattered, as bars."""
    if not importances:
        return
    table = plain_table("setting", "importance", "")
    table.columns[2].justify = "left"
    most = max(importances.values())
    for name, share in importances.items():
        table.add_row(shown(name.replace("_", " ")), percent(share, 0), "█" * max(1, round(BAR * share / most)))
    console.print(table)
    console.print()
