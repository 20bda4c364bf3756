"""Write docs/reference/settings.md from the declarations of all settings: python docs/make_settings.py."""

from itertools import groupby
from pathlib import Path

from glassnet.cli.options import default_in_words, interval
from glassnet.runs.settings import Option, table

PAGE = Path(__file__).parent / "reference" / "settings.md"
HEAD = """# Settings

All settings of a run, by group: options of `glassnet train` (with dashes for underscores), keys of its `--config` file,
which is TOML, and of a run's `config.toml`. In a file, tables are no more than headings. Those marked *page* may be
asked for by the page of `glassnet play` where Python trains.

This page is written by `docs/make_settings.py`, from the declarations in the classes that use the settings.
"""


def page() -> str:
    """Write the whole page."""
    options = [option for option in table().values() if option.setting.option]
    groups = list(dict.fromkeys(option.setting.group for option in options))
    options.sort(key=lambda option: groups.index(option.setting.group))
    sections = [HEAD]
    for group, members in groupby(options, lambda option: option.setting.group):
        lines = [
            f"## {group.capitalize()}",
            "",
            "| setting | meaning | default | values | page |",
            "|---|---|---|---|---|",
        ]
        sections.append("\n".join([*lines, *map(row, members), ""]))
    return "\n".join(sections)


def row(option: Option) -> str:
    """Write a line of the table."""
    declared = option.setting
    meaning = declared.help + (f" ({', '.join(option.takers)})" if option.chooser else "")
    choices = ", ".join(declared.choices) if declared.choices is not None else ""
    values = " ".join(filter(None, [choices or interval(declared) or kind(declared.kind), declared.unit]))
    where = "page" if declared.knob else ""
    return f"| `{declared.name}` | {meaning} | {default_in_words(option)} | {values} | {where} |"


def kind(of: object) -> str:
    """Name the kind of a value."""
    names = {bool: "yes, no", str: "text", float: "number", int: "whole number", tuple[str, ...]: "texts"}
    return names.get(of, "whole numbers")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
