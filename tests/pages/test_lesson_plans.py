"""Lessons: those that come with glassnet can be given, and what is wrong with one's own is said with its place."""

import importlib
from pathlib import Path

import pytest

from glassnet.errors import RunError, UsageError
from glassnet.pages.lesson import START_NET, VIEWS, Lesson, ready_lessons

UNSEEN = 5_000
WHOLE = """
title = "A lesson"
[[moments]]
view = "backward"
station = "delta-of-neurons"
example = 682
neuron = 13
net = "ready"
question = "Louder or softer?"
choices = ["louder", "softer"]
answer = 1
reveal = "Louder."
minutes = 3
[[moments]]
view = "learn"
question = "Train one."
"""


def read(tmp_path, text):
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    return Lesson.read(str(tmp_path / "own.toml"), UNSEEN)


def test_a_lesson_says_all_of_its_moments(tmp_path):
    lesson = read(tmp_path, WHOLE)
    first, second = lesson.as_dict()["moments"]
    assert lesson.title == "A lesson"
    assert first["choices"] == ("louder", "softer")
    assert (first["example"], first["neuron"], first["answer"], first["minutes"]) == (682, 13, 1, 3)
    assert second == {"view": "learn", "question": "Train one.", "reveal": "", "choices": (), "notes": ""}
    assert lesson.nets == {}


def test_choices_are_for_all_languages_or_a_list_for_each(tmp_path):
    lesson = read(tmp_path, WHOLE.replace('["louder", "softer"]', '["7", "9"]'))
    assert lesson.moments[0].choices == ("7", "9")
    both = WHOLE.replace('["louder", "softer"]', '{en = ["louder", "softer"], de = ["lauter", "leiser"]}')
    for text in ("A lesson", "Louder or softer?", "Louder.", "Train one."):
        both = both.replace(f'"{text}"', f'{{en = "{text}", de = "{text}"}}')
    choices = read(tmp_path, both).moments[0].choices
    assert choices == ({"en": "louder", "de": "lauter"}, {"en": "softer", "de": "leiser"})


def test_a_moment_may_have_a_network_of_its_own_beside_the_lesson(tmp_path):
    lesson = read(tmp_path, WHOLE.replace('"ready"', '"bent.safetensors"'))
    assert lesson.nets == {"bent.safetensors": tmp_path / "bent.safetensors"}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('view = "learn"', 'view = "lern"', r"unknown view in moment 2 of .*own.toml: .*Did you mean 'learn'\?"),
        ('"delta-of-neurons"', '"delta"', r"unknown station of backward in moment 1 of .*got 'delta'"),
        ('view = "learn"', 'view = "learn"\nstation = "sums"', "unknown station of learn in moment 2 .* one of none"),
        ("minutes = 3", "minute = 3", r"unknown key in moment 1 .*Did you mean 'minutes'\?"),
        ("example = 682", "example = 5000", r"invalid example in moment 1 of .*: expected 0\.\.4999, got 5000"),
        ("neuron = 13", "neuron = -1", "invalid neuron in moment 1 .*: expected a whole number, 0 or more, got -1"),
        ("minutes = 3", "minutes = 3.5", r"invalid minutes .*got 3\.5"),
        ("answer = 1", "answer = 3", "invalid answer .*: expected one of its 2 choices, counted from 1, got 3"),
        ('["louder", "softer"]', '["louder"]', "invalid choices in moment 1 .*: expected a list of 2 to 5, .*got 1"),
        ('["louder", "softer"]', '"louder"', "invalid choices .*got 'louder'"),
        (
            '["louder", "softer"]',
            '{en = ["a", "b"], de = ["a"]}',
            "invalid choices .*as many in each language, got 1 and 2",
        ),
        ('["louder", "softer"]', '["louder", ""]', "invalid text in choice 2 of moment 1 .*got ''"),
        ('reveal = "Louder."', "", r'no reveal in moment 1 of .*\. Write reveal = "\.\.\."\.'),
        ('question = "Train one."', "", "no question in moment 2"),
        ('net = "ready"', "net = 3", "invalid net in moment 1 .*: expected 'ready', or a model's file, got 3"),
        ('title = "A lesson"', "", "no title"),
        ('title = "A lesson"', 'title = "A lesson"\nauthor = "me"', "unknown key in .*own.toml"),
        (
            'title = "A lesson"',
            'title.en = "A lesson"\ntitle.de = "Stunde"',
            "languages differ in question of moment 1",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, before, after, said):
    assert before in WHOLE
    with pytest.raises(UsageError, match=said):
        read(tmp_path, WHOLE.replace(before, after))


def test_a_file_without_moments_is_no_lesson(tmp_path):
    for text in ('title = "A lesson"', 'title = "A lesson"\nmoments = 3', 'title = "A lesson"\nmoments = []'):
        with pytest.raises(UsageError, match="no moments"):
            read(tmp_path, text)


def test_a_file_that_is_not_there_or_no_toml_is_said_with_what_there_is(tmp_path):
    with pytest.raises(
        UsageError, match="no such lesson: expected a file, or one of 20-minutes, 45-minutes, 90-minutes"
    ):
        Lesson.read("21-minutes", UNSEEN)
    with pytest.raises(RunError, match=r"invalid TOML in .*own.toml.*\. Write lines like \[\[moments\]\]"):
        read(tmp_path, "moments")


@pytest.mark.parametrize("name", ["20-minutes", "45-minutes", "90-minutes"])
def test_a_ready_lesson_takes_its_time_and_speaks_english_and_german(name):
    lesson = Lesson.read(name, UNSEEN)
    assert sum(moment.minutes for moment in lesson.moments) == int(name.partition("-")[0])
    assert list(lesson.title) == ["en", "de"]
    assert all(moment.net in (None, START_NET) for moment in lesson.moments)
    assert {moment.view for moment in lesson.moments} <= VIEWS.keys()
    assert sum(bool(moment.choices) for moment in lesson.moments) >= len(lesson.moments) // 2  # it asks


def test_the_ready_lessons_are_listed_by_their_length():
    assert ready_lessons() == ["20-minutes", "45-minutes", "90-minutes"]


def test_the_teachers_sheets_and_worksheets_are_those_of_the_lessons(monkeypatch):
    docs = Path(__file__).parents[2] / "docs"
    monkeypatch.syspath_prepend(docs)
    for name, page in importlib.import_module("make_teaching").pages().items():
        assert (docs / "teaching" / name).read_text(encoding="utf-8") == page, "run: python docs/make_teaching.py"
