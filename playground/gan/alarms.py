"""What goes wrong in a game, told from its measurements: since when, and by which figures."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

MISSING = 0.01  # share of a class below which it counts as gone; a tenth would be usual
SURE = 0.5  # confidence of the judge: before it, there is nothing on the images to be missed
WON = 0.95  # mean D(x) and 1 - D(G(z)) of a game that is decided
KNOWN_BY_HEART = 0.3  # how much higher D rates its training images than held-out ones
VANISHED = 0.02  # of the largest gradient so far
COPIES = 0.5  # share of suspiciously near images
LASTING = 2  # measurements in a row, so that one odd one raises no alarm

Measured = Mapping[str, Any]


def alarms(history: Sequence[Measured]) -> list[dict[str, Any]]:
    """Alarms of the moment, `{"kind", "since", "params"}`, of measurements, oldest first.

    Each has a `step`, and of the following what is known: shares, confidence, real_score,
    fake_score, held_out_score, score_kind, generator_gradient_norm, memorized. `since` is the
    step from which on it has been so. Kinds:

    - `collapse`: classes that are no longer generated; params: classes (list), missing (the same
      as text), count
    - `discriminator_wins`: D tells all real from all generated; params: real, fake
    - `discriminator_memorizes`: D knows its training images by heart; params: real, held_out
    - `vanished`: the generator learns nothing more; params: norm, largest
    - `memorizing`: generated images are copies; params: share
    """
    if not history:
        return []
    last = history[-1]
    found = []
    missing = [
        (digit, since)
        for digit in range(len(last.get("shares") or ()))
        if (since := _since(history, lambda one, digit=digit: _is_missing(one, digit))) is not None
    ]
    if missing:
        classes = [digit for digit, _ in missing]
        params = {
            "classes": classes,
            "missing": ", ".join(map(str, classes)),
            "count": len(classes),
        }
        found.append(_alarm("collapse", max(since for _, since in missing), params))
    if (since := _since(history, _is_won)) is not None:
        params = {"real": last["real_score"], "fake": last["fake_score"]}
        found.append(_alarm("discriminator_wins", since, params))
    if (since := _since(history, _is_by_heart)) is not None:
        params = {"real": last["real_score"], "held_out": last["held_out_score"]}
        found.append(_alarm("discriminator_memorizes", since, params))
    largest = max((one.get("generator_gradient_norm") or 0.0 for one in history), default=0.0)

    def has_vanished(one: Measured) -> bool:
        norm = one.get("generator_gradient_norm")
        return norm is not None and norm < VANISHED * largest

    if (since := _since(history, has_vanished)) is not None:
        params = {"norm": last["generator_gradient_norm"], "largest": largest}
        found.append(_alarm("vanished", since, params))
    if (since := _since(history, lambda one: (one.get("memorized") or 0.0) >= COPIES)) is not None:
        found.append(_alarm("memorizing", since, {"share": last["memorized"]}))
    return found


def _alarm(kind: str, since: int, params: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "since": since, "params": params}


def _since(history: Sequence[Measured], holds: Callable[[Measured], bool]) -> int | None:
    """The step from which on it held without a break until now; None if not for long enough."""
    length = next((at for at, one in enumerate(reversed(history)) if not holds(one)), len(history))
    return history[-length]["step"] if length >= LASTING else None


def _is_missing(one: Measured, digit: int) -> bool:
    sure = one.get("confidence")
    shares = one.get("shares")
    return bool(shares) and shares[digit] < MISSING and (sure is None or sure >= SURE)


def _is_won(one: Measured) -> bool:
    real, fake = one.get("real_score"), one.get("fake_score")
    known = one.get("score_kind") == "probability" and real is not None and fake is not None
    return known and real > WON and fake < 1 - WON


def _is_by_heart(one: Measured) -> bool:
    real, held_out = one.get("real_score"), one.get("held_out_score")
    known = one.get("score_kind") == "probability" and real is not None and held_out is not None
    return known and real - held_out > KNOWN_BY_HEART
