"""All that can be asked of a pair of networks, answered in the inference process.

`ask` takes one question with its arguments, which the page's process has checked, and yields what
there is to tell: for most questions one dictionary, for slow ones their progress before it.
"""

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

# Where each is answered; imported when first asked.
QUESTIONS: Mapping[str, str] = {
    "portable": "portable",
    "gan_noise": "sampling",
    "gan_sample": "sampling",
    "gan_walk": "walking",
    "gan_score": "eye",
    "gan_wall": "eye",
    "gan_nearest": "eye",
    "gan_invert": "inversion",
    "plane_points": "points",
    "tried": "tried",
}


def ask(arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer to `arguments["question"]`. Raises `Refused` for what a visitor can mend."""
    question = arguments["question"]
    module = importlib.import_module(f"playground.gan.{QUESTIONS[question]}")
    answer = getattr(module, question)(arguments)
    if isinstance(answer, dict):
        yield answer
    else:
        yield from answer
