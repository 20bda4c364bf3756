"""Time the live page from the stroke to the answer: a pen's movement until the frame that shows what it changed.

    python benchmarks/answering.py [RUN]

Draws zeros at random places in a real browser, a point at a time, as a pen's events come. A time ends when the browser
has painted; with 60 frames a second, half a frame of it is waiting. Chromium draws without a graphics card here.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

DRAWINGS, POINTS = 20, 40
WANTED = 50  # milliseconds

STROKE = """async (points) => {
  const canvas = document.querySelector(".board .ink");
  const box = canvas.getBoundingClientRect();
  canvas.setPointerCapture = () => {};
  const at = ([x, y]) => ({ clientX: box.left + x * box.width, clientY: box.top + y * box.height });
  const send = (name, point) => canvas.dispatchEvent(new PointerEvent(name, { ...at(point), pointerId: 1 }));
  const painted = () => new Promise((done) => story.frame.addEventListener("show", () => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now());
    channel.port2.postMessage(0);
  }, { once: true }));
  story.first.pad.clear();
  const times = [];
  let name = "pointerdown";
  for (const point of points) {
    const start = performance.now();
    const end = painted();
    send(name, point);
    times.push((await end) - start);
    name = "pointermove";
  }
  send("pointerup", points.at(-1));
  return times;
}"""


def main() -> None:
    run = [str(Path(name).absolute()) for name in sys.argv[1:]]
    command = [sys.executable, "-m", "glassnet", "play", *run, "--no-open"]
    with tempfile.TemporaryDirectory() as place:  # without a run, it trains one there first
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, cwd=place, text=True, **pipes) as server:
            assert server.stdout
            times = measured(server.stdout.readline().strip())
            server.terminate()
    median, slow = np.quantile(times, [0.5, 0.99])
    print(f"{len(times)} movements: from the stroke to the answer {median:.1f} ms, 99% within {slow:.1f} ms")
    print(f"wanted: under {WANTED} ms; {'reached' if slow < WANTED else 'not reached'}")


def measured(address: str) -> np.ndarray:
    """Give the times of all movements, in milliseconds; the first drawing warms up."""
    rng, angles = np.random.default_rng(0), np.linspace(0, 2 * np.pi, POINTS)
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address)
        page.locator(".samples canvas").first.wait_for()
        page.wait_for_timeout(3_000)
        for _ in range(DRAWINGS + 1):
            width, height, x, y = rng.uniform([0.1, 0.2, 0.35, 0.35], [0.2, 0.3, 0.65, 0.65])
            points = np.stack([x + width * np.sin(angles), y - height * np.cos(angles)], axis=1)
            times.append(page.evaluate(STROKE, points.tolist()))
        browser.close()
    return np.concatenate(times[1:])


if __name__ == "__main__":
    main()
