"""``glassnet datasets``."""

from __future__ import annotations

import click


@click.command(name="datasets")
@click.option("--json", "as_json", is_flag=True, help="Print the list as one JSON object.")
def command(as_json: bool) -> None:
    """List the data sets."""
    from ..data.cache import cache_directory
    from ..data.datasets import CATALOGUE
    from .terminal import plain_table, print_json, results

    if as_json:
        keys = ("name", "task", "description", "licence")
        entries = [{key: getattr(entry, key) for key in keys} for entry in CATALOGUE.values()]
        print_json({"datasets": entries, "cache": str(cache_directory())})
        return
    table = plain_table("name", "task", "what", "licence")
    for column in table.columns:
        column.justify = "left"
    table.columns[2].no_wrap = False
    for entry in CATALOGUE.values():
        table.add_row(entry.name, entry.task, entry.description, entry.licence)
    results().print(table)
    click.echo(f"unpacked files are kept in {cache_directory()}")
