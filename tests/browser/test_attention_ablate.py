"""Edit and ablate: what is switched off or dragged is asked for, shown, and undone."""

import pytest

from tests.browser.attention_visitor import open_attention

CARD = ".pg-ablate-card[data-kind='{kind}'][data-layer='{layer}'][data-head='{head}']"
SOURCE = "transformer-reverse"
BEFORE = ".pg-ablate-line[data-name='before'] .pg-ablate-text"
AFTER = ".pg-ablate-line[data-name='after'] .pg-ablate-text"


@pytest.fixture(scope="module")
def ablating(visit_for_all):
    visitor = open_attention(visit_for_all, "ablate", source=SOURCE)
    visitor.page.locator(".pg-ablate-chip").first.wait_for()
    return visitor


@pytest.fixture
def page(ablating):
    """The shared visitor's page, with nothing changed."""
    page = ablating.page
    page.evaluate(
        "(source) => playground.attention.set("
        "{source, text: '', maps: 'cross', layer: 1, head: 1})",
        SOURCE,
    )
    if page.locator(".pg-ablate:not(.pg-ablate-plain)").count():
        page.get_by_role("button", name="All as it was").click()
    settled(page)
    return page


def settled(page, before=None):
    """Waits until the model has answered; `before` is a text of the page that must change."""
    if before is not None:
        page.wait_for_function(
            "([css, old]) => document.querySelector(css).innerText !== old", arg=before
        )
    page.wait_for_function("!document.querySelector('.pg-ablate.pg-busy')")


def flip(page, kind="cross", layer=0, head=0):
    """Turns the switch of a head and waits for what becomes of it."""
    page.locator(CARD.format(kind=kind, layer=layer, head=head)).get_by_role("switch").click()
    settled(page)


def cell(page, row, column):
    """The middle of a cell of the large map, on the screen."""
    page.locator(".pg-ablate-map .pg-heat-map").scroll_into_view_if_needed()
    box = page.locator(".pg-ablate-map .pg-heat-map").bounding_box()
    rows, columns = page.evaluate(
        "[document.querySelectorAll('.pg-ablate-chip').length,"
        " playground.attention.config().text.split(' ').length + 1]"
    )
    width, height = box["width"] / columns, box["height"] / rows
    return box["x"] + (column + 0.5) * width, box["y"] + (row + 0.5) * height


def test_at_first_nothing_is_changed_and_everything_is_shown(page):
    assert page.locator(BEFORE).inner_text() == page.locator(AFTER).inner_text()
    assert page.locator(".pg-ablate-card").count() == 6
    assert page.locator(".pg-ablate-flip[aria-checked='false']").count() == 0
    assert page.get_by_role("button", name="Undo").is_disabled()
    assert set(page.locator(".pg-ablate-moved").all_inner_texts()) == {"0"}


def test_a_switch_takes_a_head_out_and_the_translation_follows(page):
    flip(page)
    assert page.locator(AFTER).inner_text() != page.locator(BEFORE).inner_text()
    assert page.locator(f"{AFTER} ins, {BEFORE} del").count() > 0
    moved = [float(one) for one in page.locator(".pg-ablate-moved").all_inner_texts()]
    assert max(moved) > 1
    shown = page.locator(".pg-ablate-chip[aria-checked='true']").get_attribute("data-at")
    assert int(shown) == moved.index(max(moved)), "the step that moved most is open"
    assert page.locator(".pg-ablate-told").inner_text() == "without cross 1.1"
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert page.locator(AFTER).inner_text() == page.locator(BEFORE).inner_text()
    assert page.locator(".pg-ablate-flip[aria-checked='false']").count() == 0


def test_bars_are_the_servers_probabilities_before_and_after(page):
    flip(page, head=1)
    page.locator(".pg-ablate-chip").nth(2).click()
    told = page.evaluate(
        "playground.call('altered', {source: 'transformer-reverse', text: '', changes:"
        " {switched_off: [['cross', 0, 1]]}})"
    )
    step = told["paired"][2]
    tokens = page.locator(".pg-ablate-pair .pg-ablate-token").all_inner_texts()
    assert tokens == [one["token"].strip() for one in step][:7]
    bars = page.locator(".pg-ablate-pair").first.locator("i")
    widths = [float(bars.nth(at).evaluate("one => parseFloat(one.style.width)")) for at in (0, 1)]
    assert widths == pytest.approx([100 * step[0]["before"], 100 * step[0]["after"]], abs=0.01)


def test_a_cell_is_dragged_and_the_weight_is_used(page):
    page.evaluate("playground.attention.set({text: '3 1 4 1 5'})")
    page.wait_for_function("document.querySelectorAll('.pg-ablate-chip').length === 6")
    settled(page)
    x, y = cell(page, 0, 0)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 300, steps=12)
    page.mouse.up()
    settled(page)
    slider = page.get_by_role("slider", name="Weight")
    assert float(slider.input_value()) == 1.0
    assert "not to 1" in page.locator(".pg-ablate-sum").inner_text()
    assert max(float(one) for one in page.locator(".pg-ablate-moved").all_inner_texts()) > 0.001
    assert page.locator(".pg-ablate-told").inner_text() == "weights set: 1"
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert page.locator(".pg-ablate.pg-ablate-plain").count() == 1, "one drag is one step back"


def test_a_cell_is_typed_hidden_and_put_back_by_keys(page):
    page.evaluate("playground.attention.set({text: '3 1 4 1 5'})")
    page.wait_for_function("document.querySelectorAll('.pg-ablate-chip').length === 6")
    settled(page)
    heat = page.locator(".pg-ablate-map .pg-heat")
    heat.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("0.5")
    settled(page)
    number = page.get_by_role("spinbutton", name="Weight as a number from 0 to 1")
    assert float(number.input_value()) == 0.5
    number.fill("1.5")
    fault = page.locator(".pg-ablate-cell .pg-fault:visible")
    fault.wait_for()
    assert "between 0 and 1" in fault.inner_text()
    heat.focus()
    page.keyboard.press("m")
    settled(page)
    hidden = page.get_by_role("button", name="Hidden: show again")
    hidden.wait_for()
    assert page.get_by_role("slider", name="Weight").is_disabled()
    assert page.locator(".pg-ablate-sum").inner_text() == "The row sums to 1.00."
    page.keyboard.press("Delete")
    settled(page)
    assert page.locator(".pg-ablate.pg-ablate-plain").count() == 1


def test_positions_are_switched_off_and_rows_are_no_longer_reversed(page):
    page.evaluate("playground.attention.set({text: '1 2 3 4 5'})")
    page.wait_for_function("document.querySelectorAll('.pg-ablate-chip').length === 6")
    page.get_by_role("switch", name="Positions").click()
    settled(page)
    assert page.locator(BEFORE).inner_text() == "5 4 3 2 1"
    assert page.locator(AFTER).inner_text() != "5 4 3 2 1"
    assert page.locator(".pg-ablate-told").inner_text() == "no positions"


def test_the_scoreboard_says_what_heads_cost_and_the_best_are_kept(page):
    count = page.get_by_role("spinbutton", name="How many of the best heads stay on")
    count.fill("2")
    page.get_by_role("button", name="Only the best").click()
    page.locator(".pg-ablate-rank").first.wait_for()
    settled(page)
    costs = [
        float(one.replace("−", "-"))
        for one in page.locator(".pg-ablate-rank-cost").all_inner_texts()
    ]
    assert len(costs) == 6
    assert costs == sorted(costs, reverse=True)
    off = page.locator(".pg-ablate-rank .pg-ablate-flip[aria-checked='false']")
    assert off.count() == 4
    assert page.locator(".pg-ablate-card .pg-ablate-flip[aria-checked='false']").count() == 4
    assert "costs" in page.locator(".pg-ablate-costs .pg-ablate-said").inner_text()
    page.get_by_role("button", name="by layer").click()
    first = page.locator(".pg-ablate-rank-name").first
    assert first.inner_text() == "encoder layer 1, head 1"
    first.click()
    page.wait_for_function("playground.attention.config().maps === 'encoder'")
    page.get_by_role("button", name="One head per layer").click()
    settled(page)
    assert page.locator(".pg-ablate-card .pg-ablate-flip[aria-checked='false']").count() == 3


def test_quality_is_measured_over_held_out_rows_before_and_after(page):
    measure = page.get_by_role("button", name="Measure what is off now")
    assert measure.is_disabled()
    flip(page)
    measure.click()
    rows = page.locator(".pg-ablate-measure:not(.pg-ablate-measure-head)")
    rows.nth(1).wait_for(timeout=60_000)
    before, after = (
        float(rows.nth(at).locator(".pg-ablate-measure-value").inner_text()) for at in (0, 1)
    )
    assert before > 90
    assert after < before
    assert measure.is_disabled(), "measured already"
    flip(page, head=1)
    assert measure.is_enabled()
    assert rows.count() == 2, "what was measured stays"


def test_heads_are_reached_and_switched_by_keys(page):
    page.locator(".pg-ablate-thumb[aria-pressed='true']").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("playground.attention.config().head === 2")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("playground.attention.config().maps === 'decoder'")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    settled(page)
    off = page.locator(".pg-ablate-card .pg-ablate-flip[aria-checked='false']")
    assert off.count() == 1
    assert off.get_attribute("aria-label") == "decoder layer 1, head 2"


def test_cells_go_with_their_sentence_and_heads_stay(page):
    flip(page)
    page.locator(".pg-ablate-map .pg-heat").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("+")
    settled(page)
    assert "weights set: 1" in page.locator(".pg-ablate-told").inner_text()
    page.evaluate("playground.attention.set({text: '7 7 1'})")
    page.wait_for_function("document.querySelectorAll('.pg-ablate-chip').length === 4")
    settled(page)
    assert page.locator(".pg-ablate-told").inner_text() == "without cross 1.1"


def test_a_source_that_is_not_there_is_refused_in_place(page, ablating):
    ablating.expect("status of 400")
    page.evaluate("playground.attention.set({source: 'no-such-model'})")
    fault = page.locator(".pg-ablate > .pg-fault:visible")
    fault.wait_for()
    page.evaluate("playground.attention.set({source: 'transformer-reverse'})")
    fault.wait_for(state="hidden")


def test_numbers_go_home_as_tables(page):
    flip(page)
    with page.expect_download() as download:
        page.locator(".pg-ablate-steps .pg-live-do-csv").click()
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("step,token,probability before")
    assert len(lines) == 1 + page.locator(".pg-ablate-chip").count()
    page.locator(".pg-ablate-map .pg-live-do-table").click()
    rows = page.locator(".pg-ablate-map .pg-live-table tbody tr")
    assert rows.count() == page.locator(".pg-ablate-chip").count()
    page.locator(".pg-ablate-map .pg-live-do-table").click()


def test_changes_come_back_while_somebody_still_drags(page):
    """The newest change wins, and answers on the way are shown: a drag must not stand still."""
    answers = page.evaluate(
        """async () => {
            let seen = 0;
            const real = playground.call;
            playground.call = async (...asked) => {
                const told = await real(...asked);
                if (asked[0] === 'altered') seen++;
                return told;
            };
            const switches = [...document.querySelectorAll('.pg-ablate-card .pg-ablate-flip')];
            for (let turn = 0; turn < 12; turn++) {
                switches[turn % switches.length].click();
                await new Promise((next) => setTimeout(next, 40));
            }
            while (document.querySelector('.pg-ablate.pg-busy')) {
                await new Promise((next) => setTimeout(next, 20));
            }
            playground.call = real;
            return seen;
        }"""
    )
    assert 1 <= answers <= 12
    assert page.locator(".pg-ablate-card .pg-ablate-flip[aria-checked='false']").count() == 0
    assert page.locator(AFTER).inner_text() == page.locator(BEFORE).inner_text()


def test_it_speaks_chinese(page, ablating):
    flip(page)
    page.evaluate("playground.setLanguage('zh')")
    page.wait_for_function("document.documentElement.lang === 'zh-CN'")
    assert page.locator(".pg-ablate-told").inner_text() == "去掉 交叉 1.1"
    left = [one for one in ablating.texts() if "attention." in one]
    page.evaluate("playground.setLanguage('en')")
    page.wait_for_function("document.documentElement.lang === 'en'")
    assert left == []
