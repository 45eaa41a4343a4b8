"""Text from a network: streamed, the same for the same seed, with what else it might have said."""

import pytest

from tests.browser.visitor import address

PIECES = ".pg-generated .pg-piece"


@pytest.fixture(scope="module")
def writing(visit_for_all, network):
    """A visitor who lets a trained network write."""
    visitor = visit_for_all(f"?runs={network}")
    choose(visitor, network)
    write(visitor)
    return visitor


def test_a_run_of_ones_own_can_write_once_it_has_learned(visit):
    visitor = visit(address())
    run = visitor.start()
    visitor.wait_for_records(run, 20)
    choose(visitor, run)
    write(visitor)
    visitor.wait_for_state(run, "running")


def test_text_streams_in_token_by_token(writing):
    writing.page.evaluate("looking.countPieces()")
    write(writing, length=1000)
    assert writing.page.evaluate("looking.pieces") == 1000
    assert writing.page.evaluate("looking.bursts") > 1, "it came in one piece"


def test_the_same_seed_writes_the_same_text_and_another_seed_another(writing):
    first = write(writing, seed=1)
    assert write(writing, seed=2) != first
    assert write(writing, seed=1) == first


def test_pointing_at_a_character_shows_what_else_was_likely(writing):
    write(writing)
    writing.page.locator(PIECES).nth(40).hover()
    panel = writing.page.locator(".pg-popover")
    panel.wait_for()
    assert "What it could have written here" in panel.inner_text()
    shares = [
        float(one.rstrip(" %")) for one in panel.locator(".pg-chance-share").all_inner_texts()
    ]
    assert len(shares) >= 3
    assert 0 < sum(shares) <= 101
    assert panel.locator(".pg-chosen").count() == 1
    writing.page.mouse.move(5, 5)
    panel.wait_for(state="hidden")


def test_a_click_holds_the_chances_arrows_walk_and_escape_lets_go(writing):
    write(writing)
    writing.page.locator(PIECES).nth(10).click()
    panel = writing.page.locator(".pg-popover")
    writing.page.mouse.move(5, 5)
    assert panel.is_visible()
    writing.page.locator(".pg-generated").focus()
    writing.page.keyboard.press("ArrowRight")
    writing.page.locator(f"{PIECES}[data-at='11'].pg-looked").wait_for()
    writing.page.keyboard.press("Escape")
    panel.wait_for(state="hidden")


def test_what_the_network_never_read_is_pointed_out(writing):
    writing.page.get_by_label("beginning", exact=True).last.fill("漢字 Ω ")
    assert write(writing).startswith("漢字 Ω ")
    note = writing.page.locator(".pg-generation-note").inner_text()
    assert "漢" in note
    assert "Ω" in note


def test_samples_follow_the_beginning_and_temperature_of_the_moment(visit):
    visitor = visit(address())
    run = visitor.start()
    visitor.wait_for_records(run, 5)
    visitor.page.get_by_label("beginning", exact=True).first.fill("Once upon")
    sample = visitor.page.locator(f".pg-sample[data-run='{run}'] .pg-sample-text")
    visitor.page.wait_for_function(
        "(id) => document.querySelector(`.pg-sample[data-run='${id}'] .pg-sample-text`)"
        "?.textContent.startsWith('Once upon')",
        arg=run,
    )
    assert len(sample.inner_text()) > 100


def choose(visitor, run):
    visitor.page.locator(f"select option[value='{run}']").wait_for(state="attached")
    visitor.page.get_by_label("network", exact=True).select_option(run)


def write(visitor, seed=0, length=100):
    """The text after a press on Write, once it stands there in whole."""
    page = visitor.page
    page.get_by_label("length", exact=True).fill(str(length))
    page.get_by_label("seed", exact=True).last.fill(str(seed))
    page.locator(".pg-generation:not(.pg-busy)").wait_for()
    page.get_by_role("button", name="Write", exact=True).click()
    page.wait_for_function(
        "([css, length]) => document.querySelectorAll(css).length === length"
        " && !document.querySelector('.pg-generation.pg-busy')",
        arg=[PIECES, length],
    )
    return page.locator(".pg-generated").inner_text()
