"""One notation: every symbol of an evaluated equation stands in the table of docs/reference/symbols.md."""

import re

import pytest
from equation_language import FUNCTIONS, LAYER, name_and_indices, tokens
from printed_equations import ROOT, equations_of_docstrings, equations_of_lesson, plain

PAGE = ROOT / "docs" / "reference" / "symbols.md"
WORD = 3  # letters, from which on a name stands for what it says
FOUR = {"δ^(L) = p − y", "δ^(l) = (δ^(l+1) W^(l+1)ᵀ) ⊙ f'(z^(l))"}
FOUR |= {"∂L/∂W^(l) = a^(l−1)ᵀ δ^(l) / N", "∂L/∂b^(l) = Σ_n δ^(l)_n / N"}


def tables(text):
    """Give the symbols of each section of the page, by the packages that may use them; by () those of all."""
    found = {}
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        packages = re.search(r"^In (.*?)\.(?: |$)", body, re.MULTILINE)
        names = tuple(re.findall("`([^`]+)`", packages[1])) if packages else ()
        assert names or heading == "Everywhere", f"say in which packages the symbols of {heading} may be used"
        found[names] = set(re.findall(r"^\| `([^`]+)` \|", body, re.MULTILINE))
    return found


def symbols_in(text):
    """Collect the names and indices of one side of an equation, without layer, primes and indices."""
    found = set()
    for kind, written in tokens(text):
        if kind not in ("name", "call", "derivative", "sum"):
            continue
        for part in written.removeprefix("Σ_").replace("∂", "").split("/"):
            name, indices = name_and_indices(part)
            layer = "".join(re.findall(LAYER, name))
            found |= {index.strip("'") for index in indices if not index.isdigit()} | set(re.findall("[lL]", layer))
            found.add(re.sub(rf"{LAYER}|'", "", name))
    return {name for name in found if name not in FUNCTIONS and not is_word(name)}


def is_word(name):
    return len(name.split("_")[0]) >= WORD


def used_by(equations):
    sides = [side for one in equations for side in (one.left, *(text for _, text in one.values))]
    return {name for side in sides for name in symbols_in(side)}


def unknown(place, equations, allowed):
    known = set().union(*(symbols for packages, symbols in allowed.items() if within(place, packages)))
    return sorted(used_by(equations) - known)


def within(place, packages):
    return not packages or any(f"{place}.".startswith(f"{package}.") for package in packages)


TABLES = tables(PAGE.read_text(encoding="utf-8"))
PLACES = {**equations_of_docstrings(), **{f"lesson.{heading}": made for heading, made in equations_of_lesson().items()}}


@pytest.mark.parametrize("place", PLACES)
def test_every_symbol_of_an_evaluated_equation_stands_in_the_table(place):
    assert unknown(place, PLACES[place], TABLES) == [], f"add it to {PAGE.name}, or use the letter that stands there"


def test_every_symbol_of_the_tables_is_used_by_an_equation_where_it_may_be():
    for packages, symbols in TABLES.items():
        equations = [one for place, made in PLACES.items() if within(place, packages) for one in made]
        assert sorted(symbols - used_by(equations)) == [], f"not used in {packages or 'any package'}"


def test_the_four_equations_are_the_same_wherever_all_four_are_printed():
    displayed = re.findall(r"```math\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    printed = {place: {equation.text for equation in made} for place, made in PLACES.items()}
    assert {*map(plain, displayed)} == FOUR
    assert printed["lesson.The four equations together"] == FOUR
    assert printed["network.network.Network.backward"] > FOUR


def test_a_letter_of_another_table_is_noticed():
    equations = PLACES["network.layer.Layer.weighted_sums"]
    assert unknown("network.layer.Layer.weighted_sums", equations, {(): {"z", "a", "W", "l", "i"}}) == ["b", "j"]
    elsewhere = {("network",): set("zaWb"), (): set("ijl")}
    assert unknown("lesson.The update", equations, elsewhere) == ["W", "a", "b", "z"]


def test_symbols_are_found_in_everything_that_an_equation_may_have():
    assert symbols_in("∂ℓ/∂a^(l−1)_i + Σ_k' exp(z_k' − z_max) / √(u) − x'_n²") == {*"ℓaliku", "z", "z_max", "x", "n"}
    assert symbols_in("pixel / 255 + f'(z)") == {"f", "z"}
