"""The experiments of the lesson: what each trains, what can be predicted, what the runs answer.

Words are in the locales. A judge looks only at recorded numbers, so the answer may differ from
the textbook's on a slow machine or another seed, and then it says what really happened.
"""

from collections.abc import Sequence
from math import inf

from playground.experiments import Experiment, Outcome, Verdict, perplexity
from playground.refused import Refused

ABOUT_THE_SAME = 0.03  # relative difference of perplexities that a change of seed can make


def _held_out(outcome: Outcome) -> float:
    """Lowest validation perplexity; infinite for a run that diverged before its first."""
    return perplexity(outcome.lowest("validation_loss")) or inf


def _diverged(outcome: Outcome) -> bool:
    return outcome.error.startswith("sequence.diverged")


def _compared(outcomes: Sequence[Outcome]) -> list[float]:
    """What `_held_out` says of each. Raises `Refused` if one has nothing to say."""
    figures = [_held_out(outcome) for outcome in outcomes]
    for outcome, figure in zip(outcomes, figures, strict=True):
        if figure == inf and not _diverged(outcome):
            raise Refused("sequence.experiment.undecided")
    return figures


def _named(figures: Sequence[float]) -> dict[str, str]:
    """`first`, `second`, `third`, as the answer's sentence shows them."""
    return dict(zip(("first", "second", "third"), map(_shown, figures), strict=False))


def _shown(figure: float) -> str:
    if figure == inf:
        return "∞"
    return f"{figure:.2f}" if figure < 1000 else f"{figure:.3g}"


def _which_cell(outcomes: Sequence[Outcome]) -> Verdict:
    figures = _compared(outcomes)
    best = min(zip(figures, outcomes, strict=True), key=lambda pair: pair[0])[1]
    return Verdict(best.config["cell"], _named(figures))


def _without_clipping(outcomes: Sequence[Outcome]) -> Verdict:
    figures = _compared(outcomes)
    free = outcomes[1]
    norms = [norm for norm in free.columns.get("gradient_norm", []) if norm is not None]
    losses = [loss for loss in free.columns.get("loss", []) if loss is not None]
    # An untrained net is about as unsure as one can be; who is wronger than that has exploded.
    lost = [step for step, loss in enumerate(losses, 1) if loss > losses[0] + 1]
    values = _named(figures) | {
        "largest": f"{max(norms, default=0.0):.3g}",
        "steps": lost[0] if lost else len(losses),
    }
    if _diverged(free) or (lost and losses[-1] > losses[0]):
        return Verdict("diverges", values)
    worse = figures[1] > figures[0] * (1 + ABOUT_THE_SAME)
    return Verdict("worse" if worse else "no_worse", values)


def _rate_times_hundred(outcomes: Sequence[Outcome]) -> Verdict:
    figures = _compared(outcomes)
    if _diverged(outcomes[1]):
        return Verdict("diverges", _named(figures))
    return Verdict("slower" if figures[1] > figures[0] else "faster", _named(figures))


def _carried_state(outcomes: Sequence[Outcome]) -> Verdict:
    carried, fresh = figures = _compared(outcomes)
    if abs(carried - fresh) <= ABOUT_THE_SAME * min(carried, fresh):
        return Verdict("same", _named(figures))
    return Verdict("carried" if carried < fresh else "fresh", _named(figures))


def _memorizing(outcomes: Sequence[Outcome]) -> Verdict:
    (lowest,) = _compared(outcomes)
    (run,) = outcomes
    held_out = [loss for loss in run.columns["validation_loss"] if loss is not None]
    last = perplexity(held_out[-1]) or inf
    matches = [sample.get("longest_match", {}).get("length", 0) for sample in run.samples]
    values = {
        # Over the last steps, where it is known: a single batch says little.
        "train": _shown(run.summary.get("perplexity") or perplexity(run.last("loss")) or inf),
        "lowest": _shown(lowest),
        "last": _shown(last),
        "longest": max(matches, default=0),
    }
    if last > 1.1 * lowest:
        return Verdict("rises", values)
    late = held_out.index(min(held_out)) >= 0.8 * (len(held_out) - 1)
    return Verdict("falls" if late else "levels", values)


def _sixteen_times_smaller(outcomes: Sequence[Outcome]) -> Verdict:
    large, small = figures = _compared(outcomes)
    ratio = small / large
    values = _named(figures) | {"ratio": f"{ratio:.2f}"}
    return Verdict("same" if ratio < 1.1 else "some" if ratio < 2 else "much", values)


def _both_directions(outcomes: Sequence[Outcome]) -> Verdict:
    one_way, both_ways = figures = _compared(outcomes)
    if both_ways < one_way / 2:
        return Verdict("much_lower", _named(figures))
    return Verdict("lower" if both_ways < one_way else "higher", _named(figures))


def _chinese(outcomes: Sequence[Outcome]) -> Verdict:
    english, chinese = figures = _compared(outcomes)
    if abs(chinese - english) <= ABOUT_THE_SAME * english:
        return Verdict("same", _named(figures))
    return Verdict("higher" if chinese > english else "lower", _named(figures))


_QUICK = {"corpus": "story-en", "hidden_size": 64, "seconds": 15}

EXPERIMENTS = (
    Experiment(
        "which_cell",
        tuple({**_QUICK, "cell": cell} for cell in ("rnn", "gru", "lstm")),
        ("rnn", "gru", "lstm"),
        _which_cell,
    ),
    Experiment(
        "without_clipping",
        tuple(
            {**_QUICK, "cell": "rnn", "optimizer": "sgd", "learning_rate": 2.0, "steps": 64,
             "clip_threshold": threshold}
            for threshold in (1.0, 0.0)
        ),
        ("diverges", "worse", "no_worse"),
        _without_clipping,
    ),
    Experiment(
        "rate_times_hundred",
        tuple({**_QUICK, "cell": "gru", "learning_rate": rate} for rate in (0.005, 0.5)),
        ("faster", "slower", "diverges"),
        _rate_times_hundred,
    ),
    Experiment(
        "carried_state",
        tuple(
            {**_QUICK, "cell": "gru", "steps": 2, "sampling": sampling}
            for sampling in ("sequential", "random")
        ),
        ("carried", "fresh", "same"),
        _carried_state,
    ),
    Experiment(
        "memorizing",
        ({**_QUICK, "cell": "gru", "hidden_size": 256, "max_tokens": 8_000, "seconds": 40,
          "validation_share": 0.2},),
        ("falls", "levels", "rises"),
        _memorizing,
    ),
    Experiment(
        "sixteen_times_smaller",
        tuple({**_QUICK, "cell": "gru", "hidden_size": size} for size in (128, 8)),
        ("same", "some", "much"),
        _sixteen_times_smaller,
    ),
    Experiment(
        "both_directions",
        tuple({**_QUICK, "cell": "gru", "bidirectional": both} for both in (False, True)),
        ("higher", "lower", "much_lower"),
        _both_directions,
    ),
    Experiment(
        "chinese",
        tuple({**_QUICK, "cell": "gru", "corpus": name} for name in ("story-en", "story-zh")),
        ("lower", "same", "higher"),
        _chinese,
    ),
)  # fmt: skip
