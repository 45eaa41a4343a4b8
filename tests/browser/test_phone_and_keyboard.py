"""The page on a phone, on a tablet, and without a mouse."""

import pytest

from tests.browser.visitor import PHONE, address

SHEET = "looking.inSight('.pg-room-controls .pg-field')"
WIDTHS = (390, 600, 768, 1024, 1280, 1440, 2200)
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def phone(visit):
    return visit(address(), viewport=PHONE, has_touch=True, is_mobile=True)


def test_on_a_phone_a_run_starts_and_is_steered(phone):
    page = phone.page
    assert page.evaluate(OVERFLOW) <= 0
    page.locator(".pg-dock").get_by_role("button", name="Start training").tap()
    page.wait_for_function("playground.runs.shown().some((run) => run.mine)")
    run = page.evaluate("playground.runs.shown()[0].id")
    phone.wait_for_records(run, 10)
    assert page.evaluate(OVERFLOW) <= 0
    phone.lane(run).get_by_role("button", name="Stop").tap()
    phone.wait_for_state(run, "stopped")


def test_on_a_phone_the_settings_come_up_as_a_sheet(phone):
    page = phone.page
    assert not page.evaluate(SHEET)
    page.locator(".pg-dock").get_by_role("button", name="Settings").tap()
    page.wait_for_function(SHEET)
    box = phone.field("hidden_size").get_by_role("textbox")
    box.fill("20")
    box.press("Enter")
    page.wait_for_function("location.search.includes('hidden_size=20')")
    page.get_by_role("button", name="Close").first.tap()
    page.wait_for_function(f"!{SHEET}")
    assert page.evaluate(OVERFLOW) <= 0


def test_no_width_scrolls_sideways(visit, network):
    visitor = visit(f"?runs={network}")
    page = visitor.page
    visitor.wait_for_records(network, 5)
    page.evaluate("document.querySelector('.pg-lesson-tab').click()")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(f"innerWidth === {width}")
        assert page.evaluate(OVERFLOW) <= 0, f"at {width} with the lesson"
        assert page.locator(".pg-room-stage").bounding_box()["width"] >= min(width * 0.4, 340)
        page.get_by_role("button", name="Runs").first.click()
        page.locator(".pg-drawer").wait_for()
        assert page.evaluate(OVERFLOW) <= 0, f"at {width} with the drawer"
        page.keyboard.press("Escape")


def test_tab_reaches_start_and_enter_starts(visit):
    visitor = visit(address())
    page = visitor.page
    page.locator("body").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('pg-start')"):
            break
    assert page.evaluate("document.activeElement.classList.contains('pg-start')")
    assert page.evaluate("looking.focusShows()")
    page.keyboard.press("Enter")
    page.wait_for_function("playground.runs.shown().some((run) => run.mine)")
    run = page.evaluate("playground.runs.shown()[0].id")
    visitor.wait_for_records(run, 5)
    button = visitor.lane(run).get_by_role("button", name="Stop")
    button.focus()
    page.keyboard.press("Space")
    visitor.wait_for_state(run, "stopped")


def test_the_keyboard_opens_and_closes_menus_dialogs_and_the_drawer(visit, network):
    visitor = visit(f"?runs={network}")
    page = visitor.page
    page.locator(".pg-runs-button").focus()
    page.keyboard.press("Enter")
    page.locator(".pg-drawer").wait_for()
    more = page.locator(f".pg-run[data-run='{network}']").get_by_role("button", name="What to do")
    more.focus()
    page.keyboard.press("Enter")
    page.locator("[role=menuitem]:focus").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    page.locator("[role=menu]").wait_for(state="detached")
    assert more.evaluate("(one) => one === document.activeElement")
    page.keyboard.press("Escape")
    page.locator(".pg-drawer").wait_for(state="detached")
    assert page.evaluate("document.activeElement.classList.contains('pg-runs-button')")
    page.get_by_role("button", name="Link for a class").press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")


def test_arrow_keys_read_the_chart(visit, network):
    visitor = visit(f"?runs={network}")
    visitor.wait_for_records(network, 5)
    stage = visitor.page.locator(".pg-curves .pg-live-stage")
    stage.focus()
    visitor.page.keyboard.press("ArrowLeft")
    visitor.page.locator(".pg-curves .pg-live-tip").wait_for()
    first = visitor.page.locator(".pg-curves .pg-live-tip").inner_text()
    visitor.page.keyboard.press("ArrowLeft")
    visitor.page.wait_for_function(
        "(before) => document.querySelector('.pg-curves .pg-live-tip').innerText !== before",
        arg=first,
    )
    visitor.page.keyboard.press("Escape")
    visitor.page.locator(".pg-curves .pg-live-tip").wait_for(state="hidden")


def test_the_room_that_one_is_in_is_named_in_sight_on_a_phone(visit):
    page = visit("?room=attention", viewport={"width": 390, "height": 844}).page
    place = """() => {
      const [row, room] = ['.pg-rooms', '.pg-room-link[aria-current=page]'].map((one) =>
        document.querySelector(one).getBoundingClientRect());
      return room.left >= row.left - 1 && room.right <= row.right + 1;
    }"""
    page.wait_for_function(place)
    assert page.locator(".pg-room-link[aria-current=page]").inner_text() == "Attention"
