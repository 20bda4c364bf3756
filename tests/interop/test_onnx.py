import json
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pytest

from array_functions import evaluated
from glassnet import Activation, Dataset, FeatureScaling, Model, Network, PixelScaling, TargetScale
from glassnet.cli.main import main
from glassnet.errors import FileError, MissingExtraError, UsageError
from glassnet.interop.onnx import ActivationNodes, Graph, export_onnx
from glassnet.model.decision import Decision
from glassnet.network.activations import ACTIVATIONS, OUTPUTS

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (50, 6, 5), np.uint8)
IMAGES[0] = 0
NAMES = ("é", "b", "c")


def trained(network):
    """Weights and biases as a training leaves them: larger than at the start, and not zero."""
    network.parameters[:] += np.random.default_rng(1).normal(0, 0.3, len(network.parameters))
    return network


def classifier(activation="relu", deskew=False, others=0, **options):
    networks = [trained(Network([30, 8, 7, 3], activation, seed=seed, **options)) for seed in range(1 + others)]
    return Model(networks, PixelScaling((6, 5), deskew), NAMES)


def answers(model, inputs, path):
    """What ONNX Runtime answers with a model's graph."""
    export_onnx(model, path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    (source,) = session.get_inputs()
    assert source.type == ("tensor(uint8)" if source.name == "images" else "tensor(double)")
    given = inputs if source.name == "images" else np.asarray(inputs, np.float64)
    (output,) = session.run(None, {source.name: given})
    assert [value.name for value in session.get_outputs()] == ["probabilities" if model.class_names else "prediction"]
    return output


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.onnx"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_has_its_counterpart(path, activation, dtype):
    model = classifier(activation, dtype=dtype)
    np.testing.assert_allclose(answers(model, IMAGES, path), model.predict_probabilities(IMAGES), atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("deskew", [False, True])
@pytest.mark.parametrize("others", [0, 2])
def test_raw_pixels_go_in_and_the_models_probabilities_come_out(path, dtype, deskew, others):
    model = classifier(deskew=deskew, others=others, dtype=dtype)
    np.testing.assert_allclose(answers(model, IMAGES, path), model.predict_probabilities(IMAGES), atol=1e-6)


def test_digits_are_set_upright_to_the_last_bit(path, mnist):
    images = mnist.test.inputs[:500]
    network = Network([784, 784], activation=[], loss="mse", output="identity")
    network.layers[0].weights[...] = np.eye(784)
    names = tuple(map(str, range(784)))
    model = Model(network, mnist.preprocessing.upright(), names)
    raw = answers(model, images, path) * model.predict_outputs(images).sum(axis=1, keepdims=True)
    assert (np.rint(raw * 255) == np.rint(model.predict_outputs(images) * 255)).all()


def test_a_batch_of_any_size_is_taken(path):
    model = classifier()
    for count in (1, 7, 50):
        assert answers(model, IMAGES[:count], path).shape == (count, 3)


@pytest.mark.parametrize("others", [0, 2])
def test_sigmoid_outputs_become_probabilities_as_in_glassnet(path, others):
    model = classifier(loss="mse", output="sigmoid", others=others)
    np.testing.assert_allclose(answers(model, IMAGES, path), model.predict_probabilities(IMAGES), atol=1e-6)


def test_where_all_outputs_are_zero_every_class_is_as_probable(path):
    model = classifier(loss="mse", output="sigmoid")
    model.network.layers[-1].weights[...] = 0
    model.network.layers[-1].biases[...] = -2e4
    np.testing.assert_allclose(answers(model, IMAGES, path), np.full((50, 3), 1 / 3), atol=1e-7)


def test_numbers_come_out_in_the_targets_unit(path):
    network = trained(Network([30, 8, 1], "tanh", loss="mse", seed=0))
    model = Model(network, PixelScaling((6, 5)), target_scale=TargetScale(40.0, 25.0), unit="degrees")
    output = answers(model, IMAGES, path)
    assert output.shape == (50,)
    np.testing.assert_allclose(output, model.predict(IMAGES), rtol=1e-5, atol=1e-4)


def test_features_are_standardized_inside_even_with_large_means(path):
    scaling = FeatureScaling(("long", "year"), (5.0, 2_000_000.0), (2.0, 3.0))
    model = Model(trained(Network([2, 8, 3], seed=0)), scaling, NAMES)
    rows = (RNG.normal(size=(40, 2)) * [2, 3] + [5, 2_000_000]).astype(np.float32)
    np.testing.assert_allclose(answers(model, rows, path), model.predict_probabilities(rows), atol=1e-6)


# Of large numbers the first digits are the same, and what tells rows apart stands in the last.
LARGE = {"thousand millions": 1_700_000_000, "microseconds": 1_700_000_000_000_000, "eighteen digits": 10**18}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("start", LARGE.values(), ids=LARGE)
def test_large_numbers_keep_their_last_digits(path, start, dtype):
    steps = max(1, start // 10**15) * RNG.integers(0, 300, (60, 2))  # float64 counts 1e18 in steps of 128
    rows = (start + 200 * steps).astype(np.float64)
    scaling = FeatureScaling.fit(("account", "time"), [rows])
    classes = Model(trained(Network([2, 8, 3], "tanh", seed=0, dtype=dtype)), scaling, NAMES)
    network = trained(Network([2, 8, 1], "tanh", loss="mse", seed=0, dtype=dtype))
    numbers = Model(network, scaling, target_scale=TargetScale(float(start), 250.0))
    found, expected = answers(classes, rows, path), classes.predict_probabilities(rows)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert len(np.unique(expected[:, 0].round(4))) > 40
    found, expected = answers(numbers, rows, path), numbers.predict(rows)
    np.testing.assert_allclose(found - start, expected - start, rtol=1e-5, atol=1e-3 + 2 * np.spacing(float(start)))


def test_a_network_of_double_precision_is_computed_in_it(path):
    network = trained(Network([4, 7, 5, 1], ["tanh", "silu"], loss="mse", seed=0, dtype=np.float64))
    model = Model(
        [network, network], FeatureScaling(tuple("abcd"), (1.0,) * 4, (2.0,) * 4), target_scale=TargetScale(1e6, 1e3)
    )
    rows = RNG.normal(size=(50, 4))
    np.testing.assert_allclose(answers(model, rows, path), model.predict(rows), rtol=1e-14)


def test_the_metadata_name_the_features_in_their_order(path):
    scaling = FeatureScaling(("width, in cm", "é"), (0.0, 0.0), (1.0, 1.0))
    export_onnx(Model(Network([2, 3], seed=0), scaling, NAMES), path)
    known = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    assert json.loads(known["feature_names"]) == ["width, in cm", "é"]
    export_onnx(classifier(), path)
    assert "feature_names" not in {entry.key for entry in onnx.load(path).metadata_props}


def test_versions_are_those_that_runtimes_load_and_the_metadata_names_the_classes(path):
    export_onnx(classifier(), path)
    built = onnx.load(path)
    assert (built.ir_version, [(opset.domain, opset.version) for opset in built.opset_import]) == (8, [("", 17)])
    assert json.loads({entry.key: entry.value for entry in built.metadata_props}["class_names"]) == [*NAMES]
    (images,) = built.graph.input
    assert images.type.tensor_type.shape.dim[0].dim_param == "batch"


def test_the_same_model_gives_the_same_bytes(path):
    export_onnx(classifier(), path)
    first = path.read_bytes()
    export_onnx(classifier(), path)
    assert path.read_bytes() == first


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(FileError, match="cannot write"):
        export_onnx(classifier(), tmp_path / "missing" / "model.onnx")


def test_without_onnx_one_line_says_what_to_install(path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    with pytest.raises(MissingExtraError, match=r"onnx is not installed. .*pip install 'glassnet\[onnx\]'"):
        export_onnx(classifier(), path)


def test_a_model_is_exported_from_the_command_line(tmp_path, capsys):
    classifier().save(tmp_path / "model.safetensors")
    classifier(others=1).save(tmp_path / "ensemble.safetensors")

    def call(*words):
        with pytest.raises(SystemExit) as caught:
            main(["export", *map(str, words)])
        return caught.value.code, capsys.readouterr()

    for kind in ("onnx", "pytorch"):
        code, streams = call(tmp_path / "model.safetensors", "--format", kind, "--output", tmp_path / f"out.{kind}")
        assert (code, streams.err) == (0, "")
        assert f"{(tmp_path / f'out.{kind}').stat().st_size:,} bytes" in streams.out
    code, streams = call(tmp_path / "ensemble.safetensors", "--format", "pytorch", "--output", tmp_path / "out")
    assert (code, "an ensemble cannot be written as one Sequential" in streams.err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_several_numbers_and_large_means_come_out_exactly(path):
    network = trained(Network([2, 5, 2], "tanh", loss="mse", seed=0))
    scaling = FeatureScaling(("a", "b"), (0.0, 0.0), (1.0, 1.0))
    model = Model(network, scaling, target_scale=TargetScale(1.6e9, 0.5))
    rows = RNG.normal(size=(9, 2)).astype(np.float32)
    output = answers(model, rows, path)
    assert output.shape == (9, 2)
    np.testing.assert_allclose(output - 1.6e9, model.predict(rows) - 1.6e9, atol=1e-5)
    assert len(np.unique(output)) == 18


def follow(activation, z):
    """What ONNX Runtime makes of an activation's nodes."""
    graph = Graph(onnx)
    graph.add("Identity", ActivationNodes(graph, "z").add(activation), name="a")
    built = graph.build([("z", np.float32, (z.shape[1],))], [("a", np.float32, (z.shape[1],))])
    opset = [onnx.helper.make_opsetid("", 17)]
    content = onnx.helper.make_model(built, ir_version=8, opset_imports=opset).SerializeToString()
    return onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"]).run(None, {"z": z})[0]


def with_formula(formula):
    class Own(Activation):
        def forward(self, z, out):
            np.copyto(out, evaluated(formula, z=z))

        def backward(self, z, a, upstream, out):
            raise NotImplementedError

    Own.formula = formula
    return Own()


NOTATION = ["exp(-abs(z))", "expm1(z)", "log(1 + z * z)", "log1p(exp(z))", "tanh(z) - sin(z) / cos(0.1 * z)"]
NOTATION += ["sqrt(abs(z)) * sign(z)", "min(z, 1)", "max(-1, z)", "pi * (z > 1) + (z >= 0) - (z < -1) * (z <= -2)"]
NOTATION += ["z * (z == 0) + 2", "z - max(z)", "z / sum(abs(z))", "z - mean(z)", "z * tanh(log1p(exp(z)))"]


@pytest.mark.parametrize("formula", [*NOTATION, *(kind.formula for kind in {**ACTIVATIONS, **OUTPUTS}.values())])
def test_any_formula_becomes_nodes(formula, monkeypatch):
    monkeypatch.setattr("glassnet.interop.onnx.WHOLE", {})
    z = np.linspace(-3, 3, 28, dtype=np.float32).reshape(7, 4)
    activation, expected = with_formula(formula), np.empty_like(z)
    activation.forward(z, expected)
    np.testing.assert_allclose(follow(activation, z), expected, rtol=1e-6, atol=1e-6)


def test_near_zero_expm1_keeps_its_digits():
    z = np.array([[1e-6, -1e-4, 0, 1e-7]], np.float32)
    np.testing.assert_allclose(follow(with_formula("expm1(z)"), z), np.expm1(z), rtol=1e-6)


def test_an_activation_without_a_formula_is_refused_and_nothing_written(path):
    model = Model(Network([30, 8, 3], with_formula("")), PixelScaling((6, 5)), NAMES)
    with pytest.raises(UsageError, match=r"activation Own has no formula for ONNX\. Give its class `formula`"):
        export_onnx(model, path)
    assert not path.exists()


@pytest.mark.parametrize("positive", [0, 1])
def test_the_label_of_a_table_follows_the_threshold(tmp_path, positive):
    rows = RNG.normal(size=(60, 2))
    kinds = {"a": "robust", "b": "robust"}
    data = Dataset.from_arrays(rows, np.where(rows[:, 0] > 0, "yes", "no"), columns=("a", "b"), encoders=kinds)
    model = Model.for_data(trained(Network([data.preprocessing.inputs, 4, 2])), data)
    threshold = float(np.quantile(model.predict_probabilities(rows)[:, positive], 0.8))
    for decision in (None, Decision(threshold, positive)):
        decided = replace(model, decision=decision)
        export_onnx(decided, tmp_path / "model.onnx")
        session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
        given = {name: rows[:, place : place + 1] for place, name in enumerate("ab")}
        expected = [decided.class_names[label] for label in decided.predict(rows)]
        assert session.run(["label"], given)[0].tolist() == expected


def test_the_metadata_say_how_words_are_given(path):
    rows, kinds = np.array([[1.0], [0.0]] * 6), {"a": "categories"}
    words = {"a": ("New", "WD")}
    data = Dataset.from_arrays(rows, rows[:, 0].astype(int), columns=["a"], encoders=kinds, words=words)
    export_onnx(Model.for_data(Network([data.preprocessing.inputs, 2], seed=0), data), path)
    known = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    assert known["words"].startswith("Strings without space around them")
