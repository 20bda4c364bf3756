"""One output for a yes or no, as a model of two classes."""

import numpy as np
import onnxruntime
import pytest

from glassnet import Dataset, FeatureScaling, Model, Network, PixelScaling, UsageError, load_model
from glassnet.interop.onnx import export_onnx
from glassnet.model.model import with_two_outputs
from glassnet.training.training import Training

IMAGES = np.random.default_rng(0).integers(0, 256, (300, 3, 2), np.uint8)


def one_logit(seed=0, **options):
    network = Network([6, 5, 1], "tanh", **{"loss": "binary_cross_entropy", "seed": seed, **options})
    network.parameters[:] += np.random.default_rng(seed).normal(size=len(network.parameters))
    yes = shares(network)[:, 1]
    network.layers[-1].biases[...] -= np.median(np.log(yes / (1 - yes)))  # half of the images are no, half yes
    return network


def shares(network):
    yes = network.predict((IMAGES.reshape(-1, 6) / 255).astype(network.parameters.dtype))
    return np.hstack([1 - yes, yes])


@pytest.mark.parametrize("options", [{}, {"dtype": np.float64}, {"loss": "mse", "output": "sigmoid"}], ids=str)
def test_one_sigmoid_gives_two_names_its_probability_and_the_rest_of_one(options, tmp_path):
    network = one_logit(**options)
    model = Model(network, PixelScaling((3, 2)), ("no", "yes"))
    expected = shares(network)
    model.save(tmp_path / "model.safetensors")
    back = load_model(tmp_path / "model.safetensors")
    export_onnx(back, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    for found in (
        model.predict_probabilities(IMAGES),
        back.predict_probabilities(IMAGES),
        session.run(None, {"images": IMAGES})[0],
    ):
        np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_array_equal(model.predict(IMAGES), expected[:, 1] > 0.5)
    assert model.predict(IMAGES).sum() == 150


def test_an_ensemble_of_such_gives_the_mean_of_their_probabilities():
    networks = [one_logit(seed) for seed in range(3)]
    model = Model(networks, PixelScaling((3, 2)), ("no", "yes"))
    expected = np.mean([shares(network) for network in networks], axis=0)
    np.testing.assert_allclose(model.predict_probabilities(IMAGES), expected, atol=1e-6)


def test_logits_far_from_zero_give_zero_and_one_and_no_warning():
    network = one_logit()
    network.parameters *= 1e4
    found = Model(network, PixelScaling((3, 2)), ("no", "yes")).predict_probabilities(IMAGES)
    assert set(found.ravel().round(6).tolist()) == {0, 1}


def test_the_given_network_stays_as_it_is():
    network = one_logit()
    before = network.parameters.copy()
    Model(network, PixelScaling((3, 2)), ("no", "yes"))
    assert network.architecture.sizes == (6, 5, 1)
    np.testing.assert_array_equal(network.parameters, before)


def test_a_model_of_one_class_is_refused():
    with pytest.raises(UsageError, match="expected at least two classes, got 'yes' alone"):
        Model(one_logit(), PixelScaling((3, 2)), ("yes",))


@pytest.mark.parametrize("names", [("a", "a"), ("a", "b", "a")])
def test_two_classes_of_one_name_are_refused(names):
    with pytest.raises(UsageError, match="two classes of one name: got 'a'"):
        Model(Network([6, len(names)]), PixelScaling((3, 2)), names)


def test_one_output_of_numbers_is_no_yes_or_no():
    with pytest.raises(UsageError, match="expected 6 inputs and 2 outputs, got 6 and 1"):
        Model(Network([6, 5, 1], loss="mse"), PixelScaling((3, 2)), ("no", "yes"))


def test_one_output_is_not_trained_on_two_classes():
    rows = np.random.default_rng(0).normal(size=(40, 2))
    data = Dataset.from_arrays(rows, np.where(rows[:, 0] > 0, "no", "yes"), validation=0.2)
    with pytest.raises(UsageError, match=r"one output cannot learn two classes.*the loss cross_entropy"):
        Training(Network([2, 4, 1], loss="binary_cross_entropy"), data)


def test_two_outputs_of_softmax_are_the_sigmoid_of_one_logit():
    network = one_logit()
    two = with_two_outputs(network)
    assert (two.architecture.sizes, two.architecture.output) == ((6, 5, 2), "softmax")
    scaling = FeatureScaling(tuple("abcdef"), (0.0,) * 6, (1.0,) * 6)
    rows = np.random.default_rng(1).normal(size=(9, 6))
    found = Model(two, scaling, ("no", "yes")).predict_probabilities(rows)[:, 1:]
    np.testing.assert_allclose(found, network.predict(rows.astype(np.float32)), atol=1e-6)
