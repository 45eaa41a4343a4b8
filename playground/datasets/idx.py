"""Arrays as MNIST's authors wrote them down: IDX, packed with gzip.

Two zero bytes, one for the type of the numbers (8: a byte each), one for how many axes there are,
then the length of each axis as four bytes, largest first, then the numbers themselves.
"""

from pathlib import Path

import numpy as np

from playground.datasets.unpacking import read_gz
from playground.refused import Refused

_BYTES = 8  # the type of the numbers
LARGEST = 60_000_000  # bytes of one array; that of MNIST has 47 million


def read_idx(path: Path) -> np.ndarray:
    """One array of uint8. Raises `Refused` if the file is damaged or holds something else."""
    content = read_gz(path, LARGEST)
    axes = content[3] if len(content) >= 4 else 0
    if content[:3] != bytes((0, 0, _BYTES)) or not axes or len(content) < 4 + 4 * axes:
        raise Refused("datasets.idx_damaged")
    shape = np.frombuffer(content, ">u4", axes, 4).tolist()
    numbers = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
    if numbers.size != np.prod(shape, dtype=object):
        raise Refused("datasets.idx_damaged")
    return numbers.reshape(shape)
