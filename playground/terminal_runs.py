"""The folder of runs at a terminal: list, export, delete, and where its weights are.

Reading works beside a server that holds the folder; deleting does not.
"""

import json
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from playground import weights
from playground.exports import Draw, Take, saved
from playground.refused import Refused
from playground.runs.database import FILE_NAME
from playground.runs.record import Run
from playground.runs.store import Store
from playground.terminal import writing

BINARY = ("application/octet-stream", "application/zip")


def list_runs(folder: Path, *, as_json: bool) -> int:
    """One line a run, the newest first."""
    with Store(folder, read_only=True) as store:
        runs = store.runs()
    for run in runs:
        print(json.dumps(run.as_json(), ensure_ascii=False) if as_json else _line(run))
    return 0


def _line(run: Run) -> str:
    created = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created))
    best = run.summary.get("best_validation_perplexity")
    reached = "" if best is None else f"{best:.2f}"
    return f"{run.id}  {created}  {run.state:<8}  {run.steps:>8}  {reached:>8}  {run.name}"


def export_runs(
    folder: Path,
    run_ids: Sequence[str],
    kind: str,
    to: Path | None,
    figures: Mapping[str, Draw],
    scripts: Mapping[str, Take],
    language: str,
) -> int:
    """Writes what the page's export gives to a file, or to standard output."""
    with Store(folder, read_only=True) as store:
        file = saved(
            store, run_ids, kind, figures=figures, scripts=scripts, language=language,
            weights_file=lambda run: store.snapshot_file(run.id),
        )  # fmt: skip
    if to is None:
        if file.media_type in BINARY and sys.stdout.isatty():
            raise Refused("exports.not_for_a_terminal", kind=file.name.rpartition(".")[2])
        sys.stdout.flush()
        sys.stdout.buffer.write(file.content)
        sys.stdout.flush()
        return 0
    to = to / file.name if to.is_dir() else to
    with writing(to):
        to.write_bytes(file.content)
    print(to)
    return 0


def delete_runs(folder: Path, run_ids: Sequence[str]) -> int:
    """Deletes them for good: all, or none if one of them cannot be."""
    if not (folder / FILE_NAME).is_file():  # a store that is opened to write would be made
        raise Refused("runs.no_store")
    with Store(folder) as store:
        for run_id in run_ids:
            if store.run(run_id).shipped:
                raise Refused("runs.shipped")
        for run_id in dict.fromkeys(run_ids):
            store.erase(run_id)
            print(f"deleted {run_id}")
        store.shrink()
    return 0


def weights_file(folder: Path, slice_name: str, source: str) -> Path:
    """The weights that a name, a run's id or a file stands for. Raises `Refused`."""
    shipped = weights.shipped(slice_name)
    if source in shipped:
        return weights.shipped_file(slice_name, source)
    if re.fullmatch("[0-9a-f]{32}", source):
        with Store(folder, read_only=True) as store:
            file = store.snapshot_file(store.run(source).id)
        if file is None:
            raise Refused("endpoints.not_ready")
        return file
    if Path(source).is_file():
        return Path(source)
    names = ", ".join(shipped) or "–"
    raise Refused("endpoints.no_such_source", source=source[:80] or "''", names=names)
