"""The live chart under a hand: hover, lock, brush, keys, wheel."""

import pytest
from playwright.sync_api import expect

from tests.widgets.chart_page import drag, point_at, stage


def test_hover_reads_the_exact_stored_value(page):
    point_at(page, 0.5)
    x = page.evaluate("chart.pointer.x")
    reading = page.evaluate(f"chart.readings({x})")[0]
    nearest = round(x)
    assert reading["x"] == nearest
    assert reading["y"] == page.evaluate(f"data.loss[{nearest}]")
    shown = page.locator(".pg-live-tip-number").first.inner_text()
    assert float(shown) == pytest.approx(reading["y"], abs=0.0006)


def test_linked_charts_share_crosshair_zoom_axis_and_hidden_lanes(page):
    page.evaluate("""async () => {
      window.other = new playground.LiveChart(document.querySelector('#second'),
        {x: 'step', metric: {title: 'Norm'}, height: 150, group: 'room'});
      other.append('a', 'train', 0, data.columns, data.loss);
      await frames();
    }""")
    point_at(page, 0.4)
    assert page.evaluate("other.pointer.x === chart.pointer.x && other.pointer.x > 0")
    assert page.locator(".pg-live-tip:visible").count() == 1
    page.locator(".pg-live-lane").first.click()
    assert page.evaluate("other.lanes.get('a').hidden")
    page.locator(".pg-live-lane").nth(1).click()
    assert not page.evaluate("chart.lanes.get('a').hidden")
    page.locator("select.pg-live-do-axis").first.select_option("seconds")
    assert page.evaluate("other.axis") == "seconds"
    drag(page, 0.3, 0.6)
    assert page.evaluate("other.zoom[0] === chart.zoom[0]")


def test_click_locks_the_crosshair_and_escape_releases_it(page):
    point_at(page, 0.5)
    page.mouse.down()
    page.mouse.up()
    x = page.evaluate("chart.pointer.x")
    point_at(page, 0.7)
    assert page.evaluate("chart.pointer.x") == x
    page.locator(".pg-live-stage").first.focus()
    page.keyboard.press("Escape")
    assert page.evaluate("chart.pointer.x") is None


def test_a_brush_zooms_and_data_still_comes_in_and_a_double_click_shows_all(page):
    drag(page, 0.3, 0.6)
    zoom = page.evaluate("chart.zoom")
    assert 200 < zoom[0] < 350
    assert 500 < zoom[1] < 650
    page.evaluate("chart.append('a', 'train', 1000, {step: [1000]}, [1.5])")
    page.wait_for_timeout(150)
    assert page.evaluate("chart.zoom") == zoom
    low, high = page.evaluate("[chart.drawn.rangeY.low, chart.drawn.rangeY.high]")
    seen = page.evaluate(f"data.loss.slice(Math.ceil({zoom[0]}), Math.floor({zoom[1]}))")
    assert low < min(seen)
    assert max(seen) < high < 3
    box = stage(page)
    page.mouse.dblclick(box["x"] + 300, box["y"] + 100)
    page.evaluate("frames()")
    assert page.evaluate("chart.zoom") is None
    assert page.evaluate("chart.drawn.at.rangeX[1]") == 1000


def test_keys_move_the_crosshair_and_zoom(page):
    page.locator(".pg-live-stage").first.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    first = page.evaluate("chart.pointer.x")
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("chart.pointer.x") == 11 * first > 0
    expect(page.locator(".pg-live-spoken")).to_contain_text("LSTM")
    page.keyboard.press("+")
    page.evaluate("frames()")
    assert page.evaluate("chart.zoom[1]") < 600
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.evaluate("[chart.pointer.x, chart.zoom]") == [None, None]


def test_control_and_wheel_zoom_while_the_plain_wheel_scrolls_the_page(page):
    point_at(page, 0.5)
    page.mouse.wheel(0, -200)
    assert page.evaluate("chart.zoom") is None
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_function("chart.zoom !== null")
