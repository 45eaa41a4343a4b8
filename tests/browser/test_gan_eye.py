"""D's eye: the wall in D's order, the game against it with an honest score, and fooling it."""

import csv
from pathlib import Path

import pytest

from tests.browser.visitor import PHONE

PLAYGROUND = Path(__file__).resolve().parents[2] / "playground"
SOURCE = "mnist-conditional"
TILE = ".pg-eye-grid .pg-eye-tile"
ONE = ".pg-eye-one"
THREE = [
    (0.3, 0.2),
    (0.5, 0.15),
    (0.65, 0.25),
    (0.45, 0.47),
    (0.68, 0.65),
    (0.5, 0.84),
    (0.3, 0.76),
]


@pytest.fixture(scope="module")
def arithmetic(chromium):
    """The page's pure files, in a page that holds nothing else."""
    page = chromium.new_page()
    page.evaluate("window.playground = {gan: {}, widgets: {}}")
    for file in ("eye_score.js", "eye_wall.js"):
        page.add_script_tag(path=PLAYGROUND / "gan" / "page" / file)
    yield lambda code, arg=None: page.evaluate(
        f"(arg) => {{ const {{gan}} = playground; return {code}; }}", arg
    )
    page.close()


def rounds(text):
    """`yj` both right, `y.` only you, `.j` only the judge, `..` neither."""
    return [{"you": one[0] == "y", "judge": one[1] == "j"} for one in text.split()]


@pytest.mark.parametrize(("played", "better"), [
    ("yj " * 9, "few"), ("yj " * 30, "even"), (".j " * 4 + "yj " * 6, "judge"),
    (".j " * 3 + "yj " * 7, "even"), ("y. " * 8 + ".j " * 4 + "yj " * 40, "even"),
    ("y. " * 20 + ".j " * 5, "you"), (".. " * 12, "even"),
])  # fmt: skip
def test_nobody_is_called_better_for_luck(arithmetic, played, better):
    assert arithmetic("new gan.EyeScore(arg).better", rounds(played)) == better


def test_the_score_counts_right_ones_and_streaks(arithmetic):
    code = (
        "((one) => [one.count, one.right('you'), one.right('judge'), one.streak('you'),"
        " one.streak('judge'), one.luck])(new gan.EyeScore(arg))"
    )
    told = arithmetic(code, rounds("y. y. yj .j yj y."))
    streaks = [{"now": 2, "best": 3}, {"now": 0, "best": 3}]
    assert told == [6, 5, 3, *streaks, pytest.approx(0.5 / 6**0.5)]


def test_every_image_is_in_one_bar(arithmetic):
    tiles = [{"side": side, "score": at / 40} for side in ("real", "fake") for at in range(41)]
    told = arithmetic("(({bin, ...rest}) => rest)(gan.eyeBins(arg, 'probability'))", tiles)
    assert sum(told["real"]) == sum(told["fake"]) == 41
    assert told["real"][-1] == 3, "1 itself lies in the last bar"
    assert (told["low"], told["high"]) == (0, 1)
    scores = [{"side": "real", "score": one} for one in (-7.5, 0, 2.5)]
    told = arithmetic("(({bin, ...rest}) => rest)(gan.eyeBins(arg, 'score'))", scores)
    assert (told["low"], told["high"], sum(told["real"])) == (-7.5, 2.5, 3)


def open_eye(visit, **settings):
    options = settings.pop("options", {})
    asked = {"room": "gan", "picture": "eye", "source": SOURCE} | settings
    visitor = visit("?" + "&".join(f"{name}={value}" for name, value in asked.items()), **options)
    visitor.page.locator(TILE).first.wait_for()
    return visitor


@pytest.fixture(scope="module")
def looking(visit_for_all):
    return open_eye(visit_for_all)


@pytest.fixture
def page(looking):
    looking.page.locator("[data-part='wall']").click()
    looking.page.locator("[data-order='score']").click()
    return looking.page


def shares(page):
    return [int(one.split()[0]) for one in page.locator(f"{TILE} span").all_inner_texts()]


def test_images_hang_in_the_order_of_their_scores(page):
    told = page.evaluate(
        "playground.call('gan_wall', {source: 'mnist-conditional', count: 60, seed: 0})"
    )
    assert shares(page) == sorted(shares(page), reverse=True)
    assert len(shares(page)) == 120
    said = page.locator(".pg-eye-wall .pg-eye-said").inner_text()
    assert f"right about {told['accuracy']:.0%}".replace("%", " %") in said.replace("\u00a0", " ")
    wrong = page.locator(f"{TILE}[data-right='false']").count()
    assert wrong == round(120 * (1 - told["accuracy"]))


def test_they_are_put_in_another_order_and_hidden_by_the_legend(page):
    page.locator("[data-order='side']").click()
    sides = page.locator(TILE).evaluate_all("(all) => all.map((one) => one.dataset.side)")
    assert sides == ["real"] * 60 + ["fake"] * 60
    legend = page.locator(".pg-eye-key[data-side='real']")
    legend.click()
    assert page.locator(TILE).count() == 60
    assert page.locator(f"{TILE}[data-side='real']").count() == 0
    legend.click()
    assert page.locator(TILE).count() == 120


def test_one_image_is_seen_large_with_what_it_is(page):
    page.locator(f"{TILE}[data-side='real']").nth(3).click()
    assert page.locator(f"{ONE} h3").inner_text().startswith("A real image")
    assert page.get_by_role("button", name="Go there in the latent space").is_hidden()
    fake = page.locator(f"{TILE}[data-side='fake']").nth(2)
    fake.click()
    assert page.locator(f"{ONE} h3").inner_text().startswith("A generated image")
    assert page.locator(f"{ONE} .pg-latent-percent").inner_text() == fake.inner_text()
    page.wait_for_function(
        "!document.querySelector('.pg-eye-memory p').textContent.includes('Searching')",
        timeout=60_000,
    )
    near = page.locator(".pg-eye-train span").all_inner_texts()
    assert near == sorted(near)


def test_arrow_keys_walk_along_the_wall(page):
    page.locator(TILE).first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator(TILE).nth(2).get_attribute("aria-pressed") == "true"
    page.keyboard.press("ArrowDown")
    here = page.evaluate(
        "[...document.querySelector('.pg-eye-grid').children].indexOf(document.activeElement)"
    )
    assert here > 5


def test_the_numbers_go_home_as_a_table(page):
    with page.expect_download() as download:
        page.locator(".pg-eye-wall .pg-live-do-csv").click()
    rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 120
    assert {row["side"] for row in rows} == {"real", "fake"}
    assert all(0 <= float(row["score"]) <= 1 for row in rows)


def figures(page, who):
    text = page.locator(f".pg-eye-card[data-who='{who}'] span").first.inner_text()
    right, _, count, _ = text.split()
    return int(right), int(count)


def test_a_guess_is_counted_against_the_truth_and_so_is_d(page):
    page.locator("[data-part='game']").click()
    guess = page.locator(".pg-eye-guess:enabled")
    guess.first.wait_for()
    assert page.locator(".pg-eye-truth:visible").inner_text() == ""
    mine = judge = 0
    for at in range(10):
        guess.first.wait_for()
        page.keyboard.press("ArrowLeft") if at else guess.first.click()
        said = page.locator(".pg-eye-game .pg-eye-truth").inner_text()
        truth = said.split(".")[0]
        mine += truth == "Yes, it is real"
        judge += "knew" in said or "thought so too" in said
        assert (figures(page, "you"), figures(page, "judge")) == ((mine, at + 1), (judge, at + 1))
        assert page.locator(".pg-eye-guess:enabled").count() == 0, "one guess for each image"
        page.keyboard.press("Enter")
    assert "After 10 images" in page.locator(".pg-eye-game .pg-eye-said").inner_text()
    kept = page.evaluate("playground.kept.read('play-gan-eye')['mnist-conditional'].length")
    assert kept == 10
    page.get_by_role("button", name="Start the score again").click()
    assert figures(page, "you") == (0, 0)


def test_a_drawing_is_shown_to_d_and_ranked(page):
    page.locator("[data-part='fool']").click()
    go = page.get_by_role("button", name="Show it to D", exact=True)
    assert go.is_disabled()
    box = page.locator(".pg-eye-fool .pg-draw-pad").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in THREE]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()
    go.click()
    attempt = page.locator(".pg-eye-attempt")
    attempt.wait_for()
    share = int(attempt.inner_text().split()[0])
    said = page.locator(".pg-eye-fool .pg-eye-truth").inner_text()
    assert (share > 50) == said.startswith("D takes it for real") or share == 50
    assert "of the held-out images" in page.locator(".pg-eye-fool .pg-draw-words").inner_text()
    assert go.is_disabled(), "the same drawing is shown once"


def test_a_fake_leads_to_its_place_in_the_latent_space(visit):
    page = open_eye(visit).page
    page.locator(f"{TILE}[data-side='fake']").first.click()
    page.get_by_role("button", name="Go there in the latent space").click()
    page.locator(".pg-latent-body:not([hidden])").wait_for()
    told = page.evaluate(
        "playground.call('gan_wall', {source: 'mnist-conditional', count: 60, seed: 0})"
    )
    config = page.evaluate("playground.gan.config()")
    at = told["fake"]["seeds"].index(config["z_seed"])
    assert config["digit"] == told["fake"]["digits"][at]


def test_it_fits_a_phone_in_chinese(visit):
    visitor = open_eye(visit, options={"viewport": PHONE, "has_touch": True}, lang="zh")
    page = visitor.page
    for part in ("wall", "game", "fool"):
        page.locator(f"[data-part='{part}']").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert [one for one in visitor.texts() if "gan." in one] == []
