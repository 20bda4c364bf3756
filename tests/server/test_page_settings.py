"""What the live page knows of settings is what their declarations say."""

import json
import re
from pathlib import Path

import pytest

from glassnet.pages.bundle import STATIC
from glassnet.runs.settings import table
from glassnet.server.page_settings import page_settings

DESCRIBED = page_settings()
MODULES = sorted((STATIC / "js").rglob("*.js"))


def test_every_knob_and_every_way_of_reading_has_its_declarations_words():
    known = {option.setting.name: option.setting for option in table().values()}
    assert {knob["name"] for knob in DESCRIBED["knobs"]} == {name for name, one in known.items() if one.knob}
    for described in (*DESCRIBED["knobs"], *DESCRIBED["reading"]):
        declared = known[described["name"]]
        assert described["help"] == declared.help
        assert described["label"].startswith(declared.label)
    assert json.dumps(DESCRIBED, allow_nan=False)


def test_names_in_a_link_are_short_and_each_of_one_setting():
    links = [knob["link"] for knob in DESCRIBED["knobs"]]
    assert len(set(links)) == len(links)
    assert {"lr", "bs", "reg"} <= set(links)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: Path(path).stem)
def test_no_script_has_a_label_a_description_or_a_choice_of_a_setting(path):
    text = path.read_text(encoding="utf-8")
    quoted = set(re.findall(r'"([^"\n]+)"', text))
    for described in (*DESCRIBED["knobs"], *DESCRIBED["reading"]):
        assert described["help"] not in text
        if " " in described["label"]:
            assert described["label"] not in quoted
        choices = set(described["choices"] or ()) - {".", ","}
        assert len(choices & quoted) < max(2, len(choices)), described["name"]
