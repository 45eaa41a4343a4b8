"""The Tokens room as a whole: its door, its address, its controls, its lesson."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.tokens_visitor import open_tokens
from tests.browser.visitor import PHONE

CONFIG = "playground.controls.tokens.config()"
PICTURES = ("strip", "merges", "onehot", "embedding", "frequency", "ngrams", "minibatches")


@pytest.fixture(scope="module")
def someone(visit_for_all):
    return open_tokens(visit_for_all, "strip", text="hello%20world")


def test_the_header_leads_from_room_to_room_and_each_keeps_its_settings(visit):
    visitor = visit("?hidden_size=96")
    page = visitor.page
    page.get_by_role("button", name="Tokens", exact=True).click()
    page.locator(".pg-tokens-views").wait_for()
    page.wait_for_function("location.search.includes('room=tokens')")
    assert "hidden_size" not in page.url
    page.evaluate("playground.tokens.set({vocabulary_size: 300})")
    page.wait_for_function("location.search.includes('vocabulary_size=300')")
    page.get_by_role("button", name="Sequence", exact=True).click()
    page.wait_for_function("location.search.includes('hidden_size=96')")
    assert "vocabulary_size" not in page.url
    assert page.locator(".pg-start").is_visible()


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_opens_by_its_address_and_shows_something(visit, picture):
    visitor = open_tokens(visit, picture)
    shown = visitor.page.locator(".pg-tokens-view:visible")
    assert shown.count() == 1
    visitor.page.wait_for_function(
        "document.querySelector('.pg-tokens-view:not([hidden])').innerText.trim().length > 80"
    )
    assert not shown.locator(".pg-fault:visible").count()
    chosen = visitor.page.locator(".pg-tokens-views [aria-selected=true]")
    assert chosen.get_attribute("data-view") == picture


def test_settings_of_the_room_travel_by_the_address(visit):
    teacher = open_tokens(visit, "ngrams", order=4, smoothing="laplace", text="a%20b%20c")
    page = teacher.page
    page.evaluate("playground.tokens.set({picture: 'frequency', scheme: 'unigram', seed: 7})")
    page.wait_for_function("location.search.includes('picture=frequency')")
    student = visit("?" + urlsplit(page.url).query)
    student.page.wait_for_function("playground.controls.tokens")
    assert student.page.evaluate(CONFIG) == page.evaluate(CONFIG)
    assert student.page.evaluate(CONFIG)["order"] == 4


def test_what_a_teacher_hid_is_hidden_and_what_was_locked_is_locked(visit):
    visitor = visit("?room=tokens&hide=scheme&lock=vocabulary_size&vocabulary_size=200")
    page = visitor.page
    page.locator(".pg-tokens-views").wait_for()
    field = page.locator(".pg-room[data-room=tokens] .pg-field[data-name=vocabulary_size]")
    field.wait_for()
    assert field.get_by_role("slider").is_disabled()
    assert not page.locator(".pg-room[data-room=tokens] .pg-field[data-name=scheme]").is_visible()


def test_a_bad_link_says_what_was_ignored_and_the_room_works(visit):
    visitor = visit("?room=tokens&order=99&scheme=morse&nonsense=1&picture=strip")
    notice = visitor.page.get_by_text("Parts of this link were ignored")
    notice.wait_for()
    for word in ("order", "scheme", "nonsense"):
        assert word in notice.inner_text()
    assert visitor.page.evaluate(CONFIG)["order"] == 3


def test_only_the_controls_of_the_picture_are_there(someone):
    page = someone.page
    order = page.locator(".pg-room[data-room=tokens] .pg-field[data-name=order]")
    page.evaluate("playground.tokens.set({picture: 'ngrams'})")
    order.wait_for()
    page.evaluate("playground.tokens.set({picture: 'merges'})")
    order.wait_for(state="hidden")
    assert not page.locator(".pg-room[data-room=tokens] .pg-field[data-name=scheme]").is_visible()


def test_several_schemes_stand_side_by_side_in_the_first_picture_only(someone):
    page = someone.page
    page.evaluate("playground.tokens.set({picture: 'strip', scheme: ['char', 'word', 'bpe']})")
    assert page.evaluate("playground.tokens.schemes()") == ["char", "word", "bpe"]
    page.evaluate("playground.tokens.set({picture: 'frequency'})")
    assert page.evaluate("playground.tokens.schemes()") == ["char"]
    page.evaluate("playground.tokens.set({picture: 'strip'})")
    assert page.evaluate("playground.tokens.schemes()") == ["char", "word", "bpe"]


def test_a_text_too_long_for_an_address_stays_out_of_it(someone):
    page = someone.page
    page.evaluate("playground.tokens.set({text: 'long '.repeat(1000), seed: 5})")
    page.wait_for_function("location.search.includes('seed=5')")
    assert "text" not in parse_qs(urlsplit(page.url).query)
    page.evaluate("playground.tokens.set({text: 'short', seed: 0})")
    page.wait_for_function("location.search.includes('text=short')")


def test_an_experiment_without_training_is_answered_at_once(visit):
    visitor = open_tokens(visit, "strip")
    page = visitor.page
    page.locator(".pg-room[data-room=tokens] .pg-lesson-tab").click()
    cards = page.locator(".pg-room[data-room=tokens] .pg-experiment")
    cards.first.wait_for()
    assert cards.count() >= 6
    for at in range(cards.count()):
        card = cards.nth(at)
        card.get_by_role("radio").first.click()
        card.get_by_role("button", name="Run it").click()
        answer = card.locator(".pg-answer")
        answer.wait_for()
        said = answer.inner_text()
        assert any(letter.isdigit() for letter in said), said
        assert "{" not in said
        assert "tokens.experiment" not in said
        assert card.locator(".pg-choice-true").count() == 1


def test_both_languages_say_everything_in_the_room(visit):
    visitor = open_tokens(visit, "strip", lang="zh")
    page = visitor.page
    for picture in PICTURES:
        page.evaluate("(picture) => playground.tokens.set({picture})", picture)
        page.wait_for_timeout(300)
        said = page.locator(".pg-room[data-room=tokens]").inner_text()
        assert "tokens." not in said, picture
        assert "page." not in said, picture


def test_a_phone_shows_the_picture_first_and_nothing_is_wider_than_the_screen(visit):
    visitor = open_tokens(visit, "strip", options={"viewport": PHONE})
    page = visitor.page
    for picture in PICTURES:
        page.evaluate("(picture) => playground.tokens.set({picture})", picture)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], picture
        assert not page.locator(".pg-tokens-view:visible .pg-fault:visible").count(), picture
    page.get_by_role("button", name="Settings").last.click()
    page.locator(".pg-room[data-room=tokens] .pg-field[data-name=corpus]").wait_for()
