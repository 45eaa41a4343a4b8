"""The page that holds a live chart by itself, and how a test points at it."""

from pathlib import Path

from playwright.sync_api import Page

PAGE = Path(__file__).with_name("live_chart.html")

ONE_RUN = """() => {
  window.chart = new playground.LiveChart(document.querySelector('#first'),
    {x: 'step', metric: {title: 'Loss'}, height: 300, id: 'loss', group: 'room', smoothing: 0.6,
     onGap: (run, have) => (window.gaps ??= []).push([run, have])});
  window.data = curve(1000, 1);
  chart.lane('a', {name: 'LSTM', colour: 'var(--pg-lstm)'});
  chart.append('a', 'train', 0, data.columns, data.loss);
  return frames();
}"""


def stage(page: Page, number: int = 0) -> dict[str, float]:
    box = page.locator(".pg-live-stage").nth(number).bounding_box()
    assert box is not None
    return box


def point_at(page: Page, share: float, number: int = 0) -> None:
    """Puts the mouse at this share of a chart's width."""
    box = stage(page, number)
    page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
    page.evaluate("frames()")


def drag(page: Page, start: float, end: float) -> None:
    point_at(page, start)
    page.mouse.down()
    point_at(page, (start + end) / 2)
    point_at(page, end)
    page.mouse.up()
    page.evaluate("frames()")


def held(page: Page, channel: str = "train") -> list[float]:
    series = f"chart.lanes.get('a').channels.get('{channel}')"
    return page.evaluate(f"Array.from({series}.y.values.slice(0, {series}.length))")
