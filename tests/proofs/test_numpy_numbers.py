"""NumPy's numbers are taken wherever Python's are, and come to the same."""

import json

import numpy as np
import pytest

import glassnet
from glassnet.data.preprocessing.preprocessing import Unchanged
from glassnet.randomness import generator
from glassnet.runs.settings import RunSettings, write_toml

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(120, 4))
LABELS = (ROWS[:, 0] > 0).astype(int)
NAMES = ("a", "b", "c", "d")
WHOLE = [np.int64, np.int32, np.uint8, np.array]
FRACTION = [np.float32, np.float64, np.float16, np.array]
TRUTH = [np.bool_, np.array]


def trained(**chosen):
    data = glassnet.Dataset.from_arrays(ROWS, LABELS, test=20)
    network = glassnet.Network([4, 3, 2], seed=0)
    list(glassnet.Training(network, data, **{"epochs": 1, "batch_size": 20, **chosen}))
    return network.parameters.tobytes()


def written(tmp_path, preprocessing, class_names=("no", "yes"), target_scale=None):
    network = glassnet.Network([4, len(class_names) or 1], loss="cross_entropy" if class_names else "mse", seed=0)
    path = tmp_path / "model.safetensors"
    glassnet.Model(network, preprocessing, class_names, target_scale).save(path)
    return path.read_bytes()


def split(**chosen):
    data = glassnet.Dataset.from_arrays(ROWS, LABELS, **chosen)
    return data.train.indices.tolist(), data.validation.indices.tolist(), data.test.indices.tolist()


TAKEN = [
    ("sizes", WHOLE, 4, lambda v, _: glassnet.Network([v, v, 2], seed=0).parameters.tobytes()),
    ("seed of a network", WHOLE, 3, lambda v, _: glassnet.Network([4, 2], seed=v).parameters.tobytes()),
    ("seed", WHOLE, 3, lambda v, _: generator(v, "shuffle", 0).integers(1000)),
    ("learning rate", FRACTION, 0.25, lambda v, _: trained(optimizer=glassnet.Adam(v))),
    ("nesterov", TRUTH, True, lambda v, _: trained(optimizer=glassnet.SGD(0.1, momentum=0.5, nesterov=v))),
    ("dropout", FRACTION, 0.25, lambda v, _: trained(regularization=glassnet.Regularization(dropout=v))),
    ("decay", FRACTION, 0.5, lambda v, _: trained(averaging=glassnet.ExponentialAverage(v))),
    ("warm-up", WHOLE, 2, lambda v, _: trained(schedule=glassnet.WarmUp(v))),
    *((name, WHOLE, value, lambda v, _, name=name: trained(**{name: v}))
      for name, value in {"batch_size": 20, "epochs": 2, "patience": 1, "seed": 3, "shards": 2, "workers": 1}.items()),
    ("shuffle", TRUTH, False, lambda v, _: trained(shuffle=v)),
    ("rows", WHOLE, 30, lambda v, _: split(train=v, validation=v, test=v, seed=v)),
    ("fractions", FRACTION, 0.25, lambda v, _: split(train=v, validation=v, test=v)),
    ("shape", WHOLE, 2, lambda v, path: written(path, glassnet.PixelScaling((v, v)))),
    ("deskew", TRUTH, True, lambda v, path: written(path, glassnet.PixelScaling((2, 2), v))),
    ("columns", WHOLE, 4, lambda v, path: written(path, Unchanged((v,)))),
    ("statistics", FRACTION, 1.5, lambda v, path: written(path, glassnet.FeatureScaling(NAMES, [v] * 4, [v] * 4))),
    ("target scale", FRACTION, 1.5, lambda v, path: written(path, Unchanged((4,)), (), glassnet.TargetScale(v, v))),
    ("class names", [np.str_, np.array], "no", lambda v, path: written(path, Unchanged((4,)), (v, "yes"))),
    ("settings", WHOLE, 12, lambda v, _: write_toml(RunSettings(epochs=v, hidden=(v,), seed=v, train_size=v))),
    ("widths", [np.array], [5, 6], lambda v, _: write_toml(RunSettings(hidden=tuple(v)))),
    ("widths as an array", [np.array], [5, 6], lambda v, _: write_toml(RunSettings(hidden=v))),
]  # fmt: skip


@pytest.mark.parametrize(("kinds", "value", "use"), [case[1:] for case in TAKEN], ids=[case[0] for case in TAKEN])
def test_a_number_of_numpy_comes_to_the_same_as_pythons(tmp_path, kinds, value, use):
    expected = use(value, tmp_path)
    for kind in kinds:
        assert use(kind(value), tmp_path) == expected, kind


@pytest.mark.parametrize("kind", WHOLE)
def test_sizes_of_data_by_name_and_of_ones_own_are_taken(tmp_path, kind):
    (tmp_path / "own.csv").write_text("a,b,label\n" + "".join(f"{k},{k % 7},{k % 2}\n" for k in range(60)))
    for name in ("mnist", tmp_path / "own.csv"):
        data = glassnet.load_dataset(name, train_size=kind(30), validation_size=kind(10), seed=kind(1))
        assert (len(data.train), len(data.validation)) == (30, 10)
    assert len(glassnet.load_dataset(tmp_path / "own.csv", test_size=kind(7)).test) == 7


@pytest.mark.parametrize("wrong", [np.float64(2.5), np.bool_(True), np.int64(-1), np.array([1, 2])])
def test_what_is_no_count_is_refused_in_numpys_types_too(wrong):
    for use in (lambda: trained(batch_size=wrong), lambda: glassnet.Network([wrong, 2]), lambda: split(train=wrong)):
        with pytest.raises(glassnet.UsageError):
            use()


def test_what_a_model_says_of_itself_is_plain():
    scaling = glassnet.FeatureScaling(NAMES, np.float32([1, 2, 3, 4]), np.ones(4))
    assert json.loads(json.dumps(scaling.describe()))["means"] == [1, 2, 3, 4]
