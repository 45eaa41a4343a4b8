"""A text cut into tokens: the id of each, and which characters of the text it covers."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int32


@dataclass(frozen=True)
class Encoded:
    """Intervals `[starts, ends)` in characters (code points): increasing, disjoint, none empty."""

    ids: Int32[np.ndarray, " tokens"]
    starts: Int32[np.ndarray, " tokens"]
    ends: Int32[np.ndarray, " tokens"]

    def __len__(self) -> int:
        return len(self.ids)
