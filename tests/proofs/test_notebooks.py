"""The notebooks run, and give what is kept in them and shown on the site."""

import re
from pathlib import Path

import nbformat
import pytest

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))


def shown(notebook):
    """Give what each code cell shows, as text without its figures, which the last bits of a processor change."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [[masked(output) for output in cell.outputs] for cell in cells]


def masked(output):
    text = output.get("text") or output.data["text/plain"]
    return output.output_type, sorted(output.get("data", {})), re.sub(r"[\d.,%█ ]+", " ", text)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_with_what_it_gives_and_without_errors(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs
    assert {output.output_type for output in outputs} <= {"stream", "execute_result", "display_data"}
    assert path.stat().st_size < 100_000


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_what_it_shows(path, monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    from make_notebooks import executed

    assert shown(executed(path)) == shown(nbformat.read(path, as_version=4))
