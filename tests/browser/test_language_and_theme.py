"""English, Chinese, light, dark: each covers everything that is seen, at once and for good."""

import re

import pytest
from playground.locales import catalogue
from tests.browser.visitor import address

# Names that Chinese text keeps as they are: cells, methods, formats, units, our own name.
KEPT = re.compile(
    r"Neural Playground|\b(?:RNN|GRU|LSTM|Elman|SGD|Adam|BPTT|CPU|GPU|GB|kB|MB|MIT|CSV|PNG|HTML|API|EN|UTF"
    r"|GB18030|safetensors|unk|top|Esc|Enter|softmax|tanh|ReLU|Dropout|dropout|sigmoid|exp|log|min|max|nats?"
    r"|story-en|story-zh|timemachine|tinyshakespeare|d2l)\b"
)
WORDS = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPOKEN_BY_MODELS = ".pg-sample-text, .pg-generated, .pg-popover .pg-token, .pg-badge, code, math"

SURFACES = {
    "the page as it opens": "() => {}",
    "the settings unfolded": "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })",
    "the lesson": "() => document.querySelector('.pg-lesson-tab').click()",
    "the runs": "() => document.querySelector('.pg-runs-button').click()",
    "the menu of a run": "() => document.querySelector('.pg-drawer .pg-run button[aria-haspopup]').click()",
    "the link for a class": "() => document.querySelectorAll('.pg-link-row-foot button')[1].click()",
    "the texts": "() => document.querySelector('.pg-corpus').click()",
    "the table of a chart": "() => document.querySelector('.pg-curves .pg-live-do-table').click()",
    "the menu of the page": "() => document.querySelector('.pg-header [aria-haspopup=menu]').click()",
}

STAYING = ("the settings unfolded", "the lesson", "the runs")


@pytest.fixture
def finished(visit):
    """`finished(language)`: a visitor with a run that has ended, its samples and its text."""

    def arrive(language):
        visitor = visit(address(max_tokens=3000, epochs=2, seconds=0, cells="rnn,lstm", lang=language))
        run = visitor.start()
        visitor.wait_for_state(run, "finished")
        return visitor

    return arrive


def test_in_chinese_no_english_word_of_ours_is_left(finished):
    visitor = finished("zh")
    left = {}
    for surface, open_it in SURFACES.items():
        visitor.page.evaluate(open_it)
        visitor.page.wait_for_timeout(100)
        words = [text for text in visitor.texts(SPOKEN_BY_MODELS) if WORDS.search(KEPT.sub("", text))]
        if words:
            left[surface] = words
        if surface not in STAYING:
            visitor.page.keyboard.press("Escape")
    assert left == {}


def test_in_english_no_chinese_is_left(finished):
    visitor = finished("en")
    found = [text for text in visitor.texts(SPOKEN_BY_MODELS) if CHINESE.search(text)]
    assert found == ["中文"]  # the button that switches


def test_every_text_of_ours_is_said_by_the_catalogue(finished):
    """What is marked as a sentence of the catalogue reads as it stands there, blanks filled."""
    visitor = finished("zh")
    said = visitor.page.evaluate(SAID)
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
    visitor.page.wait_for_function("(title) => document.title === title", arg=catalogue("zh")["page.title"])


def test_the_theme_switches_and_charts_follow(visit):
    visitor = visit(address(max_tokens=3000, epochs=2, seconds=0), color_scheme="light")
    run = visitor.start()
    visitor.wait_for_state(run, "finished")
    light = visitor.page.evaluate(PAINTED)
    visitor.page.get_by_role("button", name="Light or dark").click()
    visitor.page.wait_for_function("document.body.classList.contains('dark')")
    visitor.page.wait_for_function(
        "(before) => document.querySelector('.pg-curves canvas').toDataURL() !== before", arg=light["chart"]
    )
    dark = visitor.page.evaluate(PAINTED)
    assert light["page"] > 200 > 60 > dark["page"]
    assert visitor.curve(run)["coloured"] > 50
    visitor.page.reload()
    visitor.ready()
    assert visitor.page.evaluate(PAINTED)["page"] == dark["page"]


def test_a_dark_system_opens_the_page_dark(visit):
    assert visit(color_scheme="dark").page.evaluate(PAINTED)["page"] < 60


PAINTED = """() => ({
  page: Math.max(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)),
  chart: document.querySelector('.pg-curves canvas').toDataURL(),
})"""
SAID = """() => [...document.querySelectorAll('.pg-region [data-t], .pg-region[data-t]')]
  .filter((one) => one.checkVisibility() && !one.children.length && one.textContent.trim()
    && playground.hasText(one.dataset.t) && !one.matches('input, textarea, [aria-label], [title]'))
  .map((one) => [one.dataset.t, one.textContent])"""
