"""The n-gram model: what it writes and expects is what was counted, and it leads to Sequence."""

import pytest

from tests.browser.tokens_visitor import open_tokens

PIECES = ".pg-ngrams-text .pg-piece"
ROWS = ".pg-ngrams-rows button.pg-ngrams-row"
FIGURES = ".pg-ngrams-figures .pg-figure-value"
USUAL = {
    "text": "", "scheme": "char", "order": 3, "smoothing": "kneser_ney", "prefix": "", "length": 60,
    "temperature": 1, "seed": 0, "corpus": "story-en", "learn_from": "corpus",
}  # fmt: skip


@pytest.fixture(scope="module")
def predicting(visit_for_all):
    return open_tokens(visit_for_all, "ngrams", scheme="char", length=60)


@pytest.fixture
def page(predicting):
    """The shared visitor's page as at first, with its text written out."""
    page = predicting.page
    page.keyboard.press("Escape")
    turn(page, **USUAL)
    return page


def turn(page, **values):
    """Changes settings and waits until the text of just these is written."""
    page.evaluate("(values) => playground.tokens.set(values)", values)
    page.wait_for_function(
        "(length) => document.querySelectorAll('.pg-ngrams-text .pg-piece').length === length"
        " && document.querySelector('.pg-ngrams-text').dataset.state === 'written'"
        " && !document.querySelector('.pg-ngrams.pg-busy')",
        arg=page.evaluate("playground.tokens.config().length"),
    )
    return page.locator(".pg-ngrams-text").inner_text()


def expect_context(page, *tokens):
    page.wait_for_function(
        "(tokens) => [...document.querySelectorAll('.pg-ngrams-used .pg-ngrams-chip')]"
        ".map((one) => one.textContent).join('|') === tokens",
        arg="|".join(tokens),
    )


def shares(page):
    return [
        float(one.rstrip(" %"))
        for one in page.locator(".pg-ngrams-rows .pg-chance-share").all_inner_texts()
    ]


def test_probabilities_of_the_next_token_sum_to_one(page):
    page.get_by_label("Context", exact=True).fill("in th")
    expect_context(page, "t", "h")
    every = shares(page)
    assert len(every) == 13, "twelve tokens and the rest"
    assert sum(every) == pytest.approx(100, abs=0.2)
    assert every[:12] == sorted(every[:12], reverse=True)
    first = page.locator(ROWS).first.inner_text().split()
    assert first[0] == "e", "after “th” an English text has an e"
    assert int(first[1].replace(",", "")) > 500


def test_a_row_of_the_table_goes_on_with_the_context(page):
    page.get_by_label("Context", exact=True).fill("th")
    expect_context(page, "t", "h")
    page.locator(ROWS).first.click()
    expect_context(page, "h", "e")
    assert page.get_by_label("Context", exact=True).input_value() == "the"


def test_the_same_seed_writes_the_same_and_another_seed_another(page):
    first = turn(page, seed=1)
    page.get_by_role("button", name="Write again").click()
    page.wait_for_function("playground.tokens.config().seed !== 1")
    assert turn(page) != first
    assert turn(page, seed=1) == first


def test_a_click_in_the_text_shows_what_was_likely_there(page):
    pieces = page.locator(PIECES)
    before = [pieces.nth(at).text_content() for at in (18, 19, 20)]
    pieces.nth(20).click()
    seen = [one.replace(" ", "␣").replace("\n", "⏎") for one in before]
    expect_context(page, *seen[:2])
    chosen = page.locator(".pg-ngrams-rows .pg-chosen .pg-ngrams-token")
    chosen.wait_for()
    assert chosen.text_content() == seen[2]
    page.keyboard.press("Escape")
    expect_context(page, "nothing before")


def test_pointing_tells_the_order_and_marks_what_was_backed_off(page):
    turn(page, order=1)
    assert page.locator(f"{PIECES}.pg-ngrams-backed").count() == 0
    turn(page, order=6, scheme="word")
    backed = page.locator(f"{PIECES}.pg-ngrams-backed")
    assert backed.count() > 5
    backed.nth(3).hover()
    panel = page.locator(".pg-popover.pg-ngrams-panel")
    panel.wait_for()
    assert "backed off" in panel.inner_text()
    page.mouse.move(5, 5)
    panel.wait_for(state="hidden")


def test_an_order_chosen_in_the_curve_is_the_models(page):
    page.locator(".pg-ngrams-stage").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("playground.tokens.config().order === 4")
    turn(page)
    held_out = page.locator(FIGURES).nth(5).inner_text()
    lane = page.locator(".pg-ngrams .pg-live-lane[data-name='kneser_ney'] .pg-live-value")
    assert lane.inner_text() == held_out
    page.locator(".pg-ngrams .pg-live-lane[data-name='laplace']").click()
    page.wait_for_function("playground.tokens.config().smoothing === 'laplace'")
    turn(page)
    assert float(page.locator(FIGURES).nth(5).inner_text()) > float(held_out)


def test_a_text_too_short_to_test_on_is_refused_in_place(page, predicting):
    predicting.expect("status of 400")
    page.evaluate("playground.tokens.set({text: 'abc'})")
    fault = page.locator(".pg-ngrams .pg-fault:visible")
    fault.wait_for()
    assert "at least" in fault.inner_text()
    assert page.locator(PIECES).count() == 60
    turn(page, **USUAL)
    fault.wait_for(state="hidden")


def test_the_baseline_leads_to_sequence_with_the_same_text_and_tokens(visit):
    visitor = open_tokens(visit, "ngrams", corpus="story-zh", scheme="bpe", vocabulary_size=300)
    page = visitor.page
    page.locator(".pg-ngrams-baseline").get_by_text("order").first.wait_for()
    page.get_by_role("button", name="Use it as the baseline in Sequence").click()
    page.locator(".pg-start").wait_for()
    config = page.evaluate("playground.controls.sequence.config()")
    assert [config[name] for name in ("corpus", "tokens", "vocabulary_size")] == [
        "story-zh",
        "bpe",
        300,
    ]
    page.wait_for_function("location.search.includes('corpus=story-zh')")
    assert "picture" not in page.url
