"""Compare ways to notice that an image is none of the digits, at the same share of digits refused.

    python benchmarks/novelty.py RUN

The threshold of each refuses 2% of the validation digits. Prints the share that is refused of the test digits, of the
strangers that the report shows, and of letters in Pillow's own font, each drawn in three widths and read as a
photograph would be.
"""

import argparse
import string
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from glassnet.arrays import Bytes, Floats
from glassnet.data.images.digits import read_digit
from glassnet.evaluation.novelty import UNFAMILIAR, NoveltyDetector, make_unfamiliar
from glassnet.explanation.projection import hidden_activations
from glassnet.model.model import Model
from glassnet.runs.directory import read_run

REFUSED = 0.02
COUNT = 1_000
LOOK_LIKE_DIGITS = "IOSZilosz"


def letters() -> Bytes:
    """Draw letters, large and small, but for those that some digit looks like."""
    drawn = []
    with tempfile.TemporaryDirectory() as place:
        for letter in sorted(set(string.ascii_letters) - set(LOOK_LIKE_DIGITS)):
            for width in (0, 3, 6):
                page = Image.new("L", (240, 240), 255)
                font = ImageFont.load_default(140)
                ImageDraw.Draw(page).text((50, 20), letter, fill=0, font=font, stroke_width=width)
                page.save(Path(place) / "letter.png")
                drawn.append(read_digit(Path(place) / "letter.png"))
    return np.stack(drawn)


def unsureness(model: Model, images: Bytes) -> Floats:
    """D. Hendrycks, K. Gimpel, "A baseline for detecting misclassified and out-of-distribution examples" (2017)."""
    return -model.predict_probabilities(images).max(axis=1)


def energy(model: Model, images: Bytes) -> Floats:
    """W. Liu, X. Wang, J. Owens, Y. Li, "Energy-based out-of-distribution detection" (2020)."""
    network = model.network
    trace = network.trace(len(images))
    model.preprocessing.apply(images, trace.inputs)
    network.forward(trace.inputs, trace)
    largest = trace.pre_activations[-1].max(axis=1)
    return -largest - np.log(np.exp(trace.pre_activations[-1] - largest[:, None]).sum(axis=1))


def hidden_distance(known: Floats) -> Callable[[Model, Bytes], Floats]:
    """Y. Sun, Y. Ming, X. Zhu, Y. Li, "Out-of-distribution detection with deep nearest neighbors" (2022)."""

    def score(model: Model, images: Bytes) -> Floats:
        values = unit(hidden_activations(model, images))
        return np.concatenate([1 - (values[k : k + 500] @ known.T).max(axis=1) for k in range(0, len(values), 500)])

    return score


def unit(values: Floats) -> Floats:
    """Make each row as long as 1."""
    return values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-9)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    _, data, model = read_run(parser.parse_args().run)
    detector = NoveltyDetector.fit(model, data.train, data.validation, refused=REFUSED)
    neighbors = hidden_distance(unit(hidden_activations(model, data.train.select(slice(10_000)).inputs)))
    scores = {
        "largest probability": unsureness,
        "energy": energy,
        "hidden layer, nearest neighbor": neighbors,
        "`NoveltyDetector`": lambda model, images: detector.score(model, images),
    }
    some = data.test.inputs
    asked = {
        "test digits": some,
        **{name: make_unfamiliar(name, some[:COUNT]) for name in UNFAMILIAR},
        "letters": letters(),
    }
    print(f"| refused by | {' | '.join(asked)} |\n|---|{'---|' * len(asked)}")
    for name, score in scores.items():
        threshold = np.quantile(score(model, data.validation.inputs), 1 - REFUSED, method="higher")
        shares = [f"{(score(model, images) > threshold).mean():.1%}" for images in asked.values()]
        print(f"| {name} | {' | '.join(shares)} |")


if __name__ == "__main__":
    main()
