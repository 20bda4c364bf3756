"""How Sphinx builds the site: `make docs`. Nothing in it asks any host for anything."""

import os
import re
import shutil
import sys
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "src"))  # the reference is that of this tree

import glassnet  # noqa: E402

KATEX = ROOT / "docs" / "katex"

project = "glassnet"
author = "The glassnet developers"
project_copyright = "The glassnet developers"
version = release = glassnet.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinx_click",
    "sphinxcontrib.katex",
]
exclude_patterns = ["_build", "extending/*.py"]
nitpicky = True
default_role = "code"

myst_enable_extensions = ["deflist", "colon_fence", "attrs_inline"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # a test executes them, and holds what they say against what comes out
nb_number_source_lines = False

autodoc_typehints = "none"  # the docstrings name types, with their shapes
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
autoclass_content = "class"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "furo"
html_title = "glassnet"
html_static_path = ["static"]
html_extra_path = ["../build/page"]  # what `make docs` has written there
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
TOKENS = (ROOT / "src" / "glassnet" / "pages" / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
NAMES = {  # furo's, and those of the pages
    "color-foreground-primary": "ink",
    "color-foreground-muted": "muted",
    "color-background-primary": "bg",
    "color-background-secondary": "sunken",
    "color-brand-primary": "plus-4",
    "color-brand-content": "plus-4",
}
LIGHT, DARK = (dict(re.findall(r"--([\w-]+): (#\w+)", part)) for part in TOKENS.split("@media")[:2])
html_theme_options = {
    "navigation_with_keys": True,
    "light_css_variables": {theirs: LIGHT[ours] for theirs, ours in NAMES.items()},
    "dark_css_variables": {theirs: DARK[ours] for theirs, ours in NAMES.items()},
}
katex_css_path = "katex/katex.min.css"

# Files elsewhere in the repository that are pages of the site; docs has a stub for each.
PAGES = {
    "CONTRIBUTING.md": "contributing",
    "SECURITY.md": "security",
    "CODE_OF_CONDUCT.md": "conduct",
    "CHANGELOG.md": "changelog",
    "benchmarks/LOG.md": "log",
    "benchmarks/results/estimators.md": "estimators",
    "benchmarks/results/tabular.md": "tables",
    "benchmarks/results/browser.md": "browser",
}
LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)|(?<=^\[table\]: )(\S+)", re.MULTILINE)


def read_page(app: Sphinx, docname: str, source: list[str]) -> None:
    """Take the text from where it is kept, and let links to other such files lead to their pages."""
    kept = {page: file for file, page in PAGES.items()}.get(docname)
    file = ROOT / kept if kept else Path(app.env.doc2path(docname))
    if kept:
        source[0] = file.read_text(encoding="utf-8")
        app.env.note_dependency(str(file))
    if file.suffix == ".md":
        here = (HERE / docname).parent
        source[0] = LINK.sub(lambda link: target_on_site(link[0], file.parent, here), source[0])


def target_on_site(target: str, folder: Path, here: Path) -> str:
    """Give the link to a file, named from a folder, as a page in another folder needs it."""
    file = Path(os.path.normpath(folder / target))
    name = file.relative_to(ROOT).as_posix()
    return os.path.relpath(HERE / f"{PAGES[name]}.md" if name in PAGES else file, here)


def add_katex(app: Sphinx) -> None:
    """Put the program's own copy of KaTeX, its styles and fonts, in the place of others."""
    shutil.copytree(KATEX, Path(app._katex_static_path) / "katex")
    shutil.copy(KATEX / "katex.min.js", app._katex_static_path)


def setup(app: Sphinx) -> None:
    """Take part in the build."""
    app.connect("source-read", read_page)
    app.connect("builder-inited", add_katex, priority=900)
