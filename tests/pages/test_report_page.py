"""A run's report and the comparison of runs: the commands, what they tell, and what a browser makes of them."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest

import glassnet
from commands import exit_code
from glassnet.evaluation.calibration import fit_temperature, log_probabilities, reliability, soften
from glassnet.evaluation.mistakes import find_mistakes
from glassnet.evaluation.statistics import McNemar
from glassnet.explanation.projection import hidden_activations, principal_components
from glassnet.pages import run_facts as report_facts
from glassnet.pages.figures import figure, signed_colors
from glassnet.pages.findings import confusions, how_it_learned
from glassnet.pages.run_facts import Facts

pytestmark = pytest.mark.xdist_group("reports")  # all report on the same runs

# How light the corner of the neurons' picture is on its page: what has never had ink weighs nothing.
LIGHTEST = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  canvas.drawImage(document.querySelector(".neurons"), 0, 0, 1, 1, 0, 0, 1, 1);
  return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3));
}"""
# Headings that may be parted from what they head: all others stand in a block that is not.
ALONE = """(headings) => headings
  .filter((one) => getComputedStyle(one.parentElement).breakInside !== "avoid")
  .map((one) => one.textContent)"""

SIZES = ("--train-size", "800", "--validation-size", "300", "--input-parts", 1)
KINDS = {
    "digits": ("--hidden", "16", "--epochs", "3"),
    "better": ("--hidden", "32", "--epochs", "8"),
    "upright": ("--hidden", "16", "--epochs", "2", "--deskew"),
    "ensemble": ("--hidden", "8", "--epochs", "2", "--ensemble", "2"),
    "linear": ("--hidden", "none", "--epochs", "2"),
    "angles": ("--dataset", "rotated-mnist", "--hidden", "8", "--epochs", "2"),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory, cache_of_this_run):
    """Short trainings of each kind."""
    place = tmp_path_factory.mktemp("runs")
    rng = np.random.default_rng(0)
    rows = [f"{a:.3f},{b:.3f},{'<b>no</b>' if a + b > 0 else 'yes'}" for a, b in rng.normal(size=(120, 2))]
    (place / "kinds.csv").write_text("\n".join(["length,width,kind", *rows]) + "\n")
    table = (
        "--dataset",
        place / "kinds.csv",
        "--target",
        "kind",
        "--hidden",
        "6",
        "--epochs",
        "5",
        "--input-parts",
        "1",
    )
    for name, options in {**{name: (*kind, *SIZES) for name, kind in KINDS.items()}, "table": table}.items():
        assert exit_code("train", "--run", place / name, *options) == 0
    return place


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Few examples where many only take longer."""
    monkeypatch.setattr(report_facts, "ROBUSTNESS_EXAMPLES", 60)
    monkeypatch.setattr(report_facts, "MAP_EXAMPLES", 60)


OTHERS = [pytest.param(run, marks=pytest.mark.slow) for run in ("better", "upright", "linear")]


@pytest.mark.parametrize("run", ["digits", "ensemble", "angles", "table", *OTHERS])
def test_every_kind_of_run_is_reported_in_one_file_that_fetches_nothing(call, runs, run):
    code, out, error = call("report", runs / run)  # into the run's directory
    assert (code, error) == (0, "")
    text = (runs / run / "report.html").read_text(encoding="utf-8")
    assert f"{len(text.encode()):,} bytes" in out
    assert (runs / run / "model-card.md").exists() == (run == "table")
    assert len(text) < 5_000_000
    assert not re.search(r"(src|href)=[\"'](https?:)?//", text)
    assert ('id="learning"' in text) == (run not in ("ensemble", "table"))
    assert ('id="confusion"' in text) == (run not in ("angles", "table"))
    assert ('id="importance"' in text) == (run == "table")
    assert ('id="neurons"' in text) == (run != "table")
    assert ('id="robustness"' in text) == (run not in ("angles", "table"))
    assert ('id="unfamiliar"' in text) == (run not in ("angles", "table"))
    assert ("No dead or saturated units" in text) != ('<dl class="findings">' in text)
    assert ("pgd</text>" in text) == (run in ("digits", "better", "ensemble", "linear"))
    assert "<b>no</b>" not in text
    for picture in re.findall(r"<img [^>]*>", text):
        assert re.search(r'alt="[^"]+"', picture)
    for drawing in re.findall(r'<svg (?!aria-hidden="true")[^>]*>.{0,400}', text, re.DOTALL):
        assert 'role="img"><title>' in drawing
    identifiers = re.findall(r' id="([^"]+)"', text)
    assert len(set(identifiers)) == len(identifiers)


def test_it_stands_in_the_runs_directory_and_the_same_run_gives_the_same_bytes(call, runs, tmp_path):
    report = runs / "digits" / "report.html"
    if not report.exists():  # of the test above
        assert call("report", runs / "digits")[0] == 0
    assert call("report", runs / "digits", "--output", tmp_path / "again.html")[0] == 0
    assert report.read_bytes() == (tmp_path / "again.html").read_bytes()


def test_its_figures_fit_one_another(call, runs):
    code, out, _ = call("report", runs / "better", "--json")
    facts = json.loads(out)
    metrics = json.loads((runs / "better" / "metrics.json").read_text())
    assert code == 0
    assert facts["accuracy"] == metrics["validation_accuracy"]
    wrong = round(300 * (1 - facts["accuracy"]))
    assert len(facts["surest_mistakes"]) == min(20, wrong)
    sureness = [mistake["sureness"] for mistake in facts["surest_mistakes"]]
    assert sureness == sorted(sureness, reverse=True)
    assert facts["selection"]["answered_at_risk"]["0.01"] <= 1
    assert facts["calibration"]["temperature"] > 0
    unfamiliar = {one["kind"]: one["refused"] for one in facts["unfamiliar"]}
    assert unfamiliar["noise"] == unfamiliar["blank"] == 1 > 0.1 > unfamiliar["such examples"]
    assert {curve["name"] for curve in facts["robustness"]} >= {"rotation", "noise", "fgsm", "pgd"}


def test_what_went_wrong_in_training_is_told(call, tmp_path):
    assert call("train", "--run", tmp_path / "r", *KINDS["digits"], *SIZES, "--learning-rate", 1)[0] == 0
    assert "dead" in {finding.kind for finding in Facts.read(tmp_path / "r").findings}
    assert call("report", tmp_path / "r")[0] == 0
    assert "<dt>dead</dt>" in (tmp_path / "r" / "report.html").read_text()


@pytest.fixture
def odd(tmp_path):
    """A table whose names would be markup, formulas or elements elsewhere."""
    rng = np.random.default_rng(0)
    rows = [f"{a:.3f},{b:.3f},{'[/x]$$' if a + b > 0 else '<b>'}" for a, b in rng.normal(size=(120, 2))]
    (tmp_path / "odd.csv").write_text("\n".join(["speed [/m],$w$,kind", *rows]) + "\n")
    return tmp_path


@pytest.mark.parametrize("hidden", ["1", "6"])
def test_names_are_never_markup_and_one_unit_is_enough(call, odd, hidden):
    options = ("--target", "kind", "--hidden", hidden, "--epochs", 2, "--input-parts", 1)
    assert call("train", "--run", odd / "[r]", "--dataset", odd / "odd.csv", *options)[0] == 0
    assert "[/x]$$" in call("explain", odd / "[r]", "--neuron", "1.0")[1]
    assert "speed [/m]" in call("explain", odd / "[r]", "--neuron", "1.0")[1]
    assert call("report", odd / "[r]")[0] == 0
    assert "[/x]$$" in (odd / "[r]" / "report.html").read_text()
    out = call("compare", odd / "[r]", odd / "[r]")[1]
    assert out.splitlines()[-1].count("[r]") == 2
    assert call("evaluate", odd / "[r]")[0] == 0


def test_next_to_no_examples_are_no_report(call, odd):
    one = ("--ensemble", 1, "--validation-size", 1)
    options = ("--target", "kind", "--hidden", 4, "--epochs", 1, "--input-parts", 1, *one)
    assert call("train", "--run", odd / "r", "--dataset", odd / "odd.csv", *options)[0] == 0
    code, out, error = call("report", odd / "r")
    assert (code, out) == (2, "")
    assert "too few examples to report on" in error


@pytest.mark.parametrize("options", [("--initializer", "zeros", "--activation", "tanh"), ("--validation-size", 0)])
def test_a_run_that_learned_nothing_or_was_not_validated_is_reported(call, tmp_path, options):
    assert call("train", "--run", tmp_path / "r", "--hidden", 8, "--epochs", 1, *SIZES, *options)[0] == 0
    assert call("report", tmp_path / "r")[0] == 0
    text = (tmp_path / "r" / "report.html").read_text()
    assert ('id="map"' in text) == ("zeros" not in options)
    assert ("The accuracy over the epochs" in text) == ("zeros" in options)
    assert "<dt>seed</dt><dd>0</dd>" in text


def test_it_begins_with_what_it_reads_what_it_confuses_and_how_far_to_trust_it(call, runs, tmp_path):
    assert call("report", runs / "digits", "--output", tmp_path / "report.html")[0] == 0
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    facts = Facts.read(runs / "digits")
    right = round(facts.classification.accuracy * 300)
    assert f"<h1>Reads {right} of 300 digits it has not learned from</h1>" in text
    said = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text[: text.index('<div class="front">')]))
    assert list(said) == ["Reads well", "Confuses", "Trust it", "Be careful", "Learned"]
    matrix = facts.classification.confusion
    (count, true, taken), *_ = confusions(facts)
    assert count == (matrix - np.diag(np.diag(matrix))).max() == matrix[true, taken]
    assert said["Confuses"].startswith(f"Most often {true} with {taken} ({count} times)")
    sure = facts.probabilities.max(axis=1) >= 0.9
    right = facts.probabilities[sure].argmax(axis=1) == facts.examples.targets[sure]
    assert f"is right on {100 * right.mean():.1f}% of these" in said["Trust it"]
    front = text[: text.index('id="confusion"')]
    assert front.count("<figure>") == 3  # before anything else
    assert 'id="settings"' not in front
    assert text.count("<h2>") <= 5
    assert text.rindex('id="settings"') > text.rindex("<h2>")


def test_a_validation_loss_far_above_the_training_loss_is_said_and_never_called_no_problem(runs):
    facts = Facts.read(runs / "better")
    facts.metrics["model_epoch"] = 8

    def told(training, validation):
        pairs = zip(training, validation, strict=True)
        history = [
            {**facts.history[0], "epoch": k + 1, "training_loss": a, "validation_loss": b}
            for k, (a, b) in enumerate(pairs)
        ]
        return how_it_learned(replace(facts, history=history))

    falling = np.geomspace(1, 0.0044, 8)
    said = told(falling, np.linspace(0.3, 0.0729, 8))
    assert "to 0.0044 on what it learned from and to 0.0729 on what it did not. That is 17 times as much" in said
    assert "learned by heart" in said
    said = told(falling, [0.5, 0.4, 0.3, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert "From epoch 4 on the validation loss rose, from 0.2 to 0.6; epoch 8 was kept." in said
    assert "holds for others" in told(falling, falling)
    assert "heart" not in told(falling, falling)


def test_a_share_is_written_in_one_way_on_the_whole_page(call, runs, tmp_path):
    assert call("report", runs / "digits", "--output", tmp_path / "report.html")[0] == 0
    text = re.sub(r"<(style|svg).*?</\1>", "", (tmp_path / "report.html").read_text(), flags=re.DOTALL)
    assert {len(digits) for digits in re.findall(r"\d\.(\d+)%", text)} == {1}
    labels = re.findall(r"<text[^>]*>(.*?)</text>", (tmp_path / "report.html").read_text())
    assert "100%" in labels
    assert not [label for label in labels if re.fullmatch(r"0\.9\d*", label.strip())]


def test_what_happened_after_the_epoch_that_was_kept_is_no_fault(runs):
    facts = Facts.read(runs / "better")
    worse = [{**facts.history[-1], "epoch": 9 + k, "validation_loss": 3.0, "training_loss": 1e-4} for k in range(5)]
    longer = replace(facts, history=[*facts.history, *worse])
    assert [finding.kind for finding in longer.findings] == [finding.kind for finding in facts.findings]


def test_a_mistake_that_is_shown_is_the_example_of_that_number(runs):
    facts = Facts.read(runs / "digits")
    mistakes = facts.mistakes
    for position, true, said in zip(mistakes.positions, mistakes.true, mistakes.said, strict=True):
        image = facts.examples.select(slice(position, position + 1))
        assert image.targets[0] == true != said == facts.model.predict(image.inputs)[0]
    assert sum(len(mistakes.between(a, b)) for a in range(10) for b in range(10)) == len(mistakes)


def test_mistakes_are_listed_the_surest_first():
    probabilities = np.array([[0.9, 0.1], [0.3, 0.7], [0.2, 0.8], [0.6, 0.4]])
    found = find_mistakes(probabilities, np.array([0, 0, 0, 1]))
    assert found.positions.tolist() == [2, 1, 3]
    assert found.between(0, 1).positions.tolist() == [2, 1]


def test_runs_are_compared_by_settings_results_and_mcnemars_test(call, runs):
    code, out, error = call("compare", runs / "digits", runs / "better")
    assert (code, error) == (0, "")
    assert "hidden" in out
    assert "batch size" not in out  # the same in both
    assert "McNemar, p " in out
    _, out, _ = call("compare", runs / "digits", runs / "better", runs / "upright", "--json")
    found = json.loads(out)
    data = Facts.read(runs / "digits").data
    right = [
        glassnet.load_model(runs / name / "model.safetensors").predict(data.test.inputs) == data.test.targets
        for name in ("digits", "better")
    ]
    assert len(found["mcnemar"]) == 3
    assert found["mcnemar"][0]["only_second"] == int((right[1] & ~right[0]).sum())
    assert found["runs"][1]["test_accuracy"] == pytest.approx(right[1].mean())
    assert found["differences"]["deskew"] == ["False", "False", "True"]


def test_each_of_several_pairs_is_judged_by_holms_correction(call, runs, monkeypatch):
    values = iter([0.04, 0.02, 0.03] * 2)
    monkeypatch.setattr("glassnet.evaluation.statistics.mcnemar", lambda *_: McNemar(9, 3, next(values)))
    places = [runs / name for name in ("digits", "better", "upright")]
    out = call("compare", *places)[1]
    assert out.count("McNemar, p = 0.06, by Holm over 3 pairs") == 3  # 3 · 0.02, and 2 · 0.03, and no less than those
    assert out.count("may be no better than") == 3
    assert "is better" not in out
    assert [pair["p_value"] for pair in json.loads(call("compare", *places, "--json")[1])["mcnemar"]] == [
        0.04,
        0.02,
        0.03,
    ]
    monkeypatch.setattr("glassnet.evaluation.statistics.mcnemar", lambda *_: McNemar(3, 9, 0.04))
    out = call("compare", *places[:2])[1]
    assert f"{places[1]} is better than {places[0]}: it alone is right 9 times, the other alone 3 times" in out
    assert "Holm" not in out


def test_a_temperature_is_fitted_on_one_half_and_judged_on_the_other(runs):
    facts = Facts.read(runs / "digits")
    temperature, before, after = facts.calibration
    logits, labels = log_probabilities(facts.model, facts.examples), facts.examples.targets
    fitted = {half: fit_temperature(logits[half::2], labels[half::2]) for half in (0, 1)}
    assert temperature == fitted[0] != fitted[1]
    for found, probabilities in ((before, np.exp(logits)), (after, soften(logits, temperature))):
        judged = {half: reliability(probabilities[half::2], labels[half::2]) for half in (0, 1)}
        assert found.expected_error == judged[1].expected_error != judged[0].expected_error
        assert found.counts.sum() == len(labels) // 2


def test_of_runs_with_long_paths_nothing_is_cut(call, runs, tmp_path):
    places = [tmp_path / ("a" * 100) / name for name in ("digits", "better")]
    for place in places:
        shutil.copytree(runs / place.name, place)
    code, out, _ = call("compare", *places)
    assert code == 0
    assert "…" not in out
    table, sentence = out.rstrip("\n").rsplit("\n\n", 1)
    assert all(sentence.count(str(place)) == 1 for place in places)
    assert sentence.count("\n") == 0
    assert {"hidden", "validation", "test", "parameters", "seconds"} <= {
        line.split(" ")[0] for line in table.split("\n")
    }


def test_the_comparison_as_a_page(call, runs, tmp_path):
    code, out, error = call("compare", runs / "better", runs / "upright", "--html", tmp_path / "page.html")
    assert (code, out) == (0, "")
    assert "bytes" in error
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert text.count("<svg") == 4
    assert "McNemar" in text


def test_what_cannot_be_compared_or_reported_is_refused_in_one_line(call, runs, tmp_path):
    for arguments, code, message in (
        (("compare", runs / "digits"), 2, "expected two runs or more"),
        (("compare", runs / "digits", runs / "angles"), 2, "runs on different data"),
        (("compare", runs / "digits", tmp_path), 1, "not a run"),
        (("report", tmp_path), 1, "not a run"),
    ):
        result, out, error = call(*arguments)
        assert (result, out) == (code, "")
        assert message in error
        assert error.count("\n") == 1


def test_a_run_that_is_not_finished_says_how_to_finish_it(call, runs, tmp_path):
    shutil.copytree(runs / "digits", tmp_path / "run")
    (tmp_path / "run" / "metrics.json").unlink()
    code, _, error = call("report", tmp_path / "run")
    assert code == 1
    assert "the run is not finished" in error
    assert "--resume" in error


def test_principal_components_keep_distances_as_far_as_a_plane_can():
    rng = np.random.default_rng(1)
    plane = rng.normal(size=(50, 2)) @ rng.normal(size=(2, 9)) + 5
    projected, shares = principal_components(plane)
    between = [np.linalg.norm(values[:, None] - values, axis=2) for values in (plane, projected)]
    np.testing.assert_allclose(between[0], between[1], atol=1e-9)
    assert shares.sum() == pytest.approx(1)


def test_hidden_activations_are_those_of_the_last_hidden_layer(mnist):
    network = glassnet.Network([784, 7, 5, 10], seed=1)
    model = glassnet.Model(network, mnist.preprocessing, mnist.class_names)
    trace = network.trace(30)
    network.forward(mnist.test.inputs[:30].reshape(30, 784) / np.float32(255), trace)
    np.testing.assert_allclose(hidden_activations(model, mnist.test.inputs[:30]), trace.activations[1], atol=1e-6)


def test_signs_have_colors_and_zero_is_paper():
    colored = signed_colors(np.array([[1.0, -1.0, 0.0, 0.5]]))[0]
    assert colored[:, 3].tolist() == [255, 255, 0, 128]
    assert colored[0, 2] > colored[0, 0]  # blue
    assert colored[1, 0] > colored[1, 2]  # orange


def test_a_figure_takes_its_colors_from_the_page_and_says_what_it_shows():
    svg = figure(lambda axes: axes.plot([0, 1], color="#171817"), "A line & more")
    assert svg.startswith('<svg viewBox="')
    assert "<title>A line &amp; more</title>" in svg
    assert "var(--ink)" in svg
    assert "#171817" not in svg


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_the_confusion_opens_its_pictures_by_keyboard_in_a_browser(call, runs, tmp_path, width, scheme):
    from browsing import offline_page, sideways

    assert call("report", runs / "digits", "--output", tmp_path / "report.html")[0] == 0
    with offline_page(tmp_path / "report.html", width, 900, color_scheme=scheme) as page:
        assert sideways(page) <= 0
        button = page.locator(".confusion button").first
        name = button.get_attribute("aria-label")
        button.focus()
        page.keyboard.press("Enter")
        dialog = page.locator("[popover]:popover-open")
        count, true, said = re.match(r"(\d+) times (\d) read as (\d)", name).groups()
        assert f"{true} read as {said}" in dialog.inner_text()
        assert dialog.locator("img").count() == int(count)
        page.keyboard.press("Escape")
        assert dialog.count() == 0


@pytest.mark.browser
def test_in_the_dark_nothing_glares_and_on_paper_no_heading_stands_alone(call, runs, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    from browsing import offline_page

    assert call("report", runs / "digits", "--output", tmp_path / "report.html")[0] == 0
    with offline_page(tmp_path / "report.html", 1366, 768, color_scheme="dark") as page:
        assert Axe().run(page).response["violations"] == []
        assert page.locator(".front").bounding_box()["y"] < 500
        lightest = page.evaluate(LIGHTEST)
        assert lightest < 128  # the paper between a neuron's weights
        page.emulate_media(media="print")
        for heading in page.locator("h2, h3").all():
            assert heading.evaluate("(one) => getComputedStyle(one).breakAfter") == "avoid"
        assert page.locator("h3").evaluate_all(ALONE) == []


@pytest.mark.browser
def test_the_comparison_in_a_browser(call, runs, tmp_path):
    from browsing import offline_page, sideways

    assert call("compare", runs / "digits", runs / "better", "--html", tmp_path / "page.html")[0] == 0
    with offline_page(tmp_path / "page.html", 390, 844) as page:
        assert sideways(page) <= 0
        assert page.locator("svg").count() == 4


def test_control_characters_of_names_are_shown_and_not_written(call, tmp_path):
    rng = np.random.default_rng(0)
    rows = [f"{a:.3f},{b:.3f},{chr(27) + '[31mred' if a + b > 0 else 'plain'}" for a, b in rng.normal(size=(120, 2))]
    (tmp_path / "t.csv").write_text("\n".join([f"a{chr(7)},b,class", *rows]))
    options = ("--dataset", tmp_path / "t.csv", "--hidden", 4, "--epochs", 2, "--input-parts", 1)
    assert call("train", "--run", tmp_path / "r", *options)[0] == 0
    assert call("report", tmp_path / "r", "--output", tmp_path / "report.html")[0] == 0
    assert call("compare", tmp_path / "r", tmp_path / "r", "--html", tmp_path / "compare.html")[0] == 0
    assert call("explain", tmp_path / "r", "--html", tmp_path / "explain.html")[0] == 0
    for name in ("report", "compare", "explain"):
        text = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        controls = {letter for letter in text if ord(letter) < 32 and letter not in "\n\t"}
        assert not controls
        assert "\\u001b" not in text
    assert r"\x1b[31mred" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert r"\\x1b[31mred" in (tmp_path / "explain.html").read_text(encoding="utf-8")  # within JSON


def test_small_quantities_keep_their_digits(call, tmp_path):
    rng = np.random.default_rng(0)
    rows = [f"{a:.3f},{b:.3f},{1e-6 * (a + 2 * b):.3e}" for a, b in rng.normal(size=(120, 2))]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,target", *rows]))
    options = ("--dataset", tmp_path / "t.csv", "--hidden", 4, "--epochs", 2, "--input-parts", 1)
    assert call("train", "--run", tmp_path / "r", *options)[0] == 0
    assert call("report", tmp_path / "r")[0] == 0
    text = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    (shown,) = re.findall(r">RMSE</th><td><b>([^<]*)</b>", text)[:1]
    assert re.fullmatch(r"\d\.\d{3}e−0\d", shown)
