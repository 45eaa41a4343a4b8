"""Byte-pair encoding by hand: merging, choosing otherwise, taking back, and what is kept."""

import pytest

from tests.browser.tokens_visitor import open_tokens
from tests.browser.visitor import PHONE

TEXT = "low lower lowest newer newest wider"
OFFER = ".pg-merges-offer"
MADE = ".pg-merges-made tbody tr"


@pytest.fixture(scope="module")
def merging(visit_for_all):
    """A visitor with a short text of which all places are in sight."""
    return open_tokens(visit_for_all, "merges", text=TEXT.replace(" ", "%20"))


@pytest.fixture
def page(merging):
    """Their page, with nothing merged yet."""
    page = merging.page
    page.locator(OFFER).first.wait_for()
    page.wait_for_function("!document.querySelector('.pg-merges.pg-busy')")
    over = page.get_by_role("button", name="Start over")
    if over.is_enabled():
        over.click()
    made(page, 0)
    return page


def test_the_best_pair_becomes_one_token_wherever_it_stands(page):
    before = pieces(page)
    left, right = page.locator(OFFER).first.locator(".pg-merges-token").all_inner_texts()
    count = int(page.locator(".pg-merges-count").first.inner_text())
    best(page)
    made(page, 1)
    after = pieces(page)
    joined = (left + right).replace("␣", " ")
    assert after.count(joined) == count == len(before) - len(after)
    assert "".join(after) == "".join(before) == TEXT
    assert figure(page, "Tokens") == len(after)


def test_ten_merges_are_those_of_the_library(page, app):
    page.get_by_role("button", name="Merge 10", exact=True).click()
    made(page, 10)
    by_hand = [
        [one.replace("␣", " ") for one in row.locator(".pg-merges-token").all_inner_texts()[:2]]
        for row in page.locator(MADE).all()
    ][::-1]
    library = app.call("merge_candidates", text=TEXT, merges=by_hand)["library"]
    assert by_hand == library[:10]
    assert "Same as the library so far" in page.locator(".pg-merges-course").inner_text()


def test_another_pair_than_the_best_is_marked_where_it_leaves_the_library(page):
    best(page)
    made(page, 1)
    page.locator(OFFER).nth(3).click()
    made(page, 2)
    assert "merge 2" in page.locator(".pg-merges-course").inner_text()
    assert page.locator(f"{MADE}[data-apart='first']").get_attribute("data-rank") == "2"


def test_what_was_merged_is_taken_back_and_made_again(page):
    first = pieces(page)
    best(page)
    made(page, 1)
    second = pieces(page)
    page.get_by_role("button", name="Merge 10", exact=True).click()
    made(page, 11)
    page.get_by_role("button", name="Undo", exact=True).click()
    made(page, 1)
    assert pieces(page) == second
    page.get_by_role("button", name="Redo", exact=True).click()
    made(page, 11)
    page.get_by_role("button", name="Back to merge 1", exact=True).click()
    made(page, 1)
    assert pieces(page) == second
    page.get_by_role("button", name="Start over", exact=True).click()
    made(page, 0)
    assert pieces(page) == first


def test_the_keys_merge_and_take_back_but_not_where_one_writes(page):
    page.locator(".pg-merges-text").focus()
    page.keyboard.press("Enter")
    made(page, 1)
    page.keyboard.press("Enter")
    made(page, 2)
    page.keyboard.press("Backspace")
    made(page, 1)
    page.keyboard.press("Control+z")
    made(page, 0)
    page.keyboard.press("Control+y")
    made(page, 1)
    page.locator(".pg-tokens-text").focus()
    page.keyboard.press("End")
    page.keyboard.press("Control+z")
    assert page.locator(MADE).count() == 1


def test_pointing_at_a_pair_lights_its_places(page):
    for place in (0, 2):
        offer = page.locator(OFFER).nth(place)
        offer.hover()
        count = int(offer.locator(".pg-merges-count").inner_text())
        assert page.locator(".pg-merges-piece.pg-lit-first").count() == count
    page.mouse.move(5, 5)
    assert page.locator(".pg-merges-piece.pg-lit").count() == 0


def test_merges_are_kept_through_other_pictures_and_a_new_text_starts_over(page):
    page.get_by_role("button", name="Merge 10", exact=True).click()
    made(page, 10)
    page.evaluate("playground.tokens.set({picture: 'frequency'})")
    page.locator(".pg-merges").wait_for(state="hidden")
    page.evaluate("playground.tokens.set({picture: 'merges'})")
    page.locator(".pg-merges").wait_for()
    assert page.locator(MADE).count() == 10
    page.locator(".pg-tokens-text").fill("banana bandana")
    page.wait_for_function("document.querySelectorAll('.pg-merges-made tbody tr').length === 0")
    page.locator(".pg-notice").get_by_role("button", name="Undo").click()
    made(page, 10)
    assert page.locator(".pg-tokens-text").input_value() == TEXT
    assert "".join(pieces(page)) == TEXT


def test_a_text_with_nothing_to_merge_says_so(visit):
    page = open_tokens(visit, "merges", text="a").page
    sentence = page.get_by_text("Nothing to merge here: type a word of at least two letters.")
    sentence.wait_for()
    assert page.get_by_role("button", name="Merge the best").is_disabled()


def test_it_reads_well_on_a_phone_in_the_dark_in_chinese(visit):
    options = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    visitor = open_tokens(
        visit, "merges", corpus="story-zh", lang="zh", theme="dark", options=options
    )
    page = visitor.page
    page.get_by_role("button", name="合并最高频的一对").tap()
    made(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("looking.faint()") == []


def best(page):
    page.get_by_role("button", name="Merge the best").click()


def made(page, count):
    """Waits until so many merges stand in the table and nothing is under way."""
    page.wait_for_function(
        "([css, count]) => document.querySelectorAll(css).length === count"
        " && !document.querySelector('.pg-merges.pg-busy')"
        " && !document.querySelector('.pg-merges-buttons .pg-primary')?.innerText.includes('Stop')",
        arg=[MADE, count],
    )


def pieces(page):
    """The tokens of the text as they are drawn."""
    return page.locator(".pg-merges-piece").all_text_contents()


def figure(page, name):
    value = page.locator(".pg-merges-bar .pg-figure", has_text=name).locator(".pg-figure-value")
    return int(value.first.inner_text().replace(",", ""))
