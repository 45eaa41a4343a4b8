"""The same two sentences in ten languages, in code and in emoji: our own, in `parallel.json`."""

import json
from functools import cache
from pathlib import Path


@cache
def parallel() -> tuple[dict[str, str], ...]:
    """`{"language", "name_en", "name_zh", "text"}` of each, all of one meaning."""
    file = Path(__file__).with_name("parallel.json")
    return tuple(json.loads(file.read_text(encoding="utf-8")))
