"""``glassnet play``."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import UsageError
from .options import Data

if TYPE_CHECKING:
    import uvicorn

ARENAS = -8  # of mallopt: for how many threads at once memory is set apart
FILES = 2_048  # that may be open: each connection is one

FIRST: dict[str, Any] = {"epochs": 3, "input_parts": 1}  # some seconds, for one who has no run yet


@click.command(name="play")
@click.argument("run", type=click.Path(path_type=Path), required=False)
@click.option(
    "--dataset", type=Data(), metavar="NAME|PATH", help="Data that the page offers to train on, beside MNIST."
)
@click.option("--target", metavar="NAME", help="Column of --dataset to predict. [label, target, class or y]")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=0,
    metavar="PORT",
    help="Port of 127.0.0.1 to serve at; 0 for any free one. [0]",
)
@click.option("--link", metavar="LINK", help="What the page shows first: the part after # of a shared link.")
@click.option("--open/--no-open", "opens", default=True, help="Open the page in the browser. [yes]")
def command(
    run: Path | None, dataset: str | None, target: str | None, port: int, link: str | None, opens: bool
) -> None:
    """Open a page that shows the network of RUN, a run's directory, at work: draw a digit, look inside, train.

    Without RUN, the newest run in runs/ is shown; if there is none, a first network is trained, which takes some
    seconds. The page is served to this machine alone and needs no internet. Ctrl-C ends it.
    """
    _prepare_process()
    from ..extras import needed
    from ..hardware import one_blas_thread
    from ..runs.directory import model_file
    from ..runs.run import CONFIG
    from ..runs.settings import read_toml

    for module in ("uvicorn", "starlette", "websockets", "msgspec", "jinja2"):
        needed(module, "web")
    from ..server.app import HOST, make_server
    from ..server.served import Served
    from ..server.uploads import UploadStore

    chosen = run or _newest() or _first()
    if model_file(chosen).parent != chosen:
        raise UsageError("a model file has no examples to show", got=chosen, remedy="Name the run's directory")
    fragment = f"#{link.partition('#')[2] or link}" if link else ""
    listener = listen(HOST, port)
    # One thread: two wait for one another where the training keeps a processor busy, and every answer with them.
    with (
        one_blas_thread(),
        contextlib.closing(listener),
        contextlib.closing(UploadStore(read_toml(chosen / CONFIG, of_a_run=True), dataset, target)) as uploads,
    ):
        server, address = make_server(Served(chosen, uploads), listener.getsockname()[1])
        asyncio.run(_serve(server, listener, address + fragment, opens))


def _prepare_process() -> None:
    """Let signals end it so that what was sent is deleted; keep its memory small; let it have files enough."""
    for name in ("SIGTERM", "SIGHUP"):  # the second when the terminal is closed; not on Windows
        sign = getattr(signal, name, None)
        if sign and signal.getsignal(sign) is not signal.SIG_IGN:  # as nohup leaves it
            signal.signal(sign, _end)
    with contextlib.suppress(
        AttributeError, OSError, TypeError
    ):  # glibc alone has it: each thread keeps what it once took
        ctypes.CDLL(None).mallopt(ARENAS, 1)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY and soft < FILES:
            most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _end(sign: int, _frame: object) -> None:
    raise SystemExit(128 + sign)


async def _serve(server: uvicorn.Server, listener: socket.socket, address: str, opens: bool) -> None:
    ended: list[int] = []
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:

        def hang_up() -> None:
            ended.append(signal.SIGHUP)
            server.should_exit = True

        # The server minds the others itself.
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, hang_up)
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started:
        click.echo(address)
        click.echo("Ctrl-C ends it; the page is for this machine alone.", err=True)
        if opens:
            await asyncio.to_thread(webbrowser.open, address)
    await serving
    if ended:
        raise SystemExit(128 + ended[0])


def _newest() -> Path | None:
    """Find the run that was written last and has a model."""
    from ..runs.directory import RUNS
    from ..runs.run import CONFIG, MODEL

    found = [path.parent for path in RUNS.glob(f"*/{MODEL}") if (path.parent / CONFIG).exists()]
    newest = max(found, key=lambda path: (path / MODEL).stat().st_mtime, default=None)
    if newest:
        click.echo(f"showing {newest}, the newest run", err=True)
    return newest


def _first() -> Path:
    """Train a first network, as `glassnet train` would, but shorter."""
    from ..runs.directory import start_run
    from ..runs.run import Run
    from .train import watch

    click.echo("no run yet: training a network first, for some seconds", err=True)
    run = start_run(None, FIRST)
    assert isinstance(run, Run)
    watch(run)
    run.finish()
    return run.directory


def listen(host: str, port: int) -> socket.socket:
    """Take a port of this machine."""
    # asyncio sends small answers at once only where the protocol is named: without, each waits 40 ms.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    if os.name == "posix":  # elsewhere it would share the port with whoever has it
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        remedy = "Choose another --port"
        raise UsageError(f"cannot listen at port {port} of {host}", got=error.strerror, remedy=remedy) from error
    return listener
