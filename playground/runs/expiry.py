"""Which runs go when the folder grows old or large."""

import time

from playground.runs.record import ENDED, Run
from playground.runs.store import Store

UNDO_SECONDS = 600.0  # how long a deleted run can be restored


def expire(store: Store, keep_days: float | None, keep_gb: float | None) -> list[str]:
    """Purges ended runs, oldest first: those that ended more than `keep_days` ago, then as many
    as it takes to come under `keep_gb` (10⁹ bytes, tables and snapshots). Returns their ids.

    Never a live, pinned or shipped run, so the folder may stay above the limit. None: no limit.
    """
    candidates = sorted(_expirable(store), key=lambda run: run.ended or run.created)
    gone = []
    if keep_days is not None:
        limit = time.time() - keep_days * 86400
        gone = [run.id for run in candidates if (run.ended or run.created) < limit]
    if keep_gb is not None:
        excess = store.disk_bytes() - keep_gb * 1e9 - sum(_bytes_of(store, run) for run in gone)
        for run in candidates[len(gone) :]:
            if excess <= 0:
                break
            gone.append(run.id)
            excess -= _bytes_of(store, run.id)
    if gone:
        store.purge(gone)
        store.shrink()
    return gone


def purge_deleted(store: Store, older_than_seconds: float = UNDO_SECONDS) -> list[str]:
    """Purges the runs that were deleted so long ago; returns their ids."""
    limit = time.time() - older_than_seconds
    gone = [run.id for run in store.runs(deleted=True) if (run.deleted or 0) <= limit]
    if gone:
        store.purge(gone)
        store.shrink()
    return gone


def _expirable(store: Store) -> list[Run]:
    runs = store.runs(states=ENDED, deleted=None, limit=1_000_000)
    return [run for run in runs if not run.pinned and not run.shipped]


def _bytes_of(store: Store, run_id: str) -> int:
    file = store.snapshot_file(run_id)
    on_disk = file.stat().st_size if file is not None and file.is_file() else 0
    return on_disk + store.history_bytes(run_id)
