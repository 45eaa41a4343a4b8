"""A browser's page with a live chart of one run."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from playground.locales import LANGUAGES, catalogue
from tests.widgets.chart_page import ONE_RUN, PAGE


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """The chart's page, with a chart of one run of 1,000 records; no error may be logged."""
    context = chromium.new_context(viewport={"width": 1000, "height": 700})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    words = {language: dict(catalogue(language)) for language in LANGUAGES}
    page.add_init_script(f"window.words = {json.dumps(words)}")
    page.goto(PAGE.as_uri())
    page.evaluate(ONE_RUN)
    yield page
    context.close()
    assert faults == []
