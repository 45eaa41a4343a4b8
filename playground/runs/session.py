"""What a slice gives a worker to train: the narrow waist between rooms and runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

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

    def change(self, name: str, value: float) -> None:
        """Sets `name` ("learning_rate") from the next step on. Raises `Refused` for others."""
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
