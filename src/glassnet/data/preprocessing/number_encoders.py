"""Encoders that make several inputs of a number, so that a network sees its thresholds or its fine structure at once.

Source: Y. Gorishniy, I. Rubachev, A. Babenko, "On embeddings for numerical features in tabular deep learning" (2022).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from ...arrays import AnyArray, Floats
from .column_encoders import RobustEncoder
from .encoders import ENCODERS, Blocks, Encoder, joined

PIECES = 16  # at most
WAVES = 2.0 ** np.arange(4) * np.pi / 2  # of the scaled number, most of which lie in -2..2


@ENCODERS.register("piecewise")
@dataclass(frozen=True)
class PiecewiseEncoder(Encoder):
    """Numbers by where they lie between quantiles of the training rows: an input for each piece between two of them.

    ::

        x_i = min(1, max(0, (v − b_i) / (c_i − b_i)))

    with a piece from b_i to c_i. In the first one nothing is cut off below, in the last one nothing above. A gap gives
    zeros, and where the training rows have some, a last input is 1 in rows with a gap.

    Parameters
    ----------
    edges : tuple of float
        Where each piece begins, and where the last one ends, ascending, in the column's unit.
    marks_gaps : bool
        Whether there is the last input.
    """

    edges: tuple[float, ...]
    marks_gaps: bool
    takes_gaps = True

    @classmethod
    def fit(cls, column: str, blocks: Blocks) -> Self:
        """Take quantiles that differ; of a column that never varies, one piece of width 1."""
        values = joined(blocks)
        known = values[~np.isnan(values)]
        edges = np.unique(np.quantile(known, np.linspace(0, 1, PIECES + 1))) if len(known) else np.zeros(1)
        edges = edges if len(edges) > 1 else np.append(edges, edges + 1)
        return cls(tuple(edges.tolist()), len(known) < len(values))

    @property
    def takes_truth(self) -> bool:
        """By the first and the last edge."""
        return 0 <= self.edges[0] < self.edges[-1] <= 1

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Self:
        """Make it of finite edges in ascending order."""
        edges = np.array(description["edges"], np.float64)
        if edges.ndim != 1 or len(edges) < 2 or not np.isfinite(edges).all() or not (np.diff(edges) > 0).all():
            raise ValueError("invalid edges of a column")
        return cls(tuple(edges.tolist()), bool(description["marks_gaps"]))

    def describe(self) -> dict[str, Any]:
        """Give what `of` takes."""
        return asdict(self)

    @property
    def inputs(self) -> int:  # type: ignore[override]
        """As many as pieces, and another that marks gaps."""
        return len(self.edges) - 1 + self.marks_gaps

    def names(self, column: str) -> list[str]:
        """Say what each input is called: the column, and from where."""
        pieces = [f"{column} from {edge:.6g}" for edge in self.edges[:-1]]
        return [*pieces, f"{column} is missing"][: self.inputs]

    def _pieces(self) -> tuple[AnyArray, AnyArray, AnyArray, AnyArray]:
        """Give where each piece begins, how wide it is, and between what its input is kept, (1, pieces) each."""
        edges = np.array(self.edges)[None]
        least, most = np.zeros_like(edges[:, 1:]), np.ones_like(edges[:, 1:])
        least[:, 0], most[:, -1] = -np.inf, np.inf
        return edges[:, :-1], np.diff(edges), least, most

    def apply(self, values: AnyArray, out: Floats) -> None:
        """Write how much of each piece lies below the numbers, and where gaps are."""
        starts, widths, least, most = self._pieces()
        gaps, count = np.isnan(values), len(self.edges) - 1
        out[:, :count] = np.where(gaps[:, None], 0, np.clip((values[:, None] - starts) / widths, least, most))
        if self.marks_gaps:
            out[:, count] = gaps

    def add_nodes(self, graph: Any, values: str) -> str:
        """Do the same in double precision."""
        starts, widths, least, most = (graph.constant(part) for part in self._pieces())
        gaps = graph.add("IsNaN", values)
        pieces = graph.add("Div", graph.add("Sub", values, starts), widths)
        cut = graph.add("Min", graph.add("Max", pieces, least), most)
        inputs = str(graph.cast(graph.add("Where", gaps, graph.constant(np.float64(0)), cut), np.float32))
        if not self.marks_gaps:
            return inputs
        return str(graph.add("Concat", inputs, graph.cast(gaps, np.float32), axis=1))


@ENCODERS.register("periodic")
@dataclass(frozen=True)
class PeriodicEncoder(RobustEncoder):
    """Numbers as `RobustEncoder` has them, and their sines and cosines at four frequencies, each twice the one before.

    ::

        s_k = sin(2^k (π / 2) x)
        c_k = cos(2^k (π / 2) x)

    with the scaled number x and k = 0, 1, 2, 3. In the source frequencies are learned; these are fixed.
    """

    @property
    def inputs(self) -> int:  # type: ignore[override]
        """The scaled number, perhaps the mark of gaps, and eight."""
        return 1 + self.marks_gaps + 2 * len(WAVES)

    def names(self, column: str) -> list[str]:
        """Say what each input is called."""
        waves = [f"{column} {wave} {2**k}" for wave in ("sine", "cosine") for k in range(len(WAVES))]
        return [column, *[f"{column} is missing"][: self.marks_gaps], *waves]

    def apply(self, values: AnyArray, out: Floats) -> None:
        """Write the number, where gaps are, and the waves."""
        count = 1 + self.marks_gaps
        super().apply(values, out[:, :count])
        waves = out[:, :1] * WAVES.astype(out.dtype)
        out[:, count:] = np.concatenate([np.sin(waves), np.cos(waves)], axis=1)

    def add_nodes(self, graph: Any, values: str) -> str:
        """Add the waves to what `RobustEncoder` has."""
        inputs = super().add_nodes(graph, values)
        scaled = graph.add("Gather", inputs, graph.constant(np.array([0])), axis=1)
        waves = graph.add("Mul", scaled, graph.constant(WAVES.astype(np.float32)[None]))
        return str(graph.add("Concat", inputs, graph.add("Sin", waves), graph.add("Cos", waves), axis=1))
