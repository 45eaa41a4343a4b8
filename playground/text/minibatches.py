"""Where the rows of a minibatch start: a text cut into stretches, in any order or going on.

Pure arithmetic of positions (d2l 9.2, and 8.3 of its older edition). The caller brings what is
drawn, so that the same figures serve torch's generators and numpy's.
"""

import numpy as np
from jaxtyping import Int, Int64

SAMPLINGS = ("random", "sequential")


def shortest(*, steps: int, batch_size: int) -> int:
    """Tokens that one batch needs, however sampled and wherever the epoch starts."""
    return steps * (batch_size + 1) + 1


def stretches(tokens: int, *, steps: int) -> int:
    """Stretches of `steps` tokens, each with a token to follow, that fit for every offset."""
    return max(0, (tokens - steps) // steps)


def batches_in(tokens: int, *, steps: int, batch_size: int, sampling: str) -> int:
    """Batches in an epoch: the number that fits for every offset, so that it never varies."""
    if _checked(sampling) == "random":
        return stretches(tokens, steps=steps) // batch_size
    return _width(tokens, steps, batch_size) // steps


def starts(
    tokens: int,
    *,
    steps: int,
    batch_size: int,
    sampling: str,
    offset: int,
    order: Int[np.ndarray, " stretches"] | None = None,
) -> Int64[np.ndarray, "batches batch"]:
    """Where in the text each row of each batch of an epoch starts.

    The `offset` in [0, steps), new in each epoch, moves all cuts. Random: the stretches of
    `steps` tokens as `order`, a permutation of range(stretches(...)), has them; without one, as
    they stand. Sequential: the text is laid in `batch_size` lines, and row r of a batch goes on
    where row r of the batch before it stopped; `order` is not looked at. `ValueError` for an
    offset out of its range or an order of another length.
    """
    if not 0 <= offset < steps:
        raise ValueError(f"offset={offset} must lie in [0, {steps})")
    batches = batches_in(tokens, steps=steps, batch_size=batch_size, sampling=sampling)
    if sampling == "random":
        number = stretches(tokens, steps=steps)
        if order is None:
            order = np.arange(number)
        if len(order) != number:
            raise ValueError(f"order of {len(order)} for {number} stretches")
        kept = order[: batches * batch_size].astype(np.int64)
        return (kept * steps + offset).reshape(batches, batch_size)
    lines = np.arange(batch_size, dtype=np.int64) * _width(tokens, steps, batch_size)
    return np.arange(batches, dtype=np.int64)[:, None] * steps + lines + offset


def inputs_and_targets(
    ids: Int[np.ndarray, " tokens"], row_starts: Int[np.ndarray, " batch"], *, steps: int
) -> tuple[Int[np.ndarray, "batch steps"], Int[np.ndarray, "batch steps"]]:
    """One batch; each target is the token after its input."""
    where = row_starts[:, None] + np.arange(steps)
    return ids[where], ids[where + 1]


def _width(tokens: int, steps: int, batch_size: int) -> int:
    """Tokens from the start of one line of a sequential epoch to the start of the next."""
    return max(0, tokens - 1 - steps) // batch_size


def _checked(sampling: str) -> str:
    if sampling not in SAMPLINGS:
        raise ValueError(f"sampling={sampling!r} must be one of {', '.join(SAMPLINGS)}")
    return sampling
