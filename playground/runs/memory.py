"""Whether a group of runs fits into the memory that is free, and how many workers do."""

from playground import device
from playground.refused import Refused

MARGIN_BYTES = 400_000_000  # left to the page and the rest of the machine
WORKER_BYTES = 350_000_000  # a process with torch in it


def free_bytes() -> int:
    return device.memory()[1]


def default_slots() -> int:
    """One core is left to the page; a worker needs a gigabyte to do anything worthwhile."""
    return max(1, min(device.cores() - 1, free_bytes() // 10**9))


def check(needed_bytes: int, free: int) -> None:
    """Raises `Refused` naming both figures when `needed_bytes` and the margin do not fit."""
    needed_bytes += MARGIN_BYTES
    if needed_bytes > free:
        raise Refused(
            "runs.not_enough_memory",
            needed=f"{needed_bytes / 1e9:.1f}",
            available=f"{max(0, free) / 1e9:.1f}",
        )
