"""``glassnet train``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..hardware import use_at_most
from ..runs.directory import resume_run, start_run
from ..runs.recipes import recipe_settings
from ..runs.settings import read_toml
from .options import SettingsCommand, setting_options


@click.command(name="train", cls=SettingsCommand)
@click.option(
    "--run",
    "directory",
    type=click.Path(path_type=Path),
    help="Where to keep it all. [runs/001, counting up]",
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in --run, or start there.")
@click.option("--recipe", metavar="NAME", help="Take a recipe's settings; options win. See glassnet recipes.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="A TOML file of settings, over a recipe's; options win over both.",
)
@click.option("--workers", type=click.IntRange(1), help="Parallel processes; never changes the result. [by size]")
@click.option("--threads", type=click.IntRange(1), hidden=True, help="The former name of --input-parts.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(
    directory: Path | None,
    resume: bool,
    recipe: str | None,
    config: Path | None,
    workers: int | None,
    threads: int | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Train a network and report its accuracy.

    Every option has a default, in brackets, that suits the data: for classes; for numbers, where it is another.
    """
    from .terminal import announce_download
    from .training_view import report, watch

    given = {
        **({} if recipe is None else recipe_settings(recipe, said["dataset"])),
        **(read_toml(config) if config else {}),
        **{key: value for key, value in said.items() if value is not None},
    }
    if threads:
        click.echo(
            "glassnet: --threads is now --input-parts, and --workers if the result shall stay as it is", err=True
        )
        given.setdefault("input_parts", threads)
    if workers:
        use_at_most(workers)
    if resume and directory is None:
        raise click.UsageError("--resume needs --run DIR: which run shall go on?", click.get_current_context())
    announce_download(given.get("dataset", ""))
    if resume and directory and not directory.exists():
        click.echo(f"nothing to resume in {directory}: starting it", err=True)
    run = resume_run(directory, given) if resume and directory else start_run(directory, given)
    watch(run)
    report(run, run.finish(), as_json)


command.params[:0] = setting_options()
