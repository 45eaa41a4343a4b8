"""Which file of weights a name or an id stands for."""

from pathlib import Path

from playground import weights
from playground.refused import Refused
from playground.runs.scheduler import Scheduler


def weights_file(scheduler: Scheduler, slice_name: str, source: str) -> Path:
    """The file of shipped weights of a room, or of a run of it, as it is at this moment.

    Waits for the worker that trains the run. Raises `Refused`.
    """
    if source in weights.shipped(slice_name):
        return weights.shipped_file(slice_name, source)
    names = ", ".join(weights.shipped(slice_name)) or "–"
    unknown = Refused("endpoints.no_such_source", source=source[:80] or "''", names=names)
    try:
        run = scheduler.store.run(source)
    except Refused:
        raise unknown from None
    if run.slice != slice_name:
        raise unknown
    file = scheduler.fresh_snapshot(run.id)
    if file is None:
        raise Refused("endpoints.not_ready")
    return file
