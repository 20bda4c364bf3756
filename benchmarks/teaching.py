"""How well a network takes one correction, and what that costs: for misread test digits of a run.

python benchmarks/teaching.py RUN
"""

import sys
from pathlib import Path

import numpy as np

import glassnet
from glassnet.runs.directory import read_run
from glassnet.training.fine_tuning import teach

MISREAD = 24


def main() -> None:
    _, data, model = read_run(Path(sys.argv[1]))
    said = model.predict(data.test.inputs)
    wrong = np.flatnonzero(said != data.test.targets)[:MISREAD]
    before = glassnet.evaluate(model, data.validation).accuracy
    learned, changes = [], []
    for place in wrong:
        taught, accuracy = after(model, data, wrong[wrong == place])
        learned.append(taught)
        changes.append(100 * (accuracy - before))
    together, accuracy = after(model, data, wrong)
    print(f"{len(wrong)} misread digits, each taught to a copy: {np.mean(learned):.0%} are then right")
    print(f"validation accuracy {np.mean(changes):+.2f} points on average, {min(changes):+.2f} at worst")
    print(f"all at once: {together:.0%} are then right, validation {100 * (accuracy - before):+.2f} points")


def after(model, data, rows):
    """Teach a copy; gives the share of these that it then gets right, and its validation accuracy."""
    network = model.network.on(model.network.parameters.copy())
    images, labels = data.test.inputs[rows], data.test.targets[rows]
    teach(network, data, images, labels)
    taught = glassnet.Model(network, data.preprocessing, data.class_names)
    return np.mean(taught.predict(images) == labels), glassnet.evaluate(taught, data.validation).accuracy


if __name__ == "__main__":
    main()
