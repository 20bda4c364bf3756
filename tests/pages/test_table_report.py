"""A table run's report: what its sentences say, what its figures are of, and the model card."""

import hashlib
import json
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from commands import exit_code
from glassnet.evaluation.inspection import permutation_importance
from glassnet.evaluation.scores import Thresholds
from glassnet.model.decision import Decision
from glassnet.pages.report_page import report_page
from glassnet.pages.run_facts import Facts
from glassnet.pages.single_file import fill
from glassnet.pages.table_report import TableFacts

pytestmark = pytest.mark.xdist_group("table reports")  # all report on the same runs

FAST = ("--hidden", 16, "--epochs", 40, "--ensemble", 2, "--learning-rate", 0.02, "--input-parts", 1)


def written(path, *columns):
    """Write columns, each a name and its cells, as CSV."""
    names, cells = zip(*columns, strict=True)
    path.write_text("\n".join([",".join(names), *map(",".join, zip(*cells, strict=True))]) + "\n")
    return path


def drawn(rows, odd=False):
    """Draw a table of numbers, words and dates with gaps, of which the last word and the size count."""
    rng = np.random.default_rng(0)
    size, words = rng.normal(10, 3, rows), rng.integers(0, 3, rows)
    days = np.datetime64("2023-01-02") + rng.integers(0, 360, rows)
    names = ("a|b", "*c*", "<i>") if odd else ("TX", "NY", "CA")
    sizes = ["" if k % 20 == 0 else f"{value:.2f}" for k, value in enumerate(size)]
    late = size + 6 * (words == 2) + rng.normal(size=rows)
    columns = [("size" if not odd else "_si<z>e_", sizes), ("state", [names[word] for word in words])]
    return [*columns, ("joined", map(str, days)), ("noise", [f"{one:.3f}" for one in rng.normal(size=rows)])], late


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Short trainings on two classes with a threshold, three with odd names and one network, and numbers."""
    place = tmp_path_factory.mktemp("tables")
    columns, late = drawn(400)
    written(place / "two.csv", *columns, ("paid", ["late" if one > 16 else "in time" for one in late]))
    columns, late = drawn(240, odd=True)
    written(place / "three.csv", *columns, ("kind", [("<b>", "x|y", "z*")[int(one > 10) + (one > 15)] for one in late]))
    columns, late = drawn(240)
    written(place / "numbers.csv", *columns, ("days", [f"{one:.3f}" for one in late]))
    own = {"two": ("paid", "--threshold", 0.3), "three": ("kind", "--ensemble", 1), "numbers": ("days",)}
    for name, (target, *more) in own.items():
        options = ("--dataset", place / f"{name}.csv", "--target", target, *FAST, *more)
        assert exit_code("train", "--run", place / name, *options) == 0
    return place


def sentences(page):
    """Give the first words of a page, by what they are about."""
    found = re.search(r'<dl class="sentences">(.*?)</dl>', page, re.DOTALL)[1]
    return {name: unescape(text) for name, text in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", found)}


def findings(facts):
    """Give the same of a run, without drawing its page."""
    lines = unescape(fill("findings.txt", {}, {"facts": facts, "found": TableFacts(facts)})).splitlines()
    return dict(line.split("|", 1) for line in lines if line)


@pytest.fixture(scope="module")
def pages(runs):
    """Give each page and its model card; that of two classes is written by the command."""
    assert exit_code("report", runs / "two", "--output", runs / "page.html") == 0
    written = [path.read_text(encoding="utf-8") for path in (runs / "page.html", runs / "two" / "model-card.md")]
    return {"two": written} | {name: report_page(Facts.read(runs / name)) for name in ("three", "numbers")}


def test_networks_in_folds_are_judged_by_the_answers_of_those_that_have_not_learned_from_a_row(runs):
    for name in ("two", "numbers"):
        facts = Facts.read(runs / name)
        assert facts.split == "out-of-fold"
        assert len(facts.examples) == len(facts.data.train)
        known = facts.metrics["validation"]
        for name, value in facts.result.as_dict().items():
            np.testing.assert_allclose(value, known[name], rtol=1e-6)
        answers = np.empty_like(facts.out_of_fold[1])
        for model, part in facts.parts:
            rows = np.searchsorted(facts.out_of_fold[0], part.indices)
            given = model.predict_probabilities(part.inputs) if facts.classifies else model.predict(part.inputs)
            answers[rows] = given
        np.testing.assert_allclose(answers, facts.out_of_fold[1], rtol=1e-4, atol=1e-5)


def test_findings_come_first_in_sentences_with_the_figures_of_the_metrics(runs, pages):
    said = sentences(pages["two"][0])
    assert list(said)[:4] == ["Predicts", "Better than guessing", "Misses", "Probabilities"]
    assert said["Predicts"] == "Whether paid is in time or late, from 4 columns."
    scores = json.loads((runs / "two" / "metrics.json").read_text())["scores"]
    accuracy = scores["out_of_fold"]["accuracy"]
    assert f"It is right in {accuracy['value']:.1%} of the rows" in said["Better than guessing"]
    assert f"always answering “in time” is right in {accuracy['base']:.1%}" in said["Better than guessing"]
    facts = Facts.read(runs / "two")
    (_, _), (missed, found) = facts.classification.confusion
    assert f"It finds {found} of the {missed + found} rows that are “late”" in said["Misses"]
    assert said["Relies on"].startswith("state most of all, then size. With state shuffled, the log loss rises from")
    assert "Nothing was found" in said["Suspicious"]
    numbers = sentences(pages["numbers"][0])
    assert "always answering the mean" in numbers["Better than guessing"]
    assert re.match(r"Half of the answers are within [\d.]+ of the truth", numbers["How far off"])


def test_columns_that_tell_nothing_are_named(runs):
    facts = Facts.read(runs / "two")
    idle = TableFacts(facts).names[TableFacts(facts).above_floor :]
    assert idle
    verb = "tells" if len(idle) == 1 else "tell"
    assert f" {' and '.join(idle)} {verb} it no more than random numbers would." in findings(facts)["Relies on"]


def test_thresholds_count_what_each_makes_of_the_rows(runs):
    found = TableFacts(Facts.read(runs / "two"))
    late = found.answers[:, 1]
    for threshold in (0.05, 0.5, float(late.max())):
        called = late >= threshold
        assert found.at(threshold) == [int((called & (found.true == 1)).sum()), int((called & (found.true == 0)).sum())]
    assert found.at(1.1) == [0, 0]
    assert 0.5 in found.grid
    assert Thresholds.of(late, found.true == 1).auc() == found.scores["out_of_fold"]["auc"]["value"]


def decided(run, threshold):
    """Give the facts of a run whose model decides at another threshold, and whose metrics are of an older version."""
    facts = Facts.read(run)
    metrics = {name: value for name, value in facts.metrics.items() if name != "scores"}
    return replace(facts, model=replace(facts.model, decision=Decision(threshold, 1)), metrics=metrics)


def test_a_threshold_that_was_chosen_is_the_one_that_is_marked(runs, pages):
    page = pages["two"][0]
    assert "threshold 0.3</text>" in page
    assert "0.3 in use" in page
    assert "which the run has chosen" in page
    found = TableFacts(Facts.read(runs / "two"))
    right, wrong = found.at(0.3)
    assert found.errors.sum() == wrong + (found.true == 1).sum() - right
    assert found.scores["out_of_fold"]["accuracy"]["value"] == pytest.approx(1 - found.errors.mean())


def test_probabilities_of_weighted_classes_are_said_to_be_no_frequencies(runs):
    facts = Facts.read(runs / "two")
    assert "no frequencies" not in findings(facts)["Probabilities"]
    weighted = replace(facts, settings=facts.settings.changed(class_weights="balanced"))
    assert "they are no frequencies" in findings(weighted)["Probabilities"]
    page, card = report_page(weighted)
    assert "they are no frequencies" in page
    assert "they are no frequencies" in card


def test_scores_of_few_rows_stand_without_intervals(runs):
    for name in ("two", "numbers"):
        facts = Facts.read(runs / name)
        scores = facts.metrics["scores"]
        for score in scores["out_of_fold"].values():
            if isinstance(score, dict) and (name == "numbers" or score is not scores["out_of_fold"]["accuracy"]):
                score["interval"] = [None, None]
        page, card = report_page(facts)
        assert "no finite number" not in page + card
        assert "95% interval –" in card


def test_what_depends_on_nothing_is_below_the_floor_and_drawn_beside_it(runs, pages):
    found = TableFacts(Facts.read(runs / "numbers"))
    assert found.names[:2] == ["state", "size"] or found.names[:2] == ["size", "state"]
    assert found.rises[0] > 5 * found.importance.floor
    again = permutation_importance(found.facts.parts)
    assert again.increase.tolist() == found.importance.increase.tolist()  # the same draws
    assert "a random column" in pages["numbers"][0]
    assert "200 out-of-fold rows" in pages["numbers"][0]


def test_dependence_is_over_numbers_by_words_and_by_parts_of_dates(runs):
    found = TableFacts(Facts.read(runs / "numbers"))
    panels = {panel["column"]: panel for panel in found.panels}
    assert set(panels) == {"size", "state", "joined", "noise"}
    size = panels["size"]
    assert len(size["answers"]) == len(size["numbers"]) + 1  # and of gaps
    assert size["answers"][-2] > size["answers"][0] + 4
    assert panels["state"]["words"][0] == "CA"
    assert panels["joined"]["by"] in ("month", "day", "weekday", "time")
    words = panels["joined"]["words"]
    assert len(words) == len(panels["joined"]["answers"]) == len(set(words))
    assert all(
        panel["low"] < panel["answers"].min() <= panel["answers"].max() < panel["high"] for panel in found.panels
    )


def test_mistakes_are_rows_of_the_file_with_their_own_words_and_dates(runs, pages):
    for name in ("two", "numbers"):
        found = TableFacts(Facts.read(runs / name))
        lines = (runs / f"{name}.csv").read_text().splitlines()
        names = lines[0].split(",")
        assert 0 < len(found.mistakes) <= 10
        for mistake in found.mistakes:
            row = dict(zip(names, lines[mistake["row"]].split(","), strict=True))
            assert mistake["true"] == row[found.target].rstrip("0").replace("-", "−")
            for column, cell in zip(found.names, mistake["cells"], strict=False):
                own = row[column] or "missing"
                assert cell == own or float(cell.replace("−", "-")) == float(own)
    (table,) = re.findall(r'<table class="mistakes">.*?</table>', pages["two"][0], re.DOTALL)
    assert table.count('<th scope="col">') == 4 + len(found.mistakes[0]["cells"])
    left = [mistake["sure"] for mistake in TableFacts(Facts.read(runs / "two")).mistakes]
    assert left == sorted(left, reverse=True)


def test_what_may_know_the_answer_is_suspicious(call, tmp_path):
    columns, late = drawn(240)
    paid = ["late" if one > 14 else "in time" for one in late]
    known = [f"{(one == 'late') + 0.001 * k / 240:.5f}" for k, one in enumerate(paid)]
    written(tmp_path / "t.csv", columns[3], ("fee", known), ("paid", paid))
    assert (
        call(
            "train", "--run", tmp_path / "r", "--dataset", tmp_path / "t.csv", "--target", "paid", *FAST, "--epochs", 20
        )[0]
        == 0
    )
    said = findings(Facts.read(tmp_path / "r"))
    assert '"fee" alone tells the target: possible leakage.' in said["Suspicious"]
    assert re.search(r"fee matters \d+ times as much as the next column", said["Suspicious"])


def test_a_class_that_is_never_found_is_said_so(runs):
    facts = decided(runs / "two", 1.0)
    said = findings(facts)
    late = int((facts.examples.targets == 1).sum())
    assert said["Misses"].startswith(f"It never finds “late”: all {late} such rows are called “in time”.")
    assert "not clearly better than a guess" in said["Better than guessing"]


def test_names_are_no_markup_in_the_page_or_the_card(pages):
    page, card = pages["three"]
    assert "<b></" not in page
    assert "&lt;b&gt;" in page
    assert r"\<b\>" in card
    assert r"x\|y" in card
    assert r"z\*" in card
    assert r"\_si\<z\>e\_" in card
    assert "&" not in card
    assert 'id="confusion"' in page
    assert "<i>" not in re.sub(r"\\<i\\>", "", card)


def test_the_model_card_has_data_settings_scores_use_and_limits(runs, pages):
    page, card = pages["two"]
    assert hashlib.sha256((runs / "two.csv").read_bytes()).hexdigest() in card
    assert re.search(r"- trained: \d{4}-\d\d-\d\d, in", card)
    assert re.search(r"- AUC, out-of-fold: 0\.\d+ \(95% interval 0\.\d+ to [01]\.\d+; base rate 0\.500\)", card)
    assert re.findall("^## (.*)$", card, re.MULTILINE) == [
        "Model", "Data", "Scores", "Intended use", "Limits", "Settings"
    ]  # fmt: skip
    assert "epochs 40; " in card
    assert "334 to train on, which are validated on in 2 folds" in card
    assert "validation size" not in card
    page = unescape(page)
    for line in card.splitlines():
        if line.startswith("- ") and "**" not in line:
            assert re.sub(r"\\(.)", r"\1", line.split(": ", 1)[1]) in page


def test_its_figures_as_json_have_the_importance_of_each_column(call, runs):
    code, out, _ = call("report", runs / "two", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["split"] == "out-of-fold"
    assert set(found["importance"]["increase"]) == {"size", "state", "joined", "noise"}
    assert found["importance"]["increase"]["size"] > found["importance"]["floor"] > 0


def test_a_run_of_one_network_is_reported_on_its_validation_rows(runs, pages):
    assert Facts.read(runs / "three").split == "validation"
    assert "validation rows unless stated otherwise" in pages["three"][0]
    assert "The loss over the epochs" in pages["three"][0]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1366, "light"), (1366, "dark"), (390, "light")])
def test_it_fits_a_screen_and_a_phone(runs, pages, tmp_path, width, scheme):
    from browsing import offline_page, sideways

    for name, (text, _) in pages.items():
        (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")
        with offline_page(tmp_path / f"{name}.html", width, 844, color_scheme=scheme) as page:
            assert sideways(page) <= 0
            assert page.locator("#findings dd").first.bounding_box()["y"] < 300
            assert page.locator("svg[role=img]").count() >= 3
