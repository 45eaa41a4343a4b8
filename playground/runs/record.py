"""A run as everyone but the worker sees it."""

import dataclasses
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from playground.refused import Refused

QUEUED, RUNNING, PAUSED = "queued", "running", "paused"
FINISHED, STOPPED, FAILED = "finished", "stopped", "failed"
LIVE = (QUEUED, RUNNING, PAUSED)
ENDED = (FINISHED, STOPPED, FAILED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One training run without its records. Times are unix seconds."""

    id: str  # 32 hexadecimal digits; whoever knows it may read the run
    slice: str
    config: dict[str, Any]
    name: str
    group: str  # runs started together: a race
    state: str = QUEUED
    created: float = 0.0
    started: float | None = None
    ended: float | None = None
    steps: int = 0  # records in the store
    pinned: bool = False
    deleted: float | None = None  # when; it can be restored until it is purged
    error: dict[str, Any] | None = None  # {"key", "params"} of a sentence
    summary: dict[str, Any] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)
    prompt: dict[str, Any] = field(default_factory=dict)
    snapshot: int | None = None  # how many records its last snapshot has behind it
    shipped: bool = False  # came with the app: nobody's, read-only
    place: int | None = None  # in the queue, 1 is next; known to the scheduler only

    @property
    def live(self) -> bool:
        return self.state in LIVE

    def as_json(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}


def fresh_id() -> str:
    return secrets.token_hex(16)


def owner_hash(token: Any) -> str:
    """What the store keeps of an owner's token. Raises `Refused` for what cannot be one."""
    if not isinstance(token, str) or not re.fullmatch(r"[0-9a-f]{32,128}", token):
        raise Refused("runs.bad_token")
    return hashlib.sha256(token.encode()).hexdigest()


def clean_name(name: Any) -> str:
    """A name fit for one line: printable, at most 80 characters. Raises `Refused`."""
    if not isinstance(name, str):
        raise Refused("runs.bad_name")
    shown = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not shown or len(shown) > 80:
        raise Refused("runs.bad_name")
    return shown
