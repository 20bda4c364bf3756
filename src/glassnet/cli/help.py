"""Help on two levels: ``--help`` shows examples and what most people set, ``--help-all`` every option."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import click

NAMED = re.compile(r"([a-z]+=[^=,\s]+,?)+")  # values with names


class GroupedOption(click.Option):
    """An option that stands under the heading of its group; ``--help`` shows it if it is `common`."""

    def __init__(self, *arguments: Any, group: str, common: bool = False, **further: Any) -> None:
        super().__init__(*arguments, **further)
        self.group, self.common = group, common

    def get_brief_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Give what ``--help`` shows of it: the option with its value, and what it does."""
        return self.get_help_record(ctx)


class GroupedCommand(click.Command):
    """A command whose ``--help`` shows examples and its common options, and whose ``--help-all`` shows everything.

    The first paragraph of its function's docstring stands in both, the others in ``--help-all`` alone.
    """

    def __init__(self, *arguments: Any, examples: Sequence[str], **further: Any) -> None:
        super().__init__(*arguments, **further)
        # A command keeps the names of its help from whoever asked it first, with or without what it is part of.
        self.context_settings.setdefault("help_option_names", ["-h", "--help"])
        self.examples = examples

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take ``--cost fp=1 fn=20``, values that are words of their own, as ``--cost fp=1,fn=20``."""
        joined: list[str] = []
        for word in args:
            if joined and NAMED.fullmatch(word) and NAMED.fullmatch(joined[-1]):
                joined[-1] += f",{word}"
            else:
                joined.append(word)
        return super().parse_args(ctx, joined)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Add ``--help-all`` to the parameters that the command was declared with."""
        return [*super().get_params(ctx), _help_all()]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write ``--help``."""
        self.format_usage(ctx, formatter)
        _write_paragraphs(formatter, inspect.cleandoc(self.help or "").partition("\n\n")[0])
        self._write_examples(formatter)
        records = {
            group: [one.get_brief_record(ctx) for one in options if isinstance(one, GroupedOption) and one.common]
            for group, options in self._groups(ctx)
        }
        records["help"] = [
            ("-h, --help", "This message."),
            (
                "--help-all",
                f"All {sum(not one.hidden for one in self.params if isinstance(one, click.Option))} options.",
            ),
        ]
        found = {group: [record for record in rows if record] for group, rows in records.items()}
        widest = max(len(name) for rows in found.values() for name, _ in rows)
        formatter.write_paragraph()
        for group, rows in found.items():
            if rows:
                formatter.write_heading(group.capitalize())
                formatter.indent()
                formatter.write_dl([(name.ljust(widest), text) for name, text in rows], col_max=widest)
                formatter.dedent()

    def format_all(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write ``--help-all``."""
        self.format_usage(ctx, formatter)
        _write_paragraphs(formatter, inspect.cleandoc(self.help or ""))
        self._write_examples(formatter)
        for group, options in self._groups(ctx):
            records = [record for record in (one.get_help_record(ctx) for one in options) if record]
            if records:
                with formatter.section(f"{group.capitalize()} options"):
                    formatter.write_dl(records)

    def _write_examples(self, formatter: click.HelpFormatter) -> None:
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")

    def _groups(self, ctx: click.Context) -> list[tuple[str, list[click.Parameter]]]:
        parameters = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        return [(group, list(some)) for group, some in groupby(parameters, lambda one: getattr(one, "group", "help"))]


def _write_paragraphs(formatter: click.HelpFormatter, text: str) -> None:
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(text)


def _help_all() -> click.Option:
    return click.Option(
        ["--help-all"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_print_all,
        help="Show all options and exit.",
    )


def _print_all(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing and isinstance(ctx.command, GroupedCommand):
        formatter = ctx.make_formatter()
        ctx.command.format_all(ctx, formatter)
        click.echo(formatter.getvalue().rstrip("\n"), color=ctx.color)
        ctx.exit()
