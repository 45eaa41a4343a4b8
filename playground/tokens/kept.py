"""What was worked out before, so that a page that comes back to it need not wait again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Made = TypeVar("Made")


class Kept:
    """Values by what they were worked out from; the one not used for longest goes first.

    Bounded by the bytes and the number of what it holds. For one thread.
    """

    def __init__(self, *, most_bytes: int, most_entries: int):
        self.most_bytes, self.most_entries = most_bytes, most_entries
        self.bytes = 0
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Made], size: Callable[[Made], int]) -> Made:
        """The value of `key`, made now if it is not held; `size` estimates its bytes.

        What `make` raises is passed on, and nothing is kept. A value that is larger than the
        whole bound is given but not kept.
        """
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key][0]
        made = make()
        needed = size(made)
        if needed <= self.most_bytes:
            self._held[key] = (made, needed)
            self.bytes += needed
        while self.bytes > self.most_bytes or len(self._held) > self.most_entries:
            _, (_, freed) = self._held.popitem(last=False)
            self.bytes -= freed
        return made

    def __contains__(self, key: Hashable) -> bool:
        return key in self._held

    def __len__(self) -> int:
        return len(self._held)
