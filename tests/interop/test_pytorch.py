import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import glassnet
from glassnet import Model, Network, PixelScaling, UsageError, load_model
from glassnet.cli.main import main
from glassnet.errors import ModelFileError
from glassnet.interop.onnx import export_onnx
from glassnet.interop.pytorch import in_words, load_network, save_network


def hostile(path, header, data=b""):
    """Write a safetensors file by hand."""
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


EMPTY = {"0.weight": {"dtype": "F32", "shape": [2**40, 0], "data_offsets": [0, 0]}}
NARROW = {"0.weight": {"dtype": "F32", "shape": [0, 2**40], "data_offsets": [0, 0]}}
LONG_NAME = {
    f"{'9' * 5_000}.weight": {"dtype": "F32", "shape": [1, 1], "data_offsets": [0, 4]},
    "1.weight": {"dtype": "F32", "shape": [1, 1], "data_offsets": [4, 8]},
}
MANY = {f"{number}.weight": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for number in range(60_000)}


@pytest.mark.parametrize(("header", "data"), [(EMPTY, b""), (NARROW, b""), (LONG_NAME, bytes(8)), (MANY, b"")])
def test_a_header_that_lies_is_refused_before_anything_is_made_of_it(tmp_path, header, data):
    path = hostile(tmp_path / "net.safetensors", header, data)
    for read in (load_network, load_model):
        with pytest.raises(ModelFileError):
            read(path)


REFERENCES = Path(__file__).parents[1] / "references"


def tensors(**changes):
    """A state_dict of two layers, with changes; None leaves one out."""
    rng = np.random.default_rng(0)
    shapes = {"0.weight": (5, 4), "0.bias": (5,), "2.weight": (3, 5), "2.bias": (3,)}
    arrays = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    return {name: array for name, array in {**arrays, **changes}.items() if array is not None}


def saved(path, arrays):
    save_file(arrays, path)
    return path


def test_a_network_that_pytorch_saved_gives_pytorchs_answers():
    network = load_network(REFERENCES / "sequential.safetensors", "tanh")
    known = load_file(REFERENCES / "sequential_answers.safetensors")
    assert network.architecture.sizes == (6, 5, 4, 3)
    np.testing.assert_allclose(network.predict(known["inputs"]), known["answers"], atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_comes_back_from_its_state_dict(tmp_path, dtype):
    network = Network([7, 5, 3, 2], ["tanh", "gelu"], seed=1, dtype=dtype)
    save_network(network, tmp_path / "net.safetensors")
    back = load_network(tmp_path / "net.safetensors", ["tanh", "gelu"])
    assert back.architecture == network.architecture
    assert back.parameters.dtype == dtype
    assert back.parameters.tobytes() == network.parameters.tobytes()


def test_a_state_dict_is_named_and_shaped_as_pytorchs(tmp_path):
    network = Network([4, 3, 2], seed=0)
    save_network(network, tmp_path / "net.safetensors")
    arrays = load_file(tmp_path / "net.safetensors")
    assert {name: array.shape for name, array in arrays.items()} == {
        "0.weight": (3, 4),
        "0.bias": (3,),
        "2.weight": (2, 3),
        "2.bias": (2,),
    }
    assert arrays["2.weight"].tolist() == network.layers[1].weights.T.tolist()


def test_a_glassnet_model_is_a_state_dict_too(tmp_path):
    model = Model(Network([4, 3, 2], seed=0), PixelScaling((2, 2)), ("no", "yes"))
    model.save(tmp_path / "model.safetensors")
    network = load_network(tmp_path / "model.safetensors")
    assert network.parameters.tobytes() == model.network.parameters.tobytes()


def test_layers_follow_one_another_by_number_and_not_by_letter(tmp_path):
    names = {"0": "net.layers.2", "2": "net.layers.10"}
    arrays = {f"{names[name[0]]}.{name[2:]}": array for name, array in tensors().items()}
    network = load_network(saved(tmp_path / "net.safetensors", arrays))
    assert network.architecture.sizes == (4, 5, 3)


def test_half_precision_becomes_single_and_a_missing_bias_zero(tmp_path):
    arrays = {name: array.astype(np.float16) for name, array in tensors(**{"0.bias": None}).items()}
    network = load_network(saved(tmp_path / "net.safetensors", arrays), loss="mse", output="identity")
    assert network.parameters.dtype == np.float32
    assert network.layers[0].weights.T.tolist() == arrays["0.weight"].tolist()
    assert not network.layers[0].biases.any()


WRONG = {
    "running_mean": {"1.running_mean": np.zeros(5, np.float32)},
    "a convolution": {"0.weight": np.zeros((5, 1, 2, 2), np.float32)},
    "integers": {"0.bias": np.zeros(5, np.int64)},
    "layers that do not fit one another": {"2.weight": np.zeros((3, 6), np.float32)},
    "a bias without weights": {"0.weight": None},
    "not finite": {"0.bias": np.full(5, np.nan, np.float32)},
    "no layers": dict.fromkeys(tensors()),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_state_dict_of_linear_layers_is_refused(tmp_path, name):
    path = saved(tmp_path / "net.safetensors", tensors(**WRONG[name]) or {"lone": np.zeros((2, 2), np.float32)})
    with pytest.raises(
        ModelFileError, match=r"Linear layers|do not fit|without weights|not finite|no layers"
    ) as caught:
        load_network(path)
    assert str(path) in str(caught.value)


def test_a_bias_of_another_length_is_refused(tmp_path):
    path = saved(tmp_path / "net.safetensors", tensors(**{"2.bias": np.zeros(4, np.float32)}))
    with pytest.raises(ModelFileError, match=r"a bias that does not fit in .*: expected 3 numbers, got 4"):
        load_network(path)


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".bin", ".ckpt"])
def test_a_pickle_is_refused_with_the_line_that_converts_it(tmp_path, suffix):
    path = tmp_path / f"net{suffix}"
    path.write_bytes(b"cos\nsystem\n(S'touch sprung'\ntR.")
    with pytest.raises(ModelFileError, match=r"a pickle can run anything.*save_file\(torch.load\(.*net.safetensors"):
        load_network(path)
    assert os.listdir(tmp_path) == [path.name]  # noqa: PTH208


def test_load_model_says_how_to_read_a_state_dict(tmp_path):
    with pytest.raises(ModelFileError, match=r"interop.pytorch.load_network"):
        load_model(saved(tmp_path / "net.safetensors", tensors()))


def test_an_activation_that_is_not_known_is_refused(tmp_path):
    with pytest.raises(UsageError, match="unknown activation"):
        load_network(saved(tmp_path / "net.safetensors", tensors()), "rellu")


def test_layers_with_names_alone_follow_one_another_by_their_shapes(tmp_path):
    names = {"0": "features.0", "2": "classifier.0"}
    arrays = {f"{names[name[0]]}.{name[2:]}": array for name, array in tensors().items()}
    assert load_network(saved(tmp_path / "net.safetensors", arrays)).architecture.sizes == (4, 5, 3)


def test_layers_whose_order_cannot_be_known_are_refused(tmp_path):
    square = np.ones((4, 4), np.float32)
    path = saved(tmp_path / "net.safetensors", {"inner.weight": square, "outer.weight": square})
    with pytest.raises(ModelFileError, match=r"layers of unknown order.*Name the layers by number"):
        load_network(path)


def test_a_model_file_of_another_kind_is_told_apart(tmp_path):
    (tmp_path / "net.pt").write_bytes(b"x")
    with pytest.raises(ModelFileError, match="a pickle can run anything"):
        glassnet.load_model(tmp_path / "net.pt")
    (tmp_path / "net.onnx").write_bytes(b"x" * 100)
    with pytest.raises(ModelFileError, match=r"Name a file that ends in \.safetensors, or a run's directory"):
        glassnet.load_model(tmp_path / "net.onnx")
    with pytest.raises(ModelFileError, match=r"Name the model in it, .*model\.safetensors"):
        glassnet.load_model(tmp_path)


def test_a_softmax_of_one_output_is_refused(tmp_path):
    save_network(glassnet.Network([4, 3, 1], loss="mse"), tmp_path / "net.safetensors")
    with pytest.raises(UsageError, match=r"a softmax of one output, which is always 1.*loss='mse'"):
        load_network(tmp_path / "net.safetensors")
    assert load_network(tmp_path / "net.safetensors", loss="mse").architecture.output == "identity"


def test_a_network_is_not_taken_for_a_model(tmp_path):
    network = glassnet.Network([4, 3, 2])
    data = glassnet.Examples(np.zeros((2, 4)), np.zeros(2, int))
    for call in (lambda: glassnet.evaluate(network, data), lambda: export_onnx(network, tmp_path / "net.onnx")):
        with pytest.raises(UsageError, match=r"not a model: expected a model such as glassnet\.Model\(network, prepro"):
            call()


def test_an_activation_that_torch_does_not_have_is_refused(tmp_path):
    class Own(glassnet.Activation):
        def forward(self, z, out):
            np.sin(z, out=out)

        def backward(self, z, a, upstream, out):
            np.multiply(upstream, np.cos(z), out=out)

    with pytest.raises(UsageError, match=r"activation Own has no counterpart in torch\.nn\. Give its class `torch`"):
        save_network(Network([4, 3, 2], Own()), tmp_path / "net.safetensors")
    Own.torch = "Sine"
    save_network(Network([4, 3, 2], Own()), tmp_path / "net.safetensors")


def both_ways(tmp_path, activation):
    """A network, what it becomes on the way to PyTorch and back, and inputs."""
    network = Network([6, 9, 5, 3], activation, seed=2, dtype=np.float64)
    network.parameters[:] += np.random.default_rng(0).normal(size=len(network.parameters))
    save_network(network, tmp_path / "net.safetensors")
    back = load_network(tmp_path / "net.safetensors", activation)
    return network, back, np.random.default_rng(1).normal(size=(50, 6))


@pytest.mark.parametrize("activation", [name for name, kind in glassnet.ACTIVATIONS.items() if kind.torch])
def test_every_activation_with_a_counterpart_is_the_one_that_torch_has(tmp_path, activation):
    torch = pytest.importorskip("torch")
    network, back, inputs = both_ways(tmp_path, activation)
    module = glassnet.ACTIVATIONS[activation].torch
    middle = eval(f"nn.{module}" + "()" * ("(" not in module), {"nn": torch.nn})
    layers = [torch.nn.Linear(a, b, dtype=torch.float64) for a, b in ((6, 9), (9, 5), (5, 3))]
    theirs = torch.nn.Sequential(layers[0], middle, layers[1], middle, layers[2])
    theirs.load_state_dict(
        {name: torch.tensor(array) for name, array in load_file(tmp_path / "net.safetensors").items()}
    )
    with torch.no_grad():
        expected = torch.softmax(theirs(torch.tensor(inputs)), 1).numpy()
    for own in (network, back):
        np.testing.assert_allclose(own.predict(inputs), expected, atol=1e-12)


def test_all_activations_that_are_torchs_by_name_are_its_by_number_too():
    known = np.load(REFERENCES / "torch.npz")
    z = known["activation/z"]
    for name, kind in glassnet.ACTIVATIONS.items():
        if kind.torch and name != "identity":
            kind().forward(z, out := np.empty_like(z))
            np.testing.assert_allclose(out, known[f"activation/{name}/forward"], atol=1e-12, err_msg=name)


def test_what_inputs_were_normalized_by_becomes_part_of_the_first_layer(tmp_path):
    path = saved(tmp_path / "net.safetensors", tensors())
    plain, rows = load_network(path), np.random.default_rng(0).random((30, 4)).astype(np.float32)
    taken = load_network(path, normalized=(0.1307, 0.3081))
    np.testing.assert_allclose(taken.predict(rows), plain.predict((rows - 0.1307) / 0.3081), atol=1e-5)
    means, deviations = np.arange(4) / 10, np.array([1.0, 2, 3, 4])
    taken = load_network(path, normalized=(means, deviations))
    inputs = ((rows - means) / deviations).astype(np.float32)
    np.testing.assert_allclose(taken.predict(rows), plain.predict(inputs), atol=1e-5)
    taken = load_network(path, normalized=((0.5,), (0.5,)))  # as transforms.Normalize has them
    np.testing.assert_allclose(taken.predict(rows), plain.predict(2 * rows - 1), atol=1e-5)


@pytest.mark.parametrize("given", [(0.0, 0.0), (0.0, -1.0), (np.nan, 1.0), ((1.0, 2.0), 1.0), (0.0, (1.0, 2.0, 3.0))])
def test_a_normalization_that_makes_no_sense_is_refused(tmp_path, given):
    with pytest.raises(
        UsageError, match=r"invalid normalized: expected \(mean, std\), each a number or 4, std above 0"
    ):
        load_network(saved(tmp_path / "net.safetensors", tensors()), normalized=given)


def test_layers_with_nothing_between_them_are_doubted(tmp_path):
    neighbors = {name.replace("2.", "1."): array for name, array in tensors().items()}
    path = saved(tmp_path / "net.safetensors", neighbors)
    with pytest.warns(UserWarning, match=r"Layers 0 and 1 are neighbors: .*relu is taken to be there; say activation="):
        load_network(path)
    for said in (["relu"], ["identity"], "identity"):  # no warning, which would be an error
        assert str(load_network(path, said).activations[0]) in ("relu", "identity")
    load_network(saved(tmp_path / "apart.safetensors", tensors()))


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Network([4, 3, 2], "gelu_tanh"), "Sequential(Linear(4, 3), GELU(approximate='tanh'), Linear(3, 2)), "),
        (
            Network([4, 3, 2], "gelu"),
            "Linear(4, 3), GELU(), Linear(3, 2)), which takes pixels / 255, and whose softmax",
        ),
        (Network([4, 2]), "Sequential(Linear(4, 2)), which takes pixels / 255"),
    ],
)
def test_an_export_says_the_modules_and_what_stands_before_and_after_them(tmp_path, capsys, network, words):
    Model(network, PixelScaling((2, 2)), ("no", "yes")).save(tmp_path / "model.safetensors")
    command = ["export", str(tmp_path / "model.safetensors"), "--format", "pytorch", "--output", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 0
    assert words in capsys.readouterr().out


def test_of_numbers_an_export_says_how_they_come_into_the_targets_unit():
    scaling = glassnet.FeatureScaling(("a", "b"), (1.0, 2.0), (3.0, 4.0))
    model = Model(Network([2, 1], loss="mse"), scaling, target_scale=glassnet.TargetScale(40.0, 2.5))
    assert in_words(model).endswith("whose output times 2.5 plus 40 is the answer")
    assert "columns, each less its mean and divided by its deviation" in in_words(model)
