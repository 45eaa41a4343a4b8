"""The fight: the film of a shipped game, a game of one's own that is steered, and its warnings."""

import pytest

from tests.browser.visitor import PHONE

LONG = 90_000  # milliseconds, for what has to be opened in a worker first
SHIPPED = "mnist-conditional"
# Steps of a few milliseconds; whoever starts such a run stops it.
SMALL = {
    "data": "glyphs", "model": "mlp", "hidden_size": 8, "latent_size": 4, "batch_size": 8,
    "max_images": 300, "steps": 20_000,
}  # fmt: skip
MINE = "playground.runs.shown('gan').find((run) => run.mine)"
SHEET = "document.querySelector('.pg-fight-sheet canvas').toDataURL()"
# Colours that D's scores are drawn in, and how many pixels of the sheet have one of them.
SCORED = """() => {
  const canvas = document.querySelector('.pg-fight-sheet canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    count += Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]) > 60;
  }
  return count;
}"""  # noqa: E501


def open_fight(visit, **settings):
    options = settings.pop("options", {})
    asked = {"room": "gan", "picture": "fight", **settings}
    visitor = visit("?" + "&".join(f"{name}={value}" for name, value in asked.items()), **options)
    visitor.page.locator(".pg-fight").wait_for()
    return visitor


def film_is_there(page, count=5):
    page.wait_for_function(f"+document.querySelector('.pg-fight-time input').max >= {count}")
    page.wait_for_function(f"({SCORED})() > 200")


def changed(page, before):
    page.wait_for_function(f"(before) => {SHEET} !== before", arg=before)
    return page.evaluate(SHEET)


def test_the_first_screen_shows_a_shipped_game_and_every_moment_of_it(visit):
    page = open_fight(visit).page
    card = page.locator(f".pg-fight-card[data-run='{SHIPPED}']")
    card.wait_for()
    film_is_there(page)
    newest = page.evaluate(SHEET)
    slider = page.get_by_role("slider", name="Moment of the training")
    slider.press("Home")
    first = changed(page, newest)
    assert "step 0" in card.inner_text() or "step 1" in card.inner_text()
    page.get_by_role("button", name="Play the film").click()
    changed(page, first)
    page.get_by_role("button", name="Stop the film").click()
    slider.press("End")
    page.wait_for_function(f"(newest) => {SHEET} === newest", arg=newest)

    # A drag on the strip goes back as well.
    strip = card.locator(".pg-fight-strip")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 4, box["y"] + 20, steps=4)
    page.mouse.up()
    page.wait_for_function(f"(first) => {SHEET} === first", arg=first)
    slider.press("End")

    # What D gives one image, and what all look like to a classifier.
    sheet = card.locator(".pg-fight-sheet")
    sheet.scroll_into_view_if_needed()
    place = sheet.bounding_box()
    page.mouse.move(place["x"] + 0.35 * place["width"], place["y"] + 10)
    assert "asked for 3: D gives it" in card.locator(".pg-fight-reading").inner_text()
    shares = card.locator(".pg-census-share").all_inner_texts()
    assert len(shares) == 10
    assert sum(int(share.strip("%")) for share in shares) == pytest.approx(100, abs=5)
    chart = page.locator(".pg-fight-scores canvas").first.get_attribute("aria-label")
    assert "D(x), real" in chart
    assert "D(G(z)), forged" in chart
    assert "real against real" not in chart
    lane = page.locator(f".pg-room[data-room='gan'] .pg-lane[data-run='{SHIPPED}']")
    assert float(lane.locator(".pg-figure-more").first.inner_text().split()[-1]) < 20


def test_a_game_moves_and_is_steered_while_it_goes_on(visit):
    visitor = open_fight(visit, **SMALL)
    page = visitor.page
    page.locator(".pg-start:visible").click()
    page.wait_for_function(f"{MINE}?.frame?.step > 3", timeout=LONG)
    run = page.evaluate(f"{MINE}.id")
    first = page.evaluate(f"{MINE}.frame.step")
    page.wait_for_function(f"{MINE}.frame.step > {first}", timeout=LONG)
    page.wait_for_function(f"({SCORED})() > 50", timeout=LONG)
    steer = page.locator(".pg-steer")
    steer.get_by_role("radio", name="D only").click()
    page.wait_for_function(
        f"{MINE}.columns.generator_gradient_norm.at(-1) === null"
        f" && {MINE}.columns.discriminator_gradient_norm.at(-1) > 0",
        timeout=LONG,
    )
    slider = steer.get_by_role("slider", name="Learning rate of D")
    slider.press("Home")
    page.wait_for_function(
        f"{MINE}.columns.discriminator_learning_rate.at(-1) < 2e-6", timeout=LONG
    )
    steer.get_by_label("Steps of D").select_option("2")
    page.wait_for_function(f"{MINE}.frame.steered.discriminator_steps === 2", timeout=LONG)

    steer.get_by_role("button", name="One step").click()
    page.wait_for_function(f"{MINE}.about.state === 'paused'", timeout=LONG)
    page.wait_for_timeout(300)
    before = page.evaluate(f"{MINE}.last('step')")
    steer.get_by_role("radio", name="G only").click()
    steer.get_by_role("button", name="One step").click()
    page.wait_for_function(f"{MINE}.last('step') === {before + 1}", timeout=LONG)
    assert page.evaluate(f"{MINE}.columns.discriminator_gradient_norm.at(-1)") is None
    page.wait_for_function(f"{MINE}.frame.step === {before + 1}", timeout=LONG)
    page.wait_for_function(f"{MINE}.samples.length > 1", timeout=LONG)

    # Somebody who comes back finds the game as it stands, and its film.
    page.reload()
    visitor.ready()
    page.wait_for_function(f"{MINE}?.samples.length > 1 && {MINE}.frame", timeout=LONG)
    page.locator(".pg-steer [data-turn='generator'][aria-checked='true']").wait_for()
    lane = page.locator(f".pg-room[data-room='gan'] .pg-lane[data-run='{run}']")
    lane.get_by_role("button", name="Stop").click()
    visitor.wait_for_state(run, "stopped")


def test_warnings_are_said_in_both_languages(visit):
    visitor = open_fight(visit)
    page = visitor.page
    film_is_there(page)
    alarms = [
        {"kind": "collapse", "since": 1900, "params": {"classes": [7], "missing": "7", "count": 1}},
        {"kind": "discriminator_wins", "since": 300, "params": {"real": 0.98, "fake": 0.01}},
        {
            "kind": "discriminator_memorizes",
            "since": 300,
            "params": {"real": 0.9, "held_out": 0.4},
        },
        {"kind": "vanished", "since": 400, "params": {"norm": 0.001, "largest": 3.0}},
        {"kind": "memorizing", "since": 500, "params": {"share": 0.62}},
    ]
    page.evaluate(
        "(alarms) => { const run = playground.runs.shown('gan')[0];"
        " run.samples.at(-1).alarms = alarms; playground.emit('samples', { run, fresh: [] }); }",
        alarms,
    )
    told = page.locator(".pg-fight-alarms li")
    page.wait_for_function("document.querySelectorAll('.pg-fight-alarms li').length === 5")
    said = told.all_inner_texts()
    assert "no 7 since step 1,900" in said[0]
    assert "62%" in said[4]
    page.get_by_role("button", name="Switch to Chinese").click()
    page.wait_for_function("document.querySelector('.pg-fight-alarms').innerText.includes('第')")
    chinese = told.all_inner_texts()
    assert "第 1,900 步起不再生成 7" in chinese[0]
    assert not any("{" in one or "gan." in one for one in (*said, *chinese))


def test_the_fight_fits_a_phone(visit):
    page = open_fight(visit, options={"viewport": PHONE}).page
    film_is_there(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = page.evaluate(
        "[...document.querySelectorAll('.pg-fight *')].filter((one) => one.offsetParent"
        " && one.getBoundingClientRect().right > innerWidth + 1"
        " && !one.closest('.pg-live-tools, .pg-segments')).map((one) => one.className)"
    )
    assert wide == []
