"""A page on paper, and zoomed to 200 %: nothing is cut, nothing covers anything, and what informs is no background."""

import pytest
from test_explain_page import digits, written

pytestmark = pytest.mark.browser

PARTS = ("#pad", "#outputs", "#diagram", "#inspector")
INK = "getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()"
SIZES = "[...document.querySelectorAll('main p, main td')].map((one) => parseFloat(getComputedStyle(one).fontSize))"
LEAST = f"Math.min(...{SIZES})"
HIDDEN = "(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector('#inspector'))"
# Of all elements that stand for a value, those that a background alone makes visible.
BACKGROUNDS = """[...document.querySelectorAll('.tiles *, .bar *')].filter((one) => {
  const { backgroundColor, backgroundImage } = getComputedStyle(one);
  const bare = backgroundColor === 'rgba(0, 0, 0, 0)' && backgroundImage === 'none';
  return one.getAttribute('role') !== 'gridcell' && !bare;
}).length"""


def covers(page):
    """Name the pairs of parts that overlap."""
    boxes = {part: page.locator(part).bounding_box() for part in PARTS}

    def overlap(one, other):
        across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
        down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
        return across > 1 and down > 1

    pairs = [(one, other) for k, one in enumerate(PARTS) for other in PARTS[k + 1 :]]
    return [pair for pair in pairs if overlap(*(boxes[part] for part in pair))]


@pytest.mark.parametrize(("width", "height"), [(683, 384), (720, 450), (960, 540)], ids=["1366", "1440", "1920"])
def test_zoomed_to_200_percent_no_part_covers_another(tmp_path, width, height):
    from browsing import offline_page, sideways

    written(digits((784, 64, 32, 10)), tmp_path / "page.html")
    with offline_page(tmp_path / "page.html", width, height, reduced_motion="reduce") as page:
        for step in page.locator("#track button").all():
            step.click()
            assert sideways(page) <= 0
            assert covers(page) == []
        least = page.evaluate(LEAST)
        assert least >= 11


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_it_is_dark_on_light_whole_and_drawn(tmp_path, scheme):
    from browsing import offline_page, sideways

    written(digits(), tmp_path / "page.html")
    with offline_page(tmp_path / "page.html", 700, 1000, color_scheme=scheme, reduced_motion="reduce") as page:
        page.emulate_media(media="print")
        page.wait_for_timeout(100)
        assert page.evaluate(INK) == "#171817"
        assert not page.locator("#next").is_visible()
        for place in range(page.locator("#track button").count()):
            page.evaluate("place => document.querySelectorAll('#track button')[place].click()", place)
            assert sideways(page) <= 0
            assert covers(page) == []
            assert page.evaluate(HIDDEN) <= 1
            assert page.evaluate(BACKGROUNDS) == 0
        largest = page.evaluate(
            "[...document.querySelectorAll('.tiles rect')].map((one) => getComputedStyle(one).fill)"
        )
        assert "rgb(27 88 158)".replace(" ", ", ") in largest or "rgb(137, 65, 3)" in largest  # of the light page
