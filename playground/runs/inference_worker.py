"""The process that answers for models and texts: generation, counting, other instruments later.

Orders: `{"id", "entry", "arguments"}` starts `module:function`, a function of one dictionary that
returns an iterator of plain dictionaries; `{"cancel": id}` closes it; `{"do": "shutdown"}`.
Answers: `{"id", "item"}` …, then `{"id", "end": true}` or `{"id", "error": {"key", "params"}}`.

All iterators that are open advance in turn, one item each, so that a long text does not make a
short one wait.
"""

import importlib
import os
import queue
from collections.abc import Iterator
from typing import Any

from playground.runs import pipes
from playground.runs.lane import fault


class Asked:
    """The open requests of this process."""

    def __init__(self, pipe: pipes.ServerPipe):
        self._pipe = pipe
        self._open: dict[int, Iterator[dict[str, Any]]] = {}

    def work(self) -> None:
        while True:
            try:
                order = self._pipe.orders.get(block=not self._open)
            except queue.Empty:
                for number in list(self._open):
                    self._advance(number)
                continue
            if order.get("do") == "shutdown":
                return
            if "cancel" in order:
                self._cancel(order["cancel"])
            else:
                self._start(order)

    def _start(self, order: dict[str, Any]) -> None:
        module, function = order["entry"].split(":")
        try:
            made = getattr(importlib.import_module(module), function)(order["arguments"])
        except Exception as error:  # one request's fault must not end the others
            self._pipe.tell({"id": order["id"], "error": fault(error)})
            return
        self._open[order["id"]] = iter(made)

    def _advance(self, number: int) -> None:
        try:
            item = next(self._open[number])
        except StopIteration:
            answer = {"id": number, "end": True}
        except Exception as error:  # as above
            answer = {"id": number, "error": fault(error)}
        else:
            self._pipe.tell({"id": number, "item": item})
            return
        del self._open[number]
        self._pipe.tell(answer)

    def _cancel(self, number: int) -> None:
        iterator = self._open.pop(number, None)
        if hasattr(iterator, "close"):
            iterator.close()


def main() -> None:
    pipe = pipes.ServerPipe()
    options = pipes.options()
    if options.warm == "torch":
        pipes.warm_up(options.threads)
    else:
        importlib.import_module(options.warm)
    Asked(pipe).work()
    os._exit(0)  # the thread that listens would hold up an ordinary end


if __name__ == "__main__":
    main()
