"""``glassnet serve``."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path

import click

PORT = click.IntRange(0, 65_535)


@click.command(name="serve")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--port", type=PORT, default=8_000, metavar="PORT", help="Port to serve at; 0 for any free one. [8000]")
@click.option("--host", default="127.0.0.1", metavar="HOST", help="To serve at; 0.0.0.0: also to others. [127.0.0.1]")
def command(run: Path, port: int, host: str) -> None:
    """Answer the rows that programs send over HTTP, with the model of RUN, a run directory or a model file of a table.

    POST /predict takes a JSON object of values by column, a list of such objects, or CSV with a header (text/csv), of
    1 MB at most, and answers in the same format, or in that of the Accept header. GET / describes the columns; GET
    /health says that it runs. Ctrl-C or SIGTERM ends it, once what was asked is answered.
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
    from ..server.prediction import RowReader, application
    from .play import listen
    from .predict import COVERAGE, FEWEST
    from .predict_data import Question, answers_of, csv_of

    model = load_model(model_file(run))
    settings = read_toml(run / CONFIG, of_a_run=True) if run.is_dir() else {}
    options = ReadingOptions(**{name: settings.get(name, "") for name in ("delimiter", "decimal", "dates")})
    reader, errors = RowReader(model.preprocessing, options), model.reference.count if model.reference else 0
    question = Question(model, COVERAGE if errors >= FEWEST else None)
    facts = {"model": repr(model).strip("<>"), "predicts": settings.get("target", "")}
    facts |= {"classes": model.class_names, "unit": model.unit}
    app = application(reader, partial(answers_of, question, first=1), partial(csv_of, question), facts, host)
    with one_blas_thread(), contextlib.closing(listen(host, port)) as listener:
        listener.listen()  # so that whoever reads the address can ask
        click.echo(f"http://{host}:{listener.getsockname()[1]}/")
        click.echo("Ctrl-C ends it.", err=True)
        server_of(app, host, port).run(sockets=[listener])
