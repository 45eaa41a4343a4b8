"""How soon a text of a megabyte stands as tokens on the page, and how soon the page follows a key.

The text is Tiny Shakespeare (1.1 million characters), which must be on this machine.

- `page`: from choosing a scheme to the first frame that shows the strip. The tokens are learned
  and cut anew in each round, since each asks for another vocabulary size. `draw_ms` is the part
  from the arrival of the answer on; the peer draws the same answer in the same page, in turn, as
  pages of tokenizers do: a coloured span for every token (by characters, where that takes most of
  a minute, in the first round only).
- `loop`: learning a vocabulary and encoding, without a page, beside the loop of the textbooks (a
  Counter, a dictionary, a list comprehension), in turn in one process.
- `key`: from the press of a key in a text of 2,000 characters, by words and by BPE side by side,
  to the first frame in which both strips show it.

    python benchmarks/tokens.py [--rounds 3] [--keys 40]
"""

import argparse
import json
import os
import re
import shutil
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, sync_playwright
from start import ROOT, started, wait_for_answer

sys.path.insert(0, str(ROOT))  # this folder is what Python looks into, not the one above
from playground import datasets
from playground.text import tokenizer

CORPUS = "tinyshakespeare"
# (scheme of the page, scheme of the text, size of the vocabulary, seconds from choosing to painted)
CASES = (("char", "character", 1000, 1.0), ("word", "word", 5000, 1.0), ("bpe", "bpe", 2000, 3.0))
KEY_GOAL_MS = 100
TYPED = "It was the strangest of rivers, and nobody in Harl had asked it; so it ran on. "

SCRIPT = """
const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
const strip = () => document.querySelector('.pg-strip-block');
let answer;

async function choose(values) {
  const before = strip();
  const call = playground.call;
  const begun = performance.now();
  let came = 0;
  playground.call = async (action, asked) => {
    const value = await call(action, asked);
    if (action === 'token_strip' && !came) {
      came = performance.now();
      answer = value;
    }
    return value;
  };
  playground.tokens.set(values);
  while (strip() === before || !strip()?.children.length) await painted();
  const done = performance.now();
  playground.call = call;
  return { whole: done - begun, draw: done - came, server: 1000 * answer.seconds };
}

// Every token of the same answer as a span of its own.
async function plain() {
  await painted();
  const begun = performance.now();
  const laid = playground.tokens.laid(answer, answer.text);
  const box = document.createElement('div');
  box.style.cssText = 'position:fixed;inset:0;overflow:auto;white-space:pre-wrap;font:15px/28px monospace';
  for (let at = 0; at < laid.ids.length; at++) {
    const span = document.createElement('span');
    span.style.background = playground.tokens.colour(laid.ids[at]);
    span.textContent = laid.text.slice(laid.starts[at], laid.ends[at]);
    box.append(span);
  }
  document.body.append(box);
  await painted();
  const took = performance.now() - begun;
  box.remove();
  await painted();
  return took;
}

// From the press of a key to the frame in which all strips show so many characters.
function follow(characters) {
  window.latency = new Promise((resolve) => {
    addEventListener('keydown', async (event) => {
      const shown = () => [...document.querySelectorAll('.pg-strip-card')]
        .every((one) => one.dataset.characters === String(characters));
      while (!shown()) await new Promise(requestAnimationFrame);
      await new Promise((go) => setTimeout(go, 0));
      resolve(performance.now() - event.timeStamp);
    }, { once: true, capture: true });
  });
}
"""  # noqa: E501 - a style in one line


def tell(**figures: Any) -> None:
    print(json.dumps(figures), flush=True)


def middle(values: list[float]) -> int:
    return round(statistics.median(values))


def on_the_page(page: Page, rounds: int) -> bool:
    """One line per scheme: medians of what was measured, with the goal. Whether all were met."""
    met = True
    for scheme, _, size, goal in CASES:
        took: dict[str, list[float]] = {"whole": [], "draw": [], "server": [], "plain": []}
        for number in range(rounds):
            settings = {"corpus": "story-zh", "scheme": [scheme], "vocabulary_size": size}
            page.evaluate("(values) => choose(values)", settings | {"vocabulary_size": 10 + number})
            page.wait_for_timeout(1500)
            wanted = settings | {"corpus": CORPUS, "vocabulary_size": size + number}
            for name, value in page.evaluate("(values) => choose(values)", wanted).items():
                took[name].append(value)
            page.wait_for_timeout(1500)
            if not number or scheme != "char":
                took["plain"].append(page.evaluate("plain()"))
        met = met and statistics.median(took["whole"]) <= 1000 * goal
        tell(
            case="page",
            scheme=scheme,
            choosing_to_painted_ms=middle(took["whole"]),
            worst_ms=round(max(took["whole"])),
            of_it_server_ms=middle(took["server"]),
            draw_ms={"ours": middle(took["draw"]), "a span per token": middle(took["plain"])},
            draw_ratio=round(statistics.median(took["plain"]) / statistics.median(took["draw"]), 1),
            goal_ms=round(1000 * goal),
        )
    return met


def by_keys(page: Page, keys: int) -> bool:
    """Half of the keys are pressed at the end of the text, half in its middle."""
    text = (TYPED * 30)[: 2000 - keys]
    page.evaluate("document.activeElement.blur()")
    page.evaluate(
        "(text) => playground.tokens.set({text, corpus: 'story-en', scheme: ['word', 'bpe'],"
        " vocabulary_size: 1000})",
        text,
    )
    box = page.get_by_label("Your text", exact=True)
    box.focus()
    page.keyboard.press("Control+End")
    page.wait_for_timeout(1500)
    took = []
    for number in range(keys):
        if number == keys // 2:
            box.evaluate("(one) => one.setSelectionRange(900, 900)")
        page.evaluate("(size) => follow(size)", len(text) + number + 1)
        page.keyboard.press("abcdefgh "[number % 9])
        took.append(page.evaluate("latency"))
        page.wait_for_timeout(120)
    took.sort()
    late = took[min(len(took) - 1, int(0.95 * len(took)))]
    figures = {"median_ms": middle(took), "p95_ms": round(late), "worst_ms": round(took[-1])}
    tell(case="key", characters=2000, keys=keys, **figures, goal_p95_ms=KEY_GOAL_MS)
    return late <= KEY_GOAL_MS


def plain_loop(text: str, scheme: str, size: int) -> list[int]:
    """Learn and encode as textbooks do; the words are simpler than ours."""
    tokens = list(text) if scheme == "character" else re.findall(r"\w+|[^\w\s]|\n", text)
    kept = sorted(Counter(tokens).items(), key=lambda pair: pair[1], reverse=True)[: size - 1]
    ids = {token: number for number, (token, _) in enumerate(kept, 1)}
    return [ids.get(token, 0) for token in tokens]


def our_own(text: str, scheme: str, size: int) -> Any:
    return tokenizer.learn(text, scheme, vocabulary_size=size).encode(text).ids


def in_a_loop(text: str, rounds: int) -> None:
    """One line per scheme that the textbooks' loop knows; seconds of processor time."""
    sides: dict[str, Callable[[str, str, int], Any]] = {"ours": our_own, "loop": plain_loop}
    for _, scheme, size, _ in CASES[:2]:
        took: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(rounds):
            for name, work in sides.items():
                begun = time.process_time()
                work(text, scheme, size)
                took[name].append(time.process_time() - begun)
        seconds = {name: round(statistics.median(values), 3) for name, values in took.items()}
        tell(
            case="loop",
            scheme=scheme,
            cpu_seconds=seconds,
            ratio=round(seconds["ours"] / seconds["loop"], 2),
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keys", type=int, default=40)
    given = parser.parse_args()
    text = datasets.corpus_text(CORPUS)
    in_a_loop(text, given.rounds)
    chromium = os.environ.get("PLAYGROUND_CHROMIUM") or shutil.which("chromium")
    with (
        started("playground", flags=("--workers", "1")) as (_, port, _),
        sync_playwright() as tools,
    ):
        wait_for_answer(port)
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(locale="en-US", viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(f"http://127.0.0.1:{port}/?room=tokens&picture=strip&scheme=char")
        page.wait_for_selector(".pg-strip-block > span")
        page.add_script_tag(content=SCRIPT)
        met = by_keys(page, given.keys)
        page.evaluate("playground.tokens.set({text: ''})")
        page.wait_for_timeout(2000)
        met = on_the_page(page, given.rounds) and met
        browser.close()
    tell(case="all", cores=os.cpu_count(), load=round(os.getloadavg()[0], 1), met=met)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
