"""A page's scripts: the names by which they import one another, and all that a page needs of them as one script.

A module names another by its folder, as `#engine/network.js`. What such a name stands for is told to Node and to the
type checker by package.json, to a browser by an import map; in a page that is one file, each module is a function that
gives what it exports, in the order that imports need.
"""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"
FOLDERS = ("engine", "text", "views", "app")  # each may import itself and those before it
IMPORT = re.compile(r'^import (\{[^}]*\}) from "(#\w+(?:/\w+)+\.js)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:const|class|function\*?|async function) (\w+))", re.MULTILINE)
LISTED = re.compile(r"^export \{([^}]*)\};$", re.MULTILINE)
COMMENT = re.compile(r"/\*\*.*?\*/ ?", re.DOTALL)  # types, mostly
ENTRY = """{{
const glassnet = (globalThis.glassnet = {{}}); // at hand in the browser's console
if (!document.getElementById("damaged")) {{
{modules}
}}
}}"""

# A classic script, as no worker that is made from a blob finds modules.
WORKER = """(() => {{
const glassnet = {{}};
{modules}
}})();"""
WORKER_ENTRY = "#engine/worker.js"


def import_map(place: str) -> dict[str, dict[str, str]]:
    """Give the import map of a page that finds the modules' folders at a place."""
    return {"imports": {f"#{folder}/": f"{place}/{folder}/" for folder in FOLDERS}}


def bundled(entry: str) -> str:
    """Give the script of a module and of all that it imports.

    A page that is not whole runs none of it.
    """
    return ENTRY.format(modules="\n".join(_functions(entry)))


def worker_script() -> str:
    """Give the script of the worker that trains, which a page makes a blob of."""
    return WORKER.format(modules="\n".join(_functions(WORKER_ENTRY)))


def _functions(entry: str) -> list[str]:
    """Give a module and all that it imports, each as a function, in the order that imports need."""
    made: dict[str, str] = {}

    def add(name: str) -> None:
        if name not in made:
            path = STATIC / "js" / name.removeprefix("#")
            text = _without_comments(path.read_text(encoding="utf-8"))
            for _, needed in IMPORT.findall(text):
                add(needed)
            made[name] = _as_function(name, text)

    add(entry)
    return list(made.values())


def _without_comments(text: str) -> str:
    lines = [line.strip() for line in COMMENT.sub("", text).splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _as_function(name: str, text: str) -> str:
    names = [*EXPORT.findall(text), *(word for found in LISTED.findall(text) for word in found.split(", "))]
    text = IMPORT.sub(lambda found: f'const {found[1].replace(" as ", ": ")} = glassnet["{found[2]}"];', text)
    text = LISTED.sub("", EXPORT.sub("", text))
    given = ", ".join(word.strip() for word in names)
    return f'glassnet["{name}"] = (() => {{\n{text}\nreturn {{ {given} }};\n}})();'
