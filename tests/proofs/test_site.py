"""The check of the built site finds what is wrong in it."""

from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def faults(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    from check_site import faults

    return faults


def site(directory, body, style=""):
    (directory / "index.html").write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    (directory / "other.html").write_text('<h1 id="here">Other</h1>', encoding="utf-8")
    (directory / "site.css").write_text(style, encoding="utf-8")
    (directory / "a b.png").write_bytes(b"")
    return directory


@pytest.mark.parametrize(
    "body",
    [
        '<a href="other.html">a page</a>',
        '<a href="other.html#here">a place</a>',
        '<p id="top"></p><a href="#top">here</a>',
        '<img src="a%20b.png">',
        '<img src="data:image/png;base64,">',
        '<a href="https://example.org/">another site, by a click</a>',
        '<a href="mailto:somebody@example.org">a letter</a>',
    ],
)
def test_a_site_whose_links_lead_somewhere_has_no_faults(faults, tmp_path, body):
    assert faults(site(tmp_path, body, "a { background: url(site.css) }")) == []


@pytest.mark.parametrize(
    ("body", "style", "found"),
    [
        ('<a href="absent.html">x</a>', "", "index.html: nothing at absent.html"),
        ('<a href="other.html#there">x</a>', "", "index.html: nothing at other.html#there"),
        ('<a href="#nowhere">x</a>', "", "index.html: nothing at #nowhere"),
        ('<img src="absent.png">', "", "index.html: nothing at absent.png"),
        ('<script src="https://example.org/a.js"></script>', "", "index.html: loads https://example.org/a.js"),
        ('<link href="//example.org/a.css" rel="stylesheet">', "", "index.html: loads //example.org/a.css"),
        ("", '@import "https://example.org/a.css";', "site.css: loads https://example.org/a.css"),
        ("", "a { background: url('//example.org/a.png') }", "site.css: loads //example.org/a.png"),
    ],
)
def test_a_link_that_leads_nowhere_and_a_request_of_another_host_are_found(faults, tmp_path, body, style, found):
    assert faults(site(tmp_path, body, style)) == [found]


def test_a_folder_without_pages_is_no_site(faults, tmp_path):
    assert faults(tmp_path) == [f"{tmp_path}: no pages"]


def test_every_page_of_the_documentation_is_in_the_contents():
    listed = {DOCS / "index.md"}
    waiting = [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        for block in page.read_text(encoding="utf-8").split("```{toctree}")[1:]:
            for line in block.split("```")[0].splitlines():
                if line and not line.startswith(":"):
                    entry = page.parent / line
                    found = next(
                        path
                        for path in (entry.with_name(f"{entry.name}.md"), entry.with_name(f"{entry.name}.ipynb"))
                        if path.exists()
                    )
                    listed.add(found)
                    waiting += [found] if found.suffix == ".md" else []
    assert listed == {*DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb")}
