"""The first picture of the Attention room: translation, linked maps, beam tree, saved files."""

import csv
import itertools
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from playground.packed import unpacked
from tests.browser.attention_visitor import open_attention

SENTENCE = "I don't know where she lives."
CELLS = ".pg-weights tbody td:not(.pg-weights-sum)"
SHOWN = "(text) => document.querySelector('.pg-translate')?.dataset.text === text"

# A viewer of its own with these weights, and a page whose tokens are markup.
STRANGE = """
() => {
  const tokens = ['</script><img src=x onerror=alert(1)>', '<b>bold</b>', '& "quoted"'];
  const map = (rows) => ({ layers: 2, heads: 2, rows, columns: 3,
    weights: Float32Array.from({ length: 4 * rows * 3 }, (_, at) => [0.5, 0.25, 0.25][at % 3]) });
  const viewer = playground.attention.viewer({ name: 'strange', title: () => tokens[0] });
  viewer.element.id = 'strange';
  document.querySelector('.pg-translate').append(viewer.element);
  viewer.show({ source_tokens: tokens, target_tokens: tokens.slice(1),
    maps: { encoder: map(3), cross: map(2) } });
}
"""


@pytest.fixture(scope="module")
def someone(visit_for_all):
    visitor = open_attention(visit_for_all, "translate", text=quote(SENTENCE))
    visitor.page.wait_for_function(SHOWN, arg=SENTENCE)
    return visitor


@pytest.fixture
def page(someone):
    """The page of someone who holds nothing and looks at the first head of the last map."""
    someone.page.keyboard.press("Escape")
    someone.page.mouse.move(5, 5)
    someone.page.evaluate(
        "playground.attention.set({maps: 'cross', layer: 1, head: 1, query: -1, beam: 4})"
    )
    return someone.page


def looked(page, **changes: Any) -> dict[str, Any]:
    asked = {"source": "transformer-eng-fra", "text": SENTENCE, "beam": 4} | changes
    return page.evaluate("(asked) => playground.call('look', asked)", asked)


def numbers(page) -> list[float]:
    return [float(one) for one in page.locator(CELLS).all_inner_texts()]


def cell(page, query: int, key: int):
    return page.locator(f".pg-weights td[data-query='{query}'][data-key='{key}']")


def point_at_map(page, query: int, key: int) -> None:
    """Moves the pointer into a cell of the heat map."""
    canvas = page.locator(".pg-heat-map").first
    canvas.scroll_into_view_if_needed()
    rows, columns = page.evaluate(
        "[document.querySelectorAll('.pg-weights tbody tr:not(.pg-weights-space)').length,"
        " document.querySelectorAll('.pg-weights thead th').length - 2]"
    )
    box = canvas.bounding_box()
    page.mouse.move(
        box["x"] + (key + 0.5) * box["width"] / columns,
        box["y"] + (query + 0.5) * box["height"] / rows,
    )


def test_the_numbers_are_the_servers_and_every_row_sums_to_one(page):
    answer = looked(page)
    cross = answer["maps"]["cross"]
    size = cross["rows"] * cross["columns"]
    weights = unpacked(cross["weights"])
    assert numbers(page) == pytest.approx(weights[:size].tolist(), abs=0.0006)
    sums = page.locator(".pg-weights td.pg-weights-sum").all_inner_texts()
    assert sums == ["1.000"] * cross["rows"]
    # The mean over heads is the mean of what the server tells of each head.
    page.locator(".pg-thumbnail[data-layer='2'][data-head='0']").click()
    assert page.evaluate("playground.attention.config().head") == 0
    heads = weights.reshape(cross["layers"], cross["heads"], size)[1]
    assert numbers(page) == pytest.approx(heads.mean(0).tolist(), abs=0.0006)
    assert set(page.locator(".pg-weights td.pg-weights-sum").all_inner_texts()) == {"1.000"}


def test_what_is_pointed_at_in_the_map_is_lit_everywhere_a_click_holds_and_escape_lets_go(page):
    chips = page.locator(".pg-token-chip")
    point_at_map(page, 1, 2)
    written = chips.and_(page.locator("[data-side=target][data-at='1']"))
    read = chips.and_(page.locator("[data-side=source][data-at='2']"))
    page.locator(".pg-token-chip.pg-looked").wait_for()
    assert "pg-looked" in written.get_attribute("class")
    assert "pg-seen" in read.get_attribute("class")
    assert page.locator(".pg-weights th.pg-lit").count() == 2
    weight = cell(page, 1, 2).inner_text()
    assert f"{weight} of its attention" in page.locator(".pg-viewer-reading").inner_text()
    page.mouse.down()
    page.mouse.up()
    page.mouse.move(5, 5)
    assert page.evaluate("playground.attention.config().query") == 1
    assert "pg-looked" in written.get_attribute("class")
    page.keyboard.press("Escape")
    assert page.evaluate("playground.attention.config().query") == -1
    assert not page.locator(".pg-looked, .pg-seen, .pg-weights .pg-lit").count()


def test_tokens_numbers_and_lines_lead_to_the_map_in_each_kind_of_attention(page):
    mark = page.locator(".pg-heat-row-mark")
    for kind, chip in (("cross", "target"), ("encoder", "source"), ("decoder", "target")):
        page.evaluate("(maps) => playground.attention.set({maps})", kind)
        page.locator(f".pg-token-chip[data-side={chip}][data-at='0']").hover()
        mark.wait_for()
        lit = page.locator(".pg-weights tbody th.pg-lit").inner_text()
        token = page.locator(f".pg-token-chip[data-side={chip}][data-at='0'] .pg-chip-token")
        assert lit == token.inner_text()
        page.mouse.move(5, 5)
        mark.wait_for(state="hidden")
    cell(page, 1, 0).hover()
    page.locator(".pg-heat-cell-mark").wait_for()
    page.locator(".pg-lines-over").hover(position={"x": 12, "y": 40})
    page.locator(".pg-lines-faint").wait_for()
    assert page.locator(".pg-weights tbody th.pg-lit").count() == 1


def test_arrow_keys_walk_the_map_and_choose_among_the_small_ones(page):
    page.locator(".pg-heat").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate("playground.attention.config().query") == 1
    assert cell(page, 1, 1).inner_text() in page.locator(".pg-viewer-reading").inner_text()
    page.keyboard.press("Escape")
    page.locator(".pg-thumbnail[aria-checked='true']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    now = page.evaluate("(({layer, head}) => [layer, head])(playground.attention.config())")
    assert now == [2, 2]
    page.keyboard.press("ArrowDown")
    assert page.evaluate("playground.attention.config().layer") == 0
    assert "mean of all layers" in page.locator(".pg-viewer .pg-live-title").first.inner_text()


def test_a_link_holds_its_query_until_the_sentence_is_another(visit):
    page = open_attention(visit, "translate", text=quote(SENTENCE), query=1, layer=2).page
    page.locator(".pg-token-chip.pg-looked[data-at='1']").wait_for()
    assert page.locator(".pg-thumbnail[aria-checked='true']").get_attribute("data-layer") == "2"
    page.evaluate("playground.attention.set({text: 'She lives here.'})")
    page.wait_for_function(SHOWN, arg="She lives here.")
    assert not page.locator(".pg-looked").count()
    assert page.evaluate("playground.attention.config().query") == -1


def test_a_decoder_that_is_masked_looks_at_nothing_after_itself(page):
    page.get_by_role("radio", name="Decoder, masked self").click()
    out = page.locator(".pg-weights-blocked")
    rows = page.locator(".pg-weights tbody tr:not(.pg-weights-space)").count()
    assert out.count() == rows * (rows - 1) // 2
    assert set(out.all_inner_texts()) <= {"–"}
    assert page.locator(".pg-viewer-blocked").is_visible()


def test_the_tree_tells_beginnings_and_a_finished_translation_can_be_looked_at(page):
    answer = looked(page)["beam"]
    assert page.locator(".pg-branch").count() == len(answer["branches"])
    rows = page.locator(".pg-finished tbody tr")
    assert rows.count() == len(answer["translations"])
    told = page.locator(".pg-tree-reading")
    leaf = page.locator(f".pg-branch[data-branch='{answer['translations'][0]['leaf']}']")
    page.locator(".pg-tree-frame svg").focus()
    page.keyboard.press("ArrowRight")
    assert "log probability" in told.inner_text()
    leaf.scroll_into_view_if_needed()
    leaf.hover()
    beginning = answer["translations"][0]["text"].split()[0]
    assert beginning in told.inner_text()
    assert page.locator(".pg-tree-frame path.pg-lit").count() == len(looked(page)["target_tokens"])
    second = answer["translations"][1]["text"]
    rows.nth(1).get_by_role("button").click()
    page.locator(".pg-translate-said").get_by_text(second, exact=True).wait_for()
    assert rows.nth(1).get_attribute("aria-current") == "true"
    page.get_by_role("button", name="Back to the best").click()
    page.locator(".pg-finished tr[aria-current='true']").get_by_text("1", exact=True).wait_for()


def test_alternatives_of_a_step_are_told_and_greedy_search_keeps_one_branch(page):
    page.locator(".pg-token-chip[data-side=target][data-at='0']").hover()
    tip = page.locator(".pg-chips-tip")
    tip.wait_for()
    assert tip.locator(".pg-chance").count() in (5, 6)
    assert tip.locator(".pg-chosen").count() == 1
    page.evaluate("playground.attention.set({beam: 1})")
    page.wait_for_function("document.querySelectorAll('.pg-finished tbody tr').length === 1")
    steps = len(looked(page, beam=1)["target_tokens"])
    assert page.locator(".pg-branch-kept").count() == steps


def test_saved_files_hold_the_numbers_and_no_token_becomes_markup(someone, page, tmp_path: Path):
    page.evaluate(STRANGE)
    own = page.locator("#strange")
    with page.expect_download() as saving:
        own.get_by_role("button", name="CSV").click()
    with Path(saving.value.path()).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][1:4] == ["</script><img␣src=x␣onerror=alert(1)>", "<b>bold</b>", '&␣"quoted"']
    assert rows[1] == ["<b>bold</b>", "0.5", "0.25", "0.25", "1"]
    with page.expect_download() as saving:
        own.get_by_role("button", name="PNG").click()
    assert Path(saving.value.path()).read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as saving:
        own.get_by_role("button", name="HTML").click()
    alone = tmp_path / "alone.html"
    saving.value.save_as(alone)
    other = someone.context.new_page()
    other.goto(alone.as_uri())
    assert "</script><img" in other.locator("h1").inner_text()
    assert not other.locator("img, b").count()
    other.locator("#map").focus()
    other.keyboard.press("ArrowDown")
    assert "0.500" in other.locator("#reading").inner_text()
    assert "Σ = 1.000" in other.locator("#reading").inner_text()
    other.close()
    page.evaluate("document.querySelector('#strange').remove()")


def test_lightness_of_the_colours_rises_evenly(page):
    """Perceived lightness (OKLab) is a straight line in the weight, up to whole colour values."""
    colours = page.evaluate(
        "Array.from({length: 65}, (_, at) => playground.attention.colours.of(at / 64))"
    )
    shades = [lightness(one) for one in colours]
    steps = [after - before for before, after in itertools.pairwise(shades)]
    assert min(steps) > 0
    assert max(steps) < 1.5 * sum(steps) / len(steps)


def lightness(colour: list[int]) -> float:
    """L of OKLab (Ottosson 2020) of a colour in sRGB."""
    red, green, blue = (
        ((part / 255 + 0.055) / 1.055) ** 2.4 if part > 10 else part / 255 / 12.92
        for part in colour
    )
    cones = (
        0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue,
        0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue,
        0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue,
    )
    long, middle, short = (one ** (1 / 3) for one in cones)
    return 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
