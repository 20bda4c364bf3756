"""A lesson in the classroom's file: it asks, covers the numbers, tells, counts hands, prints; by keys and by touch."""

import pytest

from browsing import offline_page, sideways
from glassnet.pages.classroom import UNSEEN, write_classroom
from glassnet.pages.lesson import Lesson
from playing import until

pytestmark = pytest.mark.browser
READY = "document.documentElement.dataset.ready !== undefined && classroom.lesson"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SEEN = """selector => [...document.querySelectorAll(selector)]
  .filter((one) => one.checkVisibility({ visibilityProperty: true })).map((one) => one.textContent)"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("classroom") / "class.html"
    write_classroom(path, 500, Lesson.read("20-minutes", UNSEEN))
    return path


@pytest.fixture(scope="module")
def opened(browser, file):
    with offline_page(file, 1366, 768, locale="en-US", browser=browser) as page:
        until(page, READY)
        yield page


@pytest.fixture
def page(opened):
    """The lesson from its beginning, without answers."""
    opened.evaluate("sessionStorage.clear(); classroom.lesson.progress = classroom.lesson.recalled()")
    opened.evaluate("classroom.lesson.go(0)")
    return opened


def ask(page, place):
    page.evaluate("place => classroom.lesson.go(place)", place)
    page.wait_for_timeout(100)


def strip(page):
    return page.locator(".strip").inner_text()


def test_numbers_stay_covered_until_there_is_an_answer(page):
    ask(page, 1)
    assert "What will the network say?" in strip(page)
    assert page.evaluate(SEEN, ".draw .answer .value") == []
    assert page.evaluate(SEEN, ".draw .said b") == []
    assert page.locator(".sentence").inner_text().startswith("What do you think?")
    page.get_by_role("button", name="9", exact=True).click()
    assert "You said: 9. Right." in strip(page)
    assert page.evaluate(SEEN, ".draw .said b") == ["9"]
    assert len(page.evaluate(SEEN, ".draw .answer .value")) == 10
    assert page.locator(".sentence").inner_text().startswith("It takes this 4 for a 9.")


def test_a_wrong_answer_is_told_what_is_right(page):
    ask(page, 3)
    page.get_by_role("button", name="softer").click()
    assert "You said: softer. It is: louder." in strip(page)
    assert page.evaluate("classroom.frame.root.dataset.station") == "delta-of-neurons"
    assert page.evaluate("classroom.scene.neuron") == [0, 13]
    assert page.evaluate("classroom.scene.example.number") == 1440
    assert page.locator(".sentence").inner_text().startswith("Louder.")  # as the network says it itself


def test_a_question_on_the_ready_network_is_on_it_though_another_was_trained(page):
    ask(page, 4)
    page.get_by_role("button", name="about 20 %").click()
    page.get_by_role("button", name="rate 10", exact=True).click()
    until(page, "document.querySelector('.sentence').textContent.includes('dead')")
    ask(page, 3)
    until(page, "classroom.scene.network === classroom.ready")
    until(page, "classroom.scene.quality !== null && classroom.scene.quality.right > 4600")


def test_the_whole_lesson_goes_by_the_keyboard_alone_and_its_answers_are_a_table(page):
    def press(name):
        for _ in range(60):
            if page.evaluate("document.activeElement?.textContent") == name:
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")

    answers = [None, "9", "784 times", "louder", "almost 90 %", "It learns nothing", None]
    for place, answer in enumerate(answers):
        assert page.evaluate("classroom.lesson.progress.place") == place
        if answer:
            press(answer)
        press("Next question →")
    assert "5 of your 5 answers were right" in strip(page)
    with page.expect_download() as download:
        press("Save my answers")
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "number,question,answer,right"
    assert [line.rsplit(",", 2)[1:] for line in lines[1:3]] == [["9", "yes"], ["784 times", "yes"]]
    assert len(lines) == 6


def test_answers_outlive_a_reload_and_nothing_else_does(page):
    ask(page, 1)
    page.get_by_role("button", name="4", exact=True).click()
    page.reload()
    until(page, READY)
    assert page.evaluate("classroom.lesson.progress.given[1]") == 0
    assert "You said: 4. It is: 9." in strip(page)
    assert page.evaluate("[localStorage.length, document.cookie, Object.keys(sessionStorage)]") == [
        0,
        "",
        ["glassnet lesson"],
    ]


def test_a_teacher_reveals_counts_hands_and_brings_everyone_to_a_question(browser, file):
    with offline_page(file, 1366, 768, locale="en-US", browser=browser) as page:
        page.goto(f"{file.as_uri()}?teacher")
        until(page, READY)
        ask(page, 3)
        for _ in range(3):
            page.get_by_role("button", name="One more hand for: louder").click()
        page.get_by_role("button", name="One hand fewer for: louder").click()
        assert page.locator(".hands output").all_inner_texts() == ["2", "0"]
        page.get_by_role("button", name="Everyone here").click()
        assert "Everyone to question 4" in strip(page)
        page.get_by_role("button", name="Everyone here").click()
        page.get_by_role("button", name="Reveal").click()
        assert "Louder: the 7 wants more of it" in strip(page)
        assert page.evaluate("classroom.lesson.progress.given[3]") is None


def test_on_paper_it_is_a_worksheet_with_its_answers_on_the_last_page(page):
    ask(page, 3)
    page.emulate_media(media="print")
    until(page, "document.querySelectorAll('.worksheet .sheet').length === 3")
    sheets = page.locator(".worksheet .sheet").all_inner_texts()
    assert len(sheets) == 3
    assert "☐ 784 times" in sheets[0]
    assert page.locator(".worksheet .sheet").nth(1).locator(".blank").count() == 13
    assert "0.5498" not in sheets[0] + sheets[1]
    for number in ("0.5498", "0.7981", "0.1375", "0.2801", "0.4124"):  # as docs/lesson.md has them
        assert number in sheets[2]
    assert "784 times" in sheets[2]
    assert page.locator(".worksheet .digit rect").count() == 102  # pixels with ink
    page.emulate_media(media="screen")


def test_on_a_phone_it_is_answered_by_touch(browser, file):
    with offline_page(file, 390, 844, locale="de-DE", has_touch=True, is_mobile=True, browser=browser) as page:
        until(page, READY)
        ask(page, 1)
        assert sideways(page) <= 0
        page.get_by_role("button", name="9", exact=True).tap()
        assert "Deine Antwort: 9. Richtig." in strip(page)
        page.get_by_role("button", name="Nächste Frage →").tap()
        assert "Wie oft multipliziert es?" in strip(page)


@pytest.mark.parametrize(("scheme", "teacher", "place"), [("light", "true", 1), ("dark", "false", 1)])
def test_axe_finds_no_fault_in_the_strip(page, scheme, teacher, place):
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    page.evaluate(f"classroom.lesson.turn({teacher})")
    ask(page, place)
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
    page.evaluate("classroom.lesson.turn(false)")


def test_a_link_is_followed_in_a_lesson_and_the_lesson_waits_above(browser, file):
    with offline_page(file, 1366, 768, locale="en-US", browser=browser) as page:
        page.goto(f"{file.as_uri()}#view=forward&at=sums&x=7")
        until(page, READY)
        until(page, "classroom.frame.view.name === 'forward'")
        assert page.evaluate("classroom.scene.example.number") == 7
        assert "Draw digits, large." in strip(page)
