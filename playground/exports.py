"""Files that go out of and come into the app: records, figures, weights, own texts and images.

No torch here: weights are checked and trimmed as numpy arrays.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from playground import knobs, weights
from playground.actions import Room, about
from playground.datasets.own_images import keep_images
from playground.datasets.own_text import keep_text
from playground.experiments import perplexity
from playground.refused import Refused
from playground.runs.history import Columns
from playground.runs.record import Run, clean_name
from playground.runs.scheduler import Scheduler
from playground.runs.store import Store

LARGEST_TEXT = 5_000_000  # bytes
MOST_RUNS = 20  # in one file
KINDS = ("csv", "json", "html", "safetensors", "py")
# Of a snapshot's metadata: a model that writes has one vocabulary, one that translates two.
KEPT = ("slice", "config", "vocabulary", "source", "target", "step")
_PERPLEXITIES = {"loss": "perplexity", "validation_loss": "validation_perplexity"}

Curves = Sequence[tuple[Run, Columns]]
Draw = Callable[[Curves, str], str]  # runs with their records, and a language -> HTML
# A run, its records and changes of its rate -> the script that repeats it and the files it reads,
# by name.
Take = Callable[[Run, Columns, Sequence[dict[str, Any]]], Mapping[str, bytes]]


@dataclass(frozen=True)
class File:
    name: str
    media_type: str
    content: bytes


class Exports:
    """`figures` draw runs of a room as one self-contained HTML page, `scripts` take their code
    home."""

    def __init__(
        self,
        scheduler: Scheduler,
        rooms: Mapping[str, Room],
        figures: Mapping[str, Draw],
        texts: Path,
        scripts: Mapping[str, Take] = MappingProxyType({}),
    ):
        self.scheduler = scheduler
        self.rooms = rooms
        self.figures = figures
        self.texts = texts
        self.scripts = scripts

    def file(self, run_ids: Sequence[str], kind: str, language: str = "en") -> File:
        """Runs as one file; weights and code are of the first only. Raises `Refused` if there are
        no such runs, no such kind, or nothing in them yet."""

        def weights_file(run: Run) -> Path | None:
            # Of this moment, while it trains.
            return None if run.shipped else self.scheduler.fresh_snapshot(run.id)

        return saved(
            self.scheduler.store, run_ids, kind,
            figures=self.figures, scripts=self.scripts, language=language,
            weights_file=weights_file,
        )  # fmt: skip

    def keep_text(self, content: bytes) -> dict[str, Any]:
        """An uploaded text, decoded and kept; `corpus` is its address in a config."""
        text = keep_text(content, self.texts, LARGEST_TEXT)
        return {
            "corpus": text.address,
            "characters": text.characters,
            "preview": text.preview,
            "encoding": text.encoding,
        }

    def keep_images(self, content: IO[bytes]) -> dict[str, Any]:
        """An uploaded zip of images, looked at and kept; `data` is its address in a config."""
        return keep_images(content, self.texts).as_json()

    def import_weights(self, content: bytes, name: str, owner: str) -> dict[str, Any]:
        """A file of weights as a finished run to generate from.

        Raises `Refused` if the file is no safetensors file, was not made here, or its tensors are
        not those that its config asks for (the slice's own reader checks their shapes).
        """
        metadata = weights.metadata_of(content)
        if metadata.get("slice") not in self.rooms:
            raise Refused("exports.not_ours")
        room = self.rooms[metadata["slice"]]
        config = knobs.as_dict(knobs.parse(room.config_class, metadata.get("config", "")))
        if room.check_weights is None:
            raise Refused("endpoints.nothing_trains", name=room.name)
        room.check_weights(content, config, metadata)
        try:
            shown = clean_name(name[:80])
        except Refused:  # a file can be called anything
            shown = room.run_name(config) if room.run_name else room.name
        return about(self.scheduler.adopt(room.name, config, owner, shown, content))


def saved(
    store: Store,
    run_ids: Sequence[str],
    kind: str,
    *,
    figures: Mapping[str, Draw],
    scripts: Mapping[str, Take],
    language: str,
    weights_file: Callable[[Run], Path | None],
) -> File:
    """As `Exports.file`, with any store."""
    if len(run_ids) > MOST_RUNS:
        raise Refused("endpoints.many_runs", limit=MOST_RUNS)
    runs = [store.run(run_id) for run_id in dict.fromkeys(run_ids)]
    name = f"{_file_name(runs[0])}{f'-and-{len(runs) - 1}-more' if runs[1:] else ''}.{kind}"
    match kind:
        case "safetensors":
            run = runs[0]
            shipped = weights.shipped_file(run.slice, run.id) if run.shipped else None
            content = weights_of(shipped or weights_file(run))
            return File(name, "application/octet-stream", content)
        case "csv":
            content = csv_of(_curves(store, runs))
            return File(name, "text/csv; charset=utf-8", content)
        case "json":
            return File(name, "application/json", json_of(_curves(store, runs)))
        case "html":
            if len({run.slice for run in runs}) > 1:
                raise Refused("exports.different_rooms")
            page = figures[runs[0].slice](_curves(store, runs), language)
            return File(name, "text/html; charset=utf-8", page.encode())
        case "py":
            run, columns = _curves(store, runs[:1])[0]
            if run.slice not in scripts:
                raise Refused("exports.no_code")
            return _code(_file_name(run), scripts[run.slice](run, columns, store.changes(run.id)))
    raise Refused("exports.no_such_kind", kind=kind[:20], kinds=", ".join(KINDS))


def _code(stem: str, files: Mapping[str, bytes]) -> File:
    """A script as it is, or in a folder with what it reads, zipped."""
    if len(files) == 1:
        (content,) = files.values()
        return File(f"{stem}.py", "text/x-python; charset=utf-8", content)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"{stem}/{name}"), content, zipfile.ZIP_DEFLATED)
    return File(f"{stem}.zip", "application/zip", out.getvalue())


def _curves(store: Store, runs: Iterable[Run]) -> Curves:
    curves = [(run, store.records(run.id)) for run in runs]
    if not any(columns for _, columns in curves):
        raise Refused("exports.no_records")
    return curves


def _file_name(run: Run) -> str:
    """A file name that every system takes, from the run's name as far as it has such letters."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", run.name[:40]).strip("-") or run.slice
    return plain if run.shipped else f"{plain}-{run.id[:8]}"


def csv_of(curves: Curves) -> bytes:
    """Records as CSV with a header, perplexities beside losses; an empty cell is "not measured".

    Several runs stand one below the other, told apart by the columns `run` and `name`.
    """
    tables = [_with_perplexities(columns) for _, columns in curves]
    names = list(dict.fromkeys(name for table in tables for name in table))
    several = len(curves) > 1
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*(("run", "name") if several else ()), *names])
    for (run, _), table in zip(curves, tables, strict=True):
        length = len(next(iter(table.values()), ()))
        columns = [table.get(name, [None] * length) for name in names]
        first = (run.id, _cell(run.name)) if several else ()
        writer.writerows((*first, *row) for row in zip(*columns, strict=True))
    return out.getvalue().encode()


def _with_perplexities(columns: Columns) -> Columns:
    more = {
        name: [perplexity(value) for value in columns[loss]]
        for loss, name in _PERPLEXITIES.items()
        if loss in columns
    }
    return {**columns, **more}


def _cell(text: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def json_of(curves: Curves) -> bytes:
    """A run and all its records as one JSON object, several as a list of them."""
    runs = [about(run) | {"records": columns} for run, columns in curves]
    return json.dumps(runs if len(runs) > 1 else runs[0], allow_nan=False).encode()


def weights_of(snapshot: Path | None) -> bytes:
    """Only the model's own tensors: an optimizer's state is of no use elsewhere.

    Raises `Refused("endpoints.not_ready")` if the run has no snapshot yet.
    """
    from safetensors import SafetensorError, safe_open
    from safetensors.numpy import save

    if snapshot is None:
        raise Refused("endpoints.not_ready")
    try:
        # Mapped, not read: an optimizer's state is twice as large as the model.
        with safe_open(snapshot, "numpy") as file:
            names = [name for name in file.keys() if name.startswith("model.")]  # noqa: SIM118 - no dict
            tensors = {name: file.get_tensor(name) for name in names}
            metadata = file.metadata() or {}
    except (OSError, SafetensorError):
        raise Refused("weights.unreadable") from None
    return save(tensors, {name: metadata[name] for name in KEPT if name in metadata})
