"""How fast the GAN room trains, and how good its images are after so many seconds.

- `step`: milliseconds of processor time of a step, one thread, batch 64: the default conditional
  convolution net in one pass and in turn (alternating), an mlp, and points on a plane.
- `quality`: Fréchet distance on MNIST after 30, 60 and 120 seconds of processor time of one thread,
  in the features of our judge (real against real is printed first; it is no Inception FID): our
  default settings, one run for each budget since the schedule goes by steps, and the textbook's
  fully connected GAN in the same process, step by step in turn with the longest of ours.

    python benchmarks/gan.py [step] [quality] [--seconds 30 60 120] [--rounds 40] [--device cuda]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from start import ROOT

sys.path.insert(0, str(ROOT))
import torch
from textbook_gan import TextbookGan
from torch import Tensor

from playground.gan.config import GanConfig
from playground.gan.data import Images, images
from playground.gan.points import points
from playground.gan.quality import Measure
from playground.gan.training import Source, Training, averaged, start, train
from playground.seeds import generator

GOALS = {30: 28.0, 60: 10.0, 120: 7.0}
STEP_GOAL = 36.0  # milliseconds
WARM = 10  # steps that are not counted
COUNTED = 60  # steps from which the length of a run is reckoned
ENDLESS = 1_000_000
RACING: dict[str, GanConfig] = {
    "convolution, conditional, one pass": GanConfig(data="mnist", steps=ENDLESS),
    "convolution, conditional, in turn": GanConfig(
        data="mnist", steps=ENDLESS, updates="alternating"
    ),
    "mlp": GanConfig(data="mnist", model="mlp", conditional=False, latent_size=100, steps=ENDLESS),
    "points on a plane": GanConfig(data="ring", latent_size=2, hidden_size=64, steps=ENDLESS),
}


def game(config: GanConfig, device: str) -> tuple[Training, Source]:
    source = points(config) if config.is_plane else images(config, None)
    chances = [generator(config.seed, each) for each in ("weights", "batches", "noise")]
    weights, batches, noise = chances
    return start(config, 1, weights=weights, batches=batches, noise=noise, device=device), source


def clock(device: str) -> float:
    """Processor seconds; on a graphics card those of the wall, once it is done."""
    if device == "cpu":
        return time.process_time()
    torch.cuda.synchronize()
    return time.perf_counter()


def timed(act: Callable[[], object], device: str) -> float:
    begun = clock(device)
    act()
    return clock(device) - begun


def step(rounds: int, device: str) -> None:
    racing: dict[str, Iterator[object]] = {
        name: train(*game(config, device), config) for name, config in RACING.items()
    }
    found: dict[str, list[float]] = {name: [] for name in racing}
    for each in racing.values():
        for _ in range(WARM):
            next(each)
    for _ in range(rounds):
        for name, each in racing.items():
            found[name].append(1000 * timed(lambda each=each: next(each), device))
    for name, times in found.items():
        low, high = min(times), max(times)
        print(f"step: {name} {statistics.median(times):.1f} ms ({low:.1f}–{high:.1f})")
    ours, in_turn, *_ = (statistics.median(times) for times in found.values())
    print(f"step: in turn / one pass {in_turn / ours:.2f}; goal ≤ {STEP_GOAL:.0f} ms at batch 64")


def drawn(state: Training, config: GanConfig) -> Callable[[int], Tensor]:
    """The next images of the averaged generator, of all classes in turn."""
    made, chance = averaged(state, config), generator(config.seed, "benchmark")

    @torch.no_grad()
    def generate(count: int) -> Tensor:
        z = made.noise(count, chance)
        return made(z, torch.arange(count, device=z.device) % config.classes).cpu()

    return generate


def quality(budgets: list[int], device: str) -> None:
    config = GanConfig(data="mnist")
    source = images(config, None)
    measure = Measure(source)
    print(f"quality: real against real {measure.floor['frechet']:.1f}")
    per_step = _seconds_per_step(device)
    for budget in sorted(budgets):
        config = GanConfig(data="mnist", steps=max(10, round(budget / per_step)))
        textbook = budget == max(budgets)
        spent, peers = _raced(config, source, measure, budgets if textbook else [], device)
        for seconds, peer in peers.items():
            print(f"quality: textbook mlp, {seconds} s: Fréchet {peer:.1f}")
        took, state = spent
        found = measure(drawn(state, config), classes=config.classes)
        goal = f" (goal ≤ {GOALS[budget]:.0f})" if budget in GOALS else ""
        print(
            f"quality: ours, {took:.0f} s = {config.steps} steps: Fréchet {found['frechet']:.1f}"
            f"{goal}, of the class asked for {100 * found['accuracy']:.1f} %, "
            f"entropy of the classes {found['entropy']:.3f}",
            flush=True,
        )


def _seconds_per_step(device: str) -> float:
    config = GanConfig(data="mnist", steps=ENDLESS)
    steps = train(*game(config, device), config)
    for _ in range(WARM):
        next(steps)
    return statistics.median(timed(lambda: next(steps), device) for _ in range(COUNTED))


def _raced(
    config: GanConfig, source: Images, measure: Measure, budgets: list[int], device: str
) -> tuple[tuple[float, Training], dict[int, float]]:
    """Our seconds and the state they led to; the textbook's Fréchet distance at each budget.

    Both train in turn, so that whatever else the machine does meets both.
    """
    state, _ = game(config, device)
    steps = train(state, source, config)
    torch.manual_seed(0)
    peer, peers, marks = TextbookGan(), {}, sorted(budgets)
    draws, took, peer_took = Batches(), 0.0, 0.0
    for _ in range(config.steps):
        took += timed(lambda: next(steps), device)
        while marks and peer_took < took:
            real, _ = source.batch(draws, config.batch_size)
            peer_took += timed(lambda real=real: peer.train_step(real), "cpu")
            if peer_took >= marks[0]:
                peers[marks.pop(0)] = measure(peer.images)["frechet"]
    for mark in marks:  # our steps were quicker in the end than in the beginning
        peers[mark] = measure(peer.images)["frechet"]
    return (took, state), peers


class Batches:
    """The part of a state that batches are drawn with."""

    def __init__(self) -> None:
        self.generators = {"batches": generator(0, "textbook")}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=["step", "quality", []], help="default: all")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=int, nargs="+", default=[30, 60, 120])
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(1)
    asked = options.parts or ["step", "quality"]
    if "step" in asked:
        step(options.rounds, options.device)
    if "quality" in asked:
        quality(options.seconds, options.device)
