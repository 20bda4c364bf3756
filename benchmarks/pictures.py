"""What becomes of digits on made paper: the share that is answered, right, and wrong with confidence, by kind.

    python benchmarks/pictures.py RUN [--count 200] [--seed 1]

The pictures are made in tests/support/made_pictures.py from MNIST's test digits, the letters in
tests/support/stroke_font.py. RUN is a run of the default network, as `glassnet train` makes it.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import glassnet
from glassnet.runs.directory import detector_of, read_run

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from made_pictures import KINDS
from reading_pictures import Outcome, doubted, outcome_of, strangers
from stroke_font import printed_pages


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    reader = read_run(asked.run)[2], detector_of(asked.run)
    test = glassnet.load_dataset("mnist").test
    print("| kind | answered | right of answered | surely wrong |\n|---|---|---|---|")
    total = Outcome()
    with tempfile.TemporaryDirectory() as place:
        for name in KINDS:
            found = outcome_of(reader, name, asked.count, asked.seed, test, Path(place))
            total += found
            print(row(name, found), flush=True)
        print(row("all", total))
        print("\n| no digits | doubted |\n|---|---|")
        for name, pages in strangers(asked.count, asked.seed).items():
            print(f"| {name} | {doubted(reader, pages, Path(place)):.1%} |", flush=True)
        printed = doubted(reader, printed_pages(asked.seed), Path(place))
        print(f"| the same letters in a printed font, that of Pillow | {printed:.1%} |")
    model, detector = reader
    print(f"| MNIST's test digits, as they are | {detector.refuses(model, test.inputs).mean():.2%} refused |")


def row(name: str, found: Outcome) -> str:
    """Write one row of the first table."""
    right = found.right / max(1, found.answered)
    return f"| {name} | {found.answered / found.written:.1%} | {right:.1%} | {found.surely_wrong / found.written:.1%} |"


if __name__ == "__main__":
    main()
