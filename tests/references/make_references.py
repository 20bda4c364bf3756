"""Write PyTorch's numbers to torch.npz, which tests/proofs/test_parity.py compares glassnet with.

    pip install --group references
    python tests/references/make_references.py

Two runs write the same bytes. A parameter vector is laid out as glassnet's: all weights as (inputs, outputs),
then all biases. Inputs and starting values are exact in float32: both precisions start from the same numbers.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

if __name__ == "__main__":  # pytest imports this file too, looking for doctests, and has no PyTorch
    import torch
    from torch import nn
    from torch.nn import functional

HERE = Path(__file__).parent
MNIST = HERE.parents[1] / "src" / "glassnet" / "data" / "mnist"
SIZES = (12, 9, 7, 5)
EPOCH = (20, 13, 20, 17, 1, 20, 20, 7)  # batch sizes
STEPS = 100
SCHEDULE_LENGTHS = (4, 7, 10, 37, 100)
STEP_DECAYS = ((90, 3, 0.1), (100, 4, 0.5), (12, 1, 0.3))  # steps, parts, gamma

Arrays = dict[str, np.ndarray]
Batches = list[tuple["torch.Tensor", "torch.Tensor"]]


def float32_normal(rng: np.random.Generator, scale: float, shape: int | tuple[int, ...]) -> np.ndarray:
    return rng.normal(0, scale, shape).astype(np.float32).astype(np.float64)


def start_vector(sizes: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Draw weights as He et al. do, and biases other than zero, so that a mix-up of the two shows."""
    pairs = list(pairwise(sizes))
    weights = [float32_normal(rng, np.sqrt(2 / inputs), inputs * outputs) for inputs, outputs in pairs]
    return np.concatenate([*weights, *(float32_normal(rng, 0.1, outputs) for _, outputs in pairs)])


def build(sizes: tuple[int, ...], activations: tuple[str, ...], start: np.ndarray, dtype: torch.dtype) -> nn.Sequential:
    """Make the network with PyTorch's own layers and fill it from a vector of glassnet's layout."""
    kinds = {"relu": nn.ReLU, "tanh": nn.Tanh}
    modules: list[nn.Module] = []
    for index, (inputs, outputs) in enumerate(pairwise(sizes)):
        modules.append(nn.Linear(inputs, outputs))
        modules.extend(kinds[name]() for name in activations[index : index + 1])
    model = nn.Sequential(*modules).to(dtype)
    layers = linear_layers(model)
    counts = [layer.weight.numel() for layer in layers] + [layer.bias.numel() for layer in layers]
    pieces = torch.tensor(start).split(counts)
    with torch.no_grad():
        for layer, weights, biases in zip(layers, pieces, pieces[len(layers) :], strict=False):
            layer.weight.copy_(weights.reshape(layer.in_features, layer.out_features).T)
            layer.bias.copy_(biases)
    return model


def linear_layers(model: nn.Sequential) -> list[nn.Linear]:
    return [module for module in model if isinstance(module, nn.Linear)]


def vector(model: nn.Sequential) -> np.ndarray:
    layers = linear_layers(model)
    weights = [layer.weight.detach().numpy().T.ravel() for layer in layers]
    return np.concatenate([*weights, *(layer.bias.detach().numpy() for layer in layers)])


def groups(model: nn.Sequential, weight_decay: float) -> list[dict]:
    """Name weights and biases apart, so that only weights decay."""
    layers = linear_layers(model)
    return [
        {"params": [layer.weight for layer in layers], "weight_decay": weight_decay},
        {"params": [layer.bias for layer in layers], "weight_decay": 0.0},
    ]


def optimizers() -> dict[str, Callable[[nn.Sequential], torch.optim.Optimizer]]:
    from torch.optim import SGD, Adam, AdamW, RMSprop

    return {
        "sgd": lambda model: SGD(model.parameters(), lr=0.1),
        "momentum": lambda model: SGD(model.parameters(), lr=0.05, momentum=0.9),
        "nesterov": lambda model: SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True),
        "momentum-l2": lambda model: SGD(groups(model, 0.01), lr=0.05, momentum=0.9),
        "adam": lambda model: Adam(model.parameters(), lr=0.003),
        "adamw": lambda model: AdamW(groups(model, 0.1), lr=0.003),
        "rmsprop": lambda model: RMSprop(model.parameters(), lr=0.002),
        "rmsprop-momentum": lambda model: RMSprop(model.parameters(), lr=0.001, momentum=0.8),
        "one-cycle": lambda model: SGD(model.parameters(), lr=0.1, momentum=0.9),
    }


def train(
    model: nn.Sequential, optimizer: torch.optim.Optimizer, batches: Batches, one_cycle: bool = False
) -> np.ndarray:
    schedule = one_cycle_schedule(optimizer, STEPS) if one_cycle else None
    for step in range(STEPS):
        inputs, targets = batches[step % len(batches)]
        optimizer.zero_grad()
        functional.cross_entropy(model(inputs), targets).backward()
        optimizer.step()
        if schedule is not None:
            schedule.step()
    return vector(model)


def one_cycle_schedule(optimizer: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.LRScheduler:
    rate = optimizer.param_groups[0]["lr"]
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, cycle_momentum=False)


def trajectories() -> Arrays:
    rng = np.random.default_rng(12975)
    count = sum(EPOCH)
    inputs, labels = float32_normal(rng, 1, (count, SIZES[0])), rng.integers(SIZES[-1], size=count)
    targets, start = np.eye(SIZES[-1])[labels], start_vector(SIZES, rng)
    arrays = {"inputs": inputs, "targets": targets, "start": start, "batch_sizes": np.array(EPOCH)}
    arrays = {f"small/{name}": array for name, array in arrays.items()}
    for dtype in (torch.float64, torch.float32):
        cuts = [torch.tensor(values, dtype=dtype).split(EPOCH) for values in (inputs, targets)]
        for name, make in optimizers().items():
            model = build(SIZES, ("relu", "tanh"), start, dtype)
            end = train(model, make(model), list(zip(*cuts, strict=True)), one_cycle=name == "one-cycle")
            arrays[f"small/{name}/{end.dtype.name}"] = end
    return arrays


def mnist() -> Arrays:
    sizes, count = (784, 16, 10), 32 * STEPS
    with gzip.open(MNIST / "train-images-idx3-ubyte.gz") as file:
        images = np.frombuffer(file.read(16 + 784 * count), np.uint8, offset=16).reshape(count, 784)
    with gzip.open(MNIST / "train-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(8 + count), np.uint8, offset=8)
    cuts = [torch.tensor(values).split(32) for values in (images / 255, labels.astype(np.int64))]
    batches = list(zip(*cuts, strict=True))
    start = start_vector(sizes, np.random.default_rng(7841610))
    model = build(sizes, ("relu",), start, torch.float64)
    end = train(model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), batches)
    return {"mnist/start": start.astype(np.float32), "mnist/momentum/float64": end}


def rates(optimizer: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LRScheduler, steps: int) -> np.ndarray:
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return np.array(found)


def schedules() -> Arrays:
    def descent() -> torch.optim.Optimizer:
        return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)

    kinds = torch.optim.lr_scheduler
    arrays = {}
    for steps in SCHEDULE_LENGTHS:
        optimizer = descent()
        arrays[f"rates/one-cycle/{steps}"] = rates(optimizer, one_cycle_schedule(optimizer, steps), steps)
        optimizer = descent()
        arrays[f"rates/cosine/{steps}"] = rates(optimizer, kinds.CosineAnnealingLR(optimizer, steps), steps)
    for steps, parts, gamma in STEP_DECAYS:
        optimizer = descent()
        schedule = kinds.StepLR(optimizer, steps // parts, gamma)
        arrays[f"rates/step/{steps}/{parts}/{gamma}"] = rates(optimizer, schedule, steps)
    return arrays


def activations() -> Arrays:
    functions = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": functional.leaky_relu,
        "elu": functional.elu,
        "gelu": functional.gelu,
        "gelu_tanh": lambda z: functional.gelu(z, approximate="tanh"),
        "silu": functional.silu,
        "selu": functional.selu,
        "mish": functional.mish,
        "softmax": lambda z: torch.softmax(z, dim=1),
        "exponential": torch.exp,
    }
    z = np.linspace(-8, 8, 161).reshape(23, 7)  # zero, where the kinks are, is among them
    upstream = np.random.default_rng(1).normal(size=z.shape)
    arrays = {"activation/z": z, "activation/upstream": upstream}
    for name, function in functions.items():
        leaf = torch.tensor(z, requires_grad=True)
        value = function(leaf)
        value.backward(torch.tensor(upstream))
        arrays[f"activation/{name}/forward"] = value.detach().numpy()
        arrays[f"activation/{name}/backward"] = leaf.grad.numpy()
    return arrays


def losses() -> Arrays:
    """Freeze weighted means and their gradients with respect to the last layer's weighted sums."""
    rng = np.random.default_rng(2)
    numbers, weights = rng.normal(0, 3, (2, 8, 5)), rng.uniform(0, 3, 8)
    soft, labels = rng.dirichlet(np.ones(5), 8), rng.normal(0, 3, (8, 5))
    extreme = numbers[1].copy()
    extreme[2] += 1000  # where a naive exp overflows, here
    extreme[5, 3], extreme[6] = 800, 0  # and here; and a row of ties
    labels[1, 2] = numbers[0, 1, 2]  # an error of exactly zero
    weights[3] = 0
    arrays = {"ordinary": numbers[0], "extreme": extreme, "weights": weights, "soft": soft, "labels": labels}
    arrays = {f"loss/{name}": array for name, array in arrays.items()}
    for name, logits, targets, per_example in loss_functions():
        leaf = torch.tensor(arrays[f"loss/{logits}"], requires_grad=True)
        each = per_example(leaf, torch.tensor(arrays[f"loss/{targets}"]))
        mean = (each * torch.tensor(weights)).sum() / weights.sum()
        mean.backward()
        arrays[f"loss/{name}/each"] = each.detach().numpy()
        arrays[f"loss/{name}/mean"] = mean.detach().numpy()
        arrays[f"loss/{name}/gradient"] = leaf.grad.numpy()
    return arrays


def loss_functions() -> Iterator[tuple[str, str, str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]]]:
    def mean(loss: Callable[..., torch.Tensor]) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
        return lambda outputs, targets: loss(outputs, targets, reduction="none").mean(dim=1)

    def cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(logits, targets, reduction="none")

    yield "cross_entropy/softmax", "extreme", "soft", cross_entropy
    yield "mse/identity", "ordinary", "labels", mean(functional.mse_loss)
    yield "mse/sigmoid", "ordinary", "soft", lambda z, t: mean(functional.mse_loss)(z.sigmoid(), t)
    yield "mae/identity", "ordinary", "labels", mean(functional.l1_loss)
    yield "huber/identity", "ordinary", "labels", mean(functional.smooth_l1_loss)
    yield "half_squared_error/identity", "ordinary", "labels", lambda a, t: 5 * mean(functional.mse_loss)(a, t) / 2
    binary = mean(functional.binary_cross_entropy_with_logits)
    yield "binary_cross_entropy/sigmoid", "ordinary", "soft", lambda z, t: 5 * binary(z, t)
    poisson = mean(functional.poisson_nll_loss)
    yield "poisson/exponential", "ordinary", "soft", lambda z, t: 5 * poisson(z, t) + (t * t.log() - t).sum(dim=1)
    yield (
        "quantile_0.8/identity",
        "ordinary",
        "labels",
        lambda a, t: torch.maximum(0.8 * (t - a), 0.2 * (a - t)).mean(1),
    )


def main() -> None:
    torch.set_num_threads(1)  # the number of threads changes the last bits
    arrays = {**trajectories(), **mnist(), **schedules(), **activations(), **losses()}
    arrays["torch_version"] = np.array(torch.__version__)
    np.savez_compressed(HERE / "torch.npz", **arrays)


if __name__ == "__main__":
    main()
