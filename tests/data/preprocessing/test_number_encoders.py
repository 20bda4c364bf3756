"""Encoders that make several inputs of a number."""

import json
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from glassnet.data.preprocessing.encoders import ColumnEncoding, fit_columns
from glassnet.data.preprocessing.number_encoders import PIECES, PeriodicEncoder, PiecewiseEncoder

NAN = np.nan


def applied(encoder, values):
    out = np.full((len(values), encoder.inputs), 7, np.float64)
    encoder.apply(np.asarray(values, np.float64), out)
    return out


def test_a_number_fills_the_pieces_below_it_and_its_own_in_part():
    encoder = PiecewiseEncoder((0.0, 10.0, 20.0, 40.0), marks_gaps=True)
    assert applied(encoder, [0, 5, 25, 20, NAN]).tolist() == [
        [0, 0, 0, 0],
        [0.5, 0, 0, 0],
        [1, 1, 0.25, 0],
        [1, 1, 0, 0],
        [0, 0, 0, 1],
    ]
    assert encoder.names("age") == ["age from 0", "age from 10", "age from 20", "age is missing"]


def test_beyond_the_training_values_the_outer_pieces_go_on():
    encoder = PiecewiseEncoder((0.0, 10.0, 20.0), marks_gaps=False)
    assert applied(encoder, [-10, 40]).tolist() == [[-1, 0], [1, 3]]


def test_edges_are_quantiles_of_the_training_values():
    values = np.random.default_rng(0).exponential(size=1_000)
    encoder = PiecewiseEncoder.fit("a", [values[:400], values[400:]])
    assert len(encoder.edges) == PIECES + 1
    counts = np.histogram(values, encoder.edges)[0]
    assert counts.min() >= 62
    assert counts.max() <= 63


@pytest.mark.parametrize(("values", "edges"), [([3.0, 3, 3], (3, 4)), ([NAN, NAN], (0, 1)), ([0.0, 1, 1, NAN], (0, 1))])
def test_few_values_have_few_pieces(values, edges):
    encoder = PiecewiseEncoder.fit("a", [values])
    assert (encoder.edges[0], encoder.edges[-1]) == edges
    assert np.isfinite(applied(encoder, values)).all()


def test_waves_have_four_frequencies_of_the_scaled_number():
    encoder = PeriodicEncoder.fit("a", [[1.0, 2, 3, NAN]])
    z = np.arcsinh(1.0)
    expected = [z, 0, *np.sin(np.pi / 2 * z * np.array([1, 2, 4, 8])), *np.cos(np.pi / 2 * z * np.array([1, 2, 4, 8]))]
    np.testing.assert_allclose(applied(encoder, [3.0])[0], expected, rtol=1e-12)
    assert applied(encoder, [NAN])[0].tolist() == [0, 1, 0, 0, 0, 0, 1, 1, 1, 1]
    assert encoder.names("a")[:3] == ["a", "a is missing", "a sine 1"]
    assert len(encoder.names("a")) == encoder.inputs


def columns():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(60, 4))
    rows[::7, 2:] = NAN
    chosen = dict(zip("abcd", ("piecewise", "periodic") * 2, strict=True))
    return rows, fit_columns(tuple("abcd"), lambda: [rows], chosen)


def test_columns_are_read_back_from_what_a_model_file_keeps():
    rows, encoding = columns()
    again = ColumnEncoding.of(json.loads(json.dumps(encoding.describe())))
    assert again == encoding
    assert (again.apply(rows) == encoding.apply(rows)).all()


@pytest.mark.parametrize("edges", [[], [1.0], [1.0, 1.0], [2.0, 1.0], [0.0, NAN], [[0.0, 1.0]]])
def test_edges_that_make_no_sense_are_refused(edges):
    with pytest.raises(ValueError, match="invalid edges"):
        PiecewiseEncoder.of({"edges": edges, "marks_gaps": False})


def test_graphs_give_the_same_inputs():
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnx.reference")
    from glassnet.interop.onnx import OPSETS, Graph

    rows, encoding = columns()
    rows[:4] = [[0] * 4, [1e5] * 4, [-1e5] * 4, [1e-300] * 4]
    expected, start = encoding.apply(rows), 0
    for column, encoder in enumerate(encoding.encoders):
        graph = Graph(onnx)
        result = encoder.add_nodes(graph, "value")
        built = graph.build([("value", np.float64, (1,))], [(result, np.float32, (encoder.inputs,))])
        opsets = [onnx.helper.make_opsetid(domain, number) for domain, number in OPSETS.items()]
        model = onnx.helper.make_model(built, opset_imports=opsets)
        onnx.checker.check_model(model, full_check=True)
        (found,) = runtime.ReferenceEvaluator(model).run(None, {"value": rows[:, column : column + 1]})
        np.testing.assert_allclose(found, expected[:, start : start + encoder.inputs], rtol=1e-5, atol=1e-5)
        start += encoder.inputs


def test_pieces_and_waves_are_described_by_their_fields():
    encoder = PiecewiseEncoder.fit("a", [[0.0, 1, 2, NAN]])
    assert encoder.marks_gaps is True
    assert PiecewiseEncoder.fit("a", [[0.0, 1]]).marks_gaps is False
    assert PiecewiseEncoder.of({"edges": [0, 1], "marks_gaps": 0}) == PiecewiseEncoder((0.0, 1.0), False)
    assert encoder.describe() == {"edges": encoder.edges, "marks_gaps": True}
    assert [
        PiecewiseEncoder(edges, False).takes_truth for edges in ((0.0, 1.0), (0.2, 0.5), (-0.1, 1.0), (0.0, 1.1))
    ] == [*(True, True, False, False)]
    waves = PeriodicEncoder.fit("a", [[1.0, 2, 3]])
    assert waves.inputs == 9
    assert waves.names("a") == ["a", *(f"a {wave} {k}" for wave in ("sine", "cosine") for k in (1, 2, 4, 8))]
    assert PiecewiseEncoder((1234567.0, 1e9), False).names("a") == ["a from 1.23457e+06"]
    for thing, name in ((encoder, "edges"), (waves, "median")):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, ())
