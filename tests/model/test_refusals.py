"""Models that could only give wrong answers are refused."""

import numpy as np
import pytest

from glassnet import DataError, FeatureScaling, Model, Network, PixelScaling, TargetScale, UsageError, load_model
from glassnet.errors import ModelFileError
from glassnet.model.tensor_file import read_tensors, write_tensors

PIXELS = PixelScaling((2, 2))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("tensor", ["0.weight", "2.bias"])
def test_a_model_whose_parameters_are_not_finite_is_not_loaded(tmp_path, value, tensor):
    path = tmp_path / "model.safetensors"
    Model(Network([4, 3, 2], seed=0), PIXELS, ("no", "yes")).save(path)
    tensors, description = read_tensors(path)
    tensors[tensor].flat[1] = value
    write_tensors(path, tensors, description)  # sealed anew, so that its digest is right
    with pytest.raises(ModelFileError, match="parameters are not finite"):
        load_model(path)


def test_a_model_of_one_class_alone_cannot_be_made():
    with pytest.raises(UsageError, match="too few classes: expected at least two classes, got 'yes' alone"):
        Model(Network([4, 1], loss="binary_cross_entropy", seed=0), PIXELS, ("yes",))


@pytest.mark.parametrize("block", [0, 1])
def test_a_row_is_named_by_its_number_among_all_and_not_in_its_block(block):
    model = Model(Network([2, 2], seed=0), FeatureScaling(("a", "b"), (0.0, 0.0), (1.0, 1.0)), ("no", "yes"))
    rows, bad = np.zeros((2_500, 2)), 1_000 * block + 432
    for value, problem in ((np.nan, "not a number"), (1e60, "a number too large to compute with")):
        rows[bad, 1] = value
        for use in (model.predict, model.predict_probabilities, model.predict_outputs):
            with pytest.raises(DataError, match=rf"{problem} in row {bad}, column 'b'"):
                use(rows)
    images = np.zeros((2_500, 2, 2))
    images[bad, 1, 0] = 1.5
    with pytest.raises(DataError, match=f"pixels out of range in image {bad:,}"):
        Model(Network([4, 2], seed=0), PIXELS, ("no", "yes")).predict(images)


def test_an_answer_that_is_no_finite_number_is_refused_by_its_row():
    network = Network([2, 1], loss="mse", seed=0)
    network.layers[0].weights[...] = 3e38
    scaling = FeatureScaling(("a", "b"), (0.0, 0.0), (1.0, 1.0))
    rows = np.zeros((5, 2))
    rows[3] = 10
    with pytest.raises(DataError, match="a prediction is not a finite number in row 3"):
        Model(network, scaling, (), TargetScale(0.0, 1.0)).predict(rows)
    network.layers[0].weights[...] = 1
    with pytest.raises(DataError, match="a prediction is not a finite number in row 3"):
        Model(network, scaling, (), TargetScale(0.0, 1e308)).predict(rows)
