"""JAX, a whole epoch under jit and lax.scan."""

import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from .task import MOMENTUM, Task, Trained


def logits_of(parameters, images):
    """Compute the network's logits from uint8 images."""
    (w1, b1), (w2, b2) = parameters
    return jnp.maximum(images.astype(jnp.float32) * jnp.float32(1 / 255) @ w1 + b1, 0) @ w2 + b2


def loss_of(parameters, images, labels):
    """Compute the mean cross-entropy of a batch."""
    log_probabilities = jax.nn.log_softmax(logits_of(parameters, images))
    return -jnp.mean(jnp.take_along_axis(log_probabilities, labels[:, None], axis=1))


def sgd(parameters, velocity, gradient, rate):
    """Update by momentum, in PyTorch's form."""
    velocity = jax.tree.map(lambda v, g: MOMENTUM * v + g, velocity, gradient)
    return jax.tree.map(lambda p, v: p - rate * v, parameters, velocity), velocity


def adam(parameters, state, gradient, rate):
    """Update by Adam, in PyTorch's form."""
    mean, square, count = state
    count = count + 1
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradient)
    step, scale = rate / (1 - 0.9**count), jnp.sqrt(1 - 0.999**count)
    moved = jax.tree.map(lambda p, m, v: p - step * m / (jnp.sqrt(v) / scale + 1e-8), parameters, mean, square)
    return moved, (mean, square, count)


def parts(batches, rates):
    """Give an epoch as the full batches together, and the smaller last one."""
    full = sum(len(rows) == len(batches[0]) for rows in batches)
    whole = [(jnp.asarray(np.stack(batches[:full])), jnp.asarray(rates[:full]))]
    return whole + [(jnp.asarray(rows[None]), jnp.asarray(rates[full:])) for rows in batches[full:]]


def train(task: Task) -> Trained:
    """Scan over the batches of each part of an epoch."""
    images, labels = jnp.asarray(task.load("train-images")), jnp.asarray(task.load("train-labels").astype(np.int32))
    parameters = [(jnp.asarray(w), jnp.asarray(b)) for w, b in task.start()]
    zeros = partial(jax.tree.map, jnp.zeros_like, parameters)
    update, state = (sgd, zeros()) if task.optimizer == "sgd" else (adam, (zeros(), zeros(), jnp.zeros(())))

    @partial(jax.jit, donate_argnums=(0, 1))
    def run(parameters, state, images, labels, batches, rates):
        def step(carry, batch):
            (parameters, state), (rows, rate) = carry, batch
            loss, gradient = jax.value_and_grad(loss_of)(parameters, images[rows], labels[rows])
            return update(parameters, state, gradient, rate), loss

        return jax.lax.scan(step, (parameters, state), (batches, rates))

    batches = task.batches()
    epochs = [parts(*epoch) for epoch in zip(batches, task.rates(len(batches[0])), strict=True)]
    start = time.perf_counter()
    compiled = {part[0].shape: run.lower(parameters, state, images, labels, *part).compile() for part in epochs[0]}
    compile_seconds = time.perf_counter() - start
    seconds = []
    for epoch in epochs:
        start = time.perf_counter()
        for part in epoch:
            (parameters, state), losses = compiled[part[0].shape](parameters, state, images, labels, *part)
            losses.block_until_ready()
        seconds.append(time.perf_counter() - start)
    answer = jax.jit(lambda parameters, images: logits_of(parameters, images).argmax(axis=1))
    return Trained(seconds, compile_seconds, lambda images: np.asarray(answer(parameters, images)))
