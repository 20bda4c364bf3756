"""``glassnet datasets``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from ..data.catalogue import Entry


@click.group(name="datasets", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the list as one JSON object.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the data sets, fetch some from the web, or verify their files."""
    if context.invoked_subcommand is None:
        _list(as_json)


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print the list as one JSON object.")
def list_command(as_json: bool) -> None:
    """List the data sets."""
    _list(as_json)


@command.command(name="fetch")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def fetch(names: tuple[str, ...]) -> None:
    """Fetch data sets from the web; an interrupted download is resumed."""
    from .terminal import announce_download

    for entry in _entries(names):
        announce_download(entry.name)
        files = entry.remote.fetch() if entry.remote else []
        place = entry.remote.directory if entry.remote else "glassnet itself"
        click.echo(f"{entry.name}: {f'{len(files)} files in ' if files else 'comes with '}{place}")


@command.command(name="verify")
@click.argument("names", nargs=-1, metavar="[NAME...]")
def verify(names: tuple[str, ...]) -> None:
    """Compare the files of data sets, also those in the cache, with their SHA-256; of all data sets by default."""
    from .terminal import plain_table, results

    table = plain_table("data set", "file", "SHA-256")
    table.columns[1].justify = table.columns[2].justify = "left"
    damaged: list[Path] = []
    for entry in _entries(names):
        files = [(path, path.name, state) for path, state in entry.verify()]
        files += [
            (path, f"{path.name} in the cache", state) for path, state in entry.verify_cache() if state != "absent"
        ]
        for path, name, state in files:
            table.add_row(entry.name, name, state if state == "right" else f"[bold]{state}[/bold]")
            damaged += [path] if state == "damaged" else []
    results().print(table)
    if damaged:
        files_are = "file is" if len(set(damaged)) == 1 else "files are"
        where = ", ".join(map(str, dict.fromkeys(damaged)))
        remedy = "Delete it, and it is made anew or fetched again"
        click.echo(f"glassnet: {len(set(damaged))} {files_are} damaged: {where}. {remedy} when next used.", err=True)
        click.get_current_context().exit(1)


def _entries(names: tuple[str, ...]) -> list[Entry]:
    from ..data.catalogue import CATALOGUE
    from ..registry import find

    return [find("data set", name, CATALOGUE) for name in names or CATALOGUE]


def _list(as_json: bool) -> None:
    from ..data.cache import cache_directory
    from ..data.catalogue import CATALOGUE
    from .terminal import plain_table, print_json, results

    if as_json:
        keys = ("name", "task", "description", "licence")
        entries = [{key: getattr(entry, key) for key in keys} for entry in CATALOGUE.values()]
        print_json({"datasets": entries, "cache": str(cache_directory())})
        return
    table = plain_table("name", "task", "what", "licence", "here")
    for column in table.columns:
        column.justify = "left"
    table.columns[2].no_wrap = False
    for entry in CATALOGUE.values():
        here = "no" if entry.remote and entry.remote.missing else "yes"
        table.add_row(entry.name, entry.task, entry.description, entry.licence, here)
    results().print(table)
    click.echo(f"fetched and unpacked files are kept in {cache_directory()}")
