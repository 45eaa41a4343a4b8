"""Files that go out of and come into the app: records, figures, weights, own texts.

No torch here: weights are checked and trimmed as numpy arrays.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground import knobs, weights
from playground.actions import Room, about
from playground.datasets.own_text import keep_text
from playground.experiments import perplexity
from playground.refused import Refused
from playground.runs.record import Run
from playground.runs.scheduler import Scheduler

LARGEST_TEXT = 5_000_000  # bytes
_KEPT = ("slice", "config", "vocabulary", "step")
KINDS = ("csv", "json", "html", "safetensors")

Figure = Callable[[list[tuple[Run, dict[str, list[Any]]]]], str]


@dataclass(frozen=True)
class File:
    name: str
    media_type: str
    content: bytes


class Exports:
    """`figure` draws runs with their records as one self-contained HTML page."""

    def __init__(
        self,
        scheduler: Scheduler,
        rooms: Mapping[str, Room],
        figures: Mapping[str, Figure],
        texts: Path,
    ):
        self.scheduler = scheduler
        self.rooms = rooms
        self.figures = figures
        self.texts = texts

    def file(self, run_id: str, kind: str) -> File:
        """A run as a file. Raises `Refused` if there is no such run or kind."""
        run = self.scheduler.store.run(run_id)
        name = f"{_file_name(run)}.{kind}"
        match kind:
            case "csv":
                content = csv_of(self.scheduler.store.records(run_id))
                return File(name, "text/csv; charset=utf-8", content)
            case "json":
                content = json_of(run, self.scheduler.store.records(run_id))
                return File(name, "application/json", content)
            case "html":
                columns = self.scheduler.store.records(run_id)
                page = self.figures[run.slice]([(run, columns)])
                return File(name, "text/html; charset=utf-8", page.encode())
            case "safetensors":
                content = weights_of(self._weights_file(run))
                return File(name, "application/octet-stream", content)
        raise Refused("exports.no_such_kind", kind=kind[:20], kinds=", ".join(KINDS))

    def _weights_file(self, run: Run) -> Path | None:
        if run.shipped:
            return weights.shipped_file(run.slice, run.id)
        return self.scheduler.fresh_snapshot(run.id)

    def keep_text(self, content: bytes) -> dict[str, Any]:
        """An uploaded text, decoded and kept; `corpus` is its address in a config."""
        text = keep_text(content, self.texts, LARGEST_TEXT)
        return {
            "corpus": text.address,
            "characters": text.characters,
            "preview": text.preview,
            "encoding": text.encoding,
        }

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
        room.check_weights(content, config, metadata)
        run = self.scheduler.adopt(room.name, config, owner, name[:80], content)
        return about(run)


def _file_name(run: Run) -> str:
    """A file name that every system takes, from the run's name as far as it has such letters."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", run.name).strip("-") or run.slice
    return f"{plain[:40]}-{run.id[:8]}"


def csv_of(columns: Mapping[str, list[Any]]) -> bytes:
    """Records as CSV with a header, perplexities beside losses; an empty cell is "not measured"."""
    table = dict(columns)
    for loss, name in (("loss", "perplexity"), ("validation_loss", "validation_perplexity")):
        if loss in table:
            table[name] = [perplexity(value) for value in table[loss]]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table)
    writer.writerows(zip(*table.values(), strict=True))
    return out.getvalue().encode()


def json_of(run: Run, columns: Mapping[str, list[Any]]) -> bytes:
    """A run and all its records as one JSON object."""
    return json.dumps(about(run) | {"records": columns}).encode()


def weights_of(snapshot: Path | None) -> bytes:
    """Only the model's own tensors: an optimizer's state is of no use elsewhere.

    Raises `Refused("endpoints.not_ready")` if the run has no snapshot yet.
    """
    from safetensors.numpy import load, save

    if snapshot is None:
        raise Refused("endpoints.not_ready")
    content = snapshot.read_bytes()
    tensors = {name: array for name, array in load(content).items() if name.startswith("model.")}
    metadata = weights.metadata_of(content)
    return save(tensors, {name: metadata[name] for name in _KEPT if name in metadata})
