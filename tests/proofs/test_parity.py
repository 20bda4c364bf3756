"""The same numbers as PyTorch's, which tests/references/make_references.py froze, and as scratch.py's."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

import glassnet
from glassnet import scratch
from glassnet.network.activations import ACTIVATIONS, OUTPUTS
from glassnet.network.layer import layer_views
from glassnet.training.loader import epoch_order

REFERENCES = Path(__file__).parents[1] / "references" / "torch.npz"
TOLERANCES = {"float64": 1e-12, "float32": 1e-5}
STEPS = 100

PLAIN = glassnet.SGD(learning_rate=0.1)
MOMENTUM = glassnet.SGD(learning_rate=0.05, momentum=0.9)
RULES = {
    "sgd": PLAIN,
    "momentum": MOMENTUM,
    "nesterov": glassnet.SGD(learning_rate=0.05, momentum=0.9, nesterov=True),
    "adam": glassnet.Adam(learning_rate=0.003),
    "adamw": glassnet.AdamW(learning_rate=0.003, weight_decay=0.1),
    "rmsprop": glassnet.RMSprop(learning_rate=0.002),
    "rmsprop-momentum": glassnet.RMSprop(learning_rate=0.001, momentum=0.8),
}


@pytest.fixture(scope="module")
def torch():
    """PyTorch's numbers by name."""
    with np.load(REFERENCES, allow_pickle=False) as file:
        return dict(file)


def relative_error(found, expected):
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def learn(network, batches, optimizer, penalty=None, schedule=None):
    """Take a step for each batch, and return the parameters."""
    state = optimizer.init(network.parameters)
    weight_count = network.architecture.weight_count
    whole = network.trace(max(len(inputs) for inputs, _ in batches))
    for step, (inputs, targets) in enumerate(batches):
        trace = whole[: len(inputs)]
        network.forward(inputs, trace)
        gradient = network.backward(targets, trace)
        if penalty is not None:
            penalty.add_gradient(network.weights, gradient[:weight_count])
        factor = schedule.factor(step, len(batches)) if schedule is not None else 1.0
        rate = optimizer.learning_rate * factor
        optimizer.step(network.parameters, gradient, state, weight_count=weight_count, learning_rate=rate)
    return network.parameters


def learn_small(torch, dtype, optimizer, **options):
    """Train the small network of the references from its start, on its batches."""
    network = glassnet.Network([12, 9, 7, 5], ["relu", "tanh"], dtype=dtype)
    network.parameters[:] = torch["small/start"]
    ends = list(accumulate(torch["small/batch_sizes"].tolist()))
    cuts = [np.split(torch[f"small/{name}"], ends[:-1]) for name in ("inputs", "targets")]
    epoch = list(zip(*cuts, strict=True))
    return learn(network, [epoch[step % len(epoch)] for step in range(STEPS)], optimizer, **options)


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("name", RULES)
def test_an_optimizer_arrives_where_pytorchs_does_after_100_steps(torch, name, dtype):
    parameters = learn_small(torch, dtype, RULES[name])
    assert relative_error(parameters, torch[f"small/{name}/{dtype}"]) <= TOLERANCES[dtype]


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_an_l2_penalty_is_what_pytorchs_sgd_calls_weight_decay(torch, dtype):
    parameters = learn_small(torch, dtype, MOMENTUM, penalty=glassnet.Penalty(l2=0.01))
    assert relative_error(parameters, torch[f"small/momentum-l2/{dtype}"]) <= TOLERANCES[dtype]


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_a_one_cycle_training_arrives_where_pytorchs_does(torch, dtype):
    optimizer = glassnet.SGD(learning_rate=0.1, momentum=0.9)
    parameters = learn_small(torch, dtype, optimizer, schedule=glassnet.OneCycle())
    assert relative_error(parameters, torch[f"small/one-cycle/{dtype}"]) <= TOLERANCES[dtype]


SLIGHTLY_WRONG = {
    "sgd": glassnet.SGD(learning_rate=0.1000001),
    "momentum": glassnet.SGD(learning_rate=0.05, momentum=0.9000001),
    "nesterov": MOMENTUM,
    "momentum-l2": glassnet.SGD(learning_rate=0.05, momentum=0.9, weight_decay=0.01),
    "adam": glassnet.Adam(learning_rate=0.003, epsilon=1e-7),
    "adamw": glassnet.AdamW(learning_rate=0.003, weight_decay=0.0999999),
    "rmsprop": glassnet.RMSprop(learning_rate=0.002, smoothing=0.990001),
    "rmsprop-momentum": glassnet.RMSprop(learning_rate=0.001, momentum=0.8000001),
    "one-cycle": glassnet.SGD(learning_rate=0.1, momentum=0.9),
}


@pytest.mark.parametrize("name", SLIGHTLY_WRONG)
def test_a_slightly_wrong_optimizer_is_far_outside_the_tolerance(torch, name):
    parameters = learn_small(torch, "float64", SLIGHTLY_WRONG[name])
    assert relative_error(parameters, torch[f"small/{name}/float64"]) > 1_000 * TOLERANCES["float64"]


def test_a_float64_run_on_mnist_arrives_where_pytorchs_does(torch):
    network = glassnet.Network([784, 16, 10], dtype=np.float64)
    network.parameters[:] = torch["mnist/start"]
    batches = scratch_batches(range(3_200), 32)
    parameters = learn(network, batches, glassnet.SGD(learning_rate=0.1, momentum=0.9))
    assert relative_error(parameters, torch["mnist/momentum/float64"]) <= TOLERANCES["float64"]


def scratch_batches(rows, batch_size):
    """Read the training images in these rows as scratch.py does: batches of (inputs, one-hot targets)."""
    rows = np.asarray(rows)
    images, labels = (
        scratch.load("train-images-idx3", 16).reshape(-1, 784),
        scratch.load("train-labels-idx1", 8),
    )
    return [(images[batch] / 255, np.eye(10)[labels[batch]]) for batch in rows.reshape(-1, batch_size)]


def learn_from_scratch(network, batches, rate):
    """Train by scratch.py from the start of a network, which stays as it is; return a parameter vector."""
    layers = [(layer.weights.copy(), layer.biases.copy()) for layer in network.layers]
    for inputs, targets in batches:
        gradients = scratch.backward(layers, scratch.forward(layers, inputs), targets)
        layers = scratch.update(layers, gradients, rate)
    return np.concatenate([*(weights.ravel() for weights, _ in layers), *(biases for _, biases in layers)])


def test_scratch_and_the_network_give_the_same_parameters():
    network = glassnet.Network([784, 32, 10], dtype=np.float64)
    batches = scratch_batches(range(5_000), 50)
    expected = learn_from_scratch(network, batches, PLAIN.learning_rate)
    assert relative_error(network.parameters, expected) > 0.1  # they have gone somewhere
    assert relative_error(learn(network, batches, PLAIN), expected) <= TOLERANCES["float64"]


def test_scratch_and_training_give_the_same_parameters():
    data = glassnet.load_dataset("mnist", train_size=2_500, validation_size=0)
    network = glassnet.Network([784, 32, 10], dtype=np.float64)
    orders = np.concatenate([epoch_order(2_500, seed=5, epoch=epoch) for epoch in range(2)])
    expected = learn_from_scratch(network, scratch_batches(data.train.indices[orders], 50), PLAIN.learning_rate)
    training = glassnet.Training(network, data, optimizer=PLAIN, batch_size=50, epochs=2, seed=5)
    assert [epoch.number for epoch in training] == [1, 2]
    assert relative_error(network.parameters, expected) <= TOLERANCES["float64"]


SCHEDULES = {"one-cycle": glassnet.OneCycle(), "cosine": glassnet.Cosine()}


@pytest.mark.parametrize("steps", [4, 7, 10, 37, 100])
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_gives_pytorchs_learning_rates(torch, name, steps):
    factors = np.array([SCHEDULES[name].factor(step, steps) for step in range(steps)])
    assert relative_error(factors, torch[f"rates/{name}/{steps}"]) <= TOLERANCES["float64"]


@pytest.mark.parametrize(("steps", "parts", "gamma"), [(90, 3, 0.1), (100, 4, 0.5), (12, 1, 0.3)])
def test_step_decay_gives_pytorchs_learning_rates(torch, steps, parts, gamma):
    schedule = glassnet.StepDecay(gamma=gamma, parts=parts)
    factors = np.array([schedule.factor(step, steps) for step in range(steps)])
    assert relative_error(factors, torch[f"rates/step/{steps}/{parts}/{gamma}"]) <= TOLERANCES["float64"]


FUNCTIONS = {name: kind() for name, kind in {**ACTIVATIONS, **OUTPUTS}.items() if name != "identity"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_activation_and_its_derivative_are_pytorchs(torch, name):
    z, upstream = torch["activation/z"], torch["activation/upstream"]
    a, gradient = np.empty_like(z), np.empty_like(z)
    FUNCTIONS[name].forward(z, a)
    FUNCTIONS[name].backward(z, a, upstream, gradient)
    assert relative_error(a, torch[f"activation/{name}/forward"]) <= TOLERANCES["float64"]
    assert relative_error(gradient, torch[f"activation/{name}/backward"]) <= TOLERANCES["float64"]


@pytest.mark.parametrize(
    ("loss", "output", "logits", "targets"),
    [
        ("cross_entropy", "softmax", "extreme", "soft"),
        ("mse", "identity", "ordinary", "labels"),
        ("mse", "sigmoid", "ordinary", "soft"),
        ("mae", "identity", "ordinary", "labels"),
        ("huber", "identity", "ordinary", "labels"),
        ("half_squared_error", "identity", "ordinary", "labels"),
        ("binary_cross_entropy", "sigmoid", "ordinary", "soft"),
        ("poisson", "exponential", "ordinary", "soft"),
        ("quantile_0.8", "identity", "ordinary", "labels"),
    ],
)
def test_a_weighted_loss_and_its_gradient_are_pytorchs(torch, loss, output, logits, targets):
    network = glassnet.Network([5, 5], loss=loss, output=output, dtype=np.float64)
    network.parameters[:] = 0
    network.layers[0].weights[...] = np.eye(5)  # the identity: what goes in is the logits
    trace = network.trace(8)
    network.forward(torch[f"loss/{logits}"], trace)
    network.backward(torch[f"loss/{targets}"], trace, torch["loss/weights"])
    expected = {part: torch[f"loss/{loss}/{output}/{part}"] for part in ("each", "mean", "gradient")}
    assert relative_error(trace.losses, expected["each"]) <= TOLERANCES["float64"]
    assert relative_error(trace.loss, expected["mean"]) <= TOLERANCES["float64"]
    assert relative_error(trace.deltas[-1], expected["gradient"]) <= TOLERANCES["float64"]


def test_the_references_cover_every_parameter(torch):
    weights, biases = torch["small/start"][:206], torch["small/start"][206:]
    assert weights.size == 12 * 9 + 9 * 7 + 7 * 5
    assert biases.size == 9 + 7 + 5
    for view in layer_views(torch["small/sgd/float64"] - torch["small/start"], (12, 9, 7, 5)):
        assert np.abs(view.weights).max() > 1e-3
        assert np.abs(view.biases).max() > 1e-3
