"""``glassnet compare``."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..formatting import printable

if TYPE_CHECKING:
    from ..evaluation.statistics import McNemar
    from ..pages.run_facts import Facts

SURE = 0.05  # below it a difference is hardly luck
Pairs = dict[tuple[int, int], "McNemar"]


@click.command(name="compare")
@click.argument("runs", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="RUN RUN...")
@click.option(
    "--html", type=click.Path(path_type=Path), help="Write a page with the runs' learning curves side by side."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(runs: tuple[Path, ...], html: Path | None, as_json: bool) -> None:
    """Compare finished runs: their settings, their results, and whether the difference could be chance.

    That is decided by McNemar's test, from the test examples that only one of two runs gets right.
    """
    if len(runs) < 2:
        raise click.UsageError("expected two runs or more", click.get_current_context())
    from ..pages.run_facts import Facts
    from .terminal import print_json

    facts = [Facts.read(run) for run in runs]
    pairs = _test_all(facts)
    if html is not None:
        from ..files import write_whole
        from ..pages.report_page import compare_page, names_of

        write_whole(html, compare_page(facts, _differences(facts), _sentences(pairs, names_of(facts))))
        click.echo(f"{printable(str(html))}  {html.stat().st_size:,} bytes", err=True)
    if as_json:
        print_json(_as_dict(facts, pairs))
    elif html is None:
        _print(facts, pairs)


def _test_all(facts: list[Facts]) -> Pairs:
    """Test each two runs; none where they answer other examples, or numbers."""
    from ..errors import UsageError
    from ..evaluation.statistics import mcnemar

    first = facts[0].data
    for one in facts[1:]:
        if one.data.fingerprint() != first.fingerprint():
            expected = f"runs on {first.name}, as {facts[0].path}"
            raise UsageError("runs on different data", expected=expected, got=f"{one.path} on {one.data.name}")
    if not facts[0].classifies or not len(first.test):
        return {}
    right = [one.model.predict(one.data.test.inputs) == one.data.test.targets for one in facts]
    return {(a, b): mcnemar(right[a], right[b]) for a, b in combinations(range(len(facts)), 2)}


def _differences(facts: list[Facts]) -> dict[str, list[str]]:
    """Give the settings in which the runs differ."""
    from ..pages.run_facts import written

    settings = [one.settings.as_dict() for one in facts]
    names = list(dict.fromkeys(name for values in settings for name in values))
    # What an optimizer lacks is as what is off.
    names = [name for name in names if len({repr(values.get(name) or 0) for values in settings}) > 1]
    return {name.replace("_", " "): [written(values.get(name, "-")) for values in settings] for name in names}


def _sentences(pairs: Pairs, runs: list[str]) -> list[str]:
    """Say of each two of these runs whether one is better, the more carefully the more pairs there are."""
    from ..evaluation.statistics import holm

    lines, many = [], f", by Holm over {len(pairs)} pairs" if len(pairs) > 1 else ""
    for ((a, b), found), p_value in zip(pairs.items(), holm([one.p_value for one in pairs.values()]), strict=True):
        names, counts = (runs[a], runs[b]), (found.only_first, found.only_second)
        first, second = (0, 1) if counts[0] >= counts[1] else (1, 0)
        verdict = "is better" if p_value < SURE else "may be no better"
        lines.append(
            f"{names[first]} {verdict} than {names[second]}: it alone is right {counts[first]:,} times, "
            f"the other alone {counts[second]:,} times (McNemar, p {_p(p_value)}{many})"
        )
    return lines


def _p(value: float) -> str:
    return f"= {value:.2g}" if value >= 1e-4 else "under 0.0001"


def _print(facts: list[Facts], pairs: Pairs) -> None:
    from .terminal import plain_table, results, shown

    console = results()
    table = plain_table("", *(shown(str(one.path)) for one in facts))
    for column in table.columns[1:]:  # a long path is folded; nothing is cut
        column.no_wrap, column.overflow = False, "fold"
    for name, values in _differences(facts).items():
        table.add_row(name, *map(shown, values))
    for name, values in _figures(facts).items():
        table.add_row(name, *values, style="bold" if name in ("validation", "test") else "")
    console.print(table)
    console.print()
    for sentence in _sentences(pairs, [str(one.path) for one in facts]):
        console.print(f"{printable(sentence)}.", markup=False, soft_wrap=True)


def _figures(facts: list[Facts]) -> dict[str, list[str]]:
    from ..pages.run_facts import result_of
    from .terminal import shown

    rows = {split: [shown(result_of(one, split)) for one in facts] for split in ("validation", "test")}
    rows["parameters"] = [f"{one.metrics['parameters']:,}" for one in facts]
    rows["seconds"] = [f"{one.metrics['elapsed_seconds']:.1f}" for one in facts]
    return rows


def _as_dict(facts: list[Facts], pairs: Pairs) -> dict[str, Any]:
    measure = "accuracy" if facts[0].classifies else "rmse"
    keys = (f"validation_{measure}", f"test_{measure}", "parameters", "elapsed_seconds")
    return {
        "runs": [{"run": str(one.path), **{key: one.metrics[key] for key in keys}} for one in facts],
        "differences": _differences(facts),
        "mcnemar": [
            {"first": str(facts[a].path), "second": str(facts[b].path), **vars(found)}
            for (a, b), found in pairs.items()
        ],
    }
