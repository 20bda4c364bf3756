"""What does an activation buy? Train networks with and without one, and print a Markdown table.

python docs/measure_activations.py
"""

import statistics

import glassnet

SEEDS = range(5)
EPOCHS = 5
NETWORKS = {
    "784-10, no hidden layer": ([784, 10], "identity"),
    "784-128-10, identity": ([784, 128, 10], "identity"),
    "784-128-10, ReLU": ([784, 128, 10], "relu"),
}


def validation_accuracy(sizes, activation, seed):
    """Train once with plain SGD; give the accuracy in percent."""
    data = glassnet.load_dataset("mnist", seed=seed)
    network = glassnet.Network(sizes, activation, seed=seed)
    plain = glassnet.SGD(learning_rate=0.1)
    *_, last = glassnet.Training(network, data, optimizer=plain, epochs=EPOCHS, seed=seed)
    return 100 * last.validation_accuracy


def main():
    """Print a line for each network."""
    print(f"| network | validation accuracy after {EPOCHS} epochs, {len(SEEDS)} seeds |\n|---|---|")
    for name, (sizes, activation) in NETWORKS.items():
        accuracies = [validation_accuracy(sizes, activation, seed) for seed in SEEDS]
        print(f"| {name} | {statistics.mean(accuracies):.2f}% ± {statistics.stdev(accuracies):.2f} |")


if __name__ == "__main__":
    main()
