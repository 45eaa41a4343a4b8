"""*Try this*: an experiment asks for a prediction, trains, and answers from what was trained.

A slice lists its experiments; their words stand in the locales under
`<slice>.experiment.<name>.title`, `.question`, `.choice.<choice>` and `.answer.<choice>`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """What became of one run of an experiment: its config, its end and its records by column."""

    config: dict[str, Any]
    state: str
    columns: dict[str, list[float | None]]
    summary: dict[str, Any] = field(default_factory=dict)
    samples: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""  # key of the sentence that ended it

    def last(self, column: str) -> float | None:
        """The last recorded number of a column; `None` if there is none."""
        return next((x for x in reversed(self.columns.get(column, [])) if x is not None), None)

    def lowest(self, column: str) -> float | None:
        return min((x for x in self.columns.get(column, []) if x is not None), default=None)


@dataclass(frozen=True)
class Verdict:
    """The choice that the runs speak for, and the numbers that say so."""

    answer: str
    values: dict[str, Any]


# A question and its arguments -> what is counted for it.
Ask = Callable[[str, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Experiment:
    """One card of a lesson. `lanes` are the settings of each run that differ from the defaults.

    Where nothing needs training, `count` answers at once, and the one lane is what the page shows.
    """

    name: str
    lanes: tuple[dict[str, Any], ...]
    choices: tuple[str, ...]
    judge: Callable[[Sequence[Outcome]], Verdict] | None = None
    count: Callable[[Ask], Verdict] | None = None

    def count_with(self, ask: Ask | None) -> Verdict:
        """The answer of an experiment that needs no training."""
        if self.count is None or ask is None:
            raise TypeError(f"{self.name} has no way to be answered")
        return self.count(ask)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "lanes": list(self.lanes),
            "choices": list(self.choices),
            "trains": self.judge is not None,
        }


def perplexity(loss: float | None) -> float | None:
    """exp(loss), `None` where there is no loss or the number has no end."""
    return math.exp(loss) if loss is not None and loss < 700 else None
