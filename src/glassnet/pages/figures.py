"""The figures of reports: diagrams as SVG that takes its colors from the page, and images of pixels as PNG."""

from __future__ import annotations

import io
import math
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from ..arrays import AnyArray, Bytes, Floats, Integers
from ..evaluation.calibration import Reliability
from ..evaluation.robustness import Curve
from ..evaluation.selective import RiskCoverage
from ..extras import needed
from ..formatting import printable
from .single_file import in_base64

# Stand-ins that are drawn with, and the page's tokens that they become.
INK, MUTED, HAIR, BLUE, ORANGE = "#171817", "#5b5d5a", "#dcdcd8", "#1b589e", "#894103"
TOKENS = {INK: "--ink", MUTED: "--muted", HAIR: "--hair", BLUE: "--plus-4", ORANGE: "--minus-4"}
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "glassnet",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": HAIR,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}
GAP = 2  # pixels between the images of a sheet
PLUS, MINUS = (58, 124, 204), (196, 98, 38)  # of weights: seen on light paper and on dark
ROUND = (1, 2, 5)  # with powers of ten: where the ticks of a logarithmic axis are
FEWEST_TICKS = 3
LEAST_OF_A_BIN = 5  # answers: what fewer of them come to is chance
COLORS = (INK, BLUE, ORANGE, MUTED)  # of runs that are compared
Draw = Callable[[Any], None]


def figure(draw: Draw, alternative: str, size: tuple[float, float] = (5.2, 3.4), grid: tuple[int, int] = (1, 1)) -> str:
    """Draw with matplotlib on axes, or an array of a grid of them, `size` in inches, and give an SVG element.

    `alternative` says what it shows to those who do not see it.
    """
    matplotlib = needed("matplotlib", "report")
    figures = needed("matplotlib.figure", "report")
    out = io.StringIO()
    with matplotlib.rc_context(STYLE):
        sheet = figures.Figure(size, layout="constrained")
        draw(sheet.subplots(*grid))
        sheet.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _for_the_page(out.getvalue(), alternative)


def _for_the_page(svg: str, alternative: str) -> str:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" role="img">', svg, count=1, flags=re.DOTALL)
    for color, token in TOKENS.items():
        svg = svg.replace(color, f"var({token})")
    # Identifiers are unique in a page that has several figures.
    mark = format(zlib.crc32(alternative.encode()), "08x")
    svg = re.sub(r'(id="|#)([\w.-]+)(?=["\)])', rf"\g<1>{mark}-\g<2>", svg)
    text = printable(alternative).replace("&", "&amp;").replace("<", "&lt;")
    return svg.replace(">", f"><title>{text}</title>", 1)


def in_percent(*axes: Any) -> None:
    """Write the shares along axes as percentages."""
    for axis in axes:
        axis.set_major_formatter(lambda value, _: f"{100 * value:g}%")


def round_ticks(axis: Any, low: float, high: float, written: Callable[[float], str]) -> None:
    """Label powers of ten on an axis of logarithms, or 1, 2 and 5 times them where there are few."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [10.0**power for power in powers if low <= 10.0**power <= high]
    if len(ticks) < FEWEST_TICKS:
        ticks = [times * 10.0**power for power in powers for times in ROUND if low <= times * 10.0**power <= high]
    axis.set_ticks(ticks or [low], [written(tick) for tick in ticks or [low]])
    axis.set_ticks([], minor=True)


def plot(
    alternative: str,
    names: tuple[str, str],
    *lines: tuple[Any, Any, dict[str, Any]],
    percents: str = "",
    **limits: Any,
) -> str:
    """Draw lines, each of x, y and matplotlib's keywords, over axes of these names; a label stands in the legend.

    Which of the axes, "x", "y" or both, are shares, is told by `percents`.
    """

    def draw(axes: Any) -> None:
        for x, y, keywords in lines:
            shown = {**keywords, "label": _plain(keywords.get("label", ""))}
            axes.plot(x, y, **{"color": INK, "linewidth": 1.6, "markersize": 4, **shown})
        if any("label" in keywords for _, _, keywords in lines):
            axes.margins(y=0.2)  # room for the legend
            axes.legend(fontsize=9)
        axes.set(xlabel=_plain(names[0]), ylabel=_plain(names[1]), **limits)
        in_percent(*(getattr(axes, f"{axis}axis") for axis in percents))

    return figure(draw, alternative, (4.6, 3.2))


def learning_curves(histories: Mapping[str, Sequence[Mapping[str, Any]]], measure: str, guess: float = 0) -> str:
    """Draw the loss, accuracy or rmse of training and validation over the epochs of each run, by its name.

    Accuracy from 0 to 100%, with what a guess reaches.
    """

    def draw(axes: Any) -> None:
        seen: list[float] = []
        several = len(histories) > 1
        for number, (name, history) in enumerate(histories.items()):
            color, label = COLORS[number % 4], f"{_plain(name)}, " if several else ""
            for part, style in (("training", "-"), ("validation", "--")):
                key = f"{part}_{measure}"
                values = [float(record[key]) for record in history if record.get(key) is not None]
                if values:
                    seen += values
                    _curve(axes, [record["epoch"] for record in history], values, f"{label}{part}", style, color)
                    if not several:
                        _name(axes, history[-1]["epoch"], values[-1], part, color)
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_ylabel(measure)
        last = max((len(history) for history in histories.values()), default=1)
        axes.set_xlim(1 - 0.05 * last, 1.05 * last if several else 1.3 * last)
        if several:
            axes.legend(fontsize=8)
        if measure == "accuracy":
            axes.set_ylim(0, 1.04)
            in_percent(axes.yaxis)
            axes.axhline(guess, color=MUTED, linewidth=0.8)
            axes.annotate("guessing", (1, guess), color=MUTED, fontsize=9, va="top")
        elif min(seen, default=0) > 0:
            axes.set_yscale("log")
            round_ticks(axes.yaxis, min(seen), max(seen), lambda tick: f"{tick:g}")

    return figure(draw, f"The {measure} over the epochs", (4.6, 3.2))


def _curve(axes: Any, epochs: list[int], values: list[float], label: str, style: str, color: str) -> None:
    mark = "o" if len(epochs) == 1 else ""
    axes.plot(epochs, values, style, color=color, label=label, linewidth=1.6, marker=mark)


def _name(axes: Any, epoch: int, value: float, part: str, color: str) -> None:
    """Write what a curve is of at its end: of two that end together the names stand above and below."""
    place = "bottom" if part == "training" else "top"
    axes.annotate(f" {part}", (epoch, value), color=color, fontsize=9, va=place)


def reliability_diagram(before: Reliability) -> str:
    """Draw accuracy over sureness; the diagonal is what it should be, and an area how many answers a point is of."""

    def draw(axes: Any) -> None:
        some = before.counts >= min(LEAST_OF_A_BIN, before.counts.max())
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8)
        axes.plot(before.confidence[some], before.accuracy[some], "-", color=INK, linewidth=1)
        areas = 12 + 150 * before.counts[some] / before.counts.max()
        axes.scatter(before.confidence[some], before.accuracy[some], areas, color=BLUE, zorder=3)
        axes.set(xlabel="it says so with", ylabel="and is right", xlim=(0, 1.04), ylim=(0, 1.04))
        in_percent(axes.xaxis, axes.yaxis)

    return figure(draw, "How often answers are right, over how sure it is of them", (3.6, 3.0))


def selection_plot(curves: Mapping[str, RiskCoverage]) -> str:
    """Draw the share of wrong answers over the share that is answered, the surest first."""

    def draw(axes: Any) -> None:
        for number, (name, curve) in enumerate(curves.items()):
            axes.plot(
                curve.coverage,
                curve.risk,
                "-" if number % 2 == 0 else "--",
                color=COLORS[number % 4],
                label=_plain(name),
            )
        axes.set(xlabel="answered, the surest first", ylabel="wrong, of those", xlim=(0, 1), ylim=(0, None))
        in_percent(axes.xaxis, axes.yaxis)
        if len(curves) > 1:
            axes.legend()

    return figure(draw, "Error rate over the fraction of examples answered", (4.6, 3.4))


def robustness_plots(curves: Mapping[str, Sequence[Curve]]) -> str:
    """Draw accuracy over strength, a panel for each corruption."""
    first = next(iter(curves.values()))
    columns = 5
    rows = -(-len(first) // columns)

    def draw(axes: Any) -> None:
        for panel, axis in enumerate(np.ravel(axes)):
            if panel >= len(first):
                axis.set_axis_off()
                continue
            for number, (name, found) in enumerate(curves.items()):
                curve = found[panel]
                axis.plot(
                    curve.strengths,
                    curve.accuracies,
                    ("o-", "s--", "^:", "d-.")[number % 4],
                    color=COLORS[number % 4],
                    markersize=3,
                    label=_plain(name),
                )
            axis.set_title(first[panel].name, fontsize=10, loc="left")
            axis.set_xlabel(first[panel].unit, fontsize=9)
            axis.set_ylim(0, 1.03)
            in_percent(axis.yaxis)
        if len(curves) > 1:
            np.ravel(axes)[0].legend(fontsize=8)

    return figure(draw, "Accuracy over the strength of each corruption", (11.5, 2.3 * rows), (rows, columns))


def pruning_plot(pruned: Sequence[tuple[float, float]]) -> str:
    """Draw the accuracy that is left over the share of the weights that are zero."""

    def draw(axes: Any) -> None:
        shares, accuracies = zip(*pruned, strict=True)
        axes.plot(shares, accuracies, "o-", color=INK, markersize=4, linewidth=1.4)
        axes.set(xlabel="weights set to zero", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1.03))
        in_percent(axes.xaxis, axes.yaxis)

    return figure(draw, "Accuracy over the fraction of the weights that are zero", (4.6, 3.2))


def hidden_map(points: Floats, labels: Integers, marks: Sequence[str], title: str) -> str:
    """Write the mark of each example's class where the hidden layer puts it; labels beyond the points are left."""

    def draw(axes: Any) -> None:
        for (x, y), label in zip(points, labels, strict=False):
            axes.text(
                x, y, _plain(marks[label]), fontsize=6, color=_shade(int(label), len(marks)), ha="center", va="center"
            )
        axes.set_xlim(points[:, 0].min() * 1.05, points[:, 0].max() * 1.05)
        axes.set_ylim(points[:, 1].min() * 1.05, points[:, 1].max() * 1.05)
        axes.set_axis_off()
        axes.set_title(title, fontsize=10, loc="left")

    return figure(draw, f"The activations of the last hidden layer: {title}", (5.4, 4.6))


def _plain(text: str) -> str:
    """Keep matplotlib from reading a name as a formula, or hiding one that begins with an underscore from a legend."""
    text = printable(text)
    return ("\u200b" if text.startswith("_") else "") + text.replace("$", r"\$")


def _shade(label: int, count: int) -> str:
    """Alternate three inks: the digit itself says which class it is."""
    return (INK, BLUE, ORANGE)[label % 3] if count > 1 else INK


def predicted_against_true(predictions: Floats, targets: AnyArray, unit: str) -> str:
    """Draw what was predicted over what is true."""

    def draw(axes: Any) -> None:
        ends = [min(predictions.min(), targets.min()), max(predictions.max(), targets.max())]
        axes.plot(ends, ends, color=MUTED, linewidth=0.8)
        axes.plot(targets, predictions, ".", color=INK, markersize=2, alpha=0.5)
        axes.set(xlabel=_plain(f"true {unit}".strip()), ylabel=_plain(f"predicted {unit}".strip()))

    return figure(draw, "Predicted over true numbers", (4.2, 3.8))


def ink_image(image: Bytes) -> str:
    """Give a gray image, (height, width) uint8, as dark ink on white paper."""
    return _address(Image.fromarray(255 - image))


def weights_image(weights: Floats, shape: tuple[int, int], columns: int) -> str:
    """Give the weights, (inputs, neurons), of each neuron as an image of its own scale, so many to a row."""
    height, width = shape
    count = weights.shape[1]
    rows = -(-count // columns)
    sheet = np.zeros((rows * (height + GAP), columns * (width + GAP), 4), np.uint8)
    share = weights / np.maximum(np.abs(weights).max(axis=0), np.finfo(np.float32).tiny)
    for number in range(count):
        top, left = (number // columns) * (height + GAP), (number % columns) * (width + GAP)
        sheet[top : top + height, left : left + width] = signed_colors(share[:, number].reshape(shape))
    return _address(Image.fromarray(sheet))


def signed_colors(share: Floats) -> Bytes:
    """Color values of −1..1, (height, width), as (height, width, 4): zero is transparent, so that it is any paper."""
    colors = np.where(share[..., None] > 0, PLUS, MINUS)
    colored: Bytes = np.concatenate([colors, np.rint(255 * np.abs(share))[..., None]], axis=2).astype(np.uint8)
    return colored


def _address(picture: Image.Image) -> str:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return f"data:image/png;base64,{in_base64(out.getvalue())}"
