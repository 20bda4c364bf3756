"""Pages in one file notice when they are damaged or cut, and run no script but their own."""

import base64
import hashlib
import re
import shutil
import zlib

import numpy as np
import pytest

from commands import exit_code
from glassnet.pages.bundle import bundled
from glassnet.pages.seal import WORDS, checksum, sealed

TABLE = [f"{a:.3f},{b:.3f},{'m' if a + b > 0 else 'n'}" for a, b in np.random.default_rng(0).normal(size=(120, 2))]
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A page</title>
<style>p { color: red }</style>
</head>
<body class="x">
<p title="a &amp; b">One &lt; two</p><noscript><b>no</b></noscript><svg viewBox="0 0 1 1"><path d="M 0 0"/></svg>
<script type="application/json" id="subject">{"n": "<b>"}</script>
<script type="module">window.ran = true;</script>
</body>
</html>
"""
SEEN = b'a&bOne<two0011M00application/jsonsubject{"n":"<b>"}modulewindow.ran=true;'


def test_the_checksum_is_of_texts_and_attributes_in_their_order():
    assert checksum(PAGE) == f"{zlib.crc32(SEEN):08x}"
    assert checksum(PAGE) == checksum(PAGE.replace("\n", "\n  "))
    for before, after in (("One", "Two"), ("M 0 0", "M 0 1"), ('"<b>"', '"<c>"'), ("true", "false")):
        assert checksum(PAGE) != checksum(PAGE.replace(before, after))


def test_the_policy_names_each_script_and_style_by_its_hash_and_allows_nothing_else():
    page = sealed(PAGE)
    (policy,) = re.findall(r'<meta http-equiv="content-security-policy" content="([^"]+)">', page)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["worker-src"] == "blob:"  # where networks are trained, by WebAssembly: no other code is evaluated
    rules["script-src"], webassembly = rules["script-src"].rsplit(" ", 1)
    assert webassembly == "'wasm-unsafe-eval'"
    assert "unsafe" not in rules["script-src"] + rules["style-src"] + rules["style-src-attr"]
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        texts = re.findall(rf'<{tag}(?: type="module")?>(.*?)</{tag}>', page, re.DOTALL)
        hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert len(texts) == 2
        assert rules[rule] == " ".join(f"'sha256-{one}'" for one in hashes)
    assert page.index("content-security-policy") < page.index("<style")
    assert page.index(WORDS) < page.index("p { color: red }")  # which may be most of a page that is cut


def test_a_page_without_modules_trains_nothing_and_may_not():
    page = sealed(PAGE.replace('<script type="module">', "<script>"))
    assert "wasm" not in page
    assert "worker-src 'none'" in page


def test_scripts_that_import_one_another_become_one_in_their_order():
    script = bundled("#app/explain.js")
    assert "import" not in re.sub(r"[\"'`].*?[\"'`]", "", script)
    assert not re.search(r"^export ", script, re.MULTILINE)
    made = re.findall(r'^glassnet\["(#[\w/]+\.js)"\] = ', script, re.MULTILINE)
    assert len(made) == len(set(made))
    for name in re.findall(r'= glassnet\["([^"]+)"\];', script):
        assert name in made


@pytest.fixture(scope="module")
def pages(default_run, tmp_path_factory):
    """One of each kind."""
    place = tmp_path_factory.mktemp("pages")
    (place / "t.csv").write_text("\n".join(["a,b,class", *TABLE]))
    options = ("--dataset", place / "t.csv", "--hidden", 4, "--epochs", 2, "--input-parts", 1, "--ensemble", 1)
    assert exit_code("train", "--run", place / "run", *options) == 0
    assert exit_code("export", default_run, "--format", "html", "--output", place / "draw.html") == 0
    assert exit_code("explain", default_run, "--html", place / "explain.html") == 0
    assert exit_code("report", place / "run", "--output", place / "report.html") == 0
    assert exit_code("compare", place / "run", place / "run", "--html", place / "compare.html") == 0
    return place


KINDS = ("draw", "explain", "report", "compare")


def shown(browser, path, **options):
    """Open a page that may be damaged; gives whether it says so, and whether its scripts ran."""
    context = browser.new_context(offline=True, **options)
    page = context.new_page()
    page.goto(path.as_uri())
    damaged = page.locator("#damaged")
    says = damaged.count() == 1 and damaged.text_content() == WORDS
    if says:
        page.wait_for_timeout(1_200)
        assert damaged.is_visible()
    ran = page.evaluate("Boolean(globalThis.glassnet?.['#views/frame.js'])")
    context.close()
    return says, ran


@pytest.fixture(scope="module")
def chromium():
    from playing import browser

    assert shutil.which("chromium")
    with browser() as running:
        yield running


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_page_says_nothing_and_complains_of_nothing(pages, kind):
    from browsing import offline_page

    with offline_page(pages / f"{kind}.html") as page:
        page.wait_for_timeout(1_200)
        assert page.locator("#damaged").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_is_cut_says_so_wherever_it_is_cut(pages, chromium, kind, tmp_path):
    whole = (pages / f"{kind}.html").read_bytes()
    for share in (0.03, 0.1, 0.3, 0.6, 0.9, 0.999):
        (tmp_path / "cut.html").write_bytes(whole[: max(2_048, int(share * len(whole)))])
        assert shown(chromium, tmp_path / "cut.html") == (True, False), share


def letter_after(content, words, rest=0):
    """Give the place of the first letter or digit that far after some words."""
    place = content.index(words) + len(words) + rest
    return next(k for k in range(place, len(content)) if chr(content[k]).isalnum())


@pytest.mark.browser
@pytest.mark.parametrize(
    ("kind", "words", "rest"),
    [
        ("draw", b'"weights": "', 9_000),
        ("draw", b'"scales": "', 40),
        ("draw", b'"classes": ["', 0),
        ("draw", b'glassnet["#engine/network.js"] = ', 400),
        ("draw", b"data-crc32=", 0),
        ("explain", b'"parameters": "', 9_000),
        ("explain", b'"rate": ', 0),
        ("report", b"<dt>rows</dt><dd>", 0),
        ("report", b'<path d="M ', 0),
        ("report", b'<th scope="row">', 0),
        ("compare", b"<b>", 0),
    ],
)
def test_a_page_with_one_changed_character_says_so(pages, chromium, kind, words, rest, tmp_path):
    content = bytearray((pages / f"{kind}.html").read_bytes())
    place = letter_after(content, words, rest)
    content[place] = ord("7") if content[place] != ord("7") else ord("8")
    (tmp_path / "changed.html").write_bytes(content)
    assert shown(chromium, tmp_path / "changed.html") == (True, False)


@pytest.mark.browser
def test_no_other_script_runs_in_it(pages, chromium, tmp_path):
    text = (pages / "report.html").read_text(encoding="utf-8")
    for added in ("<script>document.title='run'</script>", "<img src=x onerror=\"document.title='run'\">"):
        (tmp_path / "more.html").write_text(text.replace("<main>", f"<main>{added}", 1), encoding="utf-8")
        page = chromium.new_page()
        page.goto((tmp_path / "more.html").as_uri())
        page.wait_for_timeout(300)
        assert page.title() != "run"
        page.close()


@pytest.mark.browser
def test_without_scripts_a_report_is_read_and_nothing_is_said_of_what_nobody_checked(pages, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((pages / "report.html").as_uri())
    page.wait_for_timeout(1_500)
    assert not page.locator("#damaged").is_visible()
    context.close()


def test_a_name_that_is_no_utf_8_is_sealed_as_it_is_written():
    strange, written = (PAGE.replace("One", f"no{byte}") for byte in ("\udcff", "\\udcff"))
    assert sealed(strange) == sealed(written)
