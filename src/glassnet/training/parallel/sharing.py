"""What two processes of one machine share: arrays in memory, signals through a socket, and one message at the start."""

from __future__ import annotations

import io
import mmap
import os
import pickle
import platform
import select
import socket
import tempfile
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ...arrays import AnyArray, Order
from ..loader import mapped_from, sample

ALIGNMENT = 64  # bytes: a cache line
# A process looks so often whether a signal has come before it sleeps until one does: some 200 µs. If signals have
# lately taken longer, as on a busy machine, it sleeps at once: processes that look keep others from their work (three
# times the seconds an epoch beside four busy processes, where sleeping took one and a half).
GLANCES_AT_A_COUNTER, GLANCES_AT_A_SOCKET = 2_000, 150
SOON = 200e-6  # seconds
NAP = 1  # milliseconds: a sleeper may have missed that it was told, if it fell asleep just then
NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)  # a program may have made SIGPIPE deadly


# What is written first is seen first by other x86-64 processors; only there may a counter say that memory is ready.
ORDERED = platform.machine().lower() in ("x86_64", "amd64")
COUNTERS = 32  # of 8 bytes: two counters and two flags, each in a cache line of its own


class Signals:
    """Signals between two processes, which order what they write into shared memory, and tell when the other has died.

    They are counters in shared memory where its order allows (0.5 µs for a signal and its answer), else bytes through a
    socket (2 µs). Bytes also wake a process that sleeps, and the socket closes when a process dies.

    Parameters
    ----------
    end : socket
        One of a pair; the other process has the other.
    counters : ndarray of shape (COUNTERS,), int64, optional
        In memory that both see.
    side : int, optional
        0 for one of the processes, 1 for the other.
    """

    def __init__(self, end: socket.socket, counters: AnyArray | None = None, side: int = 0) -> None:
        self._end = end
        self._coming = select.poll()
        self._coming.register(end, select.POLLIN)
        self._counters = counters.data.cast("B").cast("q") if counters is not None and ORDERED else None
        self._mine, self._theirs = 8 * side, 8 * (1 - side)
        self._told = self._heard = 0
        self._most = GLANCES_AT_A_SOCKET if self._counters is None else GLANCES_AT_A_COUNTER
        self._glances = self._most
        end.setblocking(False)

    def tell(self) -> None:
        """Send a signal; a ConnectionError if the other process is known to have ended."""
        self._told += 1
        if self._counters is None:
            self._end.send(b"!", NO_SIGNAL)
            return
        self._counters[self._mine] = self._told
        if self._counters[16 + self._theirs]:  # it sleeps
            self._end.send(b"!", NO_SIGNAL)

    def wait(self) -> None:
        """Return once a signal has come; EOFError if the other process has ended."""
        for _ in range(self._glances):
            if self.has_come():
                return
        start = time.perf_counter()
        self._sleep()
        self._glances = self._most if time.perf_counter() - start < SOON else 1

    def _sleep(self) -> None:
        if self._counters is None:
            while not self.has_come():
                self._coming.poll()
            return
        self._counters[16 + self._mine] = 1
        try:
            while not self.has_come():
                if self._coming.poll(NAP):
                    self._receive(COUNTERS)
        finally:
            self._counters[16 + self._mine] = 0

    def has_come(self) -> bool:
        """Take a signal if there is one; by a socket, EOFError if the other process has ended."""
        come = self._receive(1) if self._counters is None else self._counters[self._theirs] > self._heard
        self._heard += come
        return come

    def check(self) -> None:
        """Raise an EOFError if the other process has ended."""
        if self._counters is not None:
            self._receive(COUNTERS)

    def _receive(self, most: int) -> bool:
        try:
            received = self._end.recv(most)
        except BlockingIOError:
            return False
        if not received:
            raise EOFError("the other process has ended")
        return True


class ArrayForm(NamedTuple):
    """Shape, type and order of a shared array."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    order: Order = "C"

    @property
    def size(self) -> int:
        """How many bytes it takes, up to the next cache line."""
        return -(-int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize // ALIGNMENT) * ALIGNMENT


def memory_file(size: int) -> int:
    """Make a file of zeros that is in memory, or at least has no name, and give its descriptor."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("glassnet")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, max(size, 1))
    return descriptor


def shared_arrays(descriptor: int, forms: Mapping[str, ArrayForm]) -> dict[str, AnyArray]:
    """View the arrays that lie one after another in a memory file."""
    memory, start, arrays = mmap.mmap(descriptor, 0), 0, {}
    for name, form in forms.items():
        count = int(np.prod(form.shape, dtype=np.int64))
        arrays[name] = np.frombuffer(memory, form.dtype, count, start).reshape(form.shape, order=form.order)
        start += form.size
    return arrays


def write_message(value: Any) -> int:
    """Write a value into a memory file, its arrays as they are, and give the descriptor."""
    buffers: list[pickle.PickleBuffer] = []
    stream = io.BytesIO()
    Pickler(stream, protocol=5, buffer_callback=buffers.append).dump(value)
    pieces = [stream.getbuffer(), *(buffer.raw() for buffer in buffers)]
    lengths = [len(piece) for piece in pieces]
    head = pickle.dumps(lengths)
    head = len(head).to_bytes(8, "little") + head
    places = _places(len(head), lengths)
    descriptor = memory_file(places[-1] + lengths[-1])
    with mmap.mmap(descriptor, 0) as memory:
        memory[: len(head)] = head
        for place, piece in zip(places, pieces, strict=True):
            memory[place : place + len(piece)] = piece
    return descriptor


def read_message(descriptor: int) -> Any:
    """Read what `write_message` wrote; what is changed in its arrays is changed here alone."""
    memory = memoryview(mmap.mmap(descriptor, 0, access=mmap.ACCESS_COPY))
    end = 8 + int.from_bytes(memory[:8], "little")
    lengths = pickle.loads(memory[8:end])
    message, *buffers = [
        memory[place : place + length] for place, length in zip(_places(end, lengths), lengths, strict=True)
    ]
    return pickle.loads(message, buffers=buffers)


def _places(start: int, lengths: list[int]) -> list[int]:
    """Find where pieces begin that come one after another, each in a cache line of its own."""
    places = []
    for length in lengths:
        places.append(-(-start // ALIGNMENT) * ALIGNMENT)
        start = places[-1] + length
    return places


class Pickler(pickle.Pickler):
    """A pickler to which an array that is mapped from a file is a place in that file."""

    def reducer_override(self, value: Any) -> Any:
        """Say how an array is made again that is mapped, or a view of one that is."""
        root = mapped_from(value) if isinstance(value, np.ndarray) else None
        if root is None or root.filename is None or not value.flags.c_contiguous:
            return NotImplemented
        if root.mode == "c":  # what was written to it is in memory alone
            return NotImplemented
        # A view of a mapped array keeps the offset of the array that it is a view of.
        offset = root.offset + value.ctypes.data - root.ctypes.data
        return map_again, (str(root.filename), value.dtype, value.shape, offset, sample(value))


def map_again(filename: str, dtype: np.dtype[Any], shape: tuple[int, ...], offset: int, known: bytes) -> AnyArray:
    """Map an array from a file, to be read; ValueError if the file is another by now."""
    array = np.memmap(filename, dtype, "r", offset, shape)
    if sample(array) != known:
        raise ValueError(f"{filename} has changed since it was mapped")
    return array
