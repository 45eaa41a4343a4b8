"""The live chart against Plotly's `extendTraces`: one JSON line per length of history.

Both draw the same four learning curves in one page of the same Chromium, side by side, and take
the same messages (one record for each run), turn by turn.

- `redraw_ms`: handing over one message and drawing at once. Ours counts until its pixels are
  there (`our_draw_call_ms`: until the draw call returns); Plotly's until `extendTraces` has built
  its SVG, painting left out.
- `redraw_main_thread_ms`: the same and all that the browser's main thread does until the next
  frames are shown (`TaskDuration` of the DevTools protocol: script, style, layout, paint).
- `messages_per_s`: how many messages per second of main-thread time are taken when they come one
  after the other. Ours draws at most ten times a second however many come; Plotly has no such
  pace of its own, so it gets the same: `extendTraces` at most every 100 ms with all that came.

    python benchmarks/chart.py [--lengths 1000 10000 100000] [--rounds 12]
"""

import argparse
import json
import os
import shutil
import statistics
from pathlib import Path

import plotly
from playwright.sync_api import CDPSession, Page, sync_playwright

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "tests" / "widgets" / "live_chart.html"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

SCRIPT = r"""
const RUNS = ['a', 'b', 'c', 'd'];
let ours, curves, drawCall;

async function prepare(count) {
  curves = RUNS.map((run, i) => curve(count + 20000, i + 1));
  document.querySelector('#first').replaceChildren();
  document.querySelector('#second').replaceChildren();
  ours = new playground.LiveChart(document.querySelector('#first'),
    {height: 300, tools: [], metric: {title: 'Loss', log: true}});
  RUNS.forEach((run, i) => ours.append(run, 'train', 0,
    part(curves[i].columns, 0, count), curves[i].loss.slice(0, count)));
  await Plotly.newPlot('second', RUNS.map((run, i) => ({
    x: curves[i].columns.step.slice(0, count), y: curves[i].loss.slice(0, count),
    mode: 'lines', name: run, line: {width: 1.75},
  })), {height: 300, width: 968, yaxis: {type: 'log'}, margin: {t: 10, b: 30}}, {staticPlot: true});
  await frames();
}

// Each side takes the same records: the next `count` of them, handed over one by one.
const feed = {
  ours: (from, count) => {
    for (let n = from; n < from + count; n++) {
      RUNS.forEach((run, i) => ours.append(run, 'train', n, {step: [n]}, [curves[i].loss[n]]));
    }
  },
  plotly: (from, count) => Plotly.extendTraces('second', {
    x: RUNS.map((run, i) => curves[i].columns.step.slice(from, from + count)),
    y: RUNS.map((run, i) => curves[i].loss.slice(from, from + count)),
  }, [0, 1, 2, 3]),
};

// One message drawn at once, with all that the browser does for it until the next frame is shown.
async function redraw(side, from) {
  const before = performance.now();
  await feed[side](from, 1);
  if (side === 'ours') {
    ours.draw();
    drawCall = performance.now() - before;
    ours.panel.picture.getContext('2d').getImageData(0, 0, 1, 1);
  }
  const script = performance.now() - before;
  await frames(2);
  return script;
}

// Messages come in bursts between redraws a tenth of a second apart; returns how many came.
async function stream(side, from, bursts, size) {
  for (let burst = 0; burst < bursts; burst++) {
    if (side === 'ours') feed.ours(from + burst * size, size);
    else await feed.plotly(from + burst * size, size);
    await new Promise((resolve) => setTimeout(resolve, 110));
  }
  await frames(2);
  return bursts * size;
}
"""


def busy(cdp: CDPSession) -> float:
    """Seconds the page's main thread has worked so far."""
    metrics = cdp.send("Performance.getMetrics")["metrics"]
    return next(entry["value"] for entry in metrics if entry["name"] == "TaskDuration")


def measure(page: Page, cdp: CDPSession, length: int, rounds: int) -> dict[str, object]:
    """Medians over rounds in which the two sides take turns."""
    page.evaluate("(count) => prepare(count)", length)
    script: dict[str, list[float]] = {"ours": [], "plotly": []}
    calls: list[float] = []
    whole: dict[str, list[float]] = {"ours": [], "plotly": []}
    rates: dict[str, list[float]] = {"ours": [], "plotly": []}
    for turn in range(rounds):
        for side in ("ours", "plotly"):
            before = busy(cdp)
            took = page.evaluate(f"redraw('{side}', {length + turn})")
            if turn:  # the first is a warm-up
                script[side].append(took)
                calls.append(page.evaluate("drawCall"))
                whole[side].append((busy(cdp) - before) * 1000)
    start = length + rounds
    for turn in range(3):
        for side in ("ours", "plotly"):
            before = busy(cdp)
            came = page.evaluate(f"stream('{side}', {start + turn * 100}, 5, 20)")
            rates[side].append(came / (busy(cdp) - before))
    middle = statistics.median
    return {
        "case": "live chart",
        "records": length,
        "runs": 4,
        "redraw_ms": {side: round(middle(script[side]), 2) for side in script},
        "our_draw_call_ms": round(middle(calls), 2),
        "redraw_main_thread_ms": {side: round(middle(whole[side]), 2) for side in whole},
        "messages_per_s": {side: round(middle(rates[side])) for side in rates},
        "ratio": round(middle(script["plotly"]) / middle(script["ours"]), 1),
        "main_thread_ratio": round(middle(whole["plotly"]) / middle(whole["ours"]), 1),
        "cores": os.cpu_count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Live chart against Plotly's extendTraces")
    parser.add_argument("--lengths", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=12)
    given = parser.parse_args()
    executable = os.environ.get("PLAYGROUND_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1000, "height": 760})
        page.goto(PAGE.as_uri())
        page.add_script_tag(path=PLOTLY)
        page.add_script_tag(content=SCRIPT)
        cdp = page.context.new_cdp_session(page)
        cdp.send("Performance.enable")
        for length in given.lengths:
            print(json.dumps(measure(page, cdp, length, given.rounds)), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
