"""``glassnet train``, and what a person sees of it: the settings, a line for each epoch, a progress bar, the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ..data.catalogue import CATALOGUE
from ..data.dataset import Dataset
from ..data.preprocessing.table import TablePreprocessing
from ..diagnosis.diagnose import Finding, diagnose
from ..errors import UsageError
from ..formatting import number, percent, printable, quantity
from ..hardware import processors, use_processors
from ..runs.build import resolve, seed_of
from ..runs.cluster import check_workers, find_scheduler
from ..runs.directory import resume_run, start_run
from ..runs.jobs import ONE, Jobs
from ..runs.multirun import MEASURES, Ensemble, Seeds
from ..runs.ranks import all_ranks, follow, lead
from ..runs.recipes import recipe_settings
from ..runs.run import CONFIG, HISTORY, MODEL, Run
from ..runs.settings import RunSettings, read_toml, table
from ..training.parallel.helper import Helper, divisible
from ..training.parallel.mpi import MPI, shards_of_a_rank
from ..training.progress import Epoch
from .help import GroupedCommand, GroupedOption
from .options import jobs_options, setting_options
from .scores_view import print_scores
from .terminal import LiveBar, announce_download, messages, plain_table, print_json, results, shown

LINES = 60  # a longer training prints every so many epochs, to about this number
JSON_KEYS = ("run", "dataset", "parameters", "epochs", "seed", "input_parts", "elapsed_seconds")
NARROWEST = 80  # columns that what is said of the data is broken to
WORTH_PROCESSES = 4_000  # steps of all networks, from which they are trained side by side
SHOWN_ROWS = 5  # by --dry-run
SPLITS = ("validation", "test")


EXAMPLES = (
    "glassnet train",
    "glassnet train --dataset houses.csv --target price --seeds 5",
    "glassnet train --hidden 512,256 --epochs 40 --dropout 0.3 --run runs/wide",
)
run_option = partial(click.option, cls=GroupedOption, group="run")


@click.command(name="train", cls=GroupedCommand, examples=EXAMPLES)
@run_option(
    "--run",
    "directory",
    type=click.Path(path_type=Path),
    common=True,
    help="Directory of the run. [runs/001, counting up]",
)
@run_option("--resume", is_flag=True, common=True, help="Continue the run in --run, or start it there.")
@run_option(
    "--recipe",
    metavar="NAME",
    common=True,
    help="Settings of a recipe; options override them.",
)
@run_option(
    "--config",
    type=click.Path(path_type=Path),
    common=True,
    help="TOML file of settings; options override them.",
)
@run_option(
    "--workers",
    metavar="N",
    type=click.IntRange(1),
    help="Parallel processes; never changes the result. [by the size of the network]",
)
@jobs_options
@run_option("--threads", type=click.IntRange(1), hidden=True, help="The former name of --input-parts.")
@run_option("--dry-run", is_flag=True, common=True, help="Show how the data is read, and train nothing.")
@run_option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(
    directory: Path | None,
    resume: bool,
    recipe: str | None,
    config: Path | None,
    workers: int | None,
    jobs: int | None,
    dask: str,
    threads: int | None,
    dry_run: bool,
    as_json: bool,
    **said: Any,
) -> None:
    """Train a network, on MNIST unless told otherwise, and report how good it is. Defaults are in brackets.

    First stand the defaults for MNIST, then those for other data where they differ. An option overrides the same
    setting of a recipe and of a configuration file, and a configuration file that of a recipe.
    """
    given = {
        **({} if recipe is None else recipe_settings(recipe, said["dataset"])),
        **(read_toml(config) if config else {}),
        **{key: value for key, value in said.items() if value is not None},
    }
    if threads:
        click.echo("glassnet: --threads is now --input-parts; --workers says how many processes compute", err=True)
        given.setdefault("input_parts", threads)
    if workers:
        if workers > processors():
            click.echo(f"glassnet: {workers} workers on {processors()} processors take turns", err=True)
        use_processors(workers)
    if resume and directory is None:
        raise click.UsageError("--resume needs --run DIR, the run to continue", click.get_current_context())
    if dask:
        find_scheduler(dask)
    with all_ranks() as ranks:
        if ranks and ranks.rank:
            follow(ranks)
        else:
            train(directory, resume, given, Jobs(jobs, workers, dask), ranks, dry_run, as_json)


def train(
    directory: Path | None,
    resume: bool,
    given: dict[str, Any],
    jobs: Jobs,
    ranks: MPI | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Begin or resume a run, train it to the end and report, in this process or leading all ranks."""
    announce_download(given.get("dataset", ""))
    if dry_run:
        show_reading(*resolve(given), as_json)
        return
    goes_on = resume and directory is not None and (directory / CONFIG).exists()
    if ranks and (jobs.workers or jobs.side_by_side):
        said = "--workers" if jobs.workers else "--dask" if jobs.dask else "--jobs"
        raise UsageError(f"{said} cannot be combined with MPI", remedy="Leave it out: each rank is one process")
    if ranks and not goes_on:
        shards_of_a_rank(given.setdefault("shards", ranks.ranks), ranks.ranks)
    if resume and directory and not directory.exists():
        click.echo(f"nothing to resume in {printable(str(directory))}: starting it", err=True)
    run = resume_run(directory, given) if resume and directory else start_run(directory, given)
    if run.settings.class_weights != "none":
        remedy = "to find more of a rare class, choose a threshold instead, which leaves them right"
        click.echo(f"glassnet: with class weights probabilities are no frequencies; {remedy} (--threshold)", err=True)
    watch(run, jobs, ranks)
    with _saying("all epochs are kept", run.directory):
        metrics = run.finish()
    report(run, metrics, as_json)


command.params[:0] = setting_options()


def show_reading(settings: RunSettings, data: Dataset, as_json: bool) -> None:
    """Print how the data is read, on stdout: what was decided, all doubts, and the first rows."""
    if as_json:
        print_json({"dataset": settings.dataset, "reading": data.reading.as_dict()})
        return
    console = results()
    for line in data.reading.lines(max(NARROWEST, console.width), most=None):
        console.print(shown(line), soft_wrap=True)
    parts = f"{len(data.train):,} training, {len(data.validation):,} validation, {len(data.test):,} test"
    console.print(f"{shown(data.name)}: {parts}\n", soft_wrap=True)
    inputs, targets = data.train.source_inputs[:SHOWN_ROWS], data.train.source_targets[:SHOWN_ROWS]
    if not isinstance(data.preprocessing, TablePreprocessing) or targets.ndim != 1:
        return
    labels = [data.class_names[label] if data.class_names else f"{label:.15g}" for label in targets.tolist()]
    names = data.preprocessing.names
    columns = [
        (data.reading["target"] or "target", labels),
        *((name, _cells(data, name, values)) for name, values in zip(names, inputs.T.tolist(), strict=True)),
    ]
    widths = accumulate(max(map(len, (name, *cells))) + 2 for name, cells in columns)
    fitting = columns[: max(2, sum(width <= console.width for width in widths))]
    table = plain_table(*(shown(name) for name, _ in fitting))
    for cells in zip(*(cells for _, cells in fitting), strict=True):
        table.add_row(*map(shown, cells))
    console.print(table)
    if len(fitting) < len(columns):
        console.print(f"and {len(columns) - len(fitting):,} more columns")


def _cells(data: Dataset, name: str, values: list[float]) -> list[str]:
    """Write values of a column as they stand in the file: words, dates, numbers, or nothing for a gap."""
    words = getattr(data.preprocessing, "words", {}).get(name)
    known = [words[int(value)] if words and value == value else f"{value:.15g}" for value in values]
    pairs = zip(values, data.reading.cells.get(name, known), strict=False)
    return [cell if value == value else "" for value, cell in pairs]


def standing(run: Run) -> tuple[float, float, str]:
    """Give the steps that are done of a training, all that there are, and the epoch in words."""
    training = run.training
    done = training.progress.epoch * training.steps_per_epoch + training.progress.batch
    number = min(training.progress.epoch + 1, training.epochs)
    return done, training.epochs * training.steps_per_epoch, f"epoch {number} of {training.epochs}"


def watch(run: Run | Ensemble | Seeds, jobs: Jobs = ONE, ranks: MPI | None = None) -> None:
    """Train to the end, showing how it goes on stderr."""
    whole = run.directory
    if isinstance(run, Run):
        _watch(run, ranks, whole)
        return
    with _saying("what is whole is kept", whole):
        if isinstance(run, Ensemble) and run.settings.folds and not ranks:
            _introduce(run)
            _watch_together(run, jobs if jobs.count or jobs.dask else replace(jobs, count=_suitable_jobs(run)))
        elif jobs.side_by_side:
            _watch_together(run, jobs)
        else:
            _watch_members(run, ranks, whole)


def _introduce(run: Ensemble) -> None:
    """Say what networks are trained on that validate each on its own part of the rows."""
    console, settings = messages(), run.settings
    for line in run.data.reading.lines(max(NARROWEST, console.width)):
        console.print(shown(line), soft_wrap=True)
    sizes = (run.data.preprocessing.inputs, *settings.hidden, run.data.outputs)
    parameters = sum(before * after + after for before, after in pairwise(sizes))
    console.print(describe(settings, run.data, parameters), end="")
    parts = f"each validated on its own of {settings.folds} parts of the {len(run.data.train):,} rows"
    if run.data.groups:
        by, groups = shown(settings.group or settings.time), run.data.groups.select(run.data.train.indices)
        shared = f"which share no {by}" if settings.group else f"in the order of {by}"
        parts += f", {f'one for each {by}' if groups.count == settings.folds else shared}"
    console.print(f"{settings.ensemble} networks of {settings.epochs} epochs, {parts}\n", soft_wrap=True)


def _suitable_jobs(run: Ensemble) -> int:
    """Say how many networks are trained at a time: all processors, where that takes longer than to start processes."""
    settings, rows = run.settings, len(run.data.train)
    steps = settings.ensemble * settings.epochs * -(-rows // settings.batch_size)
    return min(processors(), settings.ensemble) if steps >= WORTH_PROCESSES else 1


def _watch_members(run: Ensemble | Seeds, ranks: MPI | None, whole: Path) -> None:
    count, noun = (run.settings.ensemble, "networks") if isinstance(run, Ensemble) else (run.settings.seeds, "seeds")
    for place, member in enumerate(run.members(), start=1):
        messages().print(f"[bold]{place} of {count} {noun}[/bold]")
        if isinstance(member, Run):
            _watch(member, ranks, whole)
        else:
            _watch_members(member, ranks, whole)
        if isinstance(run, Seeds):
            metrics = member.finish()
            known = [measure for measure in MEASURES if metrics.get(measure) is not None]
            figures = [f"{measure.replace('_', ' ')} {_written(measure, metrics[measure])}" for measure in known]
            messages().print(f"seed {metrics['seed']}: {', '.join(figures)}\n")


def _watch_together(run: Ensemble | Seeds, jobs: Jobs) -> None:
    """Show one bar for trainings that go on side by side: each epoch is a line of a history."""
    if jobs.dask:
        check_workers(jobs.dask, run.directory)
    settings, trained = run.settings, 0
    count = settings.seeds * settings.ensemble

    def look() -> tuple[float, float, str]:
        epochs = sum(path.read_bytes().count(b"\n") for path in run.directory.rglob(HISTORY))
        return epochs, count * settings.epochs, f"{trained} of {count} trained"

    with LiveBar(look, messages()):
        for _ in run.train(jobs):
            trained += 1


def _watch(run: Run, ranks: MPI | None, whole: Path) -> None:
    """Show one network's training, which goes on with the run that it is, or is a part of."""
    console = messages()
    done = run.training.progress.epoch
    if run.training.finished:
        console.print(f"{shown(str(run.directory))} was finished after epoch {done}\n", soft_wrap=True)
        return
    for line in run.data.reading.lines(max(NARROWEST, console.width)):
        console.print(shown(line), soft_wrap=True)
    if ranks:
        lead(ranks, run)
    console.print(describe(run.settings, run.data, len(run.training.network.parameters)) + say_who_computes(run, ranks))
    if done:
        console.print(f"continuing after epoch {done}\n")
    every = -(-run.training.epochs // LINES)
    if every > 1:
        console.print(
            f"one line for every {every} epochs; all are in {shown(str(run.directory / HISTORY))}\n", soft_wrap=True
        )
    console.print(_line(_head(run.data)), style="bold")
    epochs: list[Epoch] = []
    said: set[str] = set()
    of = "" if run.directory == whole else f" of {run.directory.relative_to(whole)}"
    with _saying(lambda: f"epoch {run.kept}{of} is kept" if run.kept else f"no epoch{of} was complete yet", whole):
        # Closed before the note is written, so that the last whole epoch is kept wherever the signal came.
        with closing(iter(run)) as trained, LiveBar(partial(standing, run), console):
            for epoch in trained:
                if epoch.number % every == 0 or epoch.number == 1 or run.training.finished:
                    console.print(_line(_figures(epoch)))
                epochs.append(epoch)
                _remark(diagnose(run.training, epochs), said, console)
        if (last := run.training.progress.epoch) < run.training.epochs:
            since = last - run.training.progress.best_epoch
            by_patience = run.training.patience and since >= run.training.patience
            why = f"no improvement in {since} epochs ({'--patience' if by_patience else 'a round of the rate'})"
            console.print(f"stopped after epoch {last} of {run.training.epochs}: {why}")
        console.print()


@contextmanager
def _saying(kept: str | Callable[[], str], whole: Path) -> Iterator[None]:
    """Let an interrupt tell what is kept, and how to go on."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        if not hasattr(interrupt, "__notes__"):
            said = kept if isinstance(kept, str) else kept()
            interrupt.add_note(f"{said}. Continue with: glassnet train --run {whole} --resume")
        raise


def _remark(findings: list[Finding], said: set[str], console: Console) -> None:
    """Print what goes wrong, each kind of it once."""
    for finding in findings:
        if finding.kind not in said:
            said.add(finding.kind)
            console.print(f"  [bold]{finding.kind}[/bold]: {shown(finding.seen)} {shown(finding.means)}")
            console.print(f"  {shown(finding.remedy)}")


def report(run: Run | Ensemble | Seeds, metrics: dict[str, Any], as_json: bool) -> None:
    """Print the result: on stdout, for people or as one JSON object."""
    if isinstance(run, Seeds):
        _report_seeds(metrics, as_json)
        return
    measure = "accuracy" if run.data.task == "classification" else "rmse"
    if as_json:
        keys = [*JSON_KEYS, *(f"{split}_{measure}" for split in SPLITS)]
        # The directory may have been moved since the metrics were written.
        reading = {"reading": metrics["reading"]} if metrics.get("reading") else {}
        scores = {"scores": metrics["scores"]} if metrics.get("scores") else {}
        print_json({key: metrics[key] for key in keys} | {"run": str(run.directory)} | scores | reading)
        return
    console = results()
    if metrics.get("scores"):
        print_scores(metrics["scores"], console)
    for split in SPLITS:
        if metrics[split] and not metrics.get("scores"):
            score, detail = _score(metrics[split], run.data)
            console.print(f"{split + ' ' + measure:<20} [bold]{score:>8}[/bold]  {detail}", soft_wrap=True)
    epoch = f", {metrics['model_epoch']}" if isinstance(run, Run) else ""
    console.print(f"{'model':<20} {shown(str(run.directory / MODEL))}  ({metrics['model_is']}{epoch})", soft_wrap=True)


def _report_seeds(summary: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(summary)
        return
    console = results()
    for measure in (measure for measure in MEASURES if measure in summary):
        figures = summary[measure]
        mean, deviation, low, high = (
            _written(measure, value) for value in (figures["mean"], figures["deviation"], *figures["interval"])
        )
        detail = f"{len(figures['values'])} seeds; 95% interval of the mean {low} to {high}"
        console.print(f"{measure.replace('_', ' '):<20} [bold]{mean} ± {deviation}[/bold]  {detail}", soft_wrap=True)
    console.print(f"{'runs':<20} {shown(summary['run'])}", soft_wrap=True)


def _written(measure: str, value: float) -> str:
    return percent(value) if measure.endswith("accuracy") else quantity(value)


def describe(settings: RunSettings, data: Dataset, parameters: int) -> str:
    """Say in a few lines what is trained on what, and how."""
    hidden = [str(width) for width in settings.hidden]
    sizes = " → ".join([str(data.preprocessing.inputs), *hidden, str(data.outputs)])
    functions = ", ".join(dict.fromkeys(settings.activation)) if hidden else "no hidden layer"
    rule = f"{settings.optimizer}, rate {settings.learning_rate:g} {settings.schedule}"
    momentum = f", momentum {value:g}" if (value := settings.options.get("momentum")) else ""
    counts = f"{len(data.train):,} training, {len(data.validation):,} validation, {len(data.test):,} test"
    if settings.dataset not in CATALOGUE:  # what was recognized; --task resolves it
        counts += f"; {len(data.class_names)} classes" if data.class_names else "; numbers"
    return (
        f"[bold]{shown(data.name)}[/bold]  {counts}\n"
        f"[bold]{sizes}[/bold]  {functions}; {settings.loss}; {parameters:,} parameters\n"
        f"{rule}{momentum}, batches of {settings.batch_size:,}, seed {seed_of(settings)}\n" + _harder(settings)
    )


def say_who_computes(run: Run, ranks: MPI | None) -> str:
    """Say in a line how many ranks compute, or that processors stay idle; nothing if neither is so."""
    training = run.training
    if ranks:
        return f"{ranks.ranks} ranks, {training.shards // ranks.ranks} of {training.shards} shards of a batch each\n"
    used, there = divisible(training), processors()
    helped = isinstance(training.executor, Helper) and training.executor.are_worth_while(training)
    if not helped or used >= there:
        return ""
    remedy = f"--input-parts {there} or --shards {there} divides a new one further, and changes the last bits"
    return f"{there - used} of {there} processors stay idle, as this run is divided into {used} parts: {remedy}\n"


def _harder(settings: RunSettings) -> str:
    """Say in a line what makes learning harder, and what is averaged; nothing if nothing does."""
    groups = ("augmentation", "regularization", "averaging")
    names = [name for name, option in table().items() if option.setting.group in groups]
    said = ["deskewed"] if settings.deskew else []
    said += [f"{name.replace('_', ' ')} {getattr(settings, name):g}" for name in names if getattr(settings, name)]
    return f"{', '.join(said)}\n" if said else ""


def _score(result: dict[str, Any], data: Dataset) -> tuple[str, str]:
    if data.task == "classification":
        low, high = result["accuracy_interval"]
        right = round(result["accuracy"] * result["examples"])
        interval = f"95% interval {percent(low)} to {percent(high)}"
        return percent(result["accuracy"]), f"{right:,} of {result['examples']:,} right; {interval}"
    explained = "" if result["r_squared"] is None else f", R² {number(result['r_squared'])}"
    detail = f"mean absolute error {quantity(result['mae'])}{explained}"
    return quantity(result["rmse"]), f"{shown(data.unit)}; {detail}" if data.unit else detail


def _head(data: Dataset) -> list[str]:
    measure = "accuracy" if data.task == "classification" else shown(data.unit) or "rmse"
    return ["epoch", "training loss", "validation loss", measure, "seconds"]


def _figures(epoch: Epoch) -> list[str]:
    if epoch.validation_accuracy is not None:
        score = percent(epoch.validation_accuracy)
    else:
        score = "-" if epoch.validation_rmse is None else quantity(epoch.validation_rmse)
    loss = "-" if epoch.validation_loss is None else number(epoch.validation_loss)
    return [f"{epoch.number}", number(epoch.training_loss), loss, score, f"{epoch.training_seconds:.2f}"]


def _line(cells: list[str]) -> str:
    widths = (5, 15, 17, 10, 9)
    return "".join(f" {cell}".rjust(width) for cell, width in zip(cells, widths, strict=True))
