"""``--help`` shows what most people set, on one screen; ``--help-all`` shows everything."""

import shlex

import click
import pytest

from glassnet.cli.help import GroupedCommand, GroupedOption
from glassnet.cli.main import SUBCOMMANDS, glassnet

SCREEN = 24  # lines
WIDTH = 80  # columns
COMMON = 20  # options of train that most people set
CONTEXT = click.Context(glassnet)
COMMANDS = {name: glassnet.get_command(CONTEXT, name) for name in SUBCOMMANDS}
GROUPED = [name for name, command in COMMANDS.items() if isinstance(command, GroupedCommand)]


@pytest.fixture
def lines(call, monkeypatch):
    def lines(*arguments):
        monkeypatch.setenv("COLUMNS", str(WIDTH))
        code, out, error = call(*arguments)
        assert (code, error) == (0, "")
        return out.splitlines()

    return lines


def options_in(lines):
    below = lines[lines.index("Examples:") :]
    return [line.split()[0].rstrip(",") for line in below if line.startswith("  -")]


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_the_help_of_every_command_but_train_fits_a_screen_of_80_columns(name, lines):
    shown = lines(name, "--help")
    assert max(map(len, shown)) <= WIDTH
    assert name == "train" or len(shown) <= SCREEN


def test_the_help_of_train_shows_the_twenty_options_that_most_people_set(lines):
    shown = options_in(lines("train", "--help"))
    assert shown[-2:] == ["-h", "--help-all"]
    assert len(shown) - 2 == COMMON
    assert {"--dataset", "--hidden", "--epochs", "--learning-rate", "--run"} < set(shown)


def test_the_help_of_train_tells_what_a_table_gets(lines):
    shown = " ".join(" ".join(lines("train", "--help")).split())
    for default in ("128; 64,64,64", "relu; selu", "10 for regression; 96", "64; 256", "sgd; adam", "0.1; 0.005"):
        assert f"{default} for a table]" in shown


@pytest.mark.parametrize("name", GROUPED)
def test_help_all_shows_every_option_once(name, lines):
    own = [one for one in COMMANDS[name].params if isinstance(one, click.Option) and not one.hidden]
    shown = options_in(lines(name, "--help-all"))
    assert sorted(shown) == sorted([*(one.opts[0] for one in own), "-h", "--help-all"])
    assert f"All {len(own)} options." in "\n".join(lines(name, "--help"))


@pytest.mark.parametrize("name", GROUPED)
def test_each_heading_stands_once(name, lines):
    for option in ("--help", "--help-all"):
        headings = [line for line in lines(name, option) if line.endswith(":") and not line.startswith(" ")]
        assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("name", GROUPED)
def test_the_three_examples_are_commands_that_can_be_parsed(name, lines):
    command = COMMANDS[name]
    assert len(command.examples) == 3
    for example in command.examples:
        assert f"  {example}" in lines(name, "--help")
        program, called, *arguments = shlex.split(example)
        assert (program, called) == ("glassnet", name)
        command.make_context(name, arguments, resilient_parsing=False)


def test_an_option_is_common_where_it_is_declared(lines):
    def command(first, second):
        """Do something.

        At length.
        """

    first = GroupedOption(["--first"], group="this", common=True, help="Often set.")
    second = GroupedOption(["--second"], group="that", help="Seldom set.")
    made = GroupedCommand("made", callback=command, params=[first, second], examples=["made"], help=command.__doc__)
    context = click.Context(made)
    brief, whole = context.get_help(), made.make_context("made", [], resilient_parsing=True)
    formatter = whole.make_formatter()
    made.format_all(whole, formatter)
    assert "Often set." in brief
    assert "Seldom set." not in brief
    assert "At length." not in brief
    assert all(text in formatter.getvalue() for text in ("Often set.", "Seldom set.", "At length.", "That options:"))
