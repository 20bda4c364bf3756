"""The command ``glassnet``: its subcommands, and how errors become exit codes."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import Any

import click

from ..errors import GlassnetError, UnknownNameError, UsageError

# Imported when used, so that --help answers at once. Name -> (module, what the list of commands says).
SUBCOMMANDS = {
    "train": "Train a network and report its accuracy.",
    "evaluate": "Evaluate a trained model on a split of its data.",
    "predict": "Read the digits in pictures, or answer for a table.",
    "explain": "Take one answer apart, forward and backward, in numbers.",
    "play": "Open a page: draw a digit, look inside, watch it learn.",
    "report": "Write what a run learned and gets wrong, as one page.",
    "compare": "Compare runs, and test whether one is better.",
    "export": "Write a model for ONNX or PyTorch, or as a page to draw on.",
    "gradcheck": "Check every gradient against finite differences.",
    "recipes": "List recipes, with published and measured test errors.",
    "datasets": "List the data sets, fetch them, verify them.",
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
def glassnet() -> None:
    """See through a neural network: NumPy and mathematics only, trained on MNIST.

    Start with: glassnet train
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 2 wrong use, 1 failure, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a sign shows a question mark
    try:
        code: Any = glassnet.main(args=arguments, prog_name="glassnet", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_text:
        help_text.show()
        code = 2
    except click.ClickException as error:
        _complain(error.format_message(), help_of=getattr(error, "ctx", None))
        code = error.exit_code
    except GlassnetError as error:
        _complain(str(error))
        code = 2 if isinstance(error, UsageError) else 1
    except (KeyboardInterrupt, click.Abort) as interrupt:
        # click raises its Abort from the KeyboardInterrupt, which carries the notes.
        notes = getattr(interrupt.__cause__ or interrupt, "__notes__", [])
        _complain("; ".join(["interrupted", *notes]))
        code = 130
    except OSError as error:
        reason = error.strerror or str(error)
        _complain(f"{reason}: {error.filename}" if error.filename else reason)
        code = 1
    except MemoryError:
        _complain("not enough memory. Try a smaller batch size or network.")
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def _complain(message: str, help_of: click.Context | None = None) -> None:
    line = " ".join(message.split())
    if help_of is not None:
        line += f"{'' if line.endswith(('.', '?')) else '.'} See '{help_of.command_path} --help'."
    click.echo(f"glassnet: {line}", err=True)
