"""Run the notebooks of docs/notebooks, and keep what they print: python docs/make_notebooks.py.

Each runs in a directory of its own, so that what it writes is not kept.
"""

import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent / "notebooks"


def executed(path: Path) -> nbformat.NotebookNode:
    """Give a notebook with what its cells give now; an error of one of them is raised."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as directory:
        place = {"metadata": {"path": directory}}
        client = NotebookClient(notebook, timeout=300, resources=place, record_timing=False, coalesce_streams=True)
        client.execute()
    notebook.metadata.language_info = {"name": "python"}  # without the version, which would differ for everyone
    return notebook


if __name__ == "__main__":
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        nbformat.write(executed(path), path)
        print(path.name)
