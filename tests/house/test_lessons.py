"""The lessons: formulas become MathML, and both languages ask for the same experiments."""

import re
from pathlib import Path

import pytest

from playground.lessons import html, lesson
from playground.sequence.experiments import EXPERIMENTS

SEQUENCE = Path(__file__).resolve().parents[2] / "playground" / "sequence"
TRIED = re.compile(r"\[\[try (\w+)\]\]")


def source(language):
    return (SEQUENCE / f"lesson.{language}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_lesson_and_the_experiments_name_each_other(language):
    names = TRIED.findall(source(language))
    assert sorted(names) == sorted(one.name for one in EXPERIMENTS)
    assert re.findall(r'data-experiment="(\w+)"', lesson(SEQUENCE)[language]) == names


def test_both_languages_have_the_same_formulas_headings_and_experiments():
    english, chinese = lesson(SEQUENCE)["en"], lesson(SEQUENCE)["zh"]
    for tag in ("<math", 'display="block"', "<h2>"):
        assert english.count(tag) == chinese.count(tag) > 5
    assert TRIED.findall(source("en")) == TRIED.findall(source("zh"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_formula_is_drawn_and_no_mark_is_left(language):
    page = lesson(SEQUENCE)[language]
    words = re.sub(r"<math.*?</math>", "", page, flags=re.DOTALL)
    assert not re.search(r"[$\\\ue000\ue001]|\[\[|\*\*|^#", words, re.MULTILINE)
    formulas = re.findall(r"<math.*?</math>", page, re.DOTALL)
    assert not [one for one in formulas if "\\" in re.sub(r"<[^>]+>", "", one)]


def test_a_formula_keeps_its_underscores_and_stars():
    page = html("Where $a_1 * b_1 * c_1$ holds, *this* is said.\n\n$$x_i$$\n\n[[try it]]")
    assert page.count("<math") == 2
    assert page.count("<em>") == 1
    assert 'display="block"' in page
    assert '<div class="pg-experiment" data-experiment="it"></div>' in page


def test_markup_in_a_lesson_is_shown_as_text():
    assert "<script>" not in html("a <script>alert(1)</script> b")
