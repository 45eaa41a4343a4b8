"""The lesson of the Attention room, its break-it buttons, and the code to take home."""

import ast
import re

from tests.browser.attention_visitor import open_attention

LONG = 90_000  # milliseconds, for what has to be trained first
LESSON = ".pg-lesson:visible"
# Whatever of the lesson reaches beyond its column.
TOO_WIDE = """() => {
  const lesson = [...document.querySelectorAll('.pg-lesson')].find((one) => one.offsetWidth);
  const edge = lesson.getBoundingClientRect().right + 1;
  return [...lesson.querySelectorAll('math, p, h2, button')]
    .filter((one) => one.getBoundingClientRect().right > edge).map((one) => one.textContent);
}"""


def test_the_lesson_fits_its_column_and_has_a_card_for_every_experiment(visit):
    wide = {"viewport": {"width": 1500, "height": 900}}
    for language in ("en", "zh"):
        page = open_attention(visit, "translate", lang=language, options=wide).page
        lesson = page.locator(LESSON)
        lesson.locator(".pg-experiment").nth(7).wait_for()
        assert lesson.locator(".pg-experiment").count() == 8
        assert lesson.locator("math").count() > 20
        assert page.evaluate(TOO_WIDE) == []


def test_a_break_trains_a_broken_model_beside_a_whole_one_and_says_what_was_seen(visit):
    visitor = open_attention(visit, "train")
    page = visitor.page
    page.locator("[data-break='no_mask']:enabled").click()
    page.wait_for_function(
        "playground.runs.shown('attention').filter((run) => run.mine).length === 2", timeout=LONG
    )
    told = page.evaluate(
        "playground.runs.shown('attention').map((run) => [run.id, run.about.config.causal])"
    )
    assert [causal for _, causal in told] == [True, False]
    page.wait_for_function(
        "(id) => playground.runs.get(id).name.includes('No mask')", arg=told[1][0]
    )
    for run, _ in told:
        visitor.wait_for_records(run, 12, seconds=90)
    assert page.locator("[data-break]:enabled").count() == 0
    page.get_by_role("button", name="Stop all").click()
    answer = page.locator(".pg-breaks-answer")
    answer.get_by_text(re.compile("of 100 rows")).wait_for(timeout=LONG)
    assert "Without the causal mask" in answer.inner_text()
    assert page.locator("[data-break]:enabled").count() == 4
    page.reload()
    answer.get_by_text(re.compile("of 100 rows")).wait_for(timeout=LONG)


def test_the_code_of_a_run_is_saved_from_its_menu(visit):
    page = open_attention(visit, "train").page
    page.get_by_role("button", name="Runs").first.click()
    row = page.locator(".pg-run[data-run='transformer-reverse']")
    row.get_by_role("button", name="What to do with this run").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Code to take home").click()
    assert download.value.suggested_filename.endswith(".py")
    text = download.value.path().read_text(encoding="utf-8")
    names = {one.name for one in ast.parse(text).body if isinstance(one, ast.ClassDef)}
    assert {"AttentionConfig", "MultiHeadAttention", "Transformer"} <= names
