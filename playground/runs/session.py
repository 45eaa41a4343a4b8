"""What a slice gives a worker to train: the narrow waist between rooms and runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from playground.refused import Refused

if TYPE_CHECKING:
    from torch import Tensor


class Session(Protocol):
    """One training run in a worker. Between two records everything is at rest.

    Resuming from `state()` gives the records that the uninterrupted session gives: exactly on a
    CPU with the same number of threads.
    """

    seconds: float  # spent in training steps; evaluating and sampling are not counted
    step: int  # optimizer steps done
    info: dict[str, Any]  # static facts for the page

    def records(self) -> Iterator[dict[str, Any]]:
        """One flat record of plain numbers per step, until the budget is spent.

        Raises an error with `key` and `params` (see `refused.py`) when training cannot go on.
        """
        ...

    def sample(self, prompt: dict[str, Any]) -> dict[str, Any]:
        """A look at the model, as plain JSON data. Never disturbs the training."""
        ...

    def change(self, name: str, value: Any) -> None:
        """Sets `name` ("learning_rate" and what else the slice says can be changed) from the next
        step on. Raises `Refused` for others. Whole numbers come back from the store as floats."""
        ...

    def state(self) -> "tuple[dict[str, Tensor], dict[str, str]]":
        """Tensors and metadata of a safetensors file that remembers everything."""
        ...

    def restore(self, tensors: "dict[str, Tensor]", metadata: dict[str, str]) -> None:
        """Goes back to a `state()`; called before `records()`."""
        ...

    def progress(self) -> dict[str, Any]:
        """`{"done": 0 … 1, "seconds_left": float or None}`."""
        ...

    def summary(self) -> dict[str, Any]:
        """The final figures."""
        ...


@runtime_checkable
class Moving(Protocol):
    """A session with a picture that moves while it trains, beside the looks that are kept."""

    @property
    def frame_seconds(self) -> float:
        """The least time between two frames."""
        ...

    @property
    def sample_seconds(self) -> float:
        """How long to wait before the next look that is kept: early ones may come densely."""
        ...

    def frame(self) -> dict[str, Any] | None:
        """The picture of this moment as plain JSON data, None for nothing new.

        Only the newest one is told and none is kept. Never disturbs the training.
        """
        ...

    def attend(self) -> None:
        """Someone asked for the next step alone; the frame after it may show how it went."""
        ...


class OpenSession(Protocol):
    """The function that an entry such as `playground.sequence.session:open_session` names."""

    def __call__(self, config: dict[str, Any], *, device: str, texts: Path) -> Session: ...


@dataclass(frozen=True, kw_only=True)
class Slice:
    """What the scheduler must know about a room. Holds no torch."""

    name: str
    entry: str  # "module:function" of an `OpenSession`
    parse: Callable[[Any], dict[str, Any]]  # raises `Refused` naming the field
    memory_bytes: Callable[[dict[str, Any]], int]  # estimate for one run of that config
    # What of a run can be changed while it goes on: its config, a name and a value -> the value
    # as the session takes it. Raises `Refused`. None: only `learning_rate`, a field of its config.
    check_change: Callable[[dict[str, Any], str, Any], Any] | None = None

    def checked_change(self, config: dict[str, Any], name: str, value: Any) -> Any:
        """The value as a session's `change` takes it. Raises `Refused`."""
        if self.check_change is not None:
            return self.check_change(config, name, value)
        if name != "learning_rate":
            raise Refused("runs.not_while_running", name=name[:40])
        return self.parse({**config, name: value})[name]
