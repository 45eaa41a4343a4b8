"""A whole server in a process of its own, to be killed: `python server_process.py FOLDER`.

Reads lines `["method", [arguments]]` and answers each with a line of JSON.
"""

import dataclasses
import json
import sys
from pathlib import Path

from runs.conftest import STAND_IN

from playground.runs.scheduler import Scheduler
from playground.runs.store import Store


def main() -> None:
    folder = Path(sys.argv[1])
    scheduler = Scheduler(Store(folder), {"stand-in": STAND_IN}, slots=1, texts=folder)
    scheduler.start_workers()
    for line in sys.stdin:
        method, arguments = json.loads(line)
        result = getattr(scheduler, method)(*arguments)
        if isinstance(result, list):
            result = [dataclasses.asdict(run) for run in result]
        elif dataclasses.is_dataclass(result):
            result = dataclasses.asdict(result)
        print(json.dumps(result), flush=True)
    scheduler.close()


if __name__ == "__main__":
    main()
