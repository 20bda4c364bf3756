"""``glassnet gradcheck``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..evaluation.gradient_survey import Case


@click.command(name="gradcheck")
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", default=0, show_default=True, help="Seed of weights and data."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(seed: int, as_json: bool) -> None:
    """Check the gradient of every activation, loss and regularizer against finite differences, in float64.

    Every parameter of a small network is checked, and random directions in a network of MNIST's size.
    """
    from ..evaluation.gradient_survey import (
        DIRECTIONS,
        LARGE,
        SMALL,
        names_with_kinks,
        survey_gradients,
        survey_large_gradients,
    )
    from ..network.gradient_check import TOLERANCE
    from .terminal import messages, print_json, results

    with messages().status("comparing gradients with finite differences"):
        small, large = list(survey_gradients(seed)), list(survey_large_gradients(seed))
    cases = [*small, *large]
    worst = max(case.check.relative_error for case in cases)
    failed = [case for case in cases if not case.check.passed]
    if as_json:
        print_json({"checks": len(cases), "failed": len(failed), "worst": worst, "tolerance": TOLERANCE})
    else:
        console = results()
        console.print("Relative error ‖g − q‖ / (‖g‖ + ‖q‖) of g, the gradient by backpropagation,")
        console.print("against q, central differences, in float64; the largest of each row.\n")
        heads = (f"{_sizes(SMALL)}\nevery parameter", f"{_sizes(LARGE)}\n{DIRECTIONS} random directions")
        for kind, row_of in {"activation": _activation, "loss, output": _loss}.items():
            _print_table(kind, row_of, heads, small, large)
        for case in failed:
            console.print(
                f"FAILED {case.check.relative_error:.1e}  {_activation(case)}; {_loss(case)}; {case.regularizer}"
            )
        console.print(f"{len(cases)} checks, {len(failed)} failed; largest {worst:.1e}, allowed {TOLERANCE:.0e}.")
        *others, last = names_with_kinks()
        console.print(
            f"{', '.join(others)} and {last} are checked away from their kinks, where they have no derivative."
        )
    if failed:
        click.get_current_context().exit(1)


def _activation(case: Case) -> str:
    return case.activation


def _loss(case: Case) -> str:
    return f"{case.loss}, {case.output}"


def _print_table(kind: str, row_of: Callable[[Case], str], heads: tuple[str, ...], *networks: list[Case]) -> None:
    """Print the largest error of each row: of an activation with all losses, or of a loss with all activations."""
    from .terminal import plain_table, results

    table = plain_table(kind, *heads)
    for row in dict.fromkeys(row_of(case) for cases in networks for case in cases):
        worst = [max((c.check.relative_error for c in cases if row_of(c) == row), default=None) for cases in networks]
        table.add_row(row, *("" if error is None else f"{error:.1e}" for error in worst))
    results().print(table)
    results().print()


def _sizes(sizes: tuple[int, ...]) -> str:
    return "-".join(map(str, sizes))
