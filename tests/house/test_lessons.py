"""The lessons of all rooms: formulas become MathML, both languages ask for the same experiments."""

import re
from pathlib import Path

import pytest

from playground.attention.experiments import EXPERIMENTS as OF_ATTENTION
from playground.gan.experiments import EXPERIMENTS as OF_GAN
from playground.lessons import html, lesson
from playground.locales import LANGUAGES, catalogue
from playground.sequence.experiments import EXPERIMENTS as OF_SEQUENCE
from playground.tokens.experiments import EXPERIMENTS as OF_TOKENS

ROOMS = Path(__file__).resolve().parents[2] / "playground"
EXPERIMENTS = {
    "sequence": OF_SEQUENCE,
    "tokens": OF_TOKENS,
    "attention": OF_ATTENTION,
    "gan": OF_GAN,
}
TRIED = re.compile(r"\[\[try (\w+)\]\]")
in_each = pytest.mark.parametrize("language", LANGUAGES)
of_each = pytest.mark.parametrize("room", EXPERIMENTS)


def source(room, language):
    return (ROOMS / room / f"lesson.{language}.md").read_text(encoding="utf-8")


@of_each
@in_each
def test_the_lesson_and_the_experiments_name_each_other(room, language):
    names = TRIED.findall(source(room, language))
    assert sorted(names) == sorted(one.name for one in EXPERIMENTS[room])
    assert re.findall(r'data-experiment="(\w+)"', lesson(ROOMS / room)[language]) == names


@of_each
@in_each
def test_every_experiment_and_every_choice_has_its_words(room, language):
    words = catalogue(language)
    for experiment in EXPERIMENTS[room]:
        stem = f"{room}.experiment.{experiment.name}"
        assert words[f"{stem}.title"]
        assert words[f"{stem}.question"]
        for part in ("choice", "answer"):
            written = {key.rpartition(".")[2] for key in words if key.startswith(f"{stem}.{part}.")}
            assert written == set(experiment.choices)


@of_each
def test_both_languages_have_the_same_formulas_headings_and_experiments(room):
    english, chinese = lesson(ROOMS / room)["en"], lesson(ROOMS / room)["zh"]
    for tag in ("<math", 'display="block"', "<h2>"):
        assert english.count(tag) == chinese.count(tag) > 5
    assert TRIED.findall(source(room, "en")) == TRIED.findall(source(room, "zh"))


@of_each
@in_each
def test_every_formula_is_drawn_and_no_mark_is_left(room, language):
    page = lesson(ROOMS / room)[language]
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
