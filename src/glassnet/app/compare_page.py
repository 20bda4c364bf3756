"""Several runs side by side, as one self-contained page."""

from __future__ import annotations

from . import figures
from .report_facts import Facts, result_of
from .single_file import render_static


def compare_page(facts: list[Facts], differences: dict[str, list[str]], sentences: list[str]) -> str:
    """Render the comparison.

    Parameters
    ----------
    facts : list of Facts
        Of runs on the same data.
    differences : dict
        Settings in which they differ, a value for each.
    sentences : list of str
        What McNemar's test says of each two.

    Raises
    ------
    MissingExtraError
        If matplotlib or Jinja2 is not installed.
    """
    names = [str(one.path) for one in facts]
    histories = {name: one.history for name, one in zip(names, facts, strict=True) if one.history}
    measures = ("loss", "accuracy" if facts[0].classifies else "rmse")
    curves = [figures.learning_curves(histories, measure) for measure in measures] if histories else []
    classified = {name: one for name, one in zip(names, facts, strict=True) if one.classifies}
    with_images = {name: one.curves for name, one in classified.items() if one.curves}
    # What has gradients has two panels more than what has none.
    panels = min((len(found) for found in with_images.values()), default=0)
    return render_static(
        "compare.html",
        "report.css",
        names=names,
        differences=differences,
        results={split: [result_of(one, split) for one in facts] for split in ("validation", "test")},
        sentences=sentences,
        curves=curves,
        selection=figures.selection_plot({name: one.selection for name, one in classified.items()})
        if classified
        else None,
        robustness=figures.robustness_plots({name: found[:panels] for name, found in with_images.items()})
        if panels
        else None,
    )
