"""How fast networks are trained in a browser, beside NumPy and TensorFlow.js, and in the classroom's file as pupils do.

    python benchmarks/training_in_browser.py      # or: make bench-browser

Seconds are the processor's, the least of some epochs, since other programs may run; where a person waits they are the
clock's. TensorFlow.js is installed into build/tensorflow by npm; where it cannot be, its line is left out. Prints a
table, and writes it to benchmarks/results/browser.md.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
from playwright.sync_api import Page, sync_playwright

import glassnet
from glassnet.pages.digits import LEVELS

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "browser.md"
NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
TENSORFLOW = ROOT / "build" / "tensorflow"
PACKAGES = [f"@tensorflow/tfjs-{part}@4.22.0" for part in ("core", "layers", "backend-cpu", "backend-wasm")]
ROUNDS, EPOCHS, STROKES = 2, 5, 100
# 20,000 digits, moved by a pixel at random, and a rate that falls to a tenth.
GOOD = {
    "hidden": 128,
    "optimizer": "momentum",
    "momentum": 0.9,
    "rate": 0.1,
    "batch": 64,
    "examples": 20_000,
    "schedule": "linear",
    "epochs": 8,
    "shift": 1,
}
# What a page notes of itself: when it is ready, when it reads 97 %, the time between two frames, and from a stroke to a
# frame that shows another answer.
WATCH = """
window.noted = { frames: [], strokes: [] };
const root = () => document.documentElement?.dataset ?? {};
new MutationObserver(() => {
  const now = performance.now();
  if ("ready" in root()) noted.ready ??= now;
  if (Number(root().validation) >= 0.97) noted.good ??= now;
  if (root().epoch) noted.epoch = Number(root().epoch);
}).observe(document, { subtree: true, childList: true, attributes: true });
let last = null;
const tick = (now) => {
  if (last !== null && noted.watching) noted.frames.push(now - last);
  last = now;
  requestAnimationFrame(tick);
};
requestAnimationFrame(tick);
addEventListener("pointermove", (event) => {
  const answered = () => noted.strokes.push(performance.now() - event.timeStamp);
  if (event.buttons) requestAnimationFrame(() => setTimeout(answered));
}, { capture: true });
"""


@dataclass(frozen=True)
class Line:
    """A row of the table: what was measured, how much, and what it may be."""

    what: str
    found: str
    mark: str = ""


def write_digits(folder: Path) -> None:
    """Write digits as a page has them, 16 grays in bytes."""
    data = glassnet.load_dataset("mnist", train_size=20_000, validation_size=10_000)
    for name, examples in (("train", data.train), ("validation", data.validation)):
        grays = np.rint(examples.inputs * (LEVELS / 255)) * (255 // LEVELS)
        (folder / f"{name}-images.u8").write_bytes(grays.astype(np.uint8).tobytes())
        (folder / f"{name}-labels.u8").write_bytes(examples.targets.astype(np.uint8).tobytes())


def node(*arguments: str | Path) -> Any:
    """Run a script; gives what it prints as JSON."""
    assert NODE, "needs node: make check-javascript brings it"
    done = subprocess.run([NODE, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def numpy_epochs() -> list[float]:
    """Give the CPU seconds of epochs of 10,000 images by glassnet itself, in one process."""
    data = glassnet.load_dataset("mnist", train_size=10_000, validation_size=100)
    network = glassnet.Network([784, 64, 10], seed=0)
    rule = glassnet.SGD(0.02, momentum=0.9)
    training = glassnet.Training(network, data, optimizer=rule, batch_size=32, epochs=EPOCHS, workers=1)
    seconds, begun = [], time.process_time()
    for _ in training:
        seconds.append(time.process_time() - begun)
        begun = time.process_time()
    return seconds


def tensorflow_epochs(folder: Path) -> tuple[str, float] | None:
    """Give TensorFlow.js's version and its least CPU seconds, or None where npm does not give it."""
    TENSORFLOW.mkdir(parents=True, exist_ok=True)
    (TENSORFLOW / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    npm = [
        shutil.which("npm") or "npm",
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--silent",
        *PACKAGES,
    ]
    if subprocess.run(npm, cwd=TENSORFLOW, capture_output=True, check=False).returncode:
        return None
    found = node("benchmarks/browser/tensorflow.js", folder, TENSORFLOW)
    return found["version"], min(found["seconds"])


def speed(folder: Path) -> list[Line]:
    """Time an epoch of 10,000 images of 784-64-10, batch 32."""
    numpy, wasm, plain = [], [], []
    for _ in range(ROUNDS):  # in turns, as the machine may be busier in one minute than in another
        numpy += numpy_epochs()
        found = node("benchmarks/browser/training.js", "epochs", folder)
        wasm, plain = wasm + found["wasm"], plain + found["plain"]
    quickest = min(wasm)
    lines = [
        Line("an epoch, WebAssembly", f"{quickest:.3f} s", "at most 0.10 s, and NumPy's"),
        Line("an epoch, glassnet in NumPy, one process", f"{min(numpy):.3f} s"),
        Line("an epoch, plain JavaScript", f"{min(plain):.3f} s", "at most 1 s"),
    ]
    if tensorflow := tensorflow_epochs(folder):
        version, seconds = tensorflow
        lines += [
            Line(f"an epoch, TensorFlow.js {version}, WebAssembly", f"{seconds:.3f} s"),
            Line("times as fast as TensorFlow.js", f"{seconds / quickest:.0f}", "at least 10"),
        ]
    return lines


def accuracy(folder: Path) -> list[Line]:
    """Train five networks of 128 neurons on 20,000 digits, moved at random."""
    settings = json.dumps({**GOOD, "hidden": [GOOD["hidden"]]})
    runs = node("benchmarks/browser/training.js", "accuracy", folder, settings)
    accuracies = ", ".join(f"{run['accuracy']:.2%}" for run in runs)
    reached = [run["reached"] or float("inf") for run in runs]
    return [
        Line("10,000 digits never seen, five seeds", accuracies, "median 97 %"),
        Line(
            "CPU until the end, median", f"{statistics.median(run['seconds'] for run in runs):.2f} s", "at most 1.6 s"
        ),
        Line("CPU until 97 %, median", f"{statistics.median(reached):.2f} s"),
    ]


def until(page: Page, condition: str, seconds: float = 60) -> None:
    """Wait for what a page notes; its policy forbids that it be asked to wait itself."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        time.sleep(0.05)


def in_chromium(path: Path) -> list[Line]:
    """Open the classroom's file, train in it, and draw meanwhile."""
    requests: list[str] = []
    opened: list[dict[str, Any]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
        for _ in range(3):
            page = context.new_page()
            page.on("request", lambda request: requests.append(request.url))
            opened.append(trained(page, path))
            page.close()
        strokes = drawn_while_training(context.new_page(), path)
        browser.close()
    frames = np.concatenate([one["frames"] for one in opened])
    busy = sum(one["busy"] for one in opened) / len(frames)
    foreign = [url for url in requests if not url.startswith(("file:", "blob:", "data:"))]
    return [
        Line("the file with 20,000 digits", f"{path.stat().st_size / 1e6:.2f} MB", "at most 4 MB"),
        Line("ready after opening", f"{min(one['ready'] for one in opened) / 1000:.2f} s", "at most 1.5 s"),
        Line("97 % after opening", f"{min(one['good'] for one in opened) / 1000:.2f} s", "at most 6 s"),
        Line("requests", str(len(foreign)), "none"),
        Line("from frame to frame while it trains, median", f"{np.median(frames):.0f} ms", "at most 20 ms"),
        Line("the same, 99th percentile", f"{np.percentile(frames, 99):.0f} ms", "at most 100 ms"),
        Line("of the processor's time, the page's own in a frame, mean", f"{1000 * busy:.0f} ms"),
        Line("from a stroke to its answer while it trains, 99th percentile", f"{strokes:.0f} ms", "at most 100 ms"),
    ]


def trained(page: Page, path: Path) -> dict[str, Any]:
    """Open the file at a link that trains at once; gives what the page noted until it reads 97 %."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

    page.add_init_script(WATCH)
    page.goto(f"{path.as_uri()}#view=learn&go")  # the best net that the page itself knows to train in seconds
    until(page, "noted.epoch > 0")
    page.evaluate("noted.watching = true")
    before = busy()
    until(page, "'good' in noted")
    return {
        **page.evaluate("({ ready: noted.ready, good: noted.good, frames: noted.frames })"),
        "busy": busy() - before,
    }


def drawn_while_training(page: Page, path: Path) -> float:
    """Draw on a page whose network learns; gives the 99th percentile of the answers' milliseconds."""
    page.add_init_script(WATCH)
    page.goto(f"{path.as_uri()}#view=learn&go&{urlencode({**GOOD, 'epochs': 1000})}")
    until(page, "noted.epoch > 0")
    page.get_by_role("navigation").get_by_role("button", name="Draw", exact=True).click()
    box = page.locator("canvas.ink").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    random, end = np.random.default_rng(0), time.monotonic() + 30
    while page.evaluate("noted.strokes.length") < STROKES and time.monotonic() < end:
        x, y = random.uniform(0.2, 0.8, 2)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=5)
    page.mouse.up()
    return float(np.percentile(page.evaluate("noted.strokes"), 99))


def main() -> None:
    """Measure all, print it, and keep it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_digits(folder)
        lines = [*speed(folder), *accuracy(folder)]
        path = folder / "class.html"
        subprocess.run(
            [sys.executable, "-m", "glassnet", "classroom", "--output", path], check=True, capture_output=True
        )
        lines += in_chromium(path)
    cells = [("", "found", "wanted"), ("---",) * 3, *((line.what, line.found, line.mark) for line in lines)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in cells)
    busy = f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end"
    text = f"# Training in the browser\n\nWritten by `make bench-browser`: {busy}.\n\n{table}\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
