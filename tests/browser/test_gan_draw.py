"""Draw and invert: a drawing as MNIST prepares it, the point that is found, the walk from there."""

from pathlib import Path

import numpy as np
import pytest

from tests.browser.visitor import PHONE

PLAYGROUND = Path(__file__).resolve().parents[2] / "playground"
SOURCE = "mnist-conditional"
LONG = 60_000  # milliseconds; a search takes a second where nothing else runs
EXAMPLES = ("three", "five", "seven", "house")
PAD, FOUND, WALK = ".pg-draw-own .pg-draw-pad", ".pg-draw-found", ".pg-draw-walk"
LANE = f"{FOUND} .pg-draw-lane"
DONE = "document.querySelector('.pg-draw-found:not(.pg-draw-searching)')"
SEVEN = [(0.3, 0.2), (0.5, 0.2), (0.7, 0.2), (0.6, 0.4), (0.5, 0.6), (0.42, 0.85)]


@pytest.fixture(scope="module")
def arithmetic(chromium):
    """The page's pure file, in a page that holds nothing else."""
    page = chromium.new_page()
    page.evaluate("window.playground = {gan: {}, make() {}, icon() {}}")
    for file in ("draw_prepare.js", "draw_pad.js"):
        page.add_script_tag(path=PLAYGROUND / "gan" / "page" / file)
    yield lambda code, arg=None: page.evaluate(
        f"(arg) => {{ const {{gan}} = playground; return {code}; }}", arg
    )
    page.close()


def prepared(arithmetic, strokes):
    code = "(({ink, scaled, shift}) => [Array.from(ink), Array.from(scaled), shift])"
    ink, scaled, shift = arithmetic(f"{code}(gan.prepare(arg))", strokes)
    return np.array(ink).reshape(28, 28), np.array(scaled).reshape(28, 28), shift


def box_of(ink):
    """First and last row and column that hold ink."""
    rows, columns = np.flatnonzero(ink.max(1) > 0.02), np.flatnonzero(ink.max(0) > 0.02)
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_ink_is_twenty_pixels_long_and_balances_in_the_middle(arithmetic, name):
    ink, scaled, _ = prepared(arithmetic, arithmetic("gan.drawExample(arg)", name))
    assert 0 <= ink.min() <= ink.max() <= 1.001
    top, bottom, left, right = box_of(scaled)
    assert max(bottom - top, right - left) == pytest.approx(20, abs=1)
    places = np.arange(28) + 0.5
    x, y = (ink.sum(0) @ places) / ink.sum(), (ink.sum(1) @ places) / ink.sum()
    assert 13.99 <= x <= 15.01
    assert 13.99 <= y <= 15.01


@pytest.mark.parametrize("name", EXAMPLES)
def test_where_and_how_large_one_draws_is_no_matter(arithmetic, name):
    strokes = arithmetic("gan.drawExample(arg)", name)
    small = [[[0.05 + 0.3 * x, 0.6 + 0.3 * y] for x, y in stroke] for stroke in strokes]
    ink, other = (prepared(arithmetic, one)[0] for one in (strokes, small))
    assert np.abs(ink - other).max() < 0.05


def test_a_shift_is_of_whole_pixels(arithmetic):
    ink, scaled, (right, down) = prepared(arithmetic, arithmetic("gan.drawExample('seven')"))
    assert (right, down) == (round(right), round(down))
    assert np.abs(np.roll(scaled, (down, right), (0, 1)) - ink).max() < 1e-4


@pytest.mark.parametrize("strokes", [[[[0.2, 0.3]]], [[[0, 0], [1, 0]]], [[[0.5, 0.5]] * 3]])
def test_a_dot_and_a_line_are_drawings_too(arithmetic, strokes):
    ink, _, _ = prepared(arithmetic, strokes)
    assert np.isfinite(ink).all()
    assert 3 < ink.sum() < 60


def open_draw(visit, **settings):
    options = settings.pop("options", {})
    asked = {"room": "gan", "picture": "draw", "source": SOURCE} | settings
    visitor = visit("?" + "&".join(f"{name}={value}" for name, value in asked.items()), **options)
    settled(visitor.page)
    return visitor


def settled(page):
    """Waits until a point was found and is walked on from."""
    page.locator(f"{WALK}:not([hidden])").wait_for(state="attached", timeout=LONG)
    page.wait_for_function(DONE, timeout=LONG)


def searched(page):
    """Waits for the search that an act has just set off."""
    page.locator(f"{FOUND}.pg-draw-searching").wait_for(timeout=LONG)
    settled(page)


@pytest.fixture(scope="module")
def drawing(visit_for_all):
    return open_draw(visit_for_all)


@pytest.fixture
def page(drawing):
    return drawing.page


def pixels(page, css):
    return page.locator(css).first.evaluate(
        "(one) => Array.from(one.getContext('2d').getImageData(0, 0, 28, 28).data)"
    )


def draw(page, points):
    page.get_by_role("button", name="Clear").click()
    box = page.locator(PAD).bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def test_at_first_a_three_is_drawn_and_found(page):
    assert page.locator(f"{LANE}.pg-draw-best b").inner_text() == "3"
    assert page.locator(LANE).count() == 10
    assert "Found: a 3" in page.locator(".pg-draw-said").inner_text()
    assert pixels(page, f"{FOUND} canvas") == pixels(page, f"{WALK} canvas")


def test_a_new_drawing_is_judged_and_searched(page):
    before = pixels(page, f"{FOUND} canvas")
    draw(page, SEVEN)
    searched(page)
    assert pixels(page, f"{FOUND} canvas") != before
    assert pixels(page, f"{FOUND} canvas") == pixels(page, f"{WALK} canvas")
    seen = page.locator(".pg-draw-verdict .pg-draw-words").last
    assert seen.inner_text().startswith("Our classifier sees a 7")


def test_what_is_said_of_a_drawing_is_what_the_server_says(page):
    page.locator(".pg-draw-example[data-name='five']").click()
    searched(page)
    told = page.evaluate(
        "playground.call('gan_score', {image: Array.from(playground.gan.prepare("
        "playground.gan.drawExample('five')).ink, (one) => Math.min(1, one))})"
    )
    shown = page.locator(".pg-draw-verdict .pg-latent-percent").inner_text()
    assert int(shown.split()[0]) == pytest.approx(100 * told["score"], abs=1)
    assert told["judge"]["class"] == 5
    chances = page.locator(".pg-draw-chance").evaluate_all(
        "(all) => all.map((one) => +one.firstChild.style.getPropertyValue('--share'))"
    )
    assert chances == pytest.approx(told["judge"]["probabilities"], abs=0.01)


def test_one_walks_on_from_the_found_point_and_comes_back(page):
    found = pixels(page, f"{WALK} canvas")
    back = page.get_by_role("button", name="Back to the found one")
    assert back.is_disabled()
    slider = page.locator(f"{WALK} input[type=range]").first
    slider.focus()
    for _ in range(3):
        page.keyboard.press("PageUp")
    assert pixels(page, f"{WALK} canvas") != found
    back.click()
    assert pixels(page, f"{WALK} canvas") == found
    page.locator(f"{WALK} [role=radio]").nth(2).click()
    assert pixels(page, f"{WALK} canvas") != found
    assert page.locator(f"{WALK} [role=radio]").nth(2).get_attribute("aria-checked") == "true"
    back.click()
    assert pixels(page, f"{WALK} canvas") == found


def test_the_search_can_be_kept_to_one_class(page):
    choice = page.get_by_role("combobox", name="Class that is searched")
    choice.select_option("5")
    searched(page)
    assert "a 5" in page.locator(".pg-draw-said").inner_text()
    assert page.locator(LANE).count() == 12
    choice.select_option("-1")
    searched(page)
    assert page.locator(LANE).count() == 10


def test_keys_draw_as_well(page):
    page.get_by_role("button", name="Clear").click()
    page.locator(".pg-draw-empty").wait_for()
    page.locator(PAD).focus()
    page.keyboard.press("Space")
    for key, times in (("ArrowUp", 8), ("ArrowRight", 2), ("ArrowDown", 16)):
        for _ in range(times):
            page.keyboard.press(key)
    page.keyboard.press("Space")
    searched(page)
    assert page.get_by_role("button", name="Undo").is_enabled()
    page.locator(PAD).focus()
    page.keyboard.press("Backspace")
    page.locator(".pg-draw-empty").wait_for()


def test_a_held_out_image_is_found_like_a_drawing(page):
    page.get_by_role("button", name="A real image").click()
    searched(page)
    distance = page.locator(".pg-draw-said").inner_text().split(" % apart")[0].split()[-1]
    assert 0 < float(distance) < 20
    assert page.locator(".pg-draw-step:visible").count() == 1
    page.locator(".pg-draw-example").first.click()
    searched(page)
    assert page.locator(".pg-draw-step:visible").count() == 3


def test_it_fits_a_phone_in_chinese(visit):
    visitor = open_draw(visit, options={"viewport": PHONE, "has_touch": True}, lang="zh")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert "找到了" in visitor.page.locator(".pg-draw-said").inner_text()
    assert [one for one in visitor.texts() if "gan." in one] == []
