"""The scripts of a page as one: each module a function that gives what it exports, in the order that imports need."""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"
IMPORT = re.compile(r'^import (\{[^}]*\}) from "glassnet/(\w+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:const|class|function|async function) (\w+))", re.MULTILINE)
LISTED = re.compile(r"^export \{([^}]*)\};$", re.MULTILINE)
ENTRY = """{{
const glassnet = (globalThis.glassnet = {{}}); // at hand in the browser's console
if (!document.getElementById("damaged")) {{
{modules}
}}
}}"""


def bundled(entry: str, instead: dict[str, str]) -> str:
    """Give the script of a module and of all that it imports; `instead` names modules that stand for others.

    A page that is not whole runs none of it.
    """
    made: dict[str, str] = {}

    def add(name: str) -> None:
        if name not in made:
            text = _without_comments((STATIC / "js" / f"{instead.get(name, name)}.js").read_text(encoding="utf-8"))
            for _, needed in IMPORT.findall(text):
                add(needed)
            made[name] = _as_function(name, text)

    add(entry)
    return ENTRY.format(modules="\n".join(made.values()))


def _without_comments(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _as_function(name: str, text: str) -> str:
    names = [*EXPORT.findall(text), *(word for found in LISTED.findall(text) for word in found.split(", "))]
    text = IMPORT.sub(lambda found: f"const {found[1].replace(' as ', ': ')} = glassnet.{found[2]};", text)
    text = LISTED.sub("", EXPORT.sub("", text))
    return f"glassnet.{name} = (() => {{\n{text}\nreturn {{ {', '.join(word.strip() for word in names)} }};\n}})();"
