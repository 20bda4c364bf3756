"""The command ``glassnet``: its subcommands, and how errors become exit codes."""

from __future__ import annotations

import contextlib
import io
import sys
import traceback
from importlib import import_module
from typing import Any

import click

from ..errors import GlassnetError, UnknownNameError, UsageError
from ..formatting import printable
from .ranks import one_of_all_ranks, say_which_rank
from .signals import Stop, stop_signals

UNFORESEEN = 70  # EX_SOFTWARE of sysexits.h
DEBUG = "--debug"
MOST_OF_A_MESSAGE = 300  # letters of another library's

# Imported when used, so that --help answers at once. Name -> (module, what the list of commands says).
SUBCOMMANDS = {
    "train": "Train a network and report its accuracy.",
    "sweep": "Search for the best settings.",
    "evaluate": "Evaluate a trained model on a split of its data.",
    "predict": "Predict the digits in pictures, or the rows of a table.",
    "explain": "Show how one answer comes about, forward and backward, in numbers.",
    "play": "Open a page: draw a digit, look inside the network, train it.",
    "classroom": "Write a file in which a class trains networks, offline.",
    "report": "Write a page about a run: what it learned, and its mistakes.",
    "compare": "Compare runs, and test whether one is better.",
    "serve": "Answer the rows that programs send over HTTP.",
    "export": "Write a model for ONNX, C, Python or PyTorch, or as a page.",
    "gradcheck": "Check every gradient against finite differences.",
    "recipes": "List recipes, with published and measured test errors.",
    "datasets": "List data sets, fetch them, verify their files.",
}


class LazyGroup(click.Group):
    """A group whose commands' modules are imported when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order of a first visit."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in SUBCOMMANDS:
            if ctx.resilient_parsing:
                return None
            raise UnknownNameError("command", cmd_name, SUBCOMMANDS)
        command: click.Command = import_module(f".{cmd_name}", __package__).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the list without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))


def _print_version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"glassnet {version('glassnet')}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
@click.option(DEBUG, is_flag=True, expose_value=False, help="Print the traceback of an error.")
def glassnet() -> None:
    """See through a neural network: NumPy and mathematics only, trained on MNIST.

    Start with: glassnet train
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 2 wrong use, 1 failure, 70 a fault of glassnet's own.

    After a signal it is 128 and its number: 130 for Ctrl-C, 143 for SIGTERM.
    """
    words = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a sign shows a question mark
    # Anywhere among the options, as it is remembered when something has gone wrong.
    options = words[: words.index("--")] if "--" in words else words
    debug = DEBUG in options
    words = [word for word in options if word != DEBUG] + words[len(options) :]
    with one_of_all_ranks() as ranks, stop_signals() as stop:
        code = _run(words, stop, debug)
        ranks.end(code)
    sys.exit(code)


def _run(words: list[str], stop: Stop, debug: bool) -> int:
    """Run a command, say in one line what went wrong, and give the exit code: no exception goes further."""
    try:
        code: Any = glassnet.main(args=words, prog_name="glassnet", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as help_text:
        help_text.show()
        return 2
    except click.ClickException as error:
        _complain(error.format_message(), help_of=getattr(error, "ctx", None))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort) as interrupt:
        # click raises its Abort from the KeyboardInterrupt, which carries the notes.
        notes = getattr(interrupt.__cause__ or interrupt, "__notes__", [])
        _complain("; ".join([stop.reason, *notes]))
        return stop.code
    except Exception as error:
        if debug:
            click.echo(_printable_lines(traceback.format_exc()), err=True, nl=False)
        message, code = _explained(error)
        _complain(message)
        return code if stop.signum is None else stop.code  # a closed terminal cannot be written to


def _explained(error: Exception) -> tuple[str, int]:
    """Say what an exception means to who called, and give its exit code."""
    if isinstance(error, GlassnetError):
        return str(error), 2 if isinstance(error, UsageError) else 1
    if isinstance(error, OSError):
        reason = error.strerror or str(error) or type(error).__name__
        return f"{reason}: {error.filename}" if error.filename else reason, 1
    if isinstance(error, MemoryError):
        return "not enough memory. Try a smaller batch size or network.", 1
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if len(what) > MOST_OF_A_MESSAGE:
        what = f"{what[:MOST_OF_A_MESSAGE]}..."
    remedy = f"Please report it, with the command and what {DEBUG} adds to its output"
    return f"unexpected error: {what.rstrip('.')}. {remedy}.", UNFORESEEN


def _printable_lines(text: str) -> str:
    """Write lines so that nothing in them steers the terminal."""
    return "".join(f"{printable(line)}\n" for line in text.splitlines())


def _complain(message: str, help_of: click.Context | None = None) -> None:
    """Print one line on stderr, as far as there still is one; names in it may hold anything."""
    line = say_which_rank() + printable(" ".join(message.split()))
    if help_of is not None:
        line += f"{'' if line.endswith(('.', '?')) else '.'} See '{help_of.command_path} --help'."
    with contextlib.suppress(OSError):
        click.echo(f"glassnet: {line}", err=True)
