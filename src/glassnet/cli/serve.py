"""``glassnet serve``."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click


@click.command(name="serve")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8_000,
    metavar="PORT",
    help="Port to serve at; 0 for any free one. [8000]",
)
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ADDRESS",
    help="Address to serve at; 0.0.0.0 for other machines too. [127.0.0.1]",
)
def command(run: Path, port: int, host: str) -> None:
    """Answer the rows that programs send over HTTP, with the model of RUN, a run directory or a model file.

    POST /predict takes one JSON object of values by column, a list of such objects, or CSV with a header, of 1 MB at
    most. It answers in the same format, or in that which the Accept header names. GET / describes the columns, and GET
    /health says that it runs. Ctrl-C or SIGTERM ends it, once what has been asked is answered.
    """
    from ..extras import needed

    for module in ("uvicorn", "starlette", "websockets", "msgspec"):
        needed(module, "web")
    from ..data.reading import ReadingOptions
    from ..hardware import one_blas_thread
    from ..model.model import load_model
    from ..runs.directory import model_file
    from ..runs.run import CONFIG
    from ..runs.settings import read_toml
    from ..server.connections import server_of
    from ..server.prediction import application
    from .play import listen

    model = load_model(model_file(run))
    settings = read_toml(run / CONFIG, of_a_run=True) if run.is_dir() else {}
    options = ReadingOptions(decimal=settings.get("decimal", ""), dates=settings.get("dates", ""))
    app = application(model, host, options, settings.get("target", ""))
    with one_blas_thread(), contextlib.closing(listen(host, port)) as listener:
        listener.listen()  # so that whoever reads the address can ask
        port = listener.getsockname()[1]
        click.echo(f"http://{host}:{port}/")
        click.echo("Ctrl-C ends it.", err=True)
        server_of(app, host, port).run(sockets=[listener])
