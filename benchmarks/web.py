"""Load the live page's server: one visitor trains with Python, and two hundred drawings a second are answered.

    python benchmarks/web.py [--seconds 30]

Prints whether anything was lost, how long an answer takes, and what all of it costs the training, whose process is the
visitor's own. Those who draw are on the same machine here, as a process of their own, and take processor time that in
earnest would be another's. So the speed under load is compared with that of a training beside another process that is
as busy as the load's was: it burns the same share of one processor, in short bursts. Its bursts are arithmetic in the
cache, so what the load costs by filling memory counts as the server's cost here. The speed with no neighbor is printed
too.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from websockets.sync.client import connect as connect_in_step

import glassnet
from glassnet.model.tensor_file import METADATA_KEY
from glassnet.runs.directory import start_run

RATE, CONNECTIONS = 200, 8
LIMIT = 60  # seconds for anything beside the measurement itself
BURST = 0.01  # seconds
DEFAULT = {"epochs": 10_000}  # 784-128-10, and no end
MOST_LOST = 0.2  # of the training's speed
PLAY = "from glassnet.cli.main import main; main()"


def described(frame: bytes) -> dict[str, Any]:
    """Read what a piece of news says, without its arrays."""
    header = json.loads(frame[8 : 8 + int.from_bytes(frame[:8], "little")])
    values: dict[str, Any] = json.loads(header["__metadata__"][METADATA_KEY])
    return values


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Serve a run of the default network, as `glassnet play` does; gives the address."""
    with tempfile.TemporaryDirectory() as place:
        run = start_run(Path(place) / "run", {"epochs": 1, "threads": 1})
        list(run)
        run.finish()
        command = [sys.executable, "-c", PLAY, "play", str(Path(place) / "run"), "--no-open"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(LIMIT)
            finally:
                process.kill()


def speed(address: str, seconds: float, meanwhile: subprocess.Popen[str] | None = None) -> float:
    """Train the default network with Python for so long, as one visitor; gives steps a second."""
    parts = urlsplit(address)
    place, origin = f"ws://{parts.netloc}{parts.path}train", f"http://{parts.netloc}"
    with connect_in_step(place, origin=origin, max_size=None, compression=None, open_timeout=LIMIT) as socket:
        if meanwhile and meanwhile.stdout:
            assert meanwhile.stdout.readline() == "ready\n"
        socket.send(json.dumps({"do": "begin", "knobs": DEFAULT}))
        first = None
        while True:
            news = described(socket.recv(LIMIT))
            if news["kind"] != "progress":
                continue
            if first is None:
                first, start = int(news["step"]), time.monotonic()
            elif time.monotonic() - start >= seconds:
                return (int(news["step"]) - first) / (time.monotonic() - start)


async def draw(address: str, due: asyncio.Queue[float | None], images: list[bytes]) -> list[float]:
    """Send drawings over one connection when they are due; gives how long after that each was answered."""
    parts, times = urlsplit(address), []
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"POST {parts.path}predict HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: http://{parts.netloc}\r\n"
    while (moment := await due.get()) is not None:
        image = images[len(times) % len(images)]
        writer.write(f"{head}Content-Length: {len(image)}\r\n\r\n".encode() + image)
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), LIMIT)
        length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await asyncio.wait_for(reader.readexactly(length), LIMIT)
        times.append(time.monotonic() - moment if answer.startswith(b"HTTP/1.1 200") else float("inf"))
    writer.close()
    return times


async def load(address: str, seconds: float) -> dict[str, Any]:
    """Be all of them at once; gives the times, and the processor time this took."""
    images = [image.tobytes() for image in glassnet.load_dataset("mnist").test.inputs[:200]]
    due: asyncio.Queue[float | None] = asyncio.Queue()
    drawing = [asyncio.ensure_future(draw(address, due, images)) for _ in range(CONNECTIONS)]
    warm: asyncio.Queue[float | None] = asyncio.Queue()
    for moment in (time.monotonic(), None):
        warm.put_nowait(moment)
    await asyncio.wait_for(draw(address, warm, images), LIMIT)  # the first answer waits for the data to be read
    print("ready", flush=True)
    start, used = time.monotonic(), time.process_time()
    for number in range(int(seconds * RATE)):
        moment = start + number / RATE
        await asyncio.sleep(moment - time.monotonic())
        due.put_nowait(moment)
    for _ in drawing:
        due.put_nowait(None)
    times = [spent for one in await asyncio.wait_for(asyncio.gather(*drawing), LIMIT) for spent in one]
    share = (time.process_time() - used) / (time.monotonic() - start)
    answered = [1000 * spent for spent in times if np.isfinite(spent)]
    return {"asked": len(times), "milliseconds": answered, "share": share}


def burn(share: float, seconds: float) -> None:
    """Be busy for a share of the time."""
    print("ready", flush=True)
    until = time.monotonic() + seconds
    while (start := time.monotonic()) < until:
        used = time.process_time()
        while time.process_time() - used < share * BURST:
            pass
        time.sleep(max(0.0, start + BURST - time.monotonic()))


def beside(*arguments: Any) -> subprocess.Popen[str]:
    """Start this file as another process."""
    command = [sys.executable, __file__, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def print_answers(found: dict[str, Any], seconds: float) -> bool:
    """Part (a): whether anything was lost, and how long answers took."""
    answered, asked = len(found["milliseconds"]), found["asked"]
    middle, late = np.percentile(found["milliseconds"], [50, 99])
    print(f"{RATE} drawings a second, {seconds:.0f} s of training")
    print(f"  answered                {answered:,} of {asked:,}")
    print(f"  time of an answer       median {middle:.1f} ms, 99th percentile {late:.1f} ms")
    return answered == asked == int(seconds * RATE)


def print_speeds(loaded: float, burning: float, alone: float, share: float, seconds: float) -> bool:
    """Part (b): what the load costs the training."""
    lost = 1 - loaded / burning
    print("steps of training a second")
    print(f"  alone                   {alone:,.0f}")
    print(f"  beside a busy process   {burning:,.0f}  (as busy as the load: {share * seconds:.1f} s of processor time)")
    print(f"  under load              {loaded:,.0f}")
    print(f"  lost to the server      {lost:.1%}, wanted at most {MOST_LOST:.0%}")
    return lost <= MOST_LOST


def measure(seconds: float) -> bool:
    """Print all parts; tells whether all is well."""
    with server() as address:
        with beside("--load", address, "--seconds", seconds) as process:
            loaded = speed(address, seconds, process)
            found = json.loads(process.communicate(timeout=LIMIT)[0])
        good = print_answers(found, seconds)
        with beside("--burn", found["share"], "--seconds", seconds) as process:
            burning = speed(address, seconds, process)
            process.wait(LIMIT)
        alone = speed(address, seconds)
        return print_speeds(loaded, burning, alone, found["share"], seconds) and good


def main() -> None:
    """Measure, or be one of the processes beside."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--load", help=argparse.SUPPRESS)
    parser.add_argument("--burn", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        print(json.dumps(asyncio.run(load(options.load, options.seconds))))
    elif options.burn is not None:
        burn(options.burn, options.seconds)
    else:
        sys.exit(0 if measure(options.seconds) else 1)


if __name__ == "__main__":
    main()
