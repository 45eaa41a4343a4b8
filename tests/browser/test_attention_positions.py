"""Positions: the page's waves against torch's, dot products by distance, words in another order."""

import csv
import math
import re
from pathlib import Path

import numpy as np
import pytest

from playground.attention.positions import sinusoidal
from tests.browser.attention_visitor import open_attention
from tests.browser.visitor import PHONE

PAGE = Path(__file__).resolve().parents[2] / "playground" / "attention" / "page"
SOURCE = "transformer-reverse"
TEXT = "3 1 4 1 5 0"
WAVES, SQUARE = ".pg-positions-waves", ".pg-positions-square"
READING = ".pg-positions-block .pg-positions-reading"
PAIR = ".pg-positions-products .pg-positions-reading"
READ = ".pg-positions-shuffle:not([hidden])"


@pytest.fixture(scope="module")
def arithmetic(chromium):
    """The page's pure file, in a page that holds nothing else."""
    page = chromium.new_page()
    page.evaluate("window.playground = {attention: {}}")
    page.add_script_tag(path=PAGE / "positions_maths.js")
    yield lambda code, arg=None: page.evaluate(
        f"(arg) => {{ const maths = playground.attention.positionsMaths; return {code}; }}", arg
    )
    page.close()


@pytest.fixture(scope="module")
def page(visit_for_all):
    return open_positions(visit_for_all)


@pytest.fixture(scope="module")
def answer(app):
    """What the server says of the same sentence."""
    return app.call("shuffled", source=SOURCE, text=TEXT, seed=0)


def open_positions(visit, **settings):
    asked = {"source": SOURCE, "text": TEXT} | settings
    visitor = open_attention(visit, "positions", **asked)
    visitor.page.locator(READ).wait_for()
    return visitor.page


@pytest.mark.parametrize(("places", "width"), [(1, 2), (60, 64), (160, 6), (33, 512)])
def test_the_waves_are_those_of_torch(arithmetic, places, width):
    made = arithmetic("[...maths.sinusoidal(...arg)]", [places, width])
    wanted = sinusoidal(places, width).numpy()
    np.testing.assert_allclose(np.reshape(made, (places, width)), wanted, atol=1e-6)


def test_a_wave_repeats_after_its_wavelength(arithmetic):
    for at in (0, 7, 40, 63):
        found = arithmetic("maths.wavelength(arg, 64)", at)
        assert found == pytest.approx(2 * math.pi * 10_000 ** ((at - at % 2) / 64))
        first, later = (
            arithmetic("maths.wave(arg[0], arg[1], 64)", [place, at])
            for place in (3.5, 3.5 + found)
        )
        assert later == pytest.approx(first, abs=1e-9)


def test_dot_products_by_distance_are_those_of_numpy(arithmetic):
    table = np.random.default_rng(0).standard_normal((12, 5))
    field = {"values": table.ravel().tolist(), "places": 12, "width": 5}
    found = np.reshape(arithmetic("[...maths.products(arg)]", field), (12, 12))
    np.testing.assert_allclose(found, table @ table.T, atol=1e-12)
    for row in arithmetic("maths.byDistance(maths.products(arg), 12)", field):
        along = np.diagonal(found, row["distance"])
        told = [row["low"], row["mean"], row["high"]]
        np.testing.assert_allclose(told, [along.min(), along.mean(), along.max()], atol=1e-12)
    waves = {"values": sinusoidal(40, 32).ravel().tolist(), "places": 40, "width": 32}
    rows = arithmetic("maths.byDistance(maths.products(arg), 40)", waves)
    assert max(row["high"] - row["low"] for row in rows) < 1e-4


def test_a_place_and_its_wave_are_told_where_the_matrix_is_pointed_at(page):
    page.locator(WAVES).focus()
    page.keyboard.press("ArrowLeft")  # place 0, one dimension chosen
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    told = page.locator(READING).inner_text().replace("−", "-")
    place, at = map(int, re.match(r"Place (\d+), dimension (\d+)", told).groups())
    assert place == 7
    value = float(re.search(r"= (-?[\d.]+)\. This wave repeats every ([\d.,]+)", told)[1])
    assert value == pytest.approx(float(sinusoidal(8, 64)[7, at]), abs=1e-3)
    length = float(re.search(r"repeats every ([\d.,]+?) places", told)[1].replace(",", ""))
    assert length == pytest.approx(2 * math.pi * 10_000 ** ((at - at % 2) / 64), rel=1e-3)
    page.keyboard.press("ArrowDown")
    assert f"dimension {at + 1}: " in page.locator(READING).inner_text()
    page.keyboard.press("Escape")
    assert page.locator(READING).inner_text().startswith(f"Dimension {at + 1} is")


def test_pointing_follows_and_a_click_holds(page):
    page.locator(WAVES).scroll_into_view_if_needed()
    box = page.locator(WAVES).bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 60)
    page.locator(READING, has_text="Place").wait_for()
    page.mouse.click(box["x"] + 300, box["y"] + 60)
    held = page.locator(READING).inner_text()
    page.mouse.move(box["x"] + 500, box["y"] + 150)
    assert page.locator(READING).inner_text() == held
    page.keyboard.press("Escape")
    page.mouse.move(box["x"] + 500, box["y"] + 151)
    page.wait_for_function(
        "([css, held]) => document.querySelector(css).innerText !== held", arg=[READING, held]
    )
    page.mouse.move(5, 5)


def test_pairs_at_one_distance_have_one_dot_product(page):
    assert "all have the same dot product" in page.locator(PAIR).first.inner_text()
    page.locator(SQUARE).first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    told = page.locator(PAIR).first.inner_text()
    assert told.startswith("Places 2 and 1: dot product")
    value, low, high = (
        float(re.search(pattern, told)[1])
        for pattern in (r"product ([\d.]+)\.", r"between ([\d.]+)", r"and ([\d.]+)\.$")
    )
    table = sinusoidal(3, 64)
    assert value == low == high == pytest.approx(float(table[2] @ table[1]), abs=0.05)
    page.keyboard.press("Escape")


def test_the_sliders_change_the_matrix(page):
    shown = page.locator(f"{WAVES} canvas").evaluate("(one) => one.toDataURL()")
    box = page.locator(".pg-field[data-name='width'] .pg-number")
    box.fill("9")
    box.press("Enter")
    page.wait_for_function(
        "([css, old]) => document.querySelector(css).toDataURL() !== old",
        arg=[f"{WAVES} canvas", shown],
    )
    label = page.locator(f"{WAVES} canvas").get_attribute("aria-label")
    assert label.startswith("Heat map of 10 dimensions at 60 places"), "an even width"
    page.get_by_role("button", name="Show them in its width").click()
    page.locator(f"{WAVES} canvas[aria-label*=' 64 dimensions']").wait_for()


def test_without_positions_the_other_order_reads_the_same(page, answer):
    words = page.locator(".pg-positions-words").first.locator("b").all_inner_texts()
    moved = page.locator(".pg-positions-words").last.locator("b").all_inner_texts()
    assert words == answer["given"] == TEXT.split()
    assert moved == answer["shuffled"]
    for positions, same in (("on", False), ("off", True)):
        row = page.locator(f"tr[data-positions='{positions}'] td").all_inner_texts()
        told = answer[positions]
        assert row[:2] == [told["given"], told["shuffled"]]
        assert row[2] == ("the same translation" if same else "another translation")
    lesson = page.locator(".pg-positions-lesson").inner_text()
    assert "bag of words" in lesson
    assert f"up to {answer['on']['difference']:.2f}" in lesson
    page.locator(".pg-positions-words").first.locator("span").first.hover()
    told = page.locator(".pg-positions-lesson").inner_text()
    assert told.startswith(f"“3” went from place 1 to {answer['order'].index(0) + 1}.")
    assert page.locator(".pg-positions-word.pg-looked").count() == 2
    page.mouse.move(5, 5)


def test_another_order_and_another_sentence_are_asked_for(page):
    before = page.locator(".pg-positions-words").last.inner_text()
    page.get_by_role("button", name="Shuffle again").click()
    page.wait_for_function(
        "(old) => [...document.querySelectorAll('.pg-positions-words')].at(-1).innerText !== old",
        arg=before,
    )
    box = page.locator(".pg-attention-text")
    box.fill("7")
    page.locator(".pg-positions-part .pg-fault:not([hidden])").wait_for()
    box.fill("9 8 7")
    page.locator(".pg-positions-words").first.get_by_text("9", exact=True).wait_for()
    assert page.locator(".pg-positions-part .pg-fault:not([hidden])").count() == 0
    box.fill(TEXT)


def test_the_numbers_can_be_taken_home(page):
    with page.expect_download() as found:
        page.get_by_role("button", name="CSV").nth(1).click()
    rows = list(csv.reader(found.value.path().read_text(encoding="utf-8").splitlines()))
    assert rows[0][:2] == ["place", "dimension_0"]
    values = np.array([[float(one) for one in row[1:]] for row in rows[1:]])
    np.testing.assert_allclose(values, sinusoidal(*values.shape).numpy(), atol=1e-6)
    for at in range(3):
        with page.expect_download() as found:
            page.get_by_role("button", name="PNG").nth(at).click()
        assert found.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(("theme", "options"), [
    ("light", {}), ("dark", {"viewport": PHONE, "has_touch": True, "is_mobile": True}),
])  # fmt: skip
def test_it_reads_well_in_both_themes_and_on_a_phone(visit, theme, options):
    page = open_positions(visit, lang="zh", theme=theme, options=options)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("looking.faint()") == []
