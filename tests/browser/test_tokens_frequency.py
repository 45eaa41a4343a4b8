"""Frequencies: what the plot, its figures, its list and its search say is what was counted."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.browser.tokens_visitor import open_tokens

TIP = ".pg-frequency-tip"
STAGE = ".pg-frequency-stage"
SEARCH = ".pg-frequency input[type=search]"
WORDS = "one fish two fish red fish blue fish and one red fish"


@pytest.fixture(scope="module")
def counting(visit_for_all):
    visitor = open_tokens(visit_for_all, "frequency", scheme="word", corpus="story-en")
    return ready(visitor)


def ready(visitor):
    visitor.page.wait_for_function(
        "document.querySelectorAll('.pg-frequency-top li').length"
        " && [...document.querySelectorAll('.pg-frequency .pg-live-lane .pg-live-value')]"
        ".every((one) => one.textContent)"
        " && !document.querySelector('.pg-frequency.pg-busy')"
    )
    return visitor


@pytest.fixture
def page(counting):
    """The shared visitor's page with nothing held and single tokens in front."""
    page = counting.page
    page.locator(STAGE).focus()
    page.keyboard.press("Escape")
    page.evaluate("playground.tokens.set({text: '', learn_from: 'corpus', ngram_size: 1})")
    page.mouse.move(5, 5)
    ready(counting)
    page.locator(f"{TIP}[hidden]").wait_for(state="attached")
    return page


def asked(page, n):
    return page.evaluate(
        "(n) => playground.call('frequencies', {...playground.tokens.reading(), n})", n
    )


def number(text):
    return float(text.replace(",", "").replace("−", "-"))


def held(page):
    """Rank and count in the panel beside the point."""
    said = page.locator(TIP).inner_text()
    return [int(number(re.search(rf"{name}\s+([\d,]+)", said)[1])) for name in ("rank", "count")]


def test_the_figures_are_those_of_the_count(page):
    told = asked(page, 1)
    figures = page.locator(".pg-frequency-figures .pg-figure-value").all_inner_texts()
    assert number(figures[0]) == told["total"]
    assert number(figures[1]) == told["kinds"]
    assert number(figures[2].split(" ")[0]) == told["once"]
    assert number(figures[3]) == pytest.approx(told["fit"]["slope"], abs=0.006)
    first, last = figures[5].split("–")
    assert [number(first), number(last)] == [told["fit"]["first_rank"], told["fit"]["last_rank"]]
    assert figures[3] in page.locator(".pg-frequency-sentence").inner_text()


def test_pointing_shows_a_point_of_the_count_and_a_click_holds_it(page):
    told = asked(page, 1)
    box = page.locator(STAGE).bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4)
    page.locator(TIP).wait_for()
    rank, count = held(page)
    n = {"single tokens": 1, "pairs": 2, "triples": 3}
    series = next(n[name] for name in n if name in page.locator(TIP).inner_text())
    points = asked(page, series)["points"]
    assert points["counts"][points["ranks"].index(rank)] == count
    assert "the law would say" in page.locator(TIP).inner_text()
    page.mouse.down()
    page.mouse.up()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 20)
    page.wait_for_timeout(100)
    assert held(page) == [rank, count], "what is held stays"
    page.keyboard.press("Escape")
    assert told["kinds"] > 100


def test_the_list_and_the_plot_light_each_other(page):
    told = asked(page, 1)
    page.locator(".pg-frequency-row").nth(6).hover()
    page.locator(TIP).wait_for()
    page.wait_for_function("document.querySelector('.pg-frequency-tip').innerText.includes('7')")
    assert held(page) == [7, told["top"][6]["count"]]
    page.mouse.move(5, 5)
    page.locator(TIP).wait_for(state="hidden")
    page.locator(STAGE).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.locator(".pg-frequency-top li.pg-lit[data-rank='2']").wait_for()


def test_pairs_come_to_the_front_by_the_setting_and_by_the_button(page):
    page.evaluate("playground.tokens.set({ngram_size: 2})")
    pairs = [one["label"] for one in asked(page, 2)["top"]]
    names = page.locator(".pg-frequency-name")
    assert names.all_inner_texts()[:5] == [
        label.replace("\n", "⏎").replace(" ", "␣") for label in pairs[:5]
    ]
    page.get_by_role("radio", name="Triples").click()
    page.wait_for_function("playground.tokens.config().ngram_size === 3")
    total = page.locator(".pg-frequency-figures .pg-figure-value").first
    assert number(total.inner_text()) == asked(page, 3)["total"]


def test_a_hidden_series_is_gone_from_the_plot_and_from_the_saved_numbers(page, tmp_path: Path):
    painted = "document.querySelector('.pg-frequency-canvas').toDataURL()"
    before = page.evaluate(painted)
    pairs = page.locator(".pg-frequency .pg-live-lane[data-n='2']")
    pairs.click()
    page.wait_for_function(f"(before) => {painted} !== before", arg=before)
    assert pairs.get_attribute("aria-pressed") == "false"
    with page.expect_download() as saved:
        page.locator(".pg-frequency .pg-live-do-csv").click()
    saved.value.save_as(tmp_path / "zipf.csv")
    with (tmp_path / "zipf.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    assert Counter(row[0] for row in rows).keys() == {"1", "3"}
    single = [row for row in rows if row[0] == "1"]
    assert [int(row[3]) for row in single] == asked(page, 1)["points"]["counts"]
    pairs.click()
    with page.expect_download() as saved:
        page.locator(".pg-frequency .pg-live-do-png").click()
    saved.value.save_as(tmp_path / "zipf.png")
    assert (tmp_path / "zipf.png").read_bytes().startswith(b"\x89PNG")


def test_a_search_finds_rank_and_count_of_tokens_and_of_pairs(page):
    values = {"text": WORDS, "learn_from": "text", "scheme": "word"}
    page.evaluate("(values) => playground.tokens.set(values)", values)
    page.wait_for_function("document.querySelectorAll('.pg-frequency-top li').length === 6")
    found = page.locator(".pg-frequency-found")
    page.locator(SEARCH).fill("Red")
    page.locator(".pg-frequency-search button:visible").click()
    page.locator(TIP).wait_for()
    assert found.inner_text() == "Rank 3, seen 2 times."
    page.locator(SEARCH).fill("whale")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('.pg-frequency-found').innerText.includes('whale')"
    )
    page.get_by_role("radio", name="Pairs").click()
    page.locator(SEARCH).fill("red fish")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('.pg-frequency-found').innerText.includes('Rank 1')"
    )
    assert found.inner_text() == "Rank 1, seen 2 times."


def test_a_text_too_short_is_refused_in_place_and_the_picture_stays(page, counting):
    counting.expect("status of 400")
    page.evaluate("playground.tokens.set({ngram_size: 3})")
    ready(counting)
    before = page.locator(".pg-frequency-name").all_inner_texts()
    page.evaluate("playground.tokens.set({text: 'a'})")
    fault = page.locator(".pg-frequency .pg-fault")
    fault.wait_for()
    assert "too few" in fault.inner_text()
    assert page.locator(".pg-frequency-name").all_inner_texts() == before
    page.evaluate("playground.tokens.set({text: '', ngram_size: 1})")
    fault.wait_for(state="hidden")
