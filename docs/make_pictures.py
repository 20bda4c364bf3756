"""Draw the pictures of README and docs: what the commands really print and write, and augmented digits.

    python docs/make_pictures.py                  # all of them
    python docs/make_pictures.py train compare    # some of those of a terminal: train, explain, compare

Trains in a temporary directory with the settings of a plain `glassnet train`, so the figures in it are measured. The
pages are photographed in Chromium. `tests/proofs/test_pictures.py` compares what a terminal's pictures show with what
the commands print.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.terminal_theme import TerminalTheme

import glassnet
from glassnet.cli import main as command
from glassnet.cli import predict, terminal, train, walkthrough_view
from glassnet.randomness import generator
from glassnet.runs.recipes import recipe_settings
from glassnet.settings import settings_of

PICTURES = Path(__file__).parent / "pictures"
SEVEN = [(0.24, 0.24), (0.5, 0.22), (0.74, 0.24), (0.56, 0.5), (0.42, 0.82)]  # of the pad
INK, PAPER, MUTED = (23, 24, 23), (251, 251, 250), (91, 93, 90)
WIDTH = 92  # columns of a terminal
THEME = TerminalTheme(PAPER, INK, [INK] * 8, [MUTED] * 8)
# Rich's own frame would fetch a font from the web; this one uses the reader's.
FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
  aria-label="LABEL">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
  <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
<rect fill="#fbfbfa" stroke="#7c7d7a" stroke-opacity="0.4" width="{width}" height="{height}" rx="6"/>
<g transform="translate(9, 18)">{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def main(names: list[str]) -> None:
    """Write them to docs/pictures: those that are named, or all."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        first = recorded(train_and_predict)
        recorded(lambda _: glassnet_command("train", "--epochs", "6", "--hidden", "64"))  # runs/002
        recorded(lambda _: glassnet_command("train", "--epochs", "5", "--hidden", "16"))  # runs/003: all can be seen
        shown = {
            "train": first,
            "explain": recorded(lambda console: show(console, "explain", "runs/001")),
            "compare": recorded(lambda console: show(console, "compare", "runs/001", "runs/002"), width=112),
        }
        for name in names or shown:
            draw_terminal(name, shown[name])
        if not names:
            draw_augmented_digits()
            photograph_pages()
            play("runs/003")
            try_table()


def photograph_pages() -> None:
    """Write the pages of a run, and take a picture of each."""
    glassnet_command("explain", "runs/003", "--html", "explain.html")
    glassnet_command("report", "runs/001", "--output", "report.html")
    glassnet_command("export", "runs/003", "--format", "html", "--output", "draw.html")
    sizes = {"explain": (1366, 768), "draw": (1366, 768), "report": (1120, 1500)}
    photograph({name: (*size, f"{name}.html") for name, size in sizes.items()})


def draw_augmented_digits() -> None:
    """Draw ten digits, a row each: the image as it is, a gap, and what ten epochs make of it."""
    test, settings = glassnet.load_dataset("mnist").test, recipe_settings("deep")
    names = [declared.name for declared in settings_of(glassnet.Augmentation)]
    augmentation = glassnet.Augmentation(**{name: settings[name] for name in names if name in settings})
    chosen = [int(np.flatnonzero(test.targets == digit)[1]) for digit in range(10)]
    images = test.inputs[chosen]
    columns = [images, *(augmentation.apply(images, generator(0, "augmentation", epoch)) for epoch in range(10))]
    tile, gap, scale = 28, 4, 2
    ink = np.zeros((10 * (tile + gap) + gap, 11 * (tile + gap) + 4 * gap), np.uint8)
    for column, digits in enumerate(columns):
        left = gap + column * (tile + gap) + (2 * gap if column else 0)
        for row, digit in enumerate(digits):
            top = gap + row * (tile + gap)
            ink[top : top + tile, left : left + tile] = digit
    shade = ink[..., None] / 255
    picture = Image.fromarray((np.array(PAPER) * (1 - shade) + np.array(INK) * shade).round().astype(np.uint8))
    size = (picture.width * scale, picture.height * scale)
    picture.resize(size, Image.Resampling.LANCZOS).convert("P", palette=Image.Palette.ADAPTIVE, colors=32).save(
        PICTURES / "augmentation.png", optimize=True
    )


def recorded(show_commands: Callable[[Console], None], width: int = WIDTH) -> Console:
    """Let commands print on a console that remembers."""
    console = Console(record=True, file=io.StringIO(), width=width, highlight=False)
    for module in (train, terminal, walkthrough_view):
        module.results = lambda: console
    train.messages = lambda: console
    show_commands(console)
    return console


def draw_terminal(name: str, console: Console) -> None:
    """Draw what commands have printed."""
    words = f"The output of glassnet {name}"
    svg = console.export_svg(theme=THEME, code_format=FRAME.replace("LABEL", words), unique_id="glassnet")
    (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")


def train_and_predict(console: Console) -> None:
    """Train, and let it read a picture."""
    show(console, "train")
    picture = glassnet.load_dataset("mnist").test.inputs[0]
    Image.fromarray(255 - picture).resize((280, 280)).save("seven.png")
    console.print()
    show(console, "predict", "runs/001", "seven.png")


def photograph(pages: dict[str, tuple[int, int, str]]) -> None:
    """Take a picture of the upper part of each page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (width, height, file) in pages.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(Path(file).absolute().as_uri())
            if page.locator(".board .ink").is_visible():
                draw_seven(page)
            page.wait_for_timeout(500)
            take(page, name)
        browser.close()


def take(page: Page, name: str) -> None:
    """Write down what is seen, in few colors."""
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(path, optimize=True)


def play(run: str) -> None:
    """Photograph the live page: a digit drawn, a network in training, its mistakes, and a telephone."""
    command = [sys.executable, "-m", "glassnet", "play", run, "--no-open"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout
    address = server.stdout.readline().strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(address)
        page.get_by_role("button", name="Mistakes", exact=True).click()
        page.locator(".examples button").last.wait_for(timeout=60_000)
        take(page, "play-mistakes")
        page.get_by_role("button", name="Draw", exact=True).click()
        draw_seven(page)
        page.wait_for_timeout(700)
        take(page, "play-look")
        phone = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
        phone.goto(address)
        phone.locator(".samples canvas").first.wait_for()
        phone.wait_for_timeout(700)
        take(phone, "play-phone")
        watch_training(browser.new_page(viewport={"width": 1366, "height": 768}, color_scheme="dark"), address)
        browser.close()
    server.terminate()
    server.communicate()


def try_table() -> None:
    """Photograph the live page and the report of a table: scikit-learn's wines."""
    from sklearn.datasets import load_wine

    wine = load_wine(as_frame=True)
    table = wine.data.rename(columns=lambda name: name.replace("_", " "))
    table["cultivar"] = [("Barolo", "Grignolino", "Barbera")[kind] for kind in wine.target]
    table.to_csv("wine.csv", index=False)
    glassnet_command("train", "--dataset", "wine.csv", "--target", "cultivar", "--run", "runs/wine")
    command = [sys.executable, "-m", "glassnet", "play", "runs/wine", "--no-open"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(server.stdout.readline().strip())
        page.locator(".sentence").wait_for()
        page.wait_for_timeout(2_000)
        take(page, "play-table")
        browser.close()
    server.terminate()
    server.communicate()
    glassnet_command("report", "runs/wine", "--output", "table-report.html")
    photograph({"table-report": (1120, 1500, "table-report.html")})


def watch_training(page: Page, address: str) -> None:
    """Train a new network to the end."""
    page.goto(address)
    page.get_by_role("button", name="Learn", exact=True).click()
    page.get_by_role("button", name="Train it").click()
    page.get_by_role("button", name="Its mistakes →").wait_for(timeout=60_000)
    page.wait_for_timeout(1_000)
    take(page, "play-train")


def draw_seven(page: Page) -> None:
    """Draw a 7 on the pad, as a hand would."""
    box = page.locator(".board .ink").bounding_box()
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def glassnet_command(*arguments: str) -> None:
    """Run a command of which nothing is shown."""
    command.glassnet.main(args=list(arguments), standalone_mode=False)


def show(console: Console, *arguments: str) -> None:
    """Print a prompt, and what the command prints after it."""
    console.print(f"[dim]$[/dim] [bold]glassnet {' '.join(arguments)}[/bold]")
    glassnet_command(*arguments)


if __name__ == "__main__":
    assert predict  # imported before `results` is replaced
    main(sys.argv[1:])
