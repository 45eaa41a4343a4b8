"""Training in the Attention room: runs, curves, alignment on a time slider, one's own sentence."""

from typing import Any

import pytest

from tests.browser.attention_visitor import open_attention
from tests.browser.visitor import Visitor
from tests.running_app import running_app

LONG = 90_000  # milliseconds, for what has to be trained first
# Steps of a few milliseconds; whoever starts such a run stops it.
SMALL: dict[str, Any] = {
    "task": "reverse", "symbols": 4, "length": 4, "encoder_layers": 1, "decoder_layers": 1,
    "heads": 2, "hidden_size": 16, "feedforward_size": 16, "batch_tokens": 64, "seconds": 300,
}  # fmt: skip
SAMPLES = "(id) => playground.runs.get(id).samples.length"
CARD = ".pg-align-card[data-run='{}']"


@pytest.fixture
def watching(visit):
    """Opens the picture in which models learn, with these settings."""
    return lambda **settings: open_attention(visit, "train", **settings)


def start(visitor: Visitor) -> list[str]:
    """Presses Start; the runs that are then shown, once they have been looked at."""
    page = visitor.page
    page.locator(".pg-start:visible").click()
    page.wait_for_function(
        "playground.runs.shown('attention').some((run) => run.mine)", timeout=LONG
    )
    ids = page.evaluate("playground.runs.shown('attention').map((run) => run.id)")
    for run in ids:
        page.wait_for_function(f"(id) => ({SAMPLES})(id) > 0", arg=run, timeout=LONG)
    return ids


def test_the_first_screen_shows_a_trained_model_and_every_moment_of_its_training(watching):
    page = watching().page
    card = page.locator(CARD.format("transformer-reverse"))
    card.locator(".pg-heat canvas").first.wait_for()
    slider = page.get_by_role("slider", name="moment")
    page.wait_for_function("document.querySelector('.pg-time input').max > 5")
    last = card.inner_text()
    drawn = "() => document.querySelector('.pg-align-card .pg-heat-map').toDataURL()"
    picture = page.evaluate(drawn)
    slider.press("Home")
    page.wait_for_function(f"(before) => ({drawn})() !== before", arg=picture)
    assert card.inner_text() != last
    page.get_by_role("button", name="Play the training").click()
    page.wait_for_function("+document.querySelector('.pg-time input').value > 1")
    page.get_by_role("button", name="Stop playing").click()
    slider.press("End")
    page.wait_for_function(f"(before) => ({drawn})() === before", arg=picture)
    page.get_by_label("head", exact=True).select_option("1")
    page.wait_for_function(f"(before) => ({drawn})() !== before", arg=picture)


def test_a_toy_task_is_trained_watched_asked_and_paused(watching, app):
    visitor = watching(**SMALL)
    page = visitor.page
    (run,) = start(visitor)
    seen = visitor.wait_for_records(run, 5, seconds=90)
    page.wait_for_function(
        "(id) => playground.runs.get(id).last('quality') !== null", arg=run, timeout=LONG
    )
    lane = page.locator(f".pg-room[data-room='attention'] .pg-lane[data-run='{run}']")
    assert "%" in lane.locator(".pg-figure-more").inner_text()
    label = page.locator(".pg-train-curves canvas").first.get_attribute("aria-label")
    assert label.startswith("Perplexity over step")

    page.get_by_label("your own sentence").fill("3 2 1")
    page.get_by_label("your own sentence").press("Enter")
    page.wait_for_function(
        "(id) => playground.runs.get(id).samples.some((one) => one.text === '3 2 1')",
        arg=run, timeout=LONG,
    )  # fmt: skip
    card = page.locator(CARD.format(run))
    page.wait_for_function(
        "(css) => document.querySelector(css).getAttribute('aria-label').includes('4 source')",
        arg=f"{CARD.format(run)} .pg-heat-map",
    )
    right = card.locator(".pg-align-written").inner_text() == "1 2 3"
    assert right == card.get_by_text("exact", exact=True).is_visible()
    assert right != card.get_by_text("wanted: 1 2 3").is_visible()

    lane.get_by_role("button", name="Pause").click()
    visitor.wait_for_state(run, "paused")
    assert app.call("run", run_id=run)["steps"] >= seen
    lane.get_by_role("button", name="Go on").click()
    visitor.wait_for_state(run, "running")
    lane.get_by_role("button", name="Stop").click()
    visitor.wait_for_state(run, "stopped")


def test_models_with_and_without_attention_race_and_the_bottleneck_is_seen(watching):
    visitor = watching(**SMALL, models="transformer,gru_attention,gru")
    ids = start(visitor)
    page = visitor.page
    kinds = page.locator(".pg-train .pg-lane").evaluate_all(
        "(all) => all.map((one) => one.dataset.kind)"
    )
    assert kinds == ["transformer", "gru_attention", "gru"]
    colours = page.locator(".pg-train .pg-lane .pg-swatch").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(colours)) == 3
    for run in ids[:2]:
        page.locator(CARD.format(run)).locator(".pg-heat canvas").first.wait_for()
    narrow = page.locator(CARD.format(ids[2]))
    assert "All that it knows" in narrow.inner_text()
    assert "16 numbers" in narrow.inner_text()
    assert not narrow.locator(".pg-heat").count()
    page.get_by_role("button", name="Stop all").click()


def test_each_room_keeps_the_runs_that_it_shows(visit, network):
    visitor = visit(f"?runs={network}")
    page = visitor.page
    shown = "playground.runs.shown().map((run) => run.id)"
    page.wait_for_function(f"({shown})[0] === '{network}'")
    page.get_by_role("button", name="Attention").click()
    page.evaluate("playground.attention.set({picture: 'train'})")
    page.wait_for_function(f"({shown}).includes('transformer-reverse')")
    assert "runs=" not in page.url
    assert page.locator(".pg-train .pg-lane").count() == 1
    page.get_by_role("button", name="Sequence").click()
    page.wait_for_function(f"({shown})[0] === '{network}'")
    assert f"runs={network}" in page.url
    assert page.locator(".pg-lane:visible").count() == 1


def test_the_link_of_a_run_opens_the_room_and_the_picture_of_it(visit, app):
    token = app.call("start_run", slice="attention", config=SMALL | {"seconds": 2})
    app.wait_for(token["run_id"], "finished", seconds=120)
    run = token["run_id"]
    visitor = visit(f"?runs={run}")
    page = visitor.page
    page.locator(CARD.format(run)).wait_for()
    assert page.evaluate("playground.link.room()") == "attention"
    page.get_by_role("button", name="Runs").first.click()
    row = page.locator(f".pg-run[data-run='{run}']")
    row.get_by_role("button", name="What to do with this run").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Interactive figure").click()
    assert (
        "BLEU" not in download.value.path().read_text(encoding="utf-8").split("Plotly.newPlot")[-1]
    )
    row.get_by_role("button", name="What to do with this run").click()
    page.get_by_role("menuitem", name="Translate with it").click()
    page.wait_for_function(
        "(id) => { const now = playground.attention.config();"
        " return now.picture === 'translate' && now.source === id; }",
        arg=run,
    )


def test_training_starts_only_where_it_is_watched_and_is_told_nothing_of_the_picture(watching):
    visitor = watching(**SMALL, layer=2, text="1 2")
    page = visitor.page
    room = page.locator(".pg-room[data-room='attention']")
    assert room.locator(".pg-start").is_visible()
    (lane,) = page.evaluate("playground.controls.attention.lanes()")
    assert lane["symbols"] == 4
    assert not set(lane) & {"picture", "source", "text", "layer", "head", "beam", "model_name"}
    page.evaluate("playground.attention.set({picture: 'positions'})")
    room.locator(".pg-start").wait_for(state="detached")


def test_sentences_that_are_not_here_are_offered_where_they_are_chosen(
    chromium, tmp_path, monkeypatch
):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path / "none"))
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "cache"))
    with running_app(tmp_path / "runs", "--workers", "1") as app:
        visitor = Visitor(chromium, app.url)
        visitor.context.set_default_timeout(LONG)  # this server has just begun
        try:
            visitor.open("?room=attention&picture=train&task=eng-cmn")
            field = visitor.field("task").locator("visible=true")
            field.get_by_role("button", name="Download the sentences").wait_for()
            assert "Tatoeba" in field.inner_text()
            visitor.page.locator(".pg-start:visible").click()
            field.get_by_text("download the sentences below").wait_for()
            assert visitor.page.evaluate("playground.runs.all().every((run) => !run.mine)")
            visitor.page.evaluate("playground.controls.attention.set({task: 'sort'})")
            field.get_by_role("button", name="Download the sentences").wait_for(state="hidden")
        finally:
            visitor.leave()
