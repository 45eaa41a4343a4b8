"""How fast the Attention room trains, answers and draws.

- `loop`: tokens a second of processor time, one thread, for the model of Dive into Deep Learning's
  translation chapter (256 wide, 2 + 2 blocks, 4 heads, 64 inner units, dropout 0.2, batches of
  about 128 sentences), on the shortest pairs of English-French as there. The peer trains as
  textbooks do, in turn, in the same process. Real target tokens are counted, on both sides.
- `answer`: a sentence of 12 words -> translation by beam 4 and all attention maps, as the page asks
  for it; without the network.
- `toys`: seconds of processor time until 99 % of held-out rows are exactly right.

    python benchmarks/attention.py [loop] [answer] [toys] [--rounds 5]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from start import ROOT

sys.path.insert(0, str(ROOT))
import torch
from textbook_transformer import TextbookTransformer, train_step

from playground.attention.config import AttentionConfig
from playground.attention.looking import look
from playground.attention.model import BEGIN, END, PAD
from playground.attention.pairs import Data, Part, padded, prepare
from playground.attention.session import AttentionSession
from playground.attention.training import start, train
from playground.seeds import generator
from playground.weights import shipped_file

PAIRS, STEPS_LONG, BATCH = 600, 10, 128
SIZES = {"hidden_size": 256, "feedforward_size": 64, "heads": 4, "dropout": 0.2}
TWELVE_WORDS = "The old man next door told me that he had lost it."
ROUND_SECONDS = 3.0
EXACT = 99.0


def ours(data: Data) -> Iterator[int]:
    """Real target tokens of each of our steps."""
    config = AttentionConfig(
        task="eng-fra", encoder_layers=2, decoder_layers=2, normalisation="post",
        learning_rate=0.001, batch_tokens=640, schedule="constant", tied=False, **SIZES,
    )  # fmt: skip
    chances = [generator(0, each) for each in ("weights", "batches", "dropout")]
    state = start(config, data, weights=chances[0], batches=chances[1], dropout=chances[2])
    before = 0
    for step in train(state, data, config):
        yield step.tokens - before
        before = step.tokens


def textbook(data: Data) -> Iterator[int]:
    """Real target tokens of each step of the peer, on the same pairs."""
    torch.manual_seed(0)
    model = TextbookTransformer(
        data.source.size, data.target.size, width=256, inner=64, heads=4, blocks=2, dropout=0.2
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def rows(ids: list[list[int]]) -> torch.Tensor:
        cut = [[*row, END][:STEPS_LONG] for row in ids]
        table = padded([*cut, [PAD] * STEPS_LONG])
        return table[:-1]

    source, target = rows(data.train.sources), rows(data.train.targets)
    while True:
        for chosen in torch.randperm(len(source)).split(BATCH):
            train_step(model, optimizer, source[chosen], target[chosen], begin=BEGIN, filling=PAD)
            yield int((target[chosen] != PAD).sum())


def loop(rounds: int) -> None:
    config = AttentionConfig(task="eng-fra", vocabulary_size=400, max_tokens=9)
    data = prepare(config)
    part = data.train
    few = sorted(range(len(part)), key=lambda at: len(part.texts[at][0]))[:PAIRS]
    shortest = Part(
        [part.texts[at] for at in few],
        [part.sources[at] for at in few],
        [part.targets[at] for at in few],
    )
    data = Data(data.source, data.target, shortest, data.validation, data.test)
    racing: dict[str, Iterator[int]] = {"textbook": textbook(data), "ours": ours(data)}
    rates: dict[str, list[float]] = {name: [] for name in racing}
    for one in racing.values():
        for _ in range(5):
            next(one)
    for _ in range(rounds):
        for name, one in racing.items():
            begun, tokens = time.process_time(), 0
            while time.process_time() - begun < ROUND_SECONDS:
                tokens += next(one)
            rates[name].append(tokens / (time.process_time() - begun))
    for name, found in rates.items():
        middle, low, high = statistics.median(found), min(found), max(found)
        print(f"loop: {name} {middle:,.0f} tokens/s ({low:,.0f}–{high:,.0f})")
    ratio = statistics.median(a / b for a, b in zip(rates["ours"], rates["textbook"], strict=True))
    print(f"loop: ratio {ratio:.2f} (goal ≥ 2)")


def answer(rounds: int) -> None:
    for name in ("transformer-eng-fra", "transformer-eng-cmn"):
        asked = {"weights": str(shipped_file("attention", name)), "text": TWELVE_WORDS, "beam": 4}
        look(asked)
        took = _timed(lambda asked=asked: look(asked), 5 * rounds)
        middle, worst = 1000 * statistics.median(took), 1000 * max(took)
        print(f"answer: {name} median {middle:.0f} ms, worst {worst:.0f} ms (goal ≤ 150)")


def toys(rounds: int) -> None:
    for task in ("copy", "reverse", "sort"):
        took = []
        for seed in range(min(rounds, 3)):
            session = AttentionSession(AttentionConfig(task=task, seed=seed, seconds=0, epochs=40))
            begun = time.process_time()
            for record in session.records():
                if (record["quality"] or 0) >= EXACT:
                    break
            took.append(time.process_time() - begun)
        seconds = ", ".join(f"{each:.1f}" for each in took)
        print(f"toys: {task} {seconds} s to {EXACT:.0f} % (goal ≤ 60)")


def _timed(act: Callable[[], object], times: int) -> list[float]:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return found


PARTS = {"loop": loop, "answer": answer, "toys": toys}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for part in options.parts or PARTS:
        PARTS[part](options.rounds)
