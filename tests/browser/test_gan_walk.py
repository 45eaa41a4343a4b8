"""Walks in the latent space: the page's sums against torch's, and what a visitor does with them."""

import base64
import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from playground.gan import walking
from tests.browser.visitor import PHONE

PAGE = Path(__file__).resolve().parents[2] / "playground" / "gan" / "page"
SOURCE = "mnist-conditional"
INTERPOLATION, STYLES, ARITHMETIC, WALK = (
    f".pg-walk-{name}" for name in ("interpolation", "styles", "arithmetic", "player")
)


@pytest.fixture(scope="module")
def arithmetic(chromium):
    """The page's pure file, in a page that holds nothing else."""
    page = chromium.new_page()
    page.evaluate("window.playground = {gan: {}}")
    page.add_script_tag(path=PAGE / "walk_maths.js")
    yield lambda code, arg=None: page.evaluate(
        f"(arg) => {{ const maths = playground.gan.walkMaths; return {code}; }}", arg
    )
    page.close()


def open_walks(visit, *panels, **settings):
    """The page, scrolled to each panel until all of it is drawn."""
    options = settings.pop("options", {})
    asked = {"room": "gan", "picture": "latent", "source": SOURCE} | settings
    page = visit("?" + "&".join(f"{name}={value}" for name, value in asked.items()), **options).page
    for panel in panels:
        page.locator(panel).scroll_into_view_if_needed()
        drawn = "[data-drawn]" if panel in (INTERPOLATION, STYLES) else "[data-shown]"
        page.locator(panel + drawn).wait_for()
    return page


@pytest.fixture(scope="module")
def page(visit_for_all):
    return open_walks(visit_for_all, INTERPOLATION, STYLES, ARITHMETIC, WALK, z_seed=7)


def pixels(page, css):
    return page.locator(css).first.evaluate("(one) => one.toDataURL()")


@pytest.mark.parametrize("size", [1, 2, 64])
@pytest.mark.parametrize("turned", [None, 1.0, -1.0, 0.0])
def test_both_ways_are_those_of_the_films(arithmetic, size, turned):
    random = np.random.default_rng(size)
    first, other = random.standard_normal((2, size))
    last = other if turned is None else turned * first
    shares = [0, 0.125, 0.5, 0.9, 1]
    for kind, between in walking.KINDS.items():
        made = arithmetic(
            f"arg.shares.map((share) => [...maths.{kind}(arg.first, arg.last, share)])",
            {"first": first.tolist(), "last": last.tolist(), "shares": shares},
        )
        given = (torch.tensor(one, dtype=torch.float64) for one in (first, last, shares))
        np.testing.assert_allclose(made, between(*given).numpy(), atol=1e-9)


def test_the_usual_norm_is_that_of_many_random_points(arithmetic):
    random = np.random.default_rng(0)
    for prior, drawn in (
        ("normal", random.standard_normal((20_000, 64))),
        ("uniform", random.uniform(-1, 1, (20_000, 64))),
    ):
        norms = np.linalg.norm(drawn, axis=1)
        told = arithmetic("maths.usualNorm(64, arg)", prior)
        assert told["mean"] == pytest.approx(norms.mean(), rel=2e-3)
        assert told["deviation"] == pytest.approx(norms.std(), rel=0.03)


def test_classes_cancel_as_vectors_do(arithmetic):
    for classes, left in (([3, 3, 8], 8), ([8, 3, 3], 8), ([3, 4, 5], None), ([2, 2, 2], 2)):
        assert arithmetic("maths.classOf(...arg)", classes) == left
        vectors = np.eye(10)[classes]
        combined = vectors[0] - vectors[1] + vectors[2]
        assert (left is not None) == (np.sort(combined)[-1] == 1 and combined.min() == 0)


def test_the_arc_keeps_the_norm_that_the_line_loses(page):
    with page.expect_download() as found:
        page.locator(INTERPOLATION).get_by_role("button", name="CSV").click()
    _, *rows = csv.reader(found.value.path().read_text(encoding="utf-8").splitlines())
    shares, straight, arc, *scores = np.array(rows, float).T
    np.testing.assert_allclose(shares, np.linspace(0, 1, 9))
    np.testing.assert_allclose(arc, np.linspace(arc[0], arc[-1], 9), rtol=1e-6)
    assert straight[4] < 0.85 * arc[4]
    assert np.all((np.array(scores) > 0) & (np.array(scores) < 1))
    assert f"{straight[4]:.1f}" in page.locator(f"{INTERPOLATION} .pg-walk-told").inner_text()
    ways = [
        f"{INTERPOLATION} [data-kind='{kind}'] [data-at='{{}}'] canvas" for kind in walking.KINDS
    ]
    for at, same in ((0, True), (4, False), (8, True)):
        one, other = (pixels(page, way.format(at)) for way in ways)
        assert (one == other) == same
    assert pixels(page, f"{INTERPOLATION} [data-stop='a'] canvas") == pixels(
        page, ways[0].format(0)
    )


def test_another_end_is_another_way(page):
    row = f"{INTERPOLATION} [data-kind='linear'] [data-at='{{}}'] canvas"
    before = [pixels(page, row.format(at)) for at in (0, 8)]
    box = page.locator(f"{INTERPOLATION} [data-stop='b'] .pg-walk-seed")
    box.fill("-5")
    box.press("Enter")
    page.locator(f"{INTERPOLATION}[data-drawn]").wait_for()
    assert box.input_value() == "0", "seeds are not below 0"
    page.locator(f"{INTERPOLATION} [data-stop='b'] select").select_option("0")
    page.locator(f"{INTERPOLATION}[data-drawn]").wait_for()
    after = [pixels(page, row.format(at)) for at in (0, 8)]
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_images_are_those_of_the_server(page, app):
    told = app.call("gan_sample", source=SOURCE, seed_or_z=8, digit=5, n=1)
    cell = f"{STYLES} [data-seed='8'][data-digit='5']"
    shown = page.locator(cell).evaluate(
        "(one) => [...one.querySelector('canvas').getContext('2d').getImageData(0, 0, 28, 28).data]"
    )
    sheet = Image.open(io.BytesIO(base64.b64decode(told["sheet"]["png"])))
    difference = np.reshape(shown, (28, 28, 4))[..., 0].astype(int) - np.asarray(sheet, int)
    assert np.abs(difference).max() <= 1
    score = page.locator(f"{cell} .pg-walk-score").inner_text()
    assert score == f"{100 * told['scores'][0]:.0f} %"


def test_an_image_of_the_table_is_gone_to(page):
    page.locator(f"{STYLES} [data-seed='9'][data-digit='6']").click()
    page.locator(f"{STYLES} [data-seed='9'][data-digit='6'][aria-pressed='true']").wait_for()
    assert page.locator(f"{STYLES} [aria-pressed='true']").count() == 1
    assert page.evaluate("playground.gan.config().z_seed") == 9
    assert "z_seed=9" in page.url
    page.evaluate("playground.gan.set({ z_seed: 7, digit: 3 })")
    page.locator(f"{STYLES} [data-seed='7'][data-digit='3'][aria-pressed='true']").wait_for()


def test_what_a_has_and_b_lacks_is_given_to_c(page):
    shown = f"{ARITHMETIC} [data-stop='result'] canvas"
    for name, seed in (("a", 5), ("b", 5), ("c", 11)):
        box = page.locator(f"{ARITHMETIC} [data-stop='{name}'] .pg-walk-seed")
        box.fill(str(seed))
        box.press("Enter")
    assert pixels(page, shown) == pixels(page, f"{ARITHMETIC} [data-stop='c'] canvas")
    page.locator(f"{ARITHMETIC} .pg-walk-examples button").first.click()
    seeds = [
        int(page.locator(f"{ARITHMETIC} [data-stop='{name}'] .pg-walk-seed").input_value())
        for name in "abc"
    ]
    direction = page.evaluate(
        """async ([source, seeds]) => {
          const net = await playground.gan.network(source);
          const { vector } = net.directions.find((one) => one.name) ?? net.directions[0];
          const along = (z) => z.reduce((sum, one, at) => sum + one * vector[at], 0);
          return seeds.map((seed) => along(net.noise(seed)));
        }""",
        [SOURCE, seeds],
    )
    assert direction[0] > direction[2] > direction[1]
    kept = page.locator(f"{ARITHMETIC} .pg-walk-facts").inner_text()
    page.locator(f"{ARITHMETIC} .pg-switch").uncheck()
    bare = page.locator(f"{ARITHMETIC} .pg-walk-facts").inner_text()
    norms = [float(text.rsplit(" ", 1)[1]) for text in (kept, bare)]
    assert norms[1] > 1.3 * norms[0]
    page.locator(f"{ARITHMETIC} .pg-switch").check()


def test_a_walk_plays_stops_and_can_be_dragged(page):
    screen = f"{WALK} .pg-walk-screen canvas"
    page.locator(WALK).scroll_into_view_if_needed()
    still = pixels(page, screen)
    page.get_by_role("button", name="Walk", exact=True).click()
    page.wait_for_function(
        "([css, old]) => document.querySelector(css).toDataURL() !== old", arg=[screen, still]
    )
    page.get_by_role("button", name="Pause", exact=True).click()
    held = pixels(page, screen)
    slider = page.locator(f"{WALK} .pg-walk-slider")
    slider.fill("2")
    assert "Stop 3 to 4, 0 %" in page.locator(f"{WALK} .pg-walk-facts").inner_text()
    assert pixels(page, screen) != held
    assert pixels(page, screen) == pixels(page, f"{WALK} [data-stop='2'] canvas")
    slider.press("ArrowRight")
    assert slider.input_value() > "2"


def test_stops_are_added_moved_and_taken_out(page):
    stops = page.locator(f"{WALK} .pg-walk-stops > .pg-walk-stop")
    seeds = page.locator(f"{WALK} .pg-walk-stops .pg-walk-seed")
    page.get_by_role("button", name="Add a stop").click()
    assert stops.count() == 5
    size = page.locator(f"{WALK} .pg-walk-exports .pg-note").first
    assert size.inner_text().startswith("80 images")
    first, second = (seeds.nth(at).input_value() for at in (0, 1))
    stops.first.get_by_role("button", name="Move one place on").click()
    assert [seeds.nth(at).input_value() for at in (0, 1)] == [second, first]
    frames = page.locator(f"{WALK} [data-name='frames'] input")
    frames.fill("60")
    assert "240 at most" in size.inner_text()
    assert page.get_by_role("button", name="GIF").is_disabled()
    frames.fill("4")
    for _ in range(3):
        stops.last.get_by_role("button", name="Take this stop out").click()
    assert stops.count() == 2
    assert stops.last.get_by_role("button", name="Take this stop out").is_disabled()
    assert page.get_by_role("button", name="GIF").is_enabled()


def test_the_point_that_is_shown_above_becomes_a_stop(page):
    page.locator(".pg-latent-pad").press("ArrowRight")
    page.locator(".pg-latent-pad").press("ArrowUp")
    stop = page.locator(f"{WALK} [data-stop='0']")
    stop.get_by_role("button", name="Take the point that is shown above").click()
    assert stop.locator(".pg-walk-seed").input_value() == ""
    wanted = page.evaluate(
        """async (source) => {
          const { z, digit } = playground.gan.here();
          const canvas = document.createElement('canvas');
          playground.gan.paint(canvas, (await playground.gan.network(source)).generate(z, digit));
          return canvas.toDataURL();
        }""",
        SOURCE,
    )
    assert pixels(page, f"{WALK} [data-stop='0'] canvas") == wanted


def test_the_film_taken_home_is_the_walk_of_the_page(page):
    page.locator(f"{WALK} .pg-walk-back .pg-switch").uncheck()
    with page.expect_download() as found:
        page.get_by_role("button", name="PNG strip").click()
    assert found.value.suggested_filename == f"walk-{SOURCE}.png"
    with Image.open(found.value.path()) as image:
        strip = np.asarray(image, int)
    assert strip.shape == (84, 5 * 86 - 2), "four images, and the last stop"
    slider = page.locator(f"{WALK} .pg-walk-slider")
    for at in range(5):
        slider.fill(str(at / 4))
        shown = page.locator(f"{WALK} .pg-walk-screen canvas").evaluate(
            "(one) => [...one.getContext('2d').getImageData(0, 0, 28, 28).data]"
        )
        shown = np.reshape(shown, (28, 28, 4))[..., 0].astype(int)
        assert np.abs(shown - strip[::3, at * 86 :][:, :84:3]).max() <= 1
    said = page.locator(f"{WALK} .pg-walk-said").inner_text()
    assert said.startswith(f"walk-{SOURCE}.png: 5 images")
    with page.expect_download() as found:
        page.get_by_role("button", name="GIF").click()
    with Image.open(found.value.path()) as image:
        assert image.size == (224, 224)


def test_a_refused_film_is_told_in_place(page):
    asked = json.dumps({"key": "gan.walk.no_mp4", "params": {}, "text": ""})
    page.route(
        "**/playground/gan_walk", lambda route: route.fulfill(body=f'{{"error": {asked}}}\n')
    )
    page.get_by_role("button", name="MP4").click()
    fault = page.locator(f"{WALK} .pg-walk-export .pg-fault")
    fault.wait_for()
    assert "Choose GIF" in fault.inner_text()
    page.unroute("**/playground/gan_walk")
    assert page.get_by_role("button", name="MP4").is_enabled()


@pytest.mark.parametrize(("theme", "options"), [
    ("light", {}), ("dark", {"viewport": PHONE, "has_touch": True, "is_mobile": True}),
])  # fmt: skip
def test_it_reads_well_in_both_themes_and_on_a_phone(visit, theme, options):
    panels = (INTERPOLATION, STYLES, ARITHMETIC, WALK)
    page = open_walks(visit, *panels, lang="zh", theme=theme, options=options)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("looking.faint()") == []
