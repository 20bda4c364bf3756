import copy
import pickle

import numpy as np
import pytest

import glassnet
from glassnet import Loss, Network, UsageError
from glassnet.network.activations import LeakyRelu, Relu, Sigmoid
from glassnet.network.architecture import Architecture
from glassnet.network.losses import MeanSquaredError, Quantile
from mish import Mish


class Cubed(Loss):
    """Another loss of a user's own."""

    def per_example(self, logits, outputs, targets):
        return (np.abs(outputs - targets) ** 3).mean(axis=1)

    def gradient(self, outputs, targets, out):
        np.copyto(out, 3 * (outputs - targets) * np.abs(outputs - targets) / out.shape[1])


def test_what_is_registered_is_kept_by_its_name_however_it_was_given():
    by_object = Architecture.of([4, 3, 2], [Relu()], MeanSquaredError(), Sigmoid())
    assert by_object == Architecture.of([4, 3, 2], "relu", "mse", "sigmoid")
    assert (by_object.activations, by_object.output, by_object.loss) == (("relu",), "sigmoid", "mse")
    assert Architecture.of([4, 1], loss=Quantile(0.9)).loss == "quantile_0.9"


def test_an_object_of_ones_own_is_kept_as_it_is():
    form = Architecture.of([4, 3, 3, 2], [Mish(), "relu"], Cubed())
    assert (form.activations, form.output, form.loss) == ((Mish(), "relu"), "identity", Cubed())


def test_an_object_of_a_registered_class_keeps_parameters_that_its_name_does_not_say():
    leaky = LeakyRelu()
    assert Architecture.of([4, 3, 2], leaky).activations == ("leaky_relu",)
    leaky.leak = 0.2
    assert Architecture.of([4, 3, 2], leaky).activations == (leaky,)


def test_a_network_of_ones_own_functions_learns_and_survives_copies_and_pickles():
    network = Network([4, 3, 2], Mish(), loss=Cubed(), seed=1, dtype=np.float64)
    assert repr(network).startswith("<Network 4-3-2 (Mish, identity)")
    inputs, targets = np.random.default_rng(0).normal(size=(2, 5, 4))[0], np.ones((5, 2))
    assert glassnet.check_gradient(network, inputs, targets).passed
    for other in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert other.architecture == network.architecture
        assert (other.predict(inputs) == network.predict(inputs)).all()


@pytest.mark.parametrize(
    ("options", "registry", "name"),
    [({"activation": Mish()}, "ACTIVATIONS", "Mish"), ({"loss": Cubed()}, "LOSSES", "Cubed")],
)
def test_a_model_with_a_function_that_is_not_registered_is_not_saved(options, registry, name, tmp_path):
    network = Network([4, 3, 2], **{"loss": "mse", **options})
    model = glassnet.Model(network, glassnet.PixelScaling((2, 2)), ("no", "yes"))
    remedy = rf'{name} is not registered, and cannot be saved\. Put @glassnet\.{registry}\.register\("{name.lower()}"\)'
    with pytest.raises(UsageError, match=remedy):
        model.save(tmp_path / "model.safetensors")
    assert not any(tmp_path.iterdir())
