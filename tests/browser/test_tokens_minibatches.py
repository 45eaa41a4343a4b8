"""Minibatches: rows on the ribbon, X and Y one token apart, what carries over, what is padded."""

import pytest

from tests.browser.tokens_visitor import open_tokens
from tests.browser.visitor import PHONE

CUT = {"scheme": "word", "steps": 4, "batch_size": 3}
ASKED = """() => {
  const { steps, batch_size, sampling, offset, seed } = playground.tokens.config();
  const cut = { steps, batch_size, sampling, offset, seed };
  return playground.call('minibatches', { ...playground.tokens.reading(), ...cut });
}"""
BUCKETED = """playground.call('padding', {
  ...playground.tokens.reading(), batch_size: 3, order: 'bucketed', seed: 0,
})"""
AS_OPENED = """playground.tokens.set({
  text: '', offset: 0, sampling: 'sequential', order_by: 'given', steps: 4,
})"""
ROWS = """(matrix) => [...document.querySelectorAll(`.pg-mb-line[data-matrix="${matrix}"]`)].map(
  (line) => [...line.querySelectorAll('.pg-mb-cell[data-matrix]')].map((one) => one.textContent))"""
STARTS = """[...document.querySelectorAll('.pg-mb-cell[data-matrix="x"][data-step="0"]')]
  .map((one) => +one.dataset.position)"""
ON_RIBBON = """[...document.querySelectorAll('.pg-mb-ribbon .pg-mb-in[data-row]')]
  .map((one) => [+one.dataset.row, +one.dataset.position, one.textContent])"""


@pytest.fixture(scope="module")
def batches(visit_for_all):
    """A visitor whom the tests share; each begins at the first batch of a sequential epoch."""
    visitor = open_tokens(visit_for_all, "minibatches", **CUT)
    visitor.page.locator(".pg-mb-cell[data-matrix=x]").first.wait_for()
    return visitor


@pytest.fixture(autouse=True)
def from_the_start(request):
    """Settings as they were, whatever the test before turned."""
    if "batches" not in request.fixturenames:
        return
    page = request.getfixturevalue("batches").page
    page.evaluate(AS_OPENED)
    page.locator("[data-face=tokens]").click()
    page.mouse.move(5, 5)
    seek(page, 0)
    page.wait_for_function(f"{STARTS}[0] === 0")


def seek(page, batch):
    scrub = page.get_by_label("Batch of the epoch")
    scrub.fill(str(batch))


def test_the_batch_is_the_servers_and_targets_are_inputs_one_token_further(batches):
    page = batches.page
    told = page.evaluate(ASKED)
    for name in ("x", "y"):
        shown = page.evaluate(ROWS, name)
        expected = page.evaluate(
            "(rows) => rows.map((row) => row.map(playground.visible))",
            [row[name] for row in told["preview"]],
        )
        assert shown == expected
    inputs, targets = page.evaluate(ROWS, "x"), page.evaluate(ROWS, "y")
    assert [row[1:] for row in inputs] == [row[:-1] for row in targets]
    assert page.evaluate(STARTS) == told["starts"][0]
    shape = page.locator(".pg-mb-shape").first.inner_text()
    assert "X: (batch_size, steps) = (3, 4)" in shape
    assert "Y[0] = ids[1 : 5]" in shape


def test_the_ribbon_marks_the_rows_where_the_text_has_them(batches):
    page = batches.page
    seek(page, 7)
    marked = page.evaluate(ON_RIBBON)
    starts = page.evaluate(STARTS)
    assert [place for row, place, _ in sorted(marked)] == [
        start + step for start in starts for step in range(4)
    ]
    rows = page.evaluate(ROWS, "x")
    assert [word for _, _, word in sorted(marked)] == [word for row in rows for word in row]
    page.locator("[data-face=ids]").click()
    assert all(word.isdecimal() for row in page.evaluate(ROWS, "x") for word in row)


def test_sequential_rows_go_on_where_they_stopped_and_carry_their_state(batches):
    page = batches.page
    assert page.locator(".pg-mb-zero").count() == 3, "an epoch starts with no state"
    first = page.evaluate(STARTS)
    page.get_by_role("button", name="The next batch", exact=True).click()
    assert page.evaluate(STARTS) == [start + 4 for start in first]
    assert page.locator(".pg-mb-carried").count() == 3
    assert page.locator(".pg-mb-cut").count() == 0
    assert "carries over" in page.locator(".pg-mb-carry").inner_text()
    page.get_by_role("button", name="The batch before", exact=True).click()
    assert page.evaluate(STARTS) == first


def test_random_rows_start_anew_each_time(batches):
    page = batches.page
    page.locator("[data-sampling=random]").click()
    page.wait_for_function(f"{STARTS}[0] !== 0")
    told = page.evaluate(ASKED)
    assert told["continues"] is False
    page.get_by_role("button", name="The next batch", exact=True).click()
    assert page.evaluate(STARTS) == told["starts"][1]
    assert page.locator("[role=gridcell].pg-mb-cut").count() == 3
    assert page.locator(".pg-mb-carried").count() == 0
    assert "starts anew" in page.locator(".pg-mb-carry").inner_text()


def test_pointing_at_a_token_lights_its_twin_and_its_place(batches):
    page = batches.page
    page.locator(".pg-mb-cell[data-matrix=x][data-row='1'][data-step='2']").hover()
    lit = page.locator(".pg-mb-lit")
    places = lit.evaluate_all("(all) => all.map((one) => one.dataset.position)")
    assert len(places) == 3, "X, Y and the ribbon"
    assert len(set(places)) == 1
    assert page.locator(".pg-mb-lit[data-matrix=y][data-row='1'][data-step='1']").count() == 1
    page.locator(".pg-mb-ribbon .pg-mb-in[data-row='2']").first.click()
    page.mouse.move(5, 5)
    assert lit.count() == 2, "a row's first input is no target of it"
    assert "X[2, 0]" in page.locator(".pg-mb-detail").inner_text()
    page.locator(".pg-mb-cell[data-matrix=x][tabindex='0']").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert page.locator(".pg-mb-lit[data-matrix=x][data-row='0'][data-step='1']").count() == 1


def test_dragging_the_ribbon_moves_all_cuts(batches):
    page = batches.page
    cell = page.locator(".pg-mb-ribbon .pg-mb-cell").first
    box = cell.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"], y, steps=4)
    page.mouse.move(x + 2 * box["width"], y, steps=4)
    page.mouse.up()
    page.wait_for_function(f"{STARTS}[0] === 2")
    assert page.evaluate("playground.tokens.config().offset") == 2
    assert page.locator(".pg-mb-ribbon .pg-mb-unused").first.inner_text()
    handle = page.get_by_role("slider", name="Offset").last
    handle.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"{STARTS}[0] === 1")
    assert handle.get_attribute("aria-valuenow") == "1"
    assert "unused before: 1" in page.locator(".pg-mb-facts").inner_text()


def test_it_plays_by_itself_and_rows_rise_into_the_matrix(batches):
    page = batches.page
    page.evaluate("""() => {
      window.rose = 0;
      new MutationObserver((changes) => changes.forEach((one) => one.addedNodes.forEach(
        (node) => { if (node.classList?.contains('pg-mb-flying')) window.rose++; },
      ))).observe(document.querySelector('.pg-mb'), { childList: true });
    }""")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(f"{STARTS}[0] >= 8")
    page.get_by_role("button", name="Pause").click()
    assert page.evaluate("window.rose") >= 12
    page.wait_for_function("!document.querySelector('.pg-mb-flying')")
    bar = page.locator(".pg-mb-overview").bounding_box()
    page.mouse.click(bar["x"] + bar["width"] * 0.34, bar["y"] + 20)
    page.wait_for_function(f"{STARTS}[0] !== 8")


def test_padding_is_counted_for_each_order_and_masked(batches):
    page = batches.page
    told = page.evaluate(BUCKETED)
    for name, waste in told["compare"].items():
        assert page.locator(f"[data-order={name}] b").inner_text() == f"{100 * waste:.1f} %"
    assert told["compare"]["bucketed"] < told["compare"]["given"]
    page.locator("[data-order=bucketed]").click()
    page.locator("[data-order=bucketed][aria-checked=true]").wait_for()
    page.locator("[data-face=mask]").click()
    ones, zeros = (
        page.locator(f".pg-pad-{kind}").evaluate_all(
            "(all) => all.map((one) => one.textContent).join('')"
        )
        for kind in ("tokens", "filled")
    )
    assert set(ones) == {"1"}
    assert set(zeros) == {"0"}
    assert (len(ones) + len(zeros), len(zeros)) == (told["cells"], told["padding"])
    row = page.locator(".pg-pad-row").nth(1)
    row.hover()
    sentence = told["sentences"][int(row.get_attribute("data-sentence"))]
    said = page.locator(".pg-pad-detail").inner_text()
    assert sentence["text"][:40] in said
    assert said.startswith(f"{sentence['length']} tokens")


def test_a_text_too_short_says_so_and_the_last_batch_stays(batches):
    page = batches.page
    batches.expect("400 (Bad Request)")
    page.evaluate("playground.tokens.set({ text: 'Too short.' })")
    fault = page.locator(".pg-mb-text [role=alert]:visible")
    fault.wait_for()
    assert fault.count() == 1
    assert page.evaluate(ROWS, "x"), "the last picture is gone"
    page.evaluate("playground.tokens.set({ text: '' })")
    fault.wait_for(state="hidden")


def test_it_fits_a_phone_in_chinese_and_all_of_it_can_be_read(visit):
    visitor = open_tokens(
        visit, "minibatches", lang="zh", corpus="story-zh", batch_size=12, steps=20,
        options={"viewport": PHONE, "color_scheme": "dark", "reduced_motion": "reduce"},
    )  # fmt: skip
    page = visitor.page
    page.locator(".pg-mb-cell[data-matrix=x]").first.wait_for()
    page.locator(".pg-pad-row").first.wait_for()
    page.get_by_role("button", name="下一个小批量").click()
    assert page.locator(".pg-mb-flying").count() == 0, "it moves for who asked for calm"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("looking.faint()") == []
    unsaid = [key for key, text in page.evaluate("looking.said()") if text == key]
    assert unsaid == []
