"""Names for what can be used, contrast for what can be read, and calm for who asks for it."""

from itertools import product

import pytest

from tests.browser.visitor import address

TEXTS = ("--pg-text", "--pg-text-2", "--pg-accent-text", "--pg-danger", "--pg-warning", "--pg-good")
GROUNDS = ("--pg-page", "--pg-panel", "--pg-sunken")
PAIRS = [
    *product(TEXTS, GROUNDS),
    ("--pg-on-accent", "--pg-button"),
    ("--pg-on-accent", "--pg-button-hover"),
    ("--pg-accent-text", "--pg-accent-soft"),
    ("--pg-danger", "--pg-danger-soft"),
    ("--pg-warning", "--pg-warning-soft"),
    ("--pg-good", "--pg-good-soft"),
    ("--pg-text", "--pg-recited"),
]
SHAPES = ("--pg-rnn", "--pg-gru", "--pg-lstm", "--pg-accent", "--pg-control")
USABLE = {
    "button",
    "link",
    "textbox",
    "searchbox",
    "slider",
    "checkbox",
    "switch",
    "radio",
    "combobox",
    "listbox",
    "option",
    "spinbutton",
    "menuitem",
    "tab",
}


@pytest.fixture
def busy(visit, network):
    """`busy(**options)`: a visitor with everything in sight that the room can show."""

    def arrive(**options):
        visitor = visit(f"?runs={network}", **options)
        visitor.wait_for_records(network, 5)
        visitor.page.evaluate(
            "document.querySelectorAll('details').forEach((one) => { one.open = true; });"
            "document.querySelector('.pg-lesson-tab').click()"
        )
        return visitor

    return arrive


def test_everything_that_can_be_used_has_a_name(busy):
    visitor = busy()
    visitor.page.get_by_role("button", name="Runs").first.click()
    visitor.page.locator(".pg-drawer .pg-run").first.wait_for()
    nodes = visitor.context.new_cdp_session(visitor.page).send("Accessibility.getFullAXTree")[
        "nodes"
    ]
    used = [one for one in nodes if not one["ignored"] and one["role"]["value"] in USABLE]
    assert len(used) > 60
    nameless = [one for one in used if not one.get("name", {}).get("value", "").strip()]
    assert [_element(visitor, one["backendDOMNodeId"]) for one in nameless] == []


def test_the_page_has_landmarks_headings_and_a_language(busy):
    page = busy().page
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("main").count() == 1
    assert page.locator(".pg-region h2").count() >= 2
    canvases = page.locator("canvas:visible").evaluate_all(
        "(all) => all.map((one) => one.ariaHidden === 'true' || one.getAttribute('aria-label'))"
    )
    assert canvases
    assert all(canvases)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_reach_aa_in_both_themes(busy, theme):
    """Those of the palette in every pair that may meet, and every text that is in sight."""
    page = busy(color_scheme=theme).page
    wanted = dict.fromkeys(PAIRS, 4.5) | {(shape, "--pg-panel"): 3 for shape in SHAPES}
    found = {pair: page.evaluate("(pair) => looking.between(...pair)", pair) for pair in wanted}
    assert {pair: found[pair] for pair, least in wanted.items() if found[pair] < least} == {}
    page.wait_for_function("document.getAnimations().every((one) => one.playState !== 'running')")
    assert page.evaluate("looking.faint()") == []


def test_nothing_moves_for_who_asks_for_calm(visit):
    visitor = visit(address(), reduced_motion="reduce")
    visitor.page.locator(".pg-runs-button").click()
    visitor.page.locator(".pg-drawer").wait_for()
    lengths = "document.getAnimations().map((one) => one.effect.getComputedTiming().duration)"
    assert [length for length in visitor.page.evaluate(lengths) if length > 20] == []


def _element(visitor, node):
    session = visitor.context.new_cdp_session(visitor.page)
    return session.send("DOM.getOuterHTML", {"backendNodeId": node})["outerHTML"][:160]
