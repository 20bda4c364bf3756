"""The unit that a column has in the training's file is kept with the model, and another one is spoken of."""

import json
from pathlib import Path

import numpy as np
import pytest

from glassnet import load_model
from glassnet.data.preprocessing.encoders import ColumnEncoding
from glassnet.data.preprocessing.table import FeatureScaling

pytestmark = pytest.mark.usefixtures("empty_directory")
RATES = np.random.default_rng(5).uniform(0, 100, size=90).round(1)
MODEL = "runs/001/model.safetensors"


def write(file, names, *columns):
    rows = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    Path(file).write_text("\n".join([names, *rows]) + "\n")
    return file


@pytest.fixture
def train(call):
    def train(*columns, names="rate,label"):
        code, _, error = call("train", "--dataset", write("old.csv", names, *columns), "--epochs", "3")
        assert code == 0, error
        return MODEL

    return train


def said(error):
    return [line for line in error.splitlines() if "unit" in line]


@pytest.mark.parametrize(
    ("trained", "here", "words"),
    [
        ("{}%", "{}", "'rate' (no unit, and in training %)"),
        ("{}", "{}%", "'rate' (%, and in training none)"),
        ("${}", "{} EUR", "'rate' (EUR, and in training $)"),
        ("{} usd", "{} USD", ""),
        ("{}%", "{} %", ""),
        ("{}", "{}", ""),
    ],
)
def test_a_column_in_another_unit_than_in_training_is_named(call, train, trained, here, words):
    model = train([trained.format(rate) for rate in RATES], np.where(RATES > 50, "pos", "neg"))
    new = write("new.csv", "rate,note", [here.format(rate) for rate in RATES], ["k"] * 90)
    for where in (model, "runs/001"):
        code, _, error = call("predict", where, new)
        assert code == 0
        assert len(said(error)) == bool(words)
        assert words in error


def test_the_unit_of_a_target_is_that_of_predictions_and_another_is_named(call, train):
    model = train(RATES, [f"{rate}%" for rate in RATES], names="a,y")
    assert load_model(model).unit == "%"
    code, out, error = call("evaluate", model, write("new.csv", "a,y", RATES, [f"{rate}%" for rate in RATES]))
    assert (code, said(error)) == (0, [])
    assert "%" in out
    code, _, error = call("evaluate", model, write("new.csv", "a,y", RATES, RATES / 100))
    assert code == 0
    assert "'y' (no unit, and in training %)" in error


def test_units_stand_in_the_model_and_only_where_there_are_some(train):
    encoding = load_model(train([f"{rate}%" for rate in RATES], RATES > 50)).preprocessing
    assert encoding.units == ("%",)
    assert ColumnEncoding.of(json.loads(json.dumps(encoding.describe()))) == encoding
    scaling = FeatureScaling(("a",), (0.0,), (1.0,), ("%",))
    assert FeatureScaling.of(json.loads(json.dumps(scaling.describe()))) == scaling
    plain = FeatureScaling(("a",), (0.0,), (1.0,))
    assert "units" not in plain.describe()
    assert ColumnEncoding.of({"columns": [], "units": []} | columns(["$"])).units == ("$",)
    with pytest.raises(ValueError, match="units"):
        FeatureScaling.of({**plain.describe(), "units": ["%", "%"]})


def columns(units):
    fields = {"mean": 0.0, "deviation": 1.0}
    return {"columns": [{"name": "a", "encoder": "numbers", "fields": fields}], "units": units}
