"""The training process as the server has it: started, asked, listened to; the network it tells of, and who watches."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from multiprocessing.connection import Connection
from typing import Any, TypeVar

import numpy as np

from ..arrays import AnyArray, Floats
from ..data.dataset import Dataset, Examples
from ..errors import DataError, DivergenceError, ProcessError, UsageError
from ..evaluation.novelty import NoveltyDetector
from ..model.model import Model
from ..network.network import Network
from ..runs.build import READING, architecture_for, resolve
from ..runs.directory import reference_and_threshold
from .protocol import pack, unpack
from .trainer import train_as_told
from .uploads import UploadStore

MOST = 64  # pages
MOST_SECONDS = 20.0  # seconds for a file that was sent, and for those before it
LONGEST = 200  # messages that wait for one page; parameters count once, since only the newest matter
SAME_DATA = ("dataset", "target", "task", *READING, "train_size", "validation_size", "test_size", "seed", "deskew")

Result = TypeVar("Result")


class Subscriber:
    """One page: messages in order, and of those that replace one another, such as the parameters, the newest."""

    def __init__(self) -> None:
        self.queue: deque[bytes] = deque()
        self.newest: bytes | None = None
        self.waiting = asyncio.Event()
        self.dropped = False

    def add(self, message: bytes, *, replaceable: bool = False) -> None:
        """Queue a message, or give this page up."""
        if replaceable:
            self.newest = message
        elif len(self.queue) < LONGEST:
            self.queue.append(message)
        else:
            self.dropped = True
        self.waiting.set()

    def clear(self) -> None:
        """Drop what waits: it is out of date."""
        self.queue.clear()
        self.newest = None

    async def next(self) -> bytes | None:
        """Wait for the next message; None once the page is given up."""
        while not self.queue and self.newest is None and not self.dropped:
            self.waiting.clear()
            await self.waiting.wait()
        if self.dropped:
            return None
        if self.queue:
            return self.queue.popleft()
        message, self.newest = self.newest, None
        return message


class Broadcaster:
    """All subscribed pages; each has a short queue of its own, so that a slow one holds up nobody."""

    def __init__(self) -> None:
        self.subscribers: set[Subscriber] = set()

    @property
    def full(self) -> bool:
        """Whether no more are let in."""
        return len(self.subscribers) >= MOST

    def subscribe(self) -> Subscriber:
        """Add a page."""
        subscriber = Subscriber()
        self.subscribers.add(subscriber)
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Forget a page."""
        self.subscribers.discard(subscriber)

    def send(self, message: bytes, *, replaceable: bool = False, afresh: bool = False) -> None:
        """Queue a message for all; `afresh` drops what waits, a `replaceable` one comes after all others."""
        for subscriber in self.subscribers:
            if afresh:
                subscriber.clear()
            subscriber.add(message, replaceable=replaceable)


class NetworkView:
    """The data, the novelty detector and the model of one network, each loaded when first asked for.

    Of `before`, another network's view, what was loaded of the same data is used again.
    """

    def __init__(self, knobs: dict[str, Any], before: NetworkView | None = None) -> None:
        self.knobs = knobs
        self.lock = threading.RLock()
        if before and all(before.knobs.get(name) == knobs.get(name) for name in SAME_DATA):
            loaded = ("data", "detector")
            self.__dict__.update({name: before.__dict__[name] for name in loaded if before.has(name)})

    @cached_property
    def data(self) -> Dataset:
        """The same data as the trainer's."""
        return resolve(self.knobs)[1]

    @property
    def examples(self) -> Examples:
        """Those to evaluate on: the validation split, or the training examples where there is none."""
        return self.data.validation if len(self.data.validation) else self.data.train

    @cached_property
    def detector(self) -> NoveltyDetector | None:
        """What refuses inputs unlike the data; None where there are too few examples to learn it from."""
        try:
            return NoveltyDetector.fit(self.model(), *reference_and_threshold(self.data))
        except UsageError:
            return None

    def has(self, part: str) -> bool:
        """Whether ``data`` or ``detector`` has been computed."""
        return part in self.__dict__

    def load(self, part: str) -> None:
        """Compute ``data`` or ``detector``; in whatever thread, once."""
        with self.lock:
            getattr(self, part)

    def model(self, parameters: Floats | None = None) -> Model:
        """Give the model with these parameters."""
        knobs, data = self.knobs, self.data
        architecture = architecture_for(tuple(knobs["hidden"]), tuple(knobs["activation"]), knobs["loss"], data)
        network = Network.of(architecture)
        if parameters is not None:
            network.parameters[...] = parameters
        return Model.for_data(network, data)


class TrainerProcess:
    """The process that trains, from a run's directory on; what it last told; and the pages that watch it."""

    def __init__(self, run: str, uploads: UploadStore) -> None:
        self.run, self.uploads = run, uploads
        self.pages = Broadcaster()
        self.values: dict[str, Any] = {}
        self.arrays: dict[str, AnyArray] = {}
        self.view: NetworkView | None = None
        self.ready = asyncio.Event()
        self.failure: str | None = None
        self.closing = False
        self.sender = ThreadPoolExecutor(1)  # one, so that commands keep their order
        self.reader = ThreadPoolExecutor(1)  # one, so that only one file that was sent takes its memory at a time
        self.busy = asyncio.Lock()  # for what takes seconds to compute: one at a time
        self.curves: tuple[str, list[dict[str, Any]]] = ("", [])  # of robustness, and whose

    def open(self) -> None:
        """Start the training process, and listen to it."""
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=train_as_told, args=(theirs, self.run), name="glassnet trainer", daemon=True
        )
        self.process.start()
        theirs.close()
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._listen, args=(self.connection, loop), daemon=True).start()

    def close(self) -> None:
        """End the training process."""
        self.closing = True
        # To close the connection would not be noticed over there, while a thread here still reads from it.
        self.sender.submit(self.connection.send_bytes, json.dumps({"do": "end"}).encode())
        self.process.join(2)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.sender.shutdown(cancel_futures=True)
        self.reader.shutdown(wait=False, cancel_futures=True)
        self.connection.close()

    async def ask(self, command: dict[str, Any]) -> None:
        """Pass a command on; who asks waits while the training process is too busy to take it, but nobody else."""
        try:
            content = json.dumps(command).encode()
            await asyncio.get_running_loop().run_in_executor(self.sender, self.connection.send_bytes, content)
        except OSError as error:
            remedy = "Start glassnet play again"
            raise ProcessError("the training process has ended", remedy=remedy) from error

    async def read(self, read: Callable[..., Result], *given: Any) -> Result:
        """Read what a page has sent, one after another; what takes too long is given up, and what waited for it."""
        reading = asyncio.get_running_loop().run_in_executor(self.reader, read, *given)
        try:
            return await asyncio.wait_for(reading, MOST_SECONDS)
        except TimeoutError as error:
            expected, remedy = f"at most {MOST_SECONDS:.0f} s", "Send less, or try again in a while"
            raise DataError("reading takes too long", expected=expected, remedy=remedy) from error
        finally:
            del reading  # else a failure, which it holds, holds this frame, and what was read for as long

    def count_pages(self) -> None:
        """Tell the training process how many pages watch: the more, the less often it sends the parameters."""
        if not self.closing:
            command = {"do": "pages", "count": len(self.pages.subscribers)}
            self.sender.submit(self.connection.send_bytes, json.dumps(command).encode())

    def hello(self) -> bytes:
        """Tell a page that has just come all that the others know."""
        return pack("network", self.arrays, **self.values)

    async def current(self) -> tuple[Model, NetworkView]:
        """Give the network as it was last told, and its view; a `ProcessError` if there is none, yet or any more."""
        if self.failure:
            raise ProcessError(self.failure.rstrip("."), remedy="Start glassnet play again")
        if self.view is None:
            raise ProcessError("no network yet", remedy="Wait a moment")
        view, parameters = self.view, self.arrays["parameters"]
        if not np.isfinite(parameters).all():
            raise DivergenceError("training diverged: parameters are NaN or infinite. Press Reset")
        if not view.has("data"):
            await asyncio.to_thread(view.load, "data")
        return view.model(parameters), view

    def _listen(self, connection: Connection, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before the process
            try:
                while True:
                    loop.call_soon_threadsafe(self._hear, connection.recv_bytes())
            except (EOFError, OSError):
                loop.call_soon_threadsafe(self._lose)

    def _hear(self, message: bytes) -> None:
        values, arrays = unpack(message)
        kind = values.pop("kind")
        if kind == "network":
            self.values, self.arrays, self.view = values, arrays, self._view_of(values["knobs"])
            self.ready.set()
        elif kind == "parameters":
            self.arrays["parameters"] = arrays["parameters"]
            self.arrays.pop("members", None)  # one of them was trained on
        elif kind == "samples":
            self.arrays.update(arrays)
            self.values["judged"] = values["judged"]
        elif kind in ("status", "epoch"):
            self._note(values)
        elif kind == "failed":
            self.failure = values["error"]
            self.ready.set()
        self.pages.send(message, replaceable=kind == "parameters", afresh=kind == "network")

    def _view_of(self, knobs: dict[str, Any]) -> NetworkView:
        return NetworkView({**knobs, **self.uploads.settings(knobs["dataset"])}, self.view)

    def _note(self, values: dict[str, Any]) -> None:
        """Keep what a page that comes later must know."""
        known = dict(values)
        if "record" in known:
            self.values["history"].append(known.pop("record"))
        self.values.update(known)

    def _lose(self) -> None:
        if self.closing:
            return
        self.failure = self.failure or "the training process has ended"
        self.ready.set()
        self.pages.send(pack("lost", error=self.failure))
