"""JAX, a whole epoch under jit and lax.scan."""

import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from .task import MOMENTUM, Task, Trained


def logits_of(parameters, inputs):
    """Compute the network's logits."""
    (w1, b1), (w2, b2) = parameters
    return jnp.maximum(inputs @ w1 + b1, 0) @ w2 + b2


def loss_of(parameters, images, labels):
    """Compute the mean cross-entropy of a batch of uint8 images."""
    logits = logits_of(parameters, images.astype(jnp.float32) * jnp.float32(1 / 255))
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1))


def sgd(task, parameters, state, gradient):
    """Update by momentum, in PyTorch's form."""
    velocity = jax.tree.map(lambda v, g: MOMENTUM * v + g, state, gradient)
    return jax.tree.map(lambda p, v: p - task.learning_rate * v, parameters, velocity), velocity


def adam(task, parameters, state, gradient):
    """Update by Adam."""
    mean, square, count = state
    count = count + 1
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradient)
    rate = task.learning_rate / (1 - 0.9**count)
    scale = jnp.sqrt(1 - 0.999**count)
    move = lambda p, m, v: p - rate * m / (jnp.sqrt(v) / scale + 1e-8)  # noqa: E731
    return jax.tree.map(move, parameters, mean, square), (mean, square, count)


def train(task: Task) -> Trained:
    """Scan over the full batches of an epoch; the smaller last one is a call of its own."""
    images, labels = jnp.asarray(task.load("train-images")), jnp.asarray(task.load("train-labels").astype(np.int32))
    parameters = [(jnp.asarray(w), jnp.asarray(b)) for w, b in task.start()]
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    update, state = (
        (sgd, zeros)
        if task.optimizer == "sgd"
        else (adam, (zeros, jax.tree.map(jnp.zeros_like, parameters), jnp.zeros((), jnp.float32)))
    )

    @partial(jax.jit, donate_argnums=(0, 1))
    def run(parameters, state, images, labels, batches):
        def step(carry, rows):
            parameters, state = carry
            loss, gradient = jax.value_and_grad(loss_of)(parameters, images[rows], labels[rows])
            return update(task, parameters, state, gradient), loss

        (parameters, state), losses = jax.lax.scan(step, (parameters, state), batches)
        return parameters, state, losses

    def parts(epoch):
        batches = task.batches(epoch)
        full = [rows for rows in batches if len(rows) == task.batch_size]
        return [jnp.asarray(np.stack(full))] + [jnp.asarray(rows[None]) for rows in batches[len(full) :]]

    start = time.perf_counter()
    compiled = {}
    for part in parts(0):
        compiled[part.shape] = run.lower(parameters, state, images, labels, part).compile()
    compile_seconds = time.perf_counter() - start
    seconds = []
    for epoch in range(task.epochs):
        start = time.perf_counter()
        for part in parts(epoch):
            parameters, state, losses = compiled[part.shape](parameters, state, images, labels, part)
            assert np.isfinite(np.asarray(losses).sum())
        seconds.append(time.perf_counter() - start)
    answer = jax.jit(lambda parameters, images: logits_of(parameters, images.astype(jnp.float32) / 255).argmax(axis=1))
    return Trained(seconds, compile_seconds, lambda images: np.asarray(answer(parameters, images)))
