"""The results of the race as Markdown and as a picture.

python benchmarks/tables.py    # writes docs/race.md and the README's table anew from benchmarks/results/race.json
"""

import json
import math
import platform
import statistics
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

from glassnet.hardware import blas_description, processors

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
PAGE = HERE.parent / "docs" / "race.md"
PICTURE = HERE.parent / "docs" / "pictures" / "growth.svg"
BEGIN, END = "<!-- race -->\n", "<!-- end of race -->"
LIBRARIES = ("numpy", "torch", "jax", "scikit-learn", "onnxruntime", "keras", "tensorflow-cpu", "tinygrad")
LIBRARIES += ("neural-network-digits",)
NAMES = {
    "numpy_glassnet": "glassnet",
    "torch_eager": "PyTorch",
    "torch_compiled": "torch.compile",
    "jax_scan": "JAX",
    "sklearn_mlp": "scikit-learn",
    "numpy_scratch": "`scratch.py`",
    "keras_jit": "Keras",
    "tinygrad_jit": "tinygrad",
    "digits_loop": "neural-network-digits",
    "onnx_runtime": "ONNX Runtime",
    "matrix_products": "matrix products alone",
}
OURS, FLOOR = "numpy_glassnet", "matrix_products"
MEDIANS = ("accuracy", "import_seconds", "compile_seconds")


def machine() -> dict[str, str]:
    """Describe where and with what the race is run."""
    models = [line.split(":")[1] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    installed = {distribution.name for distribution in distributions()}
    versions = {library: version(library) for library in LIBRARIES if library in installed}
    processor = f"{processors()} x {models[0].strip()}"
    return {"processors": processor, "python": platform.python_version(), "BLAS": blas_description(), **versions}


def table(head: list[str], rows: list[list[str]]) -> str:
    """Write a Markdown table."""
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows])


def name_of(peer: str) -> str:
    """Name a peer for people; a number after it is its threads."""
    name, _, threads = peer.partition(" ")
    return NAMES[name] + (f", {threads} thread{'s' if threads > '1' else ''}" if threads else "")


def network_of(configuration: dict[str, Any]) -> str:
    """Name a configuration."""
    rule = ", Adam" if configuration.get("optimizer") == "adam" else ""
    return f"784-{configuration['hidden']}-10, batch {configuration['batch_size']}{rule}"


def epoch_seconds(results: list[dict[str, Any]]) -> list[float]:
    """Give a round's figure: its median epoch."""
    return [statistics.median(result["epoch_seconds"]) for result in results]


def ratio(entry: dict[str, Any], peer: str) -> float:
    """Divide a peer's figure by glassnet's of the same round, and take the median."""
    theirs, ours = (epoch_seconds(entry["results"][name]) for name in (peer, OURS))
    return statistics.median(their / our for their, our in zip(theirs, ours, strict=False))


def ratios(training: list[dict[str, Any]], peer: str) -> list[float]:
    """Give a peer's ratio at each configuration that it ran."""
    return [ratio(entry, peer) for entry in training if peer in entry["results"]]


RULE = """Who is raced, and by what rule. Written by `make bench`, which takes an hour on an idle machine
(`python benchmarks/race.py`); by hand from kept figures: `python benchmarks/tables.py`.

- **The same work**: 60,000 images of MNIST as bytes, which each library scales to 0..1 itself, the same start, the
  same order, the same batches (the smaller last one included), the same rule and float32. Who takes no start or no
  order of others says so below.
- **Each as its own documentation says it is fastest on a CPU**: JAX with a whole epoch under `jit` and `scan`; PyTorch
  eager with fused optimizers, and `torch.compile`; Keras 3 over TensorFlow with `jit_compile` and a hundred steps an
  execution; tinygrad with `TinyJit`; `neural-network-digits` by its own loop; ONNX Runtime for prediction.
- **In turns**: A B C A B C, each in a fresh process, so that a busy minute hits all. A ratio is taken within a round;
  what is shown is the median of the rounds. With 1 thread or 2, whichever was faster in a trial before.
- **Not counted**: importing, and compiling, which stand apart.
- **Checked**: every peer says how well its network does on the 10,000 test images; who learned otherwise is seen there.
"""


NOTES = (
    "Medians of the rounds: 60,000 images an epoch, SGD with rate 0.02 and momentum 0.9 or Adam with 0.001, threads\n"
    "as they suit each library best, importing and compiling not counted. The same data, start, batches and rule for\n"
    "all but three: scikit-learn takes no start and no order, and its epoch is a third of a call to `fit` with three,\n"
    "converting the images included; `scratch.py` is float64 and plain descent without momentum, at Adam's rate too;\n"
    "`neural-network-digits` takes no start and no order, learns from nine tenths, and knows no Adam.\n"
    "Matrix products alone: what BLAS takes for those of an epoch, with nothing else; glassnet shares them with a\n"
    "second process, so that it may be ahead of BLAS with one thread.",
    "Three epochs of 784-192-10, batches of 96, with a one-cycle schedule up to 0.2, momentum 0.9, 2 threads;\n"
    "scikit-learn has no schedule, and takes ten epochs at 0.04.",
    "JAX would compile for each number of images, and was left out.",
)


ROUND_NOTE = (
    "Each of them by itself: the median of the rounds and in brackets the least and the most; accuracy on the 10,000\n"
    "test images after three epochs, of `scratch.py` and `neural-network-digits` after one, of tinygrad after two;\n"
    "seconds of importing, NumPy apart, and of compiling."
)
GROWTH = (
    "Its time grows in proportion to the examples, which may lie in a mapped file:\n\n"
    "![Seconds an epoch over the number of examples, hidden units and examples in a batch](pictures/growth.svg)"
)
GROWTH_NOTE = (
    "784-128-10 in batches of 128, one of the three varied; widths and batches on 15,000 images. One measurement\n"
    "each, images in a mapped file; own memory is what the process has beside that file's pages."
)


def short_training_table(training: list[dict[str, Any]]) -> str:
    """Give seconds an epoch, a row for each configuration, and the geometric mean of the ratios."""
    peers = list(training[0]["results"])
    rows = []
    for entry in training:
        found = entry["results"]
        medians = [f"{statistics.median(epoch_seconds(found[peer])):.3f}" if peer in found else "" for peer in peers]
        rows.append([network_of(entry["configuration"]), *medians])
    means = [statistics.geometric_mean(ratios(training, peer)) for peer in peers]
    rows.append(["times glassnet's, geometric mean", *(f"{mean:.2f}" for mean in means)])
    return table(["seconds an epoch", *map(name_of, peers)], rows)


def long_training_table(training: list[dict[str, Any]]) -> str:
    """Give everything that was measured of each peer at each configuration."""
    rows = []
    for entry in training:
        for peer, results in entry["results"].items():
            seconds = epoch_seconds(results)
            median = {key: statistics.median(result[key] for result in results) for key in MEDIANS}
            measured = [f"{statistics.median(seconds):.3f} ({min(seconds):.3f} to {max(seconds):.3f})"]
            measured += [f"{ratio(entry, peer):.2f}", "" if FLOOR in peer else f"{median['accuracy']:.2%}"]
            measured += [f"{median['import_seconds']:.2f}", f"{median['compile_seconds']:.1f}"]
            rows.append([network_of(entry["configuration"]), name_of(peer), str(entry["threads"][peer]), *measured])
    head = ["network", "library", "threads", "seconds an epoch", "times glassnet's", "accuracy", "import", "compile"]
    return table(head, rows)


def whole_table(whole: dict[str, list[dict[str, float]]]) -> str:
    """Give the race to 98%."""
    ours = statistics.median(result["seconds"] for result in whole[OURS])
    rows = []
    for peer, results in whole.items():
        seconds, accuracy = ([result[key] for result in results] for key in ("seconds", "accuracy"))
        median = statistics.median(seconds)
        spread = f"{median:.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
        rows.append([NAMES[peer], spread, f"{median / ours:.2f}", f"{statistics.mean(accuracy):.2%}"])
    return table(["whole process", "seconds", "times glassnet's", "test accuracy, mean"], rows)


def memory_table(memory: dict[str, float]) -> str:
    """Give the peak of each trainer."""
    rows = [[NAMES[peer], f"{peak:.0f}", f"{peak / memory[OURS]:.2f}"] for peer, peak in memory.items()]
    return table(["training 784-128-10", "peak memory, MiB", "times glassnet's"], rows)


def prediction_table(prediction: dict[str, list[dict[str, float]]]) -> str:
    """Give medians over the rounds."""
    keys = ("milliseconds_for_10000", "one_median_microseconds", "one_p99_microseconds")
    rows = []
    for peer, results in prediction.items():
        rows.append([name_of(peer), *(f"{statistics.median(result[key] for result in results):.1f}" for key in keys)])
    return table(["prediction, 784-128-10", "10,000 images, ms", "one image, µs", "99th percentile, µs"], rows)


def honest_table(result: dict[str, Any]) -> str:
    """Give the README's table: a row for each thing that was raced, won or lost; a dash where a library has no part."""
    peers = (OURS, "torch_eager", "jax_scan", "sklearn_mlp", "onnx_runtime")
    whole, prediction = result["whole"], result["prediction"]
    seconds = {peer: statistics.median(each["seconds"] for each in whole[peer]) for peer in peers if peer in whole}
    accuracy = {peer: statistics.mean(each["accuracy"] for each in whole[peer]) for peer in peers if peer in whole}
    trained = [peer for peer in peers if any(peer in entry["results"] for entry in result["training"])]
    epoch = {peer: statistics.geometric_mean(ratios(result["training"], peer)) for peer in trained}
    one: dict[str, float] = {}
    for name, rounds in prediction.items():  # with as many threads as suit it
        peer = name.partition(" ")[0]
        found = statistics.median(each["one_median_microseconds"] for each in rounds)
        one[peer] = min(found, one.get(peer, math.inf))
    rows = {
        "98% on the test images, the whole process": (seconds, "{:.1f} s"),
        "accuracy then": (accuracy, "{:.2%}"),
        "an epoch of six networks, times glassnet's": (epoch, "{:.2f}"),
        "one image answered": (one, "{:.0f} µs"),
        "peak memory of a training": (result["memory"], "{:.0f} MiB"),
    }
    lines = [
        [what, *(form.format(row[peer]) if peer in row else "-" for peer in peers)]
        for what, (row, form) in rows.items()
    ]
    return table(["", *(NAMES[peer] for peer in peers)], lines)


def growth_table(growth: dict[str, dict[str, dict[str, float]]]) -> str:
    """Give each series; hidden units and batches are varied on 15,000 examples."""
    rows = []
    for what, series in growth.items():
        for size, result in series.items():
            rows.append([what, f"{int(size):,}", f"{result['seconds']:.2f}", f"{result['own_mebibytes']:.0f}"])
    return table(["varied", "size", "seconds an epoch", "own memory, MiB"], rows)


def draw_growth(growth: dict[str, dict[str, dict[str, float]]], path: Path) -> None:
    """Draw seconds over size, both logarithmic, with a line for what is in proportion."""
    import matplotlib.pyplot as plt

    plt.rcParams["svg.hashsalt"] = "glassnet"
    figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), layout="constrained")
    labels = {"examples": "examples", "hidden": "hidden units", "batch": "examples in a batch"}
    for axis, (what, series) in zip(axes, growth.items(), strict=True):
        sizes, seconds = [int(size) for size in series], [result["seconds"] for result in series.values()]
        if what != "batch":
            axis.plot(
                sizes, [seconds[-1] * size / sizes[-1] for size in sizes], "--", color="#888888", label="in proportion"
            )
        axis.plot(sizes, seconds, "o-", color="#1f5fa8", label="measured")
        axis.set(xscale="log", yscale="log", xlabel=labels[what], ylabel="seconds an epoch")
        axis.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


def marks_table(result: dict[str, Any]) -> str:
    """Say what was aimed at, and whether this run reached it."""
    training, marks = result["training"], []

    def mark(what: str, figure: float, least: float, most: float = math.inf) -> None:
        aim = f"at least {least:.2f}" if least else f"at most {most:.2f}"
        marks.append([what, aim, f"{figure:.2f}", "yes" if least <= figure <= most else "no"])

    by_rule = {
        rule: [entry for entry in training if ("optimizer" in entry["configuration"]) == rule] for rule in (0, 1)
    }
    mark("JAX's time over glassnet's, the least of the rows with SGD", min(ratios(by_rule[0], "jax_scan")), 1.0)
    mark("the same with Adam", min(ratios(by_rule[1], "jax_scan")), 0.95)
    mark("the same, geometric mean", statistics.geometric_mean(ratios(training, "jax_scan")), 1.1)
    for peer in ("torch_eager", "torch_compiled"):
        mark(f"{NAMES[peer]}'s over glassnet's, the least", min(ratios(training, peer)), 1.2)
        mark("the same, geometric mean", statistics.geometric_mean(ratios(training, peer)), 2.3)
    mark(
        "scikit-learn's over glassnet's, geometric mean",
        statistics.geometric_mean(ratios(training, "sklearn_mlp")),
        3.0,
    )
    for threads in (1, 2):
        for key, what, most in (
            ("one_median_microseconds", "one image", 1.2),
            ("milliseconds_for_10000", "10,000 images", 1.0),
        ):
            ours, theirs = (
                statistics.median(each[key] for each in result["prediction"][f"{peer} {threads}"])
                for peer in (OURS, "onnx_runtime")
            )
            said = f"{what}: glassnet's time over ONNX Runtime's, {threads} thread{'s' if threads > 1 else ''}"
            mark(said, ours / theirs, 0.0, most)
    return table(["mark", "aim", "this run", "reached"], marks)


def absent_note(result: dict[str, Any]) -> str:
    """Say who could not be run."""
    reasons = [f"{NAMES[peer]} ({reason})" for peer, reason in result.get("absent", {}).items()]
    return "Could not be run here: " + (", ".join(reasons) if reasons else "nobody") + "."


def write(result: dict[str, Any], path: Path) -> None:
    """Write the page, and for the whole race the picture and the README's table."""
    described = ", ".join(f"{what} {value}" for what, value in result["machine"].items())
    short = [short_training_table(result["training"]), NOTES[0], whole_table(result["whole"]), NOTES[1]]
    parts = [
        f"# The race\n\n{RULE}\n{absent_note(result)} {described}.",
        *short,
        ROUND_NOTE,
        long_training_table(result["training"]),
    ]
    if "growth" in result:
        short += [prediction_table(result["prediction"]), NOTES[2], memory_table(result["memory"])]
        parts += [marks_table(result), *short[4:], GROWTH, GROWTH_NOTE, growth_table(result["growth"])]
        draw_growth(result["growth"], PICTURE)
        readme = README.read_text(encoding="utf-8")
        before, after = readme.split(BEGIN)[0], readme.split(END)[1]
        README.write_text(before + BEGIN + honest_table(result) + "\n" + END + after, encoding="utf-8")
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print("\n\n".join(short))


if __name__ == "__main__":
    write(json.loads((HERE / "results" / "race.json").read_text(encoding="utf-8")), PAGE)
