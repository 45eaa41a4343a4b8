"""The experiments of the lesson: what each trains, what can be predicted, what the runs answer.

Words are in the locales. A judge looks only at recorded numbers, so the answer may differ from
the textbook's with another seed or machine, and then it says what really happened. Toy tasks of a
fixed length of training: they need no data set and come out alike on a slow machine.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.experiments import Experiment, Outcome, Verdict
from playground.packed import unpacked
from playground.refused import Refused

CLOSE = 12.0  # of 100 rows: a difference that another seed can make
# Those that the picture of training offers as buttons: each breaks one thing.
BREAKS = ("no_scaling", "no_mask", "no_positions", "rate_times_thirty")


def _compared(outcomes: Sequence[Outcome]) -> list[float]:
    """Percent of held-out rows that each got exactly right at its end, 0 if it diverged before.

    Raises `Refused` if one has nothing to say.
    """
    figures = []
    for outcome in outcomes:
        figure = outcome.last("quality")
        if figure is None and not _diverged(outcome):
            raise Refused("attention.experiment.undecided")
        figures.append(figure or 0.0)
    return figures


def _diverged(outcome: Outcome) -> bool:
    return outcome.error.startswith("attention.diverged")


def _named(outcomes: Sequence[Outcome], figures: Sequence[float]) -> dict[str, Any]:
    """`first`, `second`, `third`: percent of rows, and with `_loss` the held-out loss."""
    values: dict[str, Any] = {}
    for name, outcome, figure in zip(("first", "second", "third"), outcomes, figures, strict=False):
        values[name] = f"{figure:.0f}"
        values[f"{name}_loss"] = _shown(outcome.last("validation_loss"))
    return values


def _shown(loss: float | None) -> str:
    return "–" if loss is None else f"{loss:.3f}" if loss < 0.1 else f"{loss:.2f}"


def _sharpness(outcome: Outcome) -> str:
    """The largest weight that a token gives, in percent: the mean over the first look that the
    run took at a sentence."""
    for sample in outcome.samples:
        if sample.get("weights"):
            rows = unpacked(sample["weights"]).reshape(-1, len(sample["source_tokens"]))
            return f"{100 * float(np.mean(rows.max(1))):.0f}"
    return "–"


def _no_scaling(outcomes: Sequence[Outcome]) -> Verdict:
    scaled, unscaled = figures = _compared(outcomes)
    values = _named(outcomes, figures)
    values |= {"sharp": _sharpness(outcomes[1]), "soft": _sharpness(outcomes[0])}
    if abs(scaled - unscaled) <= CLOSE:
        return Verdict("same", values)
    return Verdict("worse" if unscaled < scaled else "better", values)


def _no_mask(outcomes: Sequence[Outcome]) -> Verdict:
    masked, unmasked = figures = _compared(outcomes)
    values = _named(outcomes, figures)
    honest, free = (outcome.last("validation_loss") for outcome in outcomes)
    lower = honest is not None and free is not None and free < honest
    if unmasked >= masked - CLOSE:
        return Verdict("better", values)
    return Verdict("cheats" if lower else "worse", values)


def _no_positions(outcomes: Sequence[Outcome]) -> Verdict:
    with_places, reverse, sort = figures = _compared(outcomes)
    enough = with_places - 2 * CLOSE
    learned = (reverse >= enough, sort >= enough)
    names = {(True, True): "both", (False, True): "sort", (True, False): "reverse"}
    return Verdict(names.get(learned, "neither"), _named(outcomes, figures))


def _one_head(outcomes: Sequence[Outcome]) -> Verdict:
    one, eight = figures = _compared(outcomes)
    if abs(one - eight) <= CLOSE:
        return Verdict("same", _named(outcomes, figures))
    return Verdict("one" if one > eight else "eight", _named(outcomes, figures))


def _bottleneck(outcomes: Sequence[Outcome]) -> Verdict:
    vector, attention, _ = figures = _compared(outcomes)
    values = _named(outcomes, figures)
    if vector >= attention - CLOSE:
        return Verdict("as_many", values)
    return Verdict("half" if vector >= 0.3 * attention else "hardly", values)


def _no_warmup(outcomes: Sequence[Outcome]) -> Verdict:
    warm, cold = figures = _compared(outcomes)
    values = _named(outcomes, figures)
    if _diverged(outcomes[1]):
        return Verdict("diverges", values)
    if abs(warm - cold) <= CLOSE:
        return Verdict("same", values)
    return Verdict("stuck" if cold < warm else "better", values)


def _rate_times_thirty(outcomes: Sequence[Outcome]) -> Verdict:
    usual, large = figures = _compared(outcomes)
    values = _named(outcomes, figures)
    if _diverged(outcomes[1]):
        return Verdict("diverges", values)
    return Verdict("faster" if large >= usual else "stuck", values)


def _few_rows(outcomes: Sequence[Outcome]) -> Verdict:
    figures = _compared(outcomes)
    plain, dropped = (outcome.last("validation_loss") for outcome in outcomes)
    if plain is None or dropped is None:
        raise Refused("attention.experiment.undecided")
    values = _named(outcomes, figures)
    values |= {"learned": _learned(outcomes[0]), "learned_dropped": _learned(outcomes[1])}
    if abs(dropped - plain) <= 0.05 * plain:
        return Verdict("same", values)
    return Verdict("lower" if dropped < plain else "higher", values)


def _learned(outcome: Outcome) -> str:
    """The training loss at the end; over the last steps where that is known."""
    return _shown(outcome.summary.get("loss") or outcome.last("loss"))


_QUICK = {
    "task": "reverse", "max_pairs": 10_000, "epochs": 4, "seconds": 0, "schedule": "cosine"
}  # fmt: skip
_LONG = {
    **_QUICK, "task": "copy", "length": 20, "epochs": 3, "encoder_layers": 1, "decoder_layers": 1
}  # fmt: skip
_DEEP = {
    **_QUICK, "epochs": 3, "encoder_layers": 3, "decoder_layers": 3, "normalisation": "post",
    "learning_rate": 0.005,
}  # fmt: skip

EXPERIMENTS = (
    Experiment(
        "no_scaling",
        tuple({**_QUICK, "heads": 1, "scaled": scaled} for scaled in (True, False)),
        ("same", "worse", "better"),
        _no_scaling,
    ),
    Experiment(
        "no_mask",
        tuple({**_QUICK, "causal": causal} for causal in (True, False)),
        ("better", "cheats", "worse"),
        _no_mask,
    ),
    Experiment(
        "no_positions",
        (
            _QUICK,
            {**_QUICK, "positions": "none"},
            {**_QUICK, "positions": "none", "task": "sort"},
        ),
        ("both", "sort", "reverse", "neither"),
        _no_positions,
    ),
    Experiment(
        "one_head",
        tuple({**_QUICK, "heads": heads} for heads in (1, 8)),
        ("one", "same", "eight"),
        _one_head,
    ),
    Experiment(
        "bottleneck",
        tuple({**_LONG, "model": model} for model in ("gru", "gru_attention", "transformer")),
        ("as_many", "half", "hardly"),
        _bottleneck,
    ),
    Experiment(
        "no_warmup",
        tuple({**_DEEP, "warmup_steps": steps} for steps in (100, 0)),
        ("better", "same", "stuck", "diverges"),
        _no_warmup,
    ),
    Experiment(
        "rate_times_thirty",
        tuple({**_QUICK, "learning_rate": rate} for rate in (0.002, 0.06)),
        ("faster", "stuck", "diverges"),
        _rate_times_thirty,
    ),
    Experiment(
        "few_rows",
        tuple(
            {**_QUICK, "max_pairs": 150, "epochs": 200, "dropout": dropout}
            for dropout in (0.0, 0.3)
        ),
        ("higher", "same", "lower"),
        _few_rows,
    ),
)
