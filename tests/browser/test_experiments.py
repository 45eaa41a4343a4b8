"""*Try this*: a prediction, a run, and the answer that the run gives."""

import json

import pytest


@pytest.fixture
def lesson(visit):
    """A visitor at the unfolded lesson, whose experiments take one second a lane, not fifteen."""
    visitor = visit()
    visitor.page.route("**/playground/call/start_r*", _shorten)
    visitor.page.locator(".pg-lesson-tab").click()
    return visitor


def test_an_experiment_asks_for_a_prediction_runs_and_answers(lesson):
    page = lesson.page
    card = page.locator("[data-experiment='which_cell']")
    card.scroll_into_view_if_needed()
    run = card.get_by_role("button", name="Run it")
    assert run.is_disabled()
    assert "Choose what you expect" in card.inner_text()
    card.get_by_role("radio", name="GRU").click()
    assert card.get_by_role("radio", name="GRU").get_attribute("aria-checked") == "true"
    run.click()
    page.wait_for_function("playground.runs.shown().filter((run) => run.mine).length === 3")
    assert page.evaluate("playground.runs.shown().map((run) => run.cell)") == ["rnn", "gru", "lstm"]
    answer = card.locator(".pg-answer")
    answer.wait_for(timeout=40_000)
    assert "perplexity" in answer.inner_text() or "against" in answer.inner_text()
    assert "{" not in answer.inner_text()
    right = card.locator(".pg-choice-true").get_attribute("data-choice")
    assert right in ("rnn", "gru", "lstm")
    assert ("You predicted that" in answer.inner_text()) == (right == "gru")
    page.reload()
    lesson.ready()
    page.locator("[data-experiment='which_cell'] .pg-answer").wait_for(state="attached")


def test_an_experiment_that_diverges_is_answered_too(lesson):
    card = lesson.page.locator("[data-experiment='without_clipping']")
    card.get_by_role("radio").first.click()
    card.get_by_role("button", name="Run it").click()
    card.locator(".pg-answer").wait_for(timeout=30_000)
    assert card.locator(".pg-choice-true").count() == 1


def test_the_lesson_shows_formulas_and_experiments_and_folds(lesson):
    page = lesson.page
    body = page.locator(".pg-lesson-body")
    assert body.locator("math").count() >= 3
    assert "$" not in body.inner_text()
    assert "sequence.experiment" not in body.inner_text()
    cards = page.locator(".pg-experiment")
    assert cards.count() >= 6
    assert all(text.strip() for text in cards.locator("h4").all_inner_texts())
    page.get_by_role("button", name="Fold the lesson away").click()
    body.wait_for(state="hidden")


def _shorten(route):
    asked = json.loads(route.request.post_data)
    for config in asked.get("configs") or [asked["config"]]:
        config["seconds"] = 1
    route.continue_(post_data=json.dumps(asked))
