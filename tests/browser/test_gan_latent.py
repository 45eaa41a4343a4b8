"""The latent space in the page: an image that follows the finger, and is the server's."""

import csv
import itertools

import numpy as np
import pytest

from playground.gan.sampling import noise
from playground.gan.sheets import from_sheet
from tests.browser.visitor import PHONE

SOURCE = "mnist-conditional"
IMAGE, PAD = ".pg-latent-image canvas", ".pg-latent-pad"
TILE = ".pg-latent-classes .pg-latent-tile"
NEAR = ".pg-latent-near .pg-latent-tile"
CLOSE = 1  # of 255: a server sends whole numbers


def open_latent(visit, **settings):
    options = settings.pop("options", {})
    asked = {"room": "gan", "picture": "latent", "source": SOURCE} | settings
    page = visit("?" + "&".join(f"{name}={value}" for name, value in asked.items()), **options).page
    page.locator(".pg-latent-body:not([hidden])").wait_for()
    return page


@pytest.fixture(scope="module")
def page(visit_for_all):
    return open_latent(visit_for_all)


@pytest.fixture
def at_home(page):
    """The page as it opens: at its seed, in its class."""
    page.evaluate("playground.gan.set({z_seed: 8, digit: 3, truncation: 1})")
    page.evaluate("playground.gan.set({z_seed: 7})")
    page.locator(".pg-segment[data-value='directions']").click()
    if page.locator(".pg-latent-begin").is_enabled():
        page.locator(".pg-latent-begin").click()
    return page


def gray(page, css=IMAGE, at=0):
    """The pixels of a canvas, 0 … 255."""
    code = "(one) => [...one.getContext('2d').getImageData(0, 0, 28, 28).data]"
    values = page.locator(css).nth(at).evaluate(code)
    return np.reshape(values, (28, 28, 4))[:, :, 0].astype(int)


def by_server(app, here, **more):
    """What the server makes of where the page says that one is: pixels and D's score."""
    asked = {"source": here["source"], "digit": here["digit"], "n": 1} | more
    answer = app.call("gan_sample", seed_or_z=[list(here["z"])], **asked)
    return from_sheet(answer["sheet"])[0, 0].numpy().astype(int), answer["scores"][0]


def here(page):
    return page.evaluate("(({z, ...rest}) => ({...rest, z: [...z]}))(playground.gan.here())")


def drag(page, *places):
    """Over the pad, to places from 0 to 1; the image after each."""
    page.locator(PAD).scroll_into_view_if_needed()
    box = page.locator(PAD).bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*at[0])
    page.mouse.down()
    seen = []
    for place in at:
        page.mouse.move(*place)
        seen.append(gray(page))
    page.mouse.up()
    return seen


def test_the_first_screen_shows_the_image_of_its_seed(at_home, app):
    assert here(at_home)["digit"] == 3
    wanted = app.call("gan_sample", source=SOURCE, seed_or_z=7, digit=3, n=1)
    np.testing.assert_allclose(here(at_home)["z"], wanted["z"][0], atol=1e-6)
    found = gray(at_home)
    assert found.max() > 200, "there is ink"
    np.testing.assert_allclose(found, from_sheet(wanted["sheet"])[0, 0].int(), atol=CLOSE)
    told = at_home.locator(".pg-latent-percent").inner_text()
    assert told == f"{round(100 * wanted['scores'][0])} %"


def test_the_image_follows_the_finger_and_is_the_servers(at_home, app):
    before = gray(at_home)
    seen = drag(at_home, (0.5, 0.5), (0.7, 0.4), (0.9, 0.2), (0.1, 0.9))
    for first, second in itertools.pairwise(seen):
        assert np.abs(first - second).mean() > 2, "pixels change with every move"
    place = here(at_home)
    wanted, score = by_server(app, place)
    np.testing.assert_allclose(gray(at_home), wanted, atol=CLOSE)
    assert at_home.locator(".pg-latent-percent").inner_text() == f"{round(100 * score)} %"
    at_home.locator(".pg-latent-begin").click()
    np.testing.assert_array_equal(gray(at_home), before)


def test_the_server_computes_the_same_image(at_home):
    drag(at_home, (0.5, 0.5), (0.3, 0.6))
    own = gray(at_home)
    at_home.locator(".pg-segment[data-value='server']").click()
    at_home.locator(IMAGE).evaluate("(one) => one.getContext('2d').clearRect(0, 0, 28, 28)")
    drag(at_home, (0.5, 0.5), (0.3, 0.6))
    at_home.wait_for_function(
        "(css) => document.querySelector(css).getContext('2d').getImageData(14, 14, 1, 1).data[3]",
        arg=IMAGE,
    )
    at_home.wait_for_function(
        """([css, own]) => {
          const {data} = document.querySelector(css).getContext('2d').getImageData(0, 0, 28, 28);
          return own.every((value, at) => Math.abs(value - data[4 * at]) < 2);
        }""",
        arg=[IMAGE, own.ravel().tolist()],
    )
    at_home.locator(".pg-segment[data-value='page']").click()


def test_each_class_shows_the_same_style_and_can_be_chosen(at_home, app):
    place = here(at_home)
    for digit in (0, 8):
        wanted, score = by_server(app, place | {"digit": digit})
        at_home.locator(f"{TILE} >> nth={digit} >> text={round(100 * score)} %").wait_for()
        np.testing.assert_allclose(gray(at_home, f"{TILE} canvas", digit), wanted, atol=CLOSE)
    at_home.locator(TILE).nth(8).click()
    np.testing.assert_allclose(gray(at_home), wanted, atol=CLOSE)
    assert at_home.evaluate("playground.gan.config().digit") == 8
    assert at_home.locator(TILE).nth(8).get_attribute("aria-checked") == "true"


def test_a_slider_goes_along_its_direction(at_home):
    start = here(at_home)["z"]
    at_home.locator(".pg-latent-directions .pg-slider").first.evaluate(
        "(one) => { one.value = 1.5; one.dispatchEvent(new Event('input')); }"
    )
    direction = at_home.evaluate(
        f"playground.gan.network('{SOURCE}').then((one) => {{"
        " const {vector, ...rest} = one.directions[0]; return {...rest, vector: [...vector]}; })"
    )
    moved = np.subtract(here(at_home)["z"], start)
    wanted = 1.5 * direction["sigma"] * np.array(direction["vector"])
    np.testing.assert_allclose(moved, wanted, atol=1e-5)
    at_home.locator(".pg-latent-directions .pg-reset:visible").click()
    np.testing.assert_allclose(here(at_home)["z"], start, atol=1e-6)


def test_truncation_goes_to_the_middle(at_home):
    slider = at_home.locator(".pg-latent-side .pg-slider").first
    start = here(at_home)["z"]
    for value in (0.5, 0):
        slider.evaluate(
            "(one, value) => { one.value = value; one.dispatchEvent(new Event('input')); }", value
        )
        np.testing.assert_allclose(here(at_home)["z"], value * np.array(start), atol=1e-6)


def test_the_keyboard_moves_over_the_pad(at_home):
    before = gray(at_home)
    at_home.locator(PAD).focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "ArrowUp"):
        at_home.keyboard.press(key)
    assert np.abs(gray(at_home) - before).mean() > 0.5
    assert at_home.locator(PAD).get_attribute("aria-valuetext").count(",") == 1


def test_a_neighbour_is_jumped_to_and_the_way_back_is_kept(at_home):
    before = gray(at_home)
    tile = at_home.locator(NEAR).nth(3)
    tile.scroll_into_view_if_needed()
    at_home.locator(f"{NEAR} >> nth=15 >> text=%").wait_for()
    there = gray(at_home, f"{NEAR} canvas", 3)
    tile.click()
    np.testing.assert_array_equal(gray(at_home), there)
    assert np.abs(there - before).mean() > 1
    at_home.get_by_role("button", name="Back", exact=True).click()
    np.testing.assert_array_equal(gray(at_home), before)


def test_four_seeds_are_blended(at_home, app):
    at_home.locator(".pg-segment[data-value='seeds']").click()
    names = at_home.locator(".pg-latent-corner").all_inner_texts()
    assert names == [f"seed {seed}" for seed in (7, 8, 9, 10)]
    drag(at_home, (0.5, 0.5), (1.0, 1.0))
    np.testing.assert_allclose(here(at_home)["z"], noise(10, 64), atol=1e-6)
    wanted = app.call("gan_sample", source=SOURCE, seed_or_z=10, digit=3, n=1)
    np.testing.assert_allclose(gray(at_home), from_sheet(wanted["sheet"])[0, 0].int(), atol=CLOSE)


def test_one_number_is_dragged(at_home):
    bars = at_home.locator(".pg-latent-bars")
    bars.scroll_into_view_if_needed()
    start = here(at_home)["z"]
    bars.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        at_home.keyboard.press(key)
    moved = np.subtract(here(at_home)["z"], start)
    assert np.flatnonzero(np.abs(moved) > 1e-6).tolist() == [2]
    assert moved[2] == pytest.approx(0.1, abs=1e-5)


def test_the_point_and_its_image_can_be_taken_home(at_home):
    with at_home.expect_download() as found:
        at_home.locator(".pg-latent-foot").get_by_role("button", name="CSV").click()
    rows = list(csv.reader(found.value.path().read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["number", "z"]
    np.testing.assert_allclose([float(row[1]) for row in rows[1:]], noise(7, 64), atol=1e-6)
    with at_home.expect_download() as found:
        at_home.locator(".pg-latent-foot").get_by_role("button", name="PNG").click()
    assert found.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_address_leads_to_the_same_image(visit, app):
    page = open_latent(visit, digit=6, z_seed=12, truncation=0.5)
    wanted = app.call(
        "gan_sample", source=SOURCE, seed_or_z=12, digit=6, n=1, truncation=0.5
    )  # fmt: skip
    np.testing.assert_allclose(gray(page), from_sheet(wanted["sheet"])[0, 0].int(), atol=CLOSE)


def test_it_works_by_touch_on_a_phone_in_chinese(visit):
    options = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    page = open_latent(visit, lang="zh", theme="dark", options=options)
    page.locator(".pg-latent-percent").wait_for()
    before = gray(page)
    box = page.locator(PAD).bounding_box()
    page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + 0.2 * box["height"])
    assert np.abs(gray(page) - before).mean() > 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert "倾斜" in page.locator(".pg-latent-side").inner_text()


def test_a_model_that_is_not_there_is_said(visit):
    page = visit("?room=gan&picture=latent&source=nobody").page
    page.locator(".pg-latent-picture .pg-fault:not([hidden])").wait_for()
