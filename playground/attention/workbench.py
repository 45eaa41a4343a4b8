"""All that can be asked of a model of this room, answered in the inference process.

`ask` takes one question with its arguments, which the page's process has checked, and yields what
there is to tell: for most questions one dictionary, for slow ones their progress before it.
"""

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

# Where each is answered; imported when first asked.
QUESTIONS: Mapping[str, str] = {
    "translate": "looking",
    "attend": "looking",
    "look": "looking",
    "tried": "looking",
    "inside": "inside",
    "altered": "ablation",
    "altered_quality": "ablation",
    "head_costs": "head_costs",
    "places": "places",
    "shuffled": "places",
}


def ask(arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer to `arguments["question"]`. Raises `Refused` for what a visitor can mend."""
    question = arguments["question"]
    module = importlib.import_module(f"playground.attention.{QUESTIONS[question]}")
    answer = getattr(module, question)(arguments)
    if isinstance(answer, dict):
        yield answer
    else:
        yield from answer
