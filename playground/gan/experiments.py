"""The experiments of the lesson: what each trains, what can be predicted, what the runs answer.

Words are in the locales. A judge looks only at recorded numbers, so the answer may differ from
the textbook's with another seed or machine, and then it says what really happened. All learn from
glyphs or points, which need no download, for a fixed number of steps, so that a slow machine gives
the same answer.
"""

import math
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from playground.experiments import Experiment, Outcome, Verdict
from playground.refused import Refused

SAME = 1.25  # times as large: a difference that another seed can make
START = 60  # steps that count as the start
VANISHED = 0.1  # of the other run's gradient
# Those that the picture of the fight offers as buttons: each breaks one thing.
BREAKS = ("strong_discriminator", "told_the_class", "minimax_start")
REMEDIES = ("r1", "wasserstein", "patience")  # for a generator that is too hasty
NUMBERS = ("first", "second", "third", "fourth")


def _last(outcomes: Sequence[Outcome], column: str) -> list[float | None]:
    """The last figure of each; of a run that blew up none. Raises `Refused` if one has nothing to
    say though it did not blow up."""
    figures = [outcome.last(column) for outcome in outcomes]
    for outcome, figure in zip(outcomes, figures, strict=True):
        if figure is None and not _diverged(outcome):
            raise Refused("gan.experiment.undecided")
    return [
        None if _diverged(outcome) else figure
        for outcome, figure in zip(outcomes, figures, strict=True)
    ]


def _diverged(outcome: Outcome) -> bool:
    return outcome.error.startswith("gan.diverged")


def _mean(outcome: Outcome, column: str, first: int = 0, last: int | None = None) -> float | None:
    """Over some steps of a run; None where nothing was recorded in them."""
    known = [each for each in outcome.columns.get(column, [])[first:last] if each is not None]
    return fmean(known) if known else None


def _shown(value: float | None) -> str:
    """Two or three digits, as many as can be trusted."""
    if value is None:
        return "–"
    size = abs(value)
    digits = 0 if size >= 20 else 1 if size >= 2 else 2
    if 0 < size < 0.1:
        digits = 1 - math.floor(math.log10(size))  # two that are not 0
    return f"{value:.{digits}f}"


def _named(suffix: str, figures: Sequence[float | None]) -> dict[str, Any]:
    """`first`, `second`, `third` …, with a suffix."""
    return {
        f"{name}{suffix}": _shown(figure) for name, figure in zip(NUMBERS, figures, strict=False)
    }


def _lower(figures: Sequence[float | None]) -> int | None:
    """0 or 1, whichever figure is clearly lower; None if neither. A run that blew up loses."""
    first, second = (float("inf") if figure is None else figure for figure in figures)
    if max(first, second) <= SAME * min(first, second):
        return None
    return 0 if first < second else 1


def _minimax_start(outcomes: Sequence[Outcome]) -> Verdict:
    distances = _last(outcomes, "frechet")
    pulls = [_mean(one, "generator_gradient_norm", 0, START) for one in outcomes]
    fooled = [_mean(one, "fake_score", 0, START) for one in outcomes]
    values = _named("", distances) | _named("_pull", pulls)
    values["fooled"] = _shown(fooled[1])
    lower = _lower(distances)
    return Verdict(("non_saturating", "minimax")[lower] if lower is not None else "same", values)


def _strong_discriminator(outcomes: Sequence[Outcome]) -> Verdict:
    distances = _last(outcomes, "frechet")
    pulls = [_mean(one, "generator_gradient_norm", -START) for one in outcomes]
    values = _named("", distances) | _named("_pull", pulls)
    values |= _named("_fooled", [_mean(one, "fake_score", -START) for one in outcomes])
    usual, strong = pulls
    lower = _lower(distances)
    if lower == 1:
        return Verdict("better", values)
    if usual and strong is not None and strong < VANISHED * usual:
        return Verdict("vanishes", values)
    return Verdict("same" if lower is None else "worse", values)


def _simultaneous(outcomes: Sequence[Outcome]) -> Verdict:
    distances = _last(outcomes, "frechet")
    seconds = [one.last("seconds") for one in outcomes]
    steps = [one.last("step") for one in outcomes]
    each = [
        1000 * spent / made if spent and made else None
        for spent, made in zip(seconds, steps, strict=True)
    ]
    values = _named("", distances) | _named("_step", each)
    lower = _lower(distances)
    return Verdict(("at_once", "in_turn")[lower] if lower is not None else "same", values)


def _five_generator_steps(outcomes: Sequence[Outcome]) -> Verdict:
    distances = _last(outcomes, "frechet")
    values = _named("", distances)
    values |= _named("_entropy", [one.last("entropy") for one in outcomes])
    values |= _named("_fooled", [_mean(one, "fake_score", -START) for one in outcomes])
    lower = _lower(distances)
    return Verdict(("worse", "better")[lower] if lower is not None else "same", values)


def _heaps(outcomes: Sequence[Outcome]) -> list[float]:
    """Of the eight heaps, how many each run found; on average over its last looks, since fakes
    that chase the discriminator come and go."""
    _last(outcomes, "modes")
    found = []
    for outcome in outcomes:
        looks = [one for one in outcome.columns.get("modes", []) if one is not None]
        found.append(0.0 if _diverged(outcome) else fmean(looks[-10:]))
    return found


def _ring_collapse(outcomes: Sequence[Outcome]) -> Verdict:
    found = _heaps(outcomes)
    values = _named("", found) | _named("_js", [one.last("js") for one in outcomes])
    eager = found[1]
    answer = "all" if eager >= 7 else "some" if eager >= 2 else "one"
    return Verdict(answer, values)


def _ring_cure(outcomes: Sequence[Outcome]) -> Verdict:
    found = _heaps(outcomes)
    values = _named("", found) | _named("_js", [one.last("js") for one in outcomes])
    cured = [name for name, each in zip(REMEDIES, found[1:], strict=True) if each >= 7]
    return Verdict("several" if len(cured) > 1 else cured[0] if cured else "none", values)


def _told_the_class(outcomes: Sequence[Outcome]) -> Verdict:
    distances = _last(outcomes, "frechet")
    values = _named("", distances)
    values |= _named("_entropy", [one.last("entropy") for one in outcomes])
    lower = _lower(distances)
    return Verdict(("told", "untold")[lower] if lower is not None else "same", values)


def _latent_one(outcomes: Sequence[Outcome]) -> Verdict:
    divergences = _last(outcomes, "js")
    values = _named("", divergences)
    lower = _lower(divergences)
    return Verdict(("worse", "better")[lower] if lower is not None else "same", values)


_GLYPHS = {"data": "glyphs", "steps": 200, "seconds": 0}
_PLANE = {"latent_size": 2, "steps": 1_000, "seconds": 0}
_EAGER = {**_PLANE, "data": "ring", "generator_steps": 5}

EXPERIMENTS = (
    Experiment(
        "minimax_start",
        tuple({**_GLYPHS, "loss": loss} for loss in ("non_saturating", "minimax")),
        ("non_saturating", "same", "minimax"),
        _minimax_start,
    ),
    Experiment(
        "strong_discriminator",
        tuple(
            {**_GLYPHS, "loss": "minimax", "discriminator_learning_rate": rate}
            for rate in (0.0002, 0.002)
        ),
        ("better", "same", "worse", "vanishes"),
        _strong_discriminator,
    ),
    Experiment(
        "simultaneous",
        tuple({**_GLYPHS, "updates": updates} for updates in ("simultaneous", "alternating")),
        ("at_once", "same", "in_turn"),
        _simultaneous,
    ),
    Experiment(
        "five_generator_steps",
        tuple({**_GLYPHS, "steps": 150, "generator_steps": steps} for steps in (1, 5)),
        ("better", "same", "worse"),
        _five_generator_steps,
    ),
    Experiment(
        "ring_collapse",
        tuple({**_PLANE, "data": "ring", "generator_steps": steps} for steps in (1, 5)),
        ("all", "some", "one"),
        _ring_collapse,
    ),
    Experiment(
        "ring_cure",
        (
            _EAGER,
            {**_EAGER, "r1": 0.3},
            {**_EAGER, "loss": "wgan_gp", "gradient_penalty": 1.0},
            {**_EAGER, "generator_steps": 1},
        ),
        (*REMEDIES, "several", "none"),
        _ring_cure,
    ),
    Experiment(
        "told_the_class",
        tuple({**_GLYPHS, "conditional": told} for told in (True, False)),
        ("told", "same", "untold"),
        _told_the_class,
    ),
    Experiment(
        "latent_one",
        tuple({**_PLANE, "data": "mixture", "latent_size": size} for size in (2, 1)),
        ("better", "same", "worse"),
        _latent_one,
    ),
)
