"""How many requests a visitor may send: token buckets."""

import time
from collections.abc import Callable

_MOST_CLIENTS = 5_000


class TokenBuckets:
    """Each client has a bucket of `burst` tokens that fills at `rate` tokens a second.

    A request takes one token; an empty bucket refuses. The table of clients stays small: a
    bucket that is full again says nothing and is forgotten.
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic):
        self.rate, self.burst = rate, burst
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # client -> (tokens, when counted)

    def allow(self, client: str) -> bool:
        now = self._clock()
        if len(self._buckets) >= _MOST_CLIENTS:
            self._forget(now)
        tokens, counted = self._buckets.get(client, (self.burst, now))
        tokens = min(self.burst, tokens + (now - counted) * self.rate)
        self._buckets[client] = (max(0.0, tokens - 1), now)
        return tokens >= 1

    def _forget(self, now: float) -> None:
        """Drop the buckets that are full by now; if all are in use, the longest unseen half."""
        full = self.burst / self.rate
        kept = [(seen, client) for client, (_, seen) in self._buckets.items() if now - seen < full]
        kept = sorted(kept, reverse=True)[: _MOST_CLIENTS // 2]
        self._buckets = {client: self._buckets[client] for _, client in kept}
