"""The figures of reports: diagrams as SVG that takes its colors from the page, and images of pixels as PNG."""

from __future__ import annotations

import io
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
PAPER, PLUS, MINUS = (255, 255, 255), (27, 88, 158), (137, 65, 3)
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


def plot(alternative: str, names: tuple[str, str], *lines: tuple[Any, Any, dict[str, Any]], **limits: Any) -> str:
    """Draw lines, each of x, y and matplotlib's keywords, over axes of these names; a label stands in the legend."""

    def draw(axes: Any) -> None:
        for x, y, keywords in lines:
            shown = {**keywords, "label": _plain(keywords.get("label", ""))}
            axes.plot(x, y, **{"color": INK, "linewidth": 1.6, "markersize": 4, **shown})
        if any("label" in keywords for _, _, keywords in lines):
            axes.margins(y=0.2)  # room for the legend
            axes.legend(fontsize=9)
        axes.set(xlabel=_plain(names[0]), ylabel=_plain(names[1]), **limits)

    return figure(draw, alternative, (4.6, 3.2))


def learning_curves(histories: Mapping[str, Sequence[Mapping[str, Any]]], measure: str) -> str:
    """Draw the loss, accuracy or rmse of training and validation over the epochs of each run, by its name."""

    def draw(axes: Any) -> None:
        for number, (name, history) in enumerate(histories.items()):
            epochs = [record["epoch"] for record in history]
            color, label = COLORS[number % 4], f"{_plain(name)} " if len(histories) > 1 else ""
            for part, style in (("training", "-"), ("validation", "--")):
                values = [record.get(f"{part}_{measure}") for record in history]
                if values and values[0] is not None:
                    mark = "o" if len(epochs) == 1 else ""
                    axes.plot(epochs, values, style, color=color, label=f"{label}{part}", linewidth=1.6, marker=mark)
                    axes.annotate(f" {label}{part}", (epochs[-1], values[-1]), color=color, fontsize=8, va="center")
        axes.set_xlabel("epoch")
        axes.set_ylabel(measure)
        if measure == "loss":
            axes.set_yscale("log")
        axes.margins(x=0.16)

    return figure(draw, f"The {measure} over the epochs")


def reliability_diagram(before: Reliability, after: Reliability) -> str:
    """Draw accuracy over sureness; the diagonal is what it should be."""

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8)
        for found, style, color, name in ((before, "o-", INK, "as trained"), (after, "s--", BLUE, "with temperature")):
            some = found.counts > 0
            axes.plot(
                found.confidence[some],
                found.accuracy[some],
                style,
                color=color,
                label=name,
                markersize=4,
                linewidth=1.2,
            )
        axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1.02), ylim=(0, 1.02))
        axes.legend()

    return figure(draw, "Accuracy over confidence", (4.2, 3.6))


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
        axes.set(xlabel="fraction answered", ylabel="error rate of the answers", xlim=(0, 1), ylim=(0, None))
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
        if len(curves) > 1:
            np.ravel(axes)[0].legend(fontsize=8)

    return figure(draw, "Accuracy over the strength of each corruption", (11.5, 2.3 * rows), (rows, columns))


def pruning_plot(pruned: Sequence[tuple[float, float]]) -> str:
    """Draw the accuracy that is left over the share of the weights that are zero."""

    def draw(axes: Any) -> None:
        shares, accuracies = zip(*pruned, strict=True)
        axes.plot(shares, accuracies, "o-", color=INK, markersize=4, linewidth=1.4)
        axes.set(xlabel="fraction of the weights set to zero", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1.03))

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
    sheet = np.full((rows * (height + GAP), columns * (width + GAP), 3), 255, np.uint8)
    share = weights / np.maximum(np.abs(weights).max(axis=0), np.finfo(np.float32).tiny)
    for number in range(count):
        top, left = (number // columns) * (height + GAP), (number % columns) * (width + GAP)
        sheet[top : top + height, left : left + width] = signed_colors(share[:, number].reshape(shape))
    return _address(Image.fromarray(sheet))


def signed_colors(share: Floats) -> Bytes:
    """Color values of −1..1, (height, width), as (height, width, 3)."""
    most = np.where(share[..., None] > 0, PLUS, MINUS)
    mixed = np.array(PAPER) + (most - np.array(PAPER)) * np.abs(share)[..., None]
    colored: Bytes = np.rint(mixed).astype(np.uint8)
    return colored


def _address(picture: Image.Image) -> str:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return f"data:image/png;base64,{in_base64(out.getvalue())}"
