"""Check a built site: every link inside it leads somewhere, and no page asks another host for anything.

python docs/check_site.py build/docs
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# By which a page loads what it needs; where a reader goes by a click (a href) may be anywhere.
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}
ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


class Page(HTMLParser):
    """What a page is linked to, what it loads, and the places in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.links, self.loads, self.places = path, set[str](), set[str](), {"", "top"}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag's links and names."""
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        if tag in LOADS and LOADS[tag] in given:
            self.loads.add(given[LOADS[tag]])


def faults(site: Path) -> list[str]:
    """List what is wrong, a line each."""
    pages = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    found = [] if pages else [f"{site}: no pages"]
    for path, page in pages.items():
        name = path.relative_to(site)
        found += [f"{name}: loads {target}" for target in page.loads if elsewhere(target)]
        for target in sorted(page.links | page.loads):
            if not elsewhere(target) and not leads_somewhere(target, path, pages):
                found.append(f"{name}: nothing at {target}")
    for path in sorted(site.rglob("*.css")):
        for address in ADDRESS.findall(path.read_text(encoding="utf-8")):
            if re.match(r"(https?:)?//", "".join(address)):
                found.append(f"{path.relative_to(site)}: loads {''.join(address)}")
    return found


def elsewhere(target: str) -> bool:
    """Tell whether a link is to another host."""
    parts = urlsplit(target)
    return bool(parts.netloc) or parts.scheme not in ("", "data")


def leads_somewhere(target: str, path: Path, pages: dict[Path, Page]) -> bool:
    """Tell whether a file is there, and in a page the place."""
    parts = urlsplit(target)
    if parts.scheme == "data":
        return True
    file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if file in pages:
        return unquote(parts.fragment) in pages[file].places
    return file.is_file()


if __name__ == "__main__":
    problems = faults(Path(sys.argv[1]).resolve())
    print("\n".join(problems) or "every link inside the site leads somewhere")
    sys.exit(bool(problems))
