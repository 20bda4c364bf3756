"""Write docs/teaching from the lessons that come with glassnet: python docs/make_teaching.py.

For each lesson and language there is a teacher's sheet, and a worksheet whose answers are on its last page.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from glassnet.network.network import Network
from glassnet.pages.classroom import UNSEEN
from glassnet.pages.lesson import Lesson, Moment, Text, ready_lessons

PLACE = Path(__file__).parent / "teaching"
MADE = "<!-- Written by docs/make_teaching.py from the lesson's file: change that, and run it. -->\n"
WORDS = {
    "en": {
        "sheet": "Teacher's sheet",
        "worksheet": "Worksheet",
        "answers": "Answers",
        "minutes": "min",
        "asks": "Ask",
        "choices": "Choices",
        "right": "Right",
        "tell": "Tell",
        "views": {
            "draw": "Draw",
            "forward": "Forward",
            "backward": "Backward",
            "learn": "Learn",
            "mistakes": "Mistakes",
            "symbols": "Symbols",
            "plane": "Plane",
        },
        "digit": "digit",
        "make": "The file of this lesson, for the whole class",
        "print": (
            "The [worksheet]({worksheet}) is also what printing the file gives (Ctrl+P), with the digit that is on the"
            " screen. Its last page has the answers."
        ),
        "small": "The small network: twelve parameters",
        "task": (
            "Two inputs, 1 and 0.5; two neurons with ReLU; two answers, of which the second is right. Go forward, then"
            " backward, then change all twelve by one step with η = 0.5."
        ),
        "forward": "Forward",
        "backward": "Backward",
        "parameter": "parameter",
        "now": "now",
        "gradient": "gradient",
        "after": "after the step",
        "loss": "After the step the loss is {loss}.",
        "decimal": ".",
    },
    "de": {
        "sheet": "Blatt für die Lehrkraft",
        "worksheet": "Arbeitsblatt",
        "answers": "Lösungen",
        "minutes": "min",
        "asks": "Frage",
        "choices": "Antworten",
        "right": "Richtig",
        "tell": "Auflösung",
        "views": {
            "draw": "Zeichnen",
            "forward": "Vorwärts",
            "backward": "Rückwärts",
            "learn": "Lernen",
            "mistakes": "Fehler",
            "symbols": "Zeichen",
            "plane": "Ebene",
        },
        "digit": "Ziffer",
        "make": "Die Datei dieser Stunde, für die ganze Klasse",
        "print": (
            "Das [Arbeitsblatt]({worksheet}) entsteht auch, wenn man die Datei druckt (Strg+P), dann mit der Ziffer vom"
            " Bildschirm. Auf seiner letzten Seite stehen die Lösungen."
        ),
        "small": "Das kleine Netz: zwölf Parameter",
        "task": (
            "Zwei Eingaben, 1 und 0,5; zwei Neuronen mit ReLU; zwei Antworten, von denen die zweite richtig ist. Rechne"
            " vorwärts, dann rückwärts, dann ändere alle zwölf in einem Schritt mit η = 0,5."
        ),
        "forward": "Vorwärts",
        "backward": "Rückwärts",
        "parameter": "Parameter",
        "now": "jetzt",
        "gradient": "Gradient",
        "after": "nach dem Schritt",
        "loss": "Nach dem Schritt ist der Verlust {loss}.",
        "decimal": ",",
    },
}
BLANK = "\\_" * 12
NAMES = [
    *(f"W⁽{layer}⁾{source}{unit}" for layer in "¹²" for source in "₁₂" for unit in "₁₂"),
    *(f"b⁽{layer}⁾{unit}" for layer in "¹²" for unit in "₁₂"),
]


def pages() -> dict[str, str]:
    """Give all pages by their names."""
    made = {}
    for name in ready_lessons():
        lesson = Lesson.read(name, UNSEEN)
        for language in WORDS:
            made[f"{name}.{language}.md"] = teachers_sheet(lesson, name, language)
            made[f"{name}-worksheet.{language}.md"] = worksheet(lesson, language)
    return made


def teachers_sheet(lesson: Lesson, name: str, language: str) -> str:
    """Write what the teacher reads: the way through the lesson, with answers and notes."""
    words = WORDS[language]
    command = f"glassnet classroom --lesson {name} --output class.html"
    lines = [MADE, f"# {said(lesson.title, language)}", "", f"*{words['sheet']}*", "", said(lesson.notes, language), ""]
    lines += [f"{words['make']}:", "", "```sh", command, "```", ""]
    lines += [words["print"].format(worksheet=f"{name}-worksheet.{language}.md"), ""]
    done = 0
    for moment in lesson.moments:
        lines += [f"## {done} – {done + (moment.minutes or 0)} {words['minutes']} · {where(moment, language)}", ""]
        lines += [*told(moment, language), ""]
        done += moment.minutes or 0
    return "\n".join(lines).rstrip() + "\n"


def where(moment: Moment, language: str) -> str:
    """Say which view a moment opens, and which digit."""
    words = WORDS[language]
    digit = "" if moment.example is None else f", {words['digit']} {moment.example}"
    return f"{words['views'][moment.view]}{digit}"


def told(moment: Moment, language: str) -> list[str]:
    """Write a moment's question, its choices with the right one, and what is told after."""
    words = WORDS[language]
    lines = [f"**{words['asks']}.** {said(moment.question, language)}"]
    if moment.choices:
        choices = " · ".join(said(choice, language) for choice in moment.choices)
        right = f" **{words['right']}: {said(moment.choices[moment.answer - 1], language)}.**" if moment.answer else ""
        lines += ["", f"{words['choices']}: {choices}.{right}"]
    if moment.reveal:
        lines += ["", f"**{words['tell']}.** {said(moment.reveal, language)}"]
    if moment.notes:
        lines += ["", f"*{said(moment.notes, language)}*"]
    return lines


def worksheet(lesson: Lesson, language: str) -> str:
    """Write the pupils' sheet: questions, the small network with blanks, and the answers on a page of their own."""
    words = WORDS[language]
    title = said(lesson.title, language)
    lines = [MADE, f"# {words['worksheet']}: {title}", ""]
    for place, moment in enumerate(lesson.moments, 1):
        boxes = "　".join(f"☐ {said(choice, language)}" for choice in moment.choices) or BLANK * 4
        lines += [f"{place}. {said(moment.question, language)}", "", f"   {boxes}", ""]
    lines += [f"## {words['small']}", "", words["task"], "", *small_net(language, solved=False), ""]
    lines += ['<div style="break-before: page"></div>', "", f"## {words['answers']}", ""]
    for place, moment in enumerate(lesson.moments, 1):
        right = f"**{said(moment.choices[moment.answer - 1], language)}.** " if moment.answer else ""
        lines += [f"{place}. {right}{said(moment.reveal, language)}"]
    return "\n".join([*lines, "", *small_net(language, solved=True), ""])


def small_net(language: str, *, solved: bool) -> list[str]:
    """Write the network of docs/lesson.md, step by step and as a table, with blanks or worked out."""
    words = WORDS[language]
    network = Network([2, 2, 2], dtype=np.float64)
    network.parameters[:] = [0.5, -0.5, 0.4, 0.2, 0.5, 0.25, -0.3, 0.6, 0.1, 0.1, 0, 0]
    trace = network.trace(1)
    network.forward(np.array([[1, 0.5]]), trace)
    gradient = network.backward(np.array([[0, 1]]), trace).copy()
    before = network.parameters.copy()
    names = ["z⁽¹⁾", "a⁽¹⁾", "z⁽²⁾", "p"]
    values = [trace.pre_activations[0], trace.activations[0], trace.pre_activations[1], trace.activations[1]]
    deltas = [("δ⁽²⁾", trace.deltas[1]), ("δ⁽¹⁾", trace.deltas[0])]

    def line(name: str, row: np.ndarray) -> str:
        return " , ".join(f"{name}{'₁₂'[k]} = {shown(row[0, k])}" for k in range(2))

    def shown(value: float) -> str:
        return number(value, language) if solved else BLANK

    lines = [f"**{words['forward']}:** " + "; ".join(line(*pair) for pair in zip(names, values, strict=True))]
    lines[0] += f"; ℓ = {shown(trace.loss)}"
    lines += ["", f"**{words['backward']}:** " + "; ".join(line(*pair) for pair in deltas), ""]
    lines += [
        f"| {words['parameter']} | {words['now']} | {words['gradient']} | {words['after']} |",
        "|---|---|---|---|",
    ]
    for name, now, slope in zip(NAMES, before, gradient, strict=True):
        cells = [number(slope, language), number(now - 0.5 * slope, language)] if solved else ["", ""]
        lines.append(f"| {name} | {number(now, language, 2)} | {cells[0]} | {cells[1]} |")
    if solved:
        network.parameters[:] = before - 0.5 * gradient
        network.forward(np.array([[1, 0.5]]), trace)
        loss = -float(np.log(trace.outputs[0, 1]))
        lines += ["", words["loss"].format(loss=number(loss, language))]
    return lines


def number(value: float, language: str, digits: int = 4) -> str:
    """Write a number with a true minus and the language's decimal mark; zero has no sign."""
    text = f"{value + 0.0:.{digits}f}"
    text = text.removeprefix("-") if float(text) == 0 else text
    return text.replace("-", "−").replace(".", str(WORDS[language]["decimal"]))


def said(text: Text, language: str) -> str:
    """Give a text in a language."""
    return text if isinstance(text, str) else text[language]


if __name__ == "__main__":
    for name, page in pages().items():
        (PLACE / name).write_text(page, encoding="utf-8")
