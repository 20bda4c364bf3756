"""Attribution: shares of a table's columns in an answer, which add up to it."""

import numpy as np
import pytest

from glassnet import FeatureScaling, Model, Network, PixelScaling, TargetScale
from glassnet.data.preprocessing.encoders import fit_columns
from glassnet.errors import UsageError
from glassnet.explanation.attribution import attribute
from glassnet.model.reference import Reference

RNG = np.random.default_rng(3)
NAMES = ("income", "state", "joined", "owner", "nothing")
ENCODERS = dict(zip(NAMES, ("robust", "categories", "dates", "categories", "robust"), strict=True))
WORDS = {"state": ("CA", "NY", "TX"), "owner": ("no", "yes")}


def rows(count=200):
    """Numbers with gaps, words with gaps, dates, two words, and a column that never varies."""
    income = np.where(RNG.random(count) < 0.2, np.nan, RNG.lognormal(size=count))
    state = np.where(RNG.random(count) < 0.2, np.nan, RNG.integers(0, 3, count))
    joined, owner = RNG.uniform(0, 20_000, count), RNG.integers(0, 2, count)
    return np.column_stack([income, state, joined, owner, np.ones(count)])


def ensemble(classes, members=3, activation="selu", dtype=np.float32):
    """Networks of a table with random weights, and the mean of its rows' inputs."""
    table = rows()
    encoding = fit_columns(NAMES, lambda: [table], ENCODERS, WORDS)
    sizes = [encoding.inputs, 16, 16, classes or 1]
    loss = "cross_entropy" if classes else "mse"
    networks = [Network(sizes, activation, loss=loss, seed=seed, dtype=dtype) for seed in range(members)]
    scale = None if classes else TargetScale(1e5, 3e4)
    names = [f"class {k}" for k in range(classes)]
    return Model(networks, encoding, names, scale, reference=Reference.of(encoding.apply(table), np.empty(0)))


@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize("classes", [0, 2, 4])
def test_base_and_shares_add_up_to_each_answer(classes, members):
    model, new = ensemble(classes, members), rows(60)
    labels = model.predict_probabilities(new).argmax(axis=1) if classes else None
    base, shares = attribute(model, new, labels)
    assert shares.shape == (60, 5)
    if classes:
        answers, tolerance = model.predict_probabilities(new)[np.arange(60), labels], 3e-4
    else:
        answers, tolerance = model.predict(new), 3e-4 * 3e4
    np.testing.assert_allclose(base + shares.sum(axis=1), answers, atol=tolerance, rtol=3e-4)
    assert np.abs(shares).sum(axis=1).max() > 10 * tolerance


def test_the_base_is_the_answer_for_the_mean_of_the_training_rows():
    model, new = ensemble(2), rows(5)
    mean = np.array(model.reference.mean_inputs, np.float32)[None]
    base, _ = attribute(model, new, np.array([0, 1, 0, 1, 1]))
    np.testing.assert_allclose(base, model.forward(mean)[0, [0, 1, 0, 1, 1]])


def test_the_other_class_of_two_is_moved_by_as_much_the_other_way():
    model, new = ensemble(2), rows(20)
    one, other = (attribute(model, new, np.full(20, k))[1] for k in (0, 1))
    np.testing.assert_allclose(one, -other, atol=1e-5)


def test_a_column_that_a_network_does_not_use_or_that_never_varies_moves_nothing():
    model, new = ensemble(0), rows(20)
    for network in model.networks:
        network.layers[0].weights[model.preprocessing.input_names.index("owner = yes")] = 0
    _, shares = attribute(model, new)
    assert (shares[:, [3, 4]] == 0).all()
    assert (np.abs(shares[:, :3]).max(axis=0) > 0).all()


def test_of_a_linear_network_a_share_is_the_weight_times_the_distance_from_the_mean():
    network = Network([2, 1], loss="mse", seed=0)
    model = Model(network, FeatureScaling(("a", "b"), (3.0, 0.0), (2.0, 1.0)), (), TargetScale(7.0, 10.0))
    base, shares = attribute(model, np.array([[5.0, -4.0]]))
    weights = network.layers[0].weights[:, 0]
    assert base == pytest.approx(7)
    np.testing.assert_allclose(shares, [[10 * weights[0], -40 * weights[1]]], rtol=1e-5)


def test_what_has_no_columns_or_no_probabilities_is_refused():
    pictures = Model(Network([4, 2]), PixelScaling((2, 2)), ("no", "yes"))
    with pytest.raises(UsageError, match="a model of a table"):
        attribute(pictures, np.zeros((1, 2, 2), np.uint8), np.array([0]))
    scaling = FeatureScaling(("a", "b"), (0.0, 0.0), (1.0, 1.0))
    apart = Model(Network([2, 2], loss="mse", output="sigmoid"), scaling, ("no", "yes"))
    with pytest.raises(UsageError, match="softmax"):
        attribute(apart, np.zeros((1, 2)), np.array([0]))
