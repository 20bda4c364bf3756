"""Run the notebooks of docs/notebooks, and keep what they print: python docs/make_notebooks.py.

Each runs in a directory of its own, so that what it writes is not kept; the command `glassnet` is that beside the
Python that runs them. With a notebook's name, as in ``python docs/make_notebooks.py own-table``, only it is run.
"""

import os
import sys
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
        commands = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        client.execute(env=os.environ | {"PATH": commands, "COLUMNS": "90"})
    language = {"name": "python", "pygments_lexer": "ipython3"}  # without the version, which would differ for everyone
    notebook.metadata.language_info = language
    return notebook


if __name__ == "__main__":
    for path in sorted(NOTEBOOKS.glob(f"{(sys.argv[1:] or ['*'])[0]}.ipynb")):
        nbformat.write(executed(path), path)
        print(path.name)
