"""``glassnet gradcheck``."""

import itertools
import json
from dataclasses import replace

import pytest

from glassnet.evaluation import gradient_survey

pytestmark = pytest.mark.usefixtures("empty_directory")


def test_gradcheck_counts_its_checks_and_fails_when_one_does(call, monkeypatch):
    few = list(itertools.islice(gradient_survey.survey_gradients(0), 4))
    monkeypatch.setattr(gradient_survey, "survey_gradients", lambda _seed: few)
    monkeypatch.setattr(gradient_survey, "survey_large_gradients", lambda _seed: [])
    code, out, _ = call("gradcheck", "--json")
    result = json.loads(out)
    assert (code, result["checks"], result["failed"]) == (0, 4, 0)
    assert result["worst"] == max(case.check.relative_error for case in few) < result["tolerance"]
    few[0] = few[0]._replace(check=replace(few[0].check, analytic=2 * few[0].check.analytic))
    assert call("gradcheck")[0] == 1
    assert json.loads(call("gradcheck", "--json")[1])["failed"] == 1
