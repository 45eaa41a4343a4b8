"""English, Chinese, light, dark: each covers everything that is seen, at once and for good."""

import re

import pytest

from playground.locales import catalogue
from tests.browser.visitor import address

# Names that Chinese text keeps as they are: cells, methods, formats, units, our own name.
NAMES = (
    "Neural Playground",
    "RNN",
    "GRU",
    "LSTM",
    "Transformer",
    "BLEU",
    "WGAN-GP",
    "GAN",
    "Fashion-MNIST",
    "MNIST",
    "JS",
    "Elman",
    "SGD",
    "Adam",
    "BPTT",
    "BPE",
    "WordPiece",
    "Unigram",
    "ReLU",
    "Dropout",
    "dropout",
    "softmax",
    "tanh",
    "sigmoid",
    "exp",
    "log",
    "min",
    "max",
    "top",
    "unk",
    "CPU",
    "GPU",
    "GB",
    "MB",
    "kB",
    "MIT",
    "CSV",
    "PNG",
    "HTML",
    "API",
    "UTF",
    "GB18030",
    "safetensors",
    "EN",
    "Esc",
    "Enter",
    "d2l",
    "story-en",
    "story-zh",
    "timemachine",
    "tinyshakespeare",
)
KEPT = re.compile(rf"\b(?:{'|'.join(NAMES)})\b")
WORDS = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPOKEN_BY_MODELS = ".pg-sample-text, .pg-generated, .pg-popover .pg-token, .pg-badge, code, math"


# What is opened one after the other, and by pressing what.
SURFACES = {
    "the lesson": ".pg-lesson-tab",
    "the runs": ".pg-runs-button",
    "the menu of a run": ".pg-drawer .pg-run button[aria-haspopup]",
    "the link for a class": ".pg-link-row-foot button:last-child",
    "the texts": ".pg-corpus",
    "the table of a chart": ".pg-curves .pg-live-do-table",
    "the menu of the page": ".pg-header [aria-haspopup=menu]",
}
STAYING = ("the lesson", "the runs")


@pytest.fixture
def finished(visit):
    """`finished(language)`: a visitor with a run that has ended, its samples and its text."""

    def arrive(language):
        visitor = visit(
            address(max_tokens=3000, epochs=2, seconds=0, cells="rnn,lstm", lang=language)
        )
        run = visitor.start()
        visitor.wait_for_state(run, "finished")
        return visitor

    return arrive


def test_in_chinese_no_english_word_of_ours_is_left(finished):
    visitor = finished("zh")
    page = visitor.page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    left = {"the page as it opens": english(visitor)}
    for surface, button in SURFACES.items():
        page.evaluate("(css) => document.querySelector(css).click()", button)
        page.wait_for_timeout(50)  # for what opens to be drawn
        left[surface] = english(visitor)
        if surface not in STAYING:
            page.keyboard.press("Escape")
    assert {surface: words for surface, words in left.items() if words} == {}


def test_in_english_no_chinese_is_left(finished):
    visitor = finished("en")
    found = [text for text in visitor.texts(SPOKEN_BY_MODELS) if CHINESE.search(text)]
    assert found == ["中文"]  # the button that switches


def test_every_text_of_ours_is_said_by_the_catalogue(finished):
    """What is marked as a sentence of the catalogue reads as it stands there, blanks filled."""
    visitor = finished("zh")
    said = visitor.page.evaluate("looking.said()")
    assert len(said) > 40
    sentences = catalogue("zh")
    for key, text in said:
        pattern = re.sub(r"\\\{\w+\\\}", "(.*)", re.escape(sentences[key]))
        assert re.fullmatch(pattern, text, re.DOTALL), f"{key}: {text!r}"


def test_the_language_switches_without_losing_anything(visit):
    visitor = visit(address(hidden_size=24))
    run = visitor.start()
    seen = visitor.wait_for_records(run, 10)
    visitor.page.get_by_role("button", name="Switch to Chinese").click()
    visitor.page.locator(".pg-start", has_text=catalogue("zh")["page.controls.start"]).wait_for()
    assert visitor.page.locator("html").get_attribute("lang").startswith("zh")
    assert visitor.field("hidden_size").get_by_role("textbox").input_value() == "24"
    visitor.wait_for_records(run, seen + 20)
    visitor.page.reload()
    visitor.ready()
    assert catalogue("zh")["page.controls.start"] in visitor.page.locator(".pg-start").inner_text()
    visitor.page.get_by_text("EN", exact=True).click()
    visitor.page.locator(".pg-start", has_text="Start training").wait_for()


def test_a_chinese_browser_is_greeted_in_chinese(visit):
    visitor = visit(locale="zh-TW")
    assert catalogue("zh")["page.controls.start"] in visitor.page.locator(".pg-start").inner_text()
    visitor.page.wait_for_function(
        "(title) => document.title === title", arg=catalogue("zh")["page.title"]
    )


def test_the_theme_switches_and_charts_follow(visit):
    visitor = visit(address(max_tokens=3000, epochs=2, seconds=0), color_scheme="light")
    run = visitor.start()
    visitor.wait_for_state(run, "finished")
    light = visitor.page.evaluate("looking.painted()")
    visitor.page.get_by_role("button", name="Light or dark").click()
    visitor.page.wait_for_function("document.body.classList.contains('dark')")
    visitor.page.wait_for_function(
        "(before) => document.querySelector('.pg-curves canvas').toDataURL() !== before",
        arg=light["chart"],
    )
    dark = visitor.page.evaluate("looking.painted()")
    assert light["ground"] > 200
    assert dark["ground"] < 60
    assert visitor.curve(run)["coloured"] > 50
    visitor.page.reload()
    visitor.ready()
    assert visitor.page.evaluate("looking.painted()")["ground"] == dark["ground"]


def test_a_dark_system_opens_the_page_dark(visit):
    assert visit(color_scheme="dark").page.evaluate("looking.painted()")["ground"] < 60


def english(visitor):
    """Texts in sight that hold a word which is no name."""
    return [text for text in visitor.texts(SPOKEN_BY_MODELS) if WORDS.search(KEPT.sub("", text))]
