"""What the README and the project's files say is true."""

import importlib
import json
import re
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import pytest
from test_imports import MAY_IMPORT

from glassnet.runs.recipes import load_recipes

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language, text=README):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


# The lesson's are tested by test_lesson.py.
NAMES = ("sklearn", "your-own-data", "looking", "architecture", "extending", "sweeps", "export", "install", "recipes")
NAMES += ("serve", "reference/command-line", "reference/python/index")
NAMES += tuple(f"extending/{page.stem}" for page in sorted((ROOT / "docs" / "extending").glob("*.md")))
DOCUMENTS = {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in NAMES}
COMMANDS = "".join(block for text in (README, *DOCUMENTS.values()) for block in blocks("sh", text))


def test_the_readmes_python_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    source = "\n".join(blocks("python")).replace("50_000", "2_000").replace("10_000", "500")
    exec(compile(source, "README.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 11
    assert float(printed[-1]) > 0.85


def test_the_python_of_the_reference_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    source = "\n".join(blocks("python", DOCUMENTS["reference/python/index"]))
    exec(compile(source.replace("50_000", "2_000").replace("10_000", "500"), "index.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 12
    assert float(printed[-2]) > 0.85


def test_on_pypi_no_link_of_the_readme_leads_nowhere():
    hook = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["metadata"]["hooks"][
        "fancy-pypi-readme"
    ]
    assert hook["fragments"] == [{"path": "README.md"}]
    text = README
    for change in hook["substitutions"]:
        text = re.sub(change["pattern"], change["replacement"], text)
    assert re.findall(r"\]\((?!https?://)", text) == []
    assert "the lesson (docs/lesson.md)" in text
    assert "pictures/train.svg" not in text


def test_the_readme_is_one_screen():
    assert README.count("\n") <= 75


def test_the_python_of_scikit_learns_page_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    warnings.simplefilter("ignore")
    exec(compile("\n".join(blocks("python", DOCUMENTS["sklearn"])), "sklearn.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert float(printed[0]) > 0.95
    assert printed[1].startswith("<Network 30-100-1 (relu, sigmoid)")


def printed_by(document, tmp_path):
    """Run a document's Python in a process of its own, so that what it registers is there for no other test."""
    (tmp_path / "document.py").write_text("\n".join(blocks("python", DOCUMENTS[document])), encoding="utf-8")
    command = [sys.executable, "-W", "error", "document.py"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()


@pytest.mark.parametrize("document", sorted(name for name in DOCUMENTS if name.startswith("extending/")))
def test_the_complete_example_of_adding_a_thing_prints_what_its_page_says(document, tmp_path):
    (said,) = blocks("text", DOCUMENTS[document])
    assert printed_by(document, tmp_path) == said.splitlines()


def test_each_kind_of_thing_has_its_page():
    pages = {
        Path(page).name
        for page in re.findall(r"^\| \[[\w ]+\]\(extending/(\w+\.md)\)", DOCUMENTS["extending"], re.MULTILINE)
    }
    assert pages == {page.name for page in (ROOT / "docs" / "extending").glob("*.md")}


def test_the_python_of_looking_into_a_run_runs(tmp_path):
    *_, switched_off, pruned = printed_by("looking", tmp_path)
    assert float(switched_off) > 0.8
    assert float(pruned) > 0.5


def test_the_python_of_your_own_data_runs(tmp_path):
    remembered, answered, trained = printed_by("your-own-data", tmp_path)
    assert float(remembered) == 1.0
    assert float(answered) == pytest.approx(0.52, abs=0.1)
    assert float(trained.split()[0]) > 0.9
    assert trained.endswith("<Model 2-16-2 (relu, softmax): rows of 2 columns (a, b) to 2 classes>")


def test_the_python_of_taking_a_model_elsewhere_runs(tmp_path):
    *same_answers, predicted = printed_by("export", tmp_path)
    assert same_answers == ["True", "True"]
    assert re.fullmatch(r"\[\d \d \d\]", predicted)


def test_the_code_that_the_architecture_quotes_is_that_of_the_file():
    quotations = blocks("python", DOCUMENTS["architecture"])
    assert quotations
    for quotation in quotations:
        place, *quoted = quotation.splitlines()
        lines = (ROOT / place.removeprefix("# ")).read_text(encoding="utf-8").splitlines()
        remaining = iter([line.strip() for line in lines])
        # All of its lines, in their order; others may stand between them.
        assert [line for line in quoted if line.strip() not in remaining] == []


def test_the_architectures_table_of_imports_is_the_one_that_the_code_is_tested_against():
    table = {}
    for line in re.findall(r"^\| `\w+` \|.*", DOCUMENTS["architecture"], re.MULTILINE):
        package, _, cell = line.strip("|").split("|")
        inherited = [table[other] for other in re.findall(r"what `(\w+)` may", cell)]
        own = set(re.findall(r"`(\w+)`", re.sub(r"what `\w+` may", "", cell)))
        table[package.strip(" `")] = own.union(*inherited)
    assert table == MAY_IMPORT


def test_the_tree_for_contributors_has_a_line_for_each_package():
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `src/glassnet/(\w+)` \|", contributing, re.MULTILINE)) == set(MAY_IMPORT)


def test_files_that_the_documentation_names_exist():
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        text = document.read_text(encoding="utf-8")
        for name in re.findall(r"\b(?:tests|docs|benchmarks|recipes|src)/[\w./*-]*\w", text):
            assert list(ROOT.glob(name)), (document.name, name)
        for name in re.findall(r"`([a-z_]+/[\w/]+\.py)`", text):
            assert (ROOT / name).exists() or (ROOT / "src" / "glassnet" / name).exists(), (document.name, name)


@pytest.mark.parametrize("line", [line for line in COMMANDS.splitlines() if line.startswith("glassnet ")])
def test_every_command_in_the_documentation_has_these_options(line):
    from glassnet.cli.main import SUBCOMMANDS, glassnet

    words = line.split("#")[0].split()[1:]
    assert words[0] in SUBCOMMANDS
    command = glassnet.get_command(None, words[0])
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_links_in_the_documentation_lead_somewhere():
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (document.parent / target).exists(), (document.name, target)


def test_the_version_is_the_same_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text()
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


def test_no_file_names_a_registrys_host():
    for path in [*ROOT.glob("*.txt"), ROOT / "Makefile", ROOT / "pyproject.toml"]:
        assert "://" not in path.read_text(), path


def test_scratch_learns_when_run_as_the_readme_says():
    command = [sys.executable, "-m", "glassnet.scratch", "--hidden", "16", "--epochs", "1", "--learning-rate", "0.1"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    accuracy = re.fullmatch(r"epoch 1: validation accuracy (\d+\.\d\d)%\n", output)
    assert accuracy
    assert float(accuracy[1]) > 89


def test_scratch_is_one_page():
    source = (ROOT / "src" / "glassnet" / "scratch.py").read_text()
    code = [line for line in source.split('"""', 2)[2].splitlines() if line.strip()]
    assert len(code) <= 62


def test_the_race_is_the_one_whose_results_are_kept(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    tables = importlib.import_module("tables")
    result = json.loads((ROOT / "benchmarks" / "results" / "race.json").read_text(encoding="utf-8"))
    assert README.split(tables.BEGIN)[1].split(tables.END)[0] == tables.honest_table(result) + "\n"
    written = (ROOT / "docs" / "race.md").read_text(encoding="utf-8")
    for part in (
        tables.short_training_table(result["training"]),
        tables.whole_table(result["whole"]),
        tables.prediction_table(result["prediction"]),
        tables.memory_table(result["memory"]),
    ):
        assert part in written


def test_the_recipes_are_those_whose_results_are_kept(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "recipes"))
    table = importlib.import_module("table")
    assert table.table(load_recipes()) in DOCUMENTS["recipes"]
