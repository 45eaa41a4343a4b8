"""The experiments of the lesson: what each trains, what can be predicted, what the runs answer.

Words are in the locales. A judge looks only at recorded numbers, so the answer may differ from
the textbook's on a slow machine or another seed, and then it says what really happened.
"""

from collections.abc import Sequence

from playground.experiments import Experiment, Outcome, Verdict, perplexity

ABOUT_THE_SAME = 0.03  # relative difference of perplexities that a change of seed can make


def _held_out(outcome: Outcome) -> float:
    """Lowest validation perplexity; infinite for a run that never got that far."""
    return perplexity(outcome.lowest("validation_loss")) or float("inf")


def _figures(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """`first`, `second`, ... : the validation perplexities as the answer's sentence shows them."""
    names = ("first", "second", "third", "fourth")
    shown = [_held_out(outcome) for outcome in outcomes]
    return {
        name: "∞" if value == float("inf") else f"{value:.2f}"
        for name, value in zip(names, shown, strict=False)
    }


def _which_cell(outcomes: Sequence[Outcome]) -> Verdict:
    best = min(outcomes, key=_held_out)
    return Verdict(best.config["cell"], _figures(outcomes))


def _without_clipping(outcomes: Sequence[Outcome]) -> Verdict:
    clipped, free = outcomes
    largest = max((x for x in free.columns["gradient_norm"] if x is not None), default=0.0)
    values = _figures(outcomes) | {"largest": f"{largest:.3g}", "steps": len(free.columns["step"])}
    if free.state == "failed":
        return Verdict("diverges", values)
    worse = _held_out(free) > _held_out(clipped) * (1 + ABOUT_THE_SAME)
    return Verdict("worse" if worse else "no_worse", values)


def _rate_times_hundred(outcomes: Sequence[Outcome]) -> Verdict:
    usual, hot = outcomes
    values = _figures(outcomes)
    if hot.state == "failed":
        return Verdict("diverges", values)
    return Verdict("slower" if _held_out(hot) > _held_out(usual) else "faster", values)


def _carried_state(outcomes: Sequence[Outcome]) -> Verdict:
    carried, fresh = (_held_out(outcome) for outcome in outcomes)
    values = _figures(outcomes)
    if abs(carried - fresh) <= ABOUT_THE_SAME * min(carried, fresh):
        return Verdict("same", values)
    return Verdict("carried" if carried < fresh else "fresh", values)


def _memorizing(outcomes: Sequence[Outcome]) -> Verdict:
    (run,) = outcomes
    held_out = [x for x in run.columns["validation_loss"] if x is not None]
    lowest, last = perplexity(min(held_out)), perplexity(held_out[-1])
    longest = max((s["longest_match"]["length"] for s in run.samples), default=0)
    values = {
        "train": f"{perplexity(run.last('loss')) or float('inf'):.2f}",
        "lowest": f"{lowest or float('inf'):.2f}",
        "last": f"{last or float('inf'):.2f}",
        "longest": longest,
    }
    if lowest is None or last is None or last > 1.1 * lowest:
        return Verdict("rises", values)
    return Verdict("falls" if held_out.index(min(held_out)) >= 0.8 * len(held_out) else "levels",
                   values)  # fmt: skip


def _sixteen_times_smaller(outcomes: Sequence[Outcome]) -> Verdict:
    large, small = (_held_out(outcome) for outcome in outcomes)
    ratio = small / large
    values = _figures(outcomes) | {"ratio": f"{ratio:.2f}"}
    return Verdict("same" if ratio < 1.1 else "some" if ratio < 2 else "much", values)


def _both_directions(outcomes: Sequence[Outcome]) -> Verdict:
    one_way, both_ways = (_held_out(outcome) for outcome in outcomes)
    values = _figures(outcomes)
    if both_ways < one_way / 2:
        return Verdict("much_lower", values)
    return Verdict("lower" if both_ways < one_way else "higher", values)


def _chinese(outcomes: Sequence[Outcome]) -> Verdict:
    english, chinese = (_held_out(outcome) for outcome in outcomes)
    values = _figures(outcomes)
    if abs(chinese - english) <= ABOUT_THE_SAME * english:
        return Verdict("same", values)
    return Verdict("higher" if chinese > english else "lower", values)


_QUICK = {"corpus": "story-en", "hidden_size": 64, "seconds": 15.0}

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
            {**_QUICK, "cell": "rnn", "optimizer": "sgd", "learning_rate": 4.0, "steps": 64,
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
            {**_QUICK, "cell": "gru", "steps": 8, "sampling": sampling}
            for sampling in ("sequential", "random")
        ),
        ("carried", "fresh", "same"),
        _carried_state,
    ),
    Experiment(
        "memorizing",
        ({**_QUICK, "cell": "gru", "hidden_size": 256, "max_tokens": 8_000, "seconds": 40.0,
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
