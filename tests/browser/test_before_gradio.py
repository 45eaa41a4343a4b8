"""Language, theme and policy in a real browser, before Gradio's own scripts run."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.shell.small_app import Caller, small_app


@pytest.fixture(scope="module")
def small() -> Iterator[Caller]:
    with small_app() as caller:
        yield caller


@pytest.fixture
def fresh(chromium: Browser) -> Iterator[Any]:
    """A function that opens an address in a profile without a past."""
    contexts = []

    def opened(url: str, **context: Any) -> Page:
        contexts.append(chromium.new_context(**context))
        page = contexts[-1].new_page()
        page.goto(url)
        page.wait_for_selector("#press")
        return page

    yield opened
    for context in contexts:
        context.close()


def language_of(page: Page) -> tuple[str, str]:
    return page.evaluate("[document.documentElement.lang, navigator.language]")


def test_without_a_choice_the_browsers_language_is_taken(fresh: Any, small: Caller):
    assert language_of(fresh(small.url, locale="en-GB")) == ["en", "en"]
    assert language_of(fresh(small.url, locale="zh-TW")) == ["zh-CN", "zh-CN"]


def test_a_link_chooses_the_language_and_the_choice_is_kept(fresh: Any, small: Caller):
    page = fresh(small.url + "?lang=zh", locale="en-US")
    assert language_of(page) == ["zh-CN", "zh-CN"]
    page.goto(small.url)
    assert language_of(page) == ["zh-CN", "zh-CN"]
    page.goto(small.url + "?lang=en")
    assert language_of(page) == ["en", "en"]


def test_the_servers_language_is_for_those_who_have_not_chosen(fresh: Any):
    with small_app(language="zh") as chinese:
        page = fresh(chinese.url, locale="en-US")
        assert language_of(page) == ["zh-CN", "zh-CN"]
        page.goto(chinese.url + "?lang=en")
        assert language_of(page) == ["en", "en"]


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_theme_follows_the_system_until_one_is_chosen(fresh: Any, small: Caller, system: str):
    other = "dark" if system == "light" else "light"
    page = fresh(small.url, color_scheme=system)
    is_dark = "document.body.classList.contains('dark')"
    page.wait_for_function(f"{is_dark} === {str(system == 'dark').lower()}")
    page.evaluate(f"localStorage.setItem('play-theme', '{other}')")
    page.reload()
    page.wait_for_selector("#press")
    page.wait_for_function(f"{is_dark} === {str(other == 'dark').lower()}")
    assert page.evaluate("document.documentElement.dataset.theme") == other
    assert "theme" not in page.url


def test_the_page_works_where_nothing_may_be_kept(fresh: Any, small: Caller, chromium: Browser):
    context = chromium.new_context(locale="zh-CN")
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied') }})"
    )
    page = context.new_page()
    page.goto(small.url)
    assert language_of(page) == ["zh-CN", "zh-CN"]
    context.close()


def test_no_other_host_is_asked_and_the_policy_would_not_let_it(fresh: Any, small: Caller):
    page = fresh(small.url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    page.wait_for_selector("#press")
    page.wait_for_load_state("networkidle")
    assert asked
    assert [url for url in asked if not url.startswith((small.url, "data:", "blob:"))] == []
    assert [text for text in said if "Content Security Policy" in text] == []
    refused = page.evaluate(
        "fetch('http://198.51.100.77/').then(() => 'answered', (error) => error.name)"
    )
    assert refused == "TypeError"
    assert any("Content Security Policy" in text for text in said)


def test_the_address_of_the_api_page_opens_it(fresh: Any, small: Caller):
    page = fresh(small.url + "?view=api")
    page.wait_for_selector(".api-docs >> text=/shout")
