"""A picture is read as the images were that a model was trained on."""

import string

import numpy as np
import pytest
from PIL import Image

from glassnet import Model, Network, PixelScaling
from glassnet.errors import ImageFileError
from glassnet.runs.example import picture_reading


def model_of(names):
    return Model(Network([784, 4, len(names)], seed=0), PixelScaling((28, 28)), tuple(names))


@pytest.fixture
def photograph(tmp_path):
    page = np.full((200, 160), 220, np.uint8)
    page[40:160, 70:90] = 30
    Image.fromarray(page).save(tmp_path / "photograph.png")
    return tmp_path / "photograph.png"


@pytest.mark.parametrize("names", [string.digits, string.ascii_lowercase], ids=["MNIST", "EMNIST's letters"])
def test_a_photograph_is_brought_into_the_form_of_mnist_for_a_network_that_knows_it(photograph, names):
    reading = picture_reading(model_of(names), photograph)
    assert reading.images.shape == (1, 28, 28)
    assert reading.images[0, 14, 14] == 255
    assert reading.images[0, 0, 0] == 0
    assert reading.fitted


def test_for_a_network_of_other_classes_it_is_refused_with_its_size(photograph):
    with pytest.raises(ImageFileError, match="expected 28 x 28, got 200 x 160"):
        picture_reading(model_of(["cat", "dog"]), photograph)
