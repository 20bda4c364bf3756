"""Keras 3 over TensorFlow, its model compiled with ``jit_compile``, as its documentation says it is fastest."""

import os
import time

import numpy as np

from .task import MOMENTUM, Task, Trained

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import tensorflow

STEPS = 100  # in one call of the compiled function; of 1 and 100, 100 took a third of the time at 784-32-10


def network(task: Task) -> keras.Sequential:
    """Build the network from the given start; it scales the pixels itself."""
    tensorflow.config.threading.set_intra_op_parallelism_threads(task.threads)
    layers = [keras.Input((784,), dtype="uint8"), keras.layers.Rescaling(1 / 255)]
    layers += [keras.layers.Dense(task.hidden, activation="relu"), keras.layers.Dense(10)]
    model = keras.Sequential(layers)
    model.set_weights([array for layer in task.start() for array in layer])
    rules = {
        "sgd": keras.optimizers.SGD(task.learning_rate, MOMENTUM),
        "adam": keras.optimizers.Adam(task.learning_rate),
    }
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(rules[task.optimizer], loss, jit_compile=True, steps_per_execution=STEPS)
    return model


def train(task: Task) -> Trained:
    """Fit epoch by epoch, in the given order; the first, which compiles, is made once more before and forgotten."""
    images, labels = task.load("train-images"), task.load("train-labels").astype(np.int32)
    orders = [np.concatenate(batches) for batches in task.batches()]
    model = network(task)

    def epoch(rows: np.ndarray) -> float:
        start = time.perf_counter()
        model.fit(images[rows], labels[rows], batch_size=task.batch_size, shuffle=False, verbose=0)
        return time.perf_counter() - start

    compile_seconds = epoch(orders[0])
    model.set_weights([array for layer in task.start() for array in layer])
    for variable in model.optimizer.variables:
        if variable is not model.optimizer._learning_rate:
            variable.assign(np.zeros(variable.shape))
    seconds = [epoch(rows) for rows in orders]
    return Trained(
        seconds, compile_seconds - min(seconds), lambda images: model.predict(images, verbose=0).argmax(axis=1)
    )
