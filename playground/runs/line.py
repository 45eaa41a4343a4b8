"""Who waits for a slot, and whose turn it is."""

from collections import Counter
from dataclasses import dataclass, field

REMEMBERED = 1000  # owners; one who was served before so many others is as good as new


@dataclass(eq=False)
class Ticket:
    """Runs of one group that will train together in one worker."""

    owner: str
    group: str
    runs: list[str]
    paused: set[str] = field(default_factory=set)  # those that open paused, for a single step


class Line:
    """Waiting tickets. Fair between owners: whoever has the fewest slots comes first, among equals
    the one whose last turn is the longest ago, and of one owner's tickets the oldest."""

    def __init__(self) -> None:
        self._tickets: list[Ticket] = []
        self._turns = 0
        self._last_turn: dict[str, int] = {}  # owner -> number of the turn

    def __len__(self) -> int:
        return len(self._tickets)

    def __contains__(self, run: str) -> bool:
        return any(run in ticket.runs for ticket in self._tickets)

    def add(self, owner: str, group: str, runs: list[str], *, paused: bool = False) -> None:
        """Runs of a group that is waiting already join it in its place."""
        for ticket in self._tickets:
            if ticket.owner == owner and ticket.group == group:
                break
        else:
            ticket = Ticket(owner, group, [])
            self._tickets.append(ticket)
        ticket.runs.extend(run for run in runs if run not in ticket.runs)
        if paused:
            ticket.paused.update(runs)
        else:
            ticket.paused.difference_update(runs)

    def remove(self, run: str) -> None:
        for ticket in self._tickets:
            if run in ticket.runs:
                ticket.runs.remove(run)
                ticket.paused.discard(run)
        self._tickets = [ticket for ticket in self._tickets if ticket.runs]

    def take(self, ticket: Ticket) -> None:
        """It is this ticket's turn."""
        self._tickets.remove(ticket)
        self._turns += 1
        self._last_turn.pop(ticket.owner, None)
        self._last_turn[ticket.owner] = self._turns
        if len(self._last_turn) > REMEMBERED:
            del self._last_turn[next(iter(self._last_turn))]

    def order(self, slots_of: Counter[str]) -> list[Ticket]:
        """The tickets in the order they will be served; `slots_of` counts busy slots by owner."""
        counts, turns = Counter(slots_of), self._turns
        last_turn = dict(self._last_turn)
        waiting, served = list(self._tickets), []
        while waiting:
            ticket = min(waiting, key=lambda one: (counts[one.owner], last_turn.get(one.owner, 0)))
            waiting.remove(ticket)
            served.append(ticket)
            turns += 1
            counts[ticket.owner] += 1
            last_turn[ticket.owner] = turns
        return served
