"""``glassnet gradcheck``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..evaluation.gradient_survey import Case


@click.command(name="gradcheck")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of weights and data.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(seed: int, as_json: bool) -> None:
    """Check every gradient against finite differences, in float64.

    Every parameter of a small network, and random directions in one of MNIST's size.
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
        console.print("Relative error ‖a − b‖ / (‖a‖ + ‖b‖) of backpropagation against central differences, float64\n")
        _print_table(small, f"Every parameter of {_sizes(SMALL)}, the worst of five regularizers")
        _print_table(large, f"{DIRECTIONS} random directions in {_sizes(LARGE)}")
        console.print(f"{len(cases)} checks, {len(failed)} failed; worst {worst:.1e}, allowed {TOLERANCE:.0e}.")
        *others, last = names_with_kinks()
        console.print(f"{', '.join(others)} and {last} are checked away from their kinks, where no derivative exists.")
    if failed:
        click.get_current_context().exit(1)


def _print_table(cases: list[Case], title: str) -> None:
    from .terminal import plain_table, results

    columns = list(dict.fromkeys((case.loss, case.output) for case in cases))
    table = plain_table("activation", *(f"{loss}\n{output}" for loss, output in columns), title=title)
    for activation in dict.fromkeys(case.activation for case in cases):
        row = [case for case in cases if case.activation == activation]
        worst = [
            max((c.check.relative_error, c.check.passed) for c in row if (c.loss, c.output) == column)
            for column in columns
        ]
        table.add_row(activation, *(f"{error:.1e}{'' if passed else ' FAILED'}" for error, passed in worst))
    results().print(table)
    results().print()


def _sizes(sizes: tuple[int, ...]) -> str:
    return "-".join(map(str, sizes))
