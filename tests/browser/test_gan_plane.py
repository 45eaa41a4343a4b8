"""The game on a plane: it plays before one's eyes, is steered, slowed down, wound back, drawn."""

import numpy as np
import pytest

from playground.gan.points import plane_points
from playground.packed import unpacked
from tests.browser.visitor import PHONE

LONG = 90_000  # milliseconds, for what has to be opened in a worker first
# Steps of a millisecond; whoever starts such a run stops it.
SMALL = {
    "data": "ring", "latent_size": 2, "hidden_size": 16, "batch_size": 32,
    "schedule": "constant", "steps": 200_000, "average": 0,
}  # fmt: skip
RUN = "playground.runs.shown('gan').find((run) => run.mine)"
CANVAS = ".pg-plane-canvas canvas"
# How many pixels of the large picture have nearly this colour, and a print of all of them.
LOOK = """(name) => {
  const canvas = document.querySelector('.pg-plane-canvas canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const colour = playground.colour(name);
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    count += Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue) < 12;
  }
  return count;
}"""  # noqa: E501
REAL, FAKE = "--pg-rnn", "--pg-gru"


def open_plane(visit, **settings):
    options = settings.pop("options", {})
    asked = {"room": "gan", "picture": "plane", **settings}
    visitor = visit("?" + "&".join(f"{name}={value}" for name, value in asked.items()), **options)
    visitor.page.locator(CANVAS).wait_for()
    return visitor


def begin(page):
    """Presses the large button and waits until something is played."""
    page.locator(".pg-plane [data-do='main']").click()
    page.wait_for_function(f"{RUN}?.frame?.step > 3", timeout=LONG)


def fact(page, name):
    return page.locator(f".pg-plane-fact[data-fact='{name}'] b").inner_text()


@pytest.fixture(scope="module")
def game(visit_for_all):
    """A game that goes on; each test pauses it or lets it play as it needs."""
    visitor = open_plane(visit_for_all, **SMALL)
    begin(visitor.page)
    return visitor.page


@pytest.fixture
def paused(game):
    main = game.locator(".pg-plane [data-do='main']")
    if main.inner_text() == "Pause":
        main.click()
    game.wait_for_function(f"{RUN}.about.state === 'paused'")
    yield game
    slow = game.locator(".pg-plane [data-do='slow']")
    if slow.get_attribute("aria-pressed") == "true":
        slow.click()


def step(page, turn):
    """One step of somebody; the frames before and after it."""
    before = page.evaluate(f"{RUN}.frame")
    page.locator(f".pg-plane [data-step='{turn}']").click()
    page.wait_for_function(f"(step) => {RUN}.frame.step === step + 1", arg=before["step"])
    return before, page.evaluate(f"{RUN}.frame")


def test_before_anything_is_played_the_real_points_are_there_and_a_button(visit):
    page = open_plane(visit, **(SMALL | {"data": "mixture"})).page
    page.wait_for_function(f"({LOOK})('{REAL}') > 500")
    assert page.evaluate(LOOK, FAKE) == 0
    assert page.locator(".pg-plane [data-do='begin']").is_visible()
    assert page.locator(".pg-plane-set[aria-checked='true']").inner_text() == "mixture"
    page.locator(".pg-plane-set[data-set='spiral']").click()
    page.wait_for_function("playground.gan.config().data === 'spiral'")


def test_what_is_drawn_is_played_with(visit):
    visitor = open_plane(visit, **SMALL)
    page = visitor.page
    page.locator(".pg-plane-set[data-set='drawn']").click()
    use = page.locator(".pg-plane [data-do='use']")
    use.wait_for()
    assert use.is_disabled(), "nothing is drawn yet"
    box = page.locator(CANVAS).bounding_box()

    def place(x, y):
        return (
            box["x"] + (x + 1.5) / 3 * box["width"],
            box["y"] + (1.5 - y) / 3 * box["height"],
        )

    page.mouse.move(*place(-0.6, 0.5))
    page.mouse.down()
    page.mouse.move(*place(0.6, 0.5), steps=4)
    page.mouse.up()
    page.locator(CANVAS).press("Space")  # a point in the middle, by keyboard
    use.click()
    page.wait_for_function(f"{RUN}?.frame", timeout=LONG)
    drawn = page.evaluate(f"{RUN}.about.config.drawn")
    asked = {"data": "drawn", "drawn": drawn, "count": 400, "seed": 0}
    points = unpacked(plane_points(asked)["points"]).reshape(-1, 2)
    stroke = points[np.abs(points).max(1) > 0.15]
    assert np.abs(stroke[:, 1] - 0.5).max() < 0.15
    assert stroke[:, 0].min() < -0.5
    assert stroke[:, 0].max() > 0.5
    page.evaluate(f"playground.runs.control({RUN}.id, 'stop')")


def test_the_film_of_a_game_is_wound_back_and_played(visit, app):
    config = SMALL | {"steps": 2_000, "data": "line"}
    started = app.call("start_run", slice="gan", config=config)
    app.wait_for(started["run_id"], "finished", seconds=120)
    page = open_plane(visit, runs=started["run_id"]).page
    page.wait_for_function("document.querySelector('.pg-plane-film input').max >= 1", timeout=LONG)
    last = fact(page, "step")
    slider = page.get_by_role("slider", name="back in time")
    slider.press("Home")
    page.wait_for_function(
        "(last) => document.querySelector('[data-fact=step] b').textContent !== last", arg=last
    )
    page.get_by_role("button", name="Play the film").click()
    page.wait_for_function(
        "(last) => document.querySelector('[data-fact=step] b').textContent === last", arg=last
    )
    assert page.locator(".pg-plane-set[aria-checked='true']").count() == 1


def test_a_game_plays_and_the_picture_and_the_numbers_follow(game):
    if game.evaluate(f"{RUN}.about.state") == "paused":
        game.locator(".pg-plane [data-do='main']").click()
    first = int(fact(game, "step").replace(",", ""))
    game.wait_for_function(
        "(first) => +document.querySelector('[data-fact=step] b').textContent.replace(',', '')"
        " > first + 20",
        arg=first,
        timeout=LONG,
    )
    assert game.evaluate(LOOK, REAL) > 500
    assert game.evaluate(LOOK, FAKE) > 100
    told = game.evaluate(f"{RUN}.frame")
    assert 0 <= told["js"] <= 1
    assert told["kl"] > 0
    game.wait_for_function("document.querySelector('.pg-plane-chart-js b').textContent !== '–'")


def test_every_word_of_the_legend_takes_its_part_away_and_back(paused):
    words = paused.locator(".pg-plane-word")
    assert words.count() == 6
    drawn = "document.querySelector('.pg-plane-canvas canvas').toDataURL()"
    for at in range(6):
        before = paused.evaluate(drawn)
        words.nth(at).click()
        paused.wait_for_function(f"(before) => {drawn} !== before", arg=before)
        assert words.nth(at).get_attribute("aria-pressed") == "false"
    assert paused.evaluate(LOOK, FAKE) == 0
    assert paused.evaluate(LOOK, REAL) == 0
    for at in range(6):
        words.nth(at).click()
    paused.wait_for_function(f"({LOOK})('{FAKE}') > 100")


def test_a_step_of_one_player_leaves_the_other_where_it_was(paused):
    before, after = step(paused, "discriminator")
    assert after["fake"] == before["fake"]
    assert after["heat"] != before["heat"] or after["arrows"] != before["arrows"]
    before, after = step(paused, "generator")
    assert after["fake"] != before["fake"]
    assert after["heat"] == before["heat"]
    before, after = step(paused, "both")
    assert after["fake"] != before["fake"]
    assert after["arrows"] != before["arrows"]


def test_slow_motion_shows_one_step_in_five_captions(paused):
    at = paused.evaluate(f"{RUN}.frame.step")
    paused.locator(".pg-plane [data-do='slow']").click()
    captions = paused.locator(".pg-plane-caption")
    captions.first.wait_for()
    assert paused.evaluate(f"{RUN}.frame.step") == at + 1, "one step and no more"
    assert captions.locator(".pg-plane-caption-number").all_inner_texts() == list("12345")
    pictures = set()
    for one in range(5):
        captions.nth(one).click()
        paused.locator(
            f".pg-plane-captions li:nth-child({one + 1}) [aria-current='step']"
        ).wait_for()
        paused.wait_for_timeout(1_300)  # until what moves has come to rest
        pictures.add(
            paused.evaluate("document.querySelector('.pg-plane-canvas canvas').toDataURL()")
        )
    assert len(pictures) == 5
    real, fake = paused.evaluate(
        f"[{RUN}.frame.slow.real_scores, {RUN}.frame.slow.fake_scores]"
        ".map((one) => playground.number(playground.unpack(one).reduce((a, b) => a + b) / 32, 2))"
    )
    words = captions.nth(2).inner_text()
    assert real in words
    assert fake in words
    paused.locator(".pg-plane [data-do='slow']").click()
    captions.first.wait_for(state="hidden")


def test_rates_and_turns_are_changed_while_it_runs(paused):
    slider = paused.get_by_role("slider", name="Learning rate of G")
    slider.press("Home")
    paused.locator(".pg-plane [data-turn='discriminator']").click()
    paused.locator(".pg-plane [data-do='main']").click()
    paused.wait_for_function(f"{RUN}.frame.steered.turn === 'discriminator'")
    paused.wait_for_function(f"{RUN}.frame.steered.generator_learning_rate === 1e-5")
    paused.wait_for_function(f"{RUN}.columns.generator_gradient_norm.at(-1) === null")
    paused.locator(".pg-plane [data-turn='both']").click()
    paused.wait_for_function(f"{RUN}.frame.steered.turn === 'both'")


def test_the_keyboard_asks_d_about_a_place(paused):
    canvas = paused.locator(CANVAS)
    canvas.focus()
    canvas.press("ArrowRight")
    reading = paused.locator(".pg-plane-reading")
    assert reading.inner_text().startswith("At (0.06, 0.00) D says: real with probability 0.")
    told = paused.evaluate(f"playground.gan.planeMoment({RUN}.frame).heat[20 * 40 + 20]")
    assert float(reading.inner_text().split()[-1].rstrip(".")) == pytest.approx(told, abs=0.06)


def test_on_a_phone_nothing_is_wider_than_the_screen(visit):
    page = open_plane(visit, options={"viewport": PHONE}, **SMALL).page
    page.wait_for_function(f"({LOOK})('{REAL}') > 200")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_border_is_where_d_cannot_decide(visit):
    page = open_plane(visit, **SMALL).page
    ends = page.evaluate(
        "playground.gan.planeBorder(Float32Array.from({length: 16}, (_, at) => (at % 4) / 3), 4)"
    )
    assert ends[::2] == pytest.approx([1.5] * (len(ends) // 2)), "half way between columns 1 and 2"
    assert len(ends) == 3 * 4
