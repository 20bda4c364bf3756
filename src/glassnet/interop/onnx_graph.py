"""An ONNX graph while it is built: nodes and constants, named as they come."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import AnyArray

Value = tuple[str, Any, tuple[int, ...]]  # name, type and shape of an example


class Graph:
    """Nodes, each of which takes what earlier ones gave.

    Parameters
    ----------
    onnx : module
        The onnx package.
    """

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def add(self, operator: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """Add a node and give the name of its output."""
        name = name or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, values: AnyArray | np.generic) -> str:
        """Add an array and give its name."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(self._onnx.numpy_helper.from_array(np.asarray(values), name))
        return name

    def cast(self, values: str, dtype: Any) -> str:
        """Add a change of type."""
        return self.add("Cast", values, to=self._type(dtype))

    def _type(self, dtype: Any) -> int:
        code: int = self._onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return code

    def build(self, source: Value, result: Value) -> Any:
        """Make the graph, from an input to a result, both with a batch of any size."""
        ends = [
            [self._onnx.helper.make_tensor_value_info(name, self._type(dtype), ["batch", *shape])]
            for name, dtype, shape in (source, result)
        ]
        return self._onnx.helper.make_graph(self._nodes, "glassnet", *ends, self._constants)
