"""``glassnet export``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="export")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--format", "kind", type=click.Choice(["onnx", "pytorch"]), default="onnx", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Where the file goes.")
def command(run: Path, kind: str, output: Path) -> None:
    """Write the model of RUN, a run directory or a model file, for other programs.

    onnx: one graph with preprocessing and probabilities inside; raw pixels or features go in. pytorch: the state_dict
    of a Sequential of Linear layers, as safetensors; of one network, without preprocessing.
    """
    from ..errors import UsageError
    from ..interop.onnx import export_onnx
    from ..interop.pytorch import save_network
    from ..model.storage import load_model
    from ..training.directory import model_file

    model = load_model(model_file(run))
    if kind == "onnx":
        export_onnx(model, output)
    elif model.others:
        remedy = "Export it as onnx, or load the model file itself: it is the state_dict of a ModuleList"
        raise UsageError("an ensemble is not one Sequential", remedy=remedy)
    else:
        save_network(model.network, output)
    click.echo(f"{output}  {output.stat().st_size:,} bytes")
