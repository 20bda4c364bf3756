"""A live page's server in a process of its own, as `glassnet play` starts it, and those who ask it."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from glassnet.runs.directory import start_run
from glassnet.server.protocol import unpack

LIMIT = 30  # seconds for anything; only a fault takes so long
SMALL = {"train_size": 2_000, "validation_size": 500, "hidden": (16,), "epochs": 2, "input_parts": 1}
PLAY = "from glassnet.cli.main import main; main()"


def small_run(path, **settings):
    """Train a small network; gives the run's directory."""
    run = start_run(path, {**SMALL, **settings})
    for _ in run:
        pass
    run.finish()
    return path


@dataclass
class Server:
    """One that runs: its process, its address in parts, where it was started, and what it complains of."""

    process: subprocess.Popen
    address: str
    place: Path
    complaints: Path

    def __post_init__(self):
        parts = urlsplit(self.address)
        self.host, self.port, self.token = parts.netloc, parts.port, parts.path.strip("/")
        self.origin = f"http://{self.host}"

    def ask(self, path, body=None, *, method=None, headers=None):
        """Ask as the page does; gives status, headers with names in lower case, and content."""
        method = method or ("GET" if body is None else "POST")
        head = [("Host", self.host), ("Origin", self.origin)] if headers is None else headers
        if body is not None:
            head = [*head, ("Content-Length", str(len(body)))]
        return self.raw(method, f"/{self.token}{path}", head, body or b"")

    def raw(self, method, target, headers, body=b""):
        """Ask with exactly these headers."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)) as connection:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may refuse before all has come
                connection.endheaders(body)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()

    def json(self, path, body=None):
        """Ask for what is JSON; it must be answered."""
        status, _, content = self.ask(path, body)
        assert status == 200, content
        return json.loads(content)

    @contextlib.contextmanager
    def visitor(self, **options):
        """Open a visitor's socket, on which training with Python may be asked for; gives a `Visitor`."""
        options = {"origin": self.origin, "max_size": None, "compression": None, "open_timeout": LIMIT} | options
        with connect(f"ws://{self.host}/{self.token}/train", **options) as socket:
            yield Visitor(socket)

    def told(self, path):
        """Ask for what is told in tensors; gives its values, and its arrays beside them."""
        status, _, content = self.ask(path)
        assert status == 200, content
        return unpack(content)

    def trainers(self):
        """Give the process numbers of the trainings."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def resident(self):
        """Give the memory that it holds, in bytes."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE")


class Visitor:
    """One who may train with Python."""

    def __init__(self, socket):
        self.socket = socket

    def say(self, do, **values):
        """Send a command."""
        self.socket.send(json.dumps({"do": do, **values}))

    def hear(self, *kinds):
        """Wait for the next news of one of these kinds; gives its values, and its arrays beside them."""
        while True:
            values, arrays = unpack(self.socket.recv(timeout=LIMIT))
            if values["kind"] in kinds:
                return values, arrays
            assert values["kind"] != "failed", values

    def begin(self, **knobs):
        """Begin to train and wait for it; gives the parameters of the start."""
        self.say("begin", knobs=knobs)
        self.hear("begun")
        return self.hear("progress")[1]["parameters"]

    def closed(self):
        """Read until the server closes; gives the code."""
        try:
            while True:
                self.socket.recv(timeout=LIMIT)
        except ConnectionClosed as error:
            return error.rcvd.code if error.rcvd else None


@contextlib.contextmanager
def served(run, place, before=""):
    """Start a server for a run, in a working directory; what is ``before`` is executed first. It ends by Ctrl-C."""
    place.mkdir(parents=True, exist_ok=True)
    complaints = place / "stderr"
    command = [sys.executable, "-c", f"{before}\n{PLAY}", "play", str(run), "--no-open"]
    with complaints.open("wb") as errors:
        process = subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        address = process.stdout.readline().strip()
        assert address, complaints.read_text()
        yield Server(process, address, place, complaints)
        assert "ASGI" not in complaints.read_text(), complaints.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(LIMIT)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
