"""What a careless or malicious caller may send, and what every answer to it must be like."""

import json
import re
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.running_app import Answer, RunningApp

_READING = ("text", "corpus", "learn_from", "scheme", "vocabulary_size", "min_frequency")

# Every action, with its arguments in order.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "start_run": ("slice", "config", "owner"),
    "start_race": ("slice", "configs", "owner"),
    "run": ("run_id",),
    "runs": ("owner", "ids"),
    "records": ("run_id", "since"),
    "samples": ("run_id",),
    "control_run": ("run_id", "token", "action", "value"),
    "rename_run": ("run_id", "token", "name"),
    "pin_run": ("run_id", "token", "pinned"),
    "delete_run": ("run_id", "token"),
    "restore_run": ("run_id", "token"),
    "settings": ("slice",),
    "open_link": ("slice", "query"),
    "link": ("slice", "config"),
    "corpora": ("kind",),
    "download_corpus": ("name",),
    "corpus_progress": ("name",),
    "experiments": ("slice",),
    "judge": ("slice", "experiment", "run_ids", "prediction"),
    "machine": (),
    "generate": ("source", "prefix", "length", "temperature", "top_k", "top_p", "seed"),
    "weights": (),
    "ngram_baseline": ("config",),
    "tokenize": ("text", "scheme", "vocab_size"),
    "token_strip": _READING,
    "fertility": ("corpus", "scheme", "vocabulary_size", "min_frequency"),
    "merge_candidates": ("text", "corpus", "merges", "limit", "more"),
    "onehot_distances": ("categories",),
    "onehot_lookup": ("source", "token_id", "token"),
    "embedding": ("source", "part"),
    "neighbours": ("token", "source", "count", "part"),
    "embedding_sources": (),
    "frequencies": (*_READING, "n"),
    "ngram": (
        *_READING,
        "order",
        "smoothing",
        "alpha",
        "prefix",
        "length",
        "temperature",
        "seed",
        "validation_share",
    ),
    "ngram_curve": (*_READING, "alpha", "validation_share"),
    "minibatches": (*_READING, "steps", "batch_size", "sampling", "offset", "seed"),
    "padding": (*_READING, "batch_size", "order", "seed"),
    "translate": ("text", "pair", "beam"),
    "attend": ("text", "pair_or_model", "layer", "head"),
    "look": ("source", "text", "target", "beam"),
    "inside": ("source", "text", "target", "maps", "layer", "head"),
    "altered": ("source", "text", "target", "changes"),
    "altered_quality": ("source", "switched_off", "positions", "sentences"),
    "head_costs": ("source", "sentences"),
    "places": ("source",),
    "shuffled": ("source", "text", "seed"),
    "borrowed": ("model_name", "text", "text_pair", "download"),
    "borrowed_models": (),
    "attention_sources": (),
    "portable": ("source",),
    "gan_noise": ("seeds", "source"),
    "gan_sample": ("source", "seed_or_z", "digit", "n", "truncation"),
    "gan_walk": (
        "stops",
        "source",
        "digit",
        "frames",
        "kind",
        "format",
        "fps",
        "loop",
        "truncation",
    ),
    "gan_score": ("image", "source", "digit"),
    "gan_wall": ("source", "count", "seed"),
    "gan_nearest": ("source", "seed_or_z", "digit"),
    "gan_invert": ("image", "source", "digit"),
    "plane_points": ("data", "drawn", "count", "seed"),
    "gan_sources": (),
}

_deep: Any = "deep"
for _ in range(60):
    _deep = [_deep]

ODD = (
    None,
    True,
    -1,
    0,
    10**12,
    10**400,
    -(10**400),
    0.5,
    1e308,
    float("nan"),
    float("inf"),
    float("-inf"),
    "",
    " ",
    "0",
    "NaN",
    "null",
    "sequence",
    "😀👩‍👩‍👧" * 20,
    "\u202eright\u2066to\u2069left",
    "שלום",
    "\x00",
    "\x07\x1b[31m\x7f",
    "\ud800",
    "a\udfffb",
    "é" * 5000,
    "x" * 30_000,
    "${alert(1)}",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "'; DROP TABLE runs; --",
    "%00",
    "../../../etc/passwd",
    [],
    {},
    [[]],
    [None] * 300,
    {"": ""},
    {"a": {"b": {"c": [1]}}},
    _deep,
    {"cell": "lstm", "hidden_size": "big"},
    {"hidden_size": 10**400},
    {"seed": float("nan")},
    {"no_such_setting": 1},
    {"learning_rate": -1},
    {"corpus": "text:" + "0" * 64},
    {"cell": ["lstm"]},
    {"\ud800": "\ud800"},
    {"__class__": {"__init__": 1}},
    "0" * 32,
    "f" * 64,
    "text:" + "0" * 64,
)

_letters = st.characters()  # surrogates and control characters too
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(_letters, max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(_letters, max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
odd_values = st.sampled_from(ODD) | json_values

# Nothing of the machine may show: folders, files of code, Python's own words for a fault.
_LEAK = re.compile(
    r"Traceback|site-packages|/work\b|/tmp\b|/home\b|/root\b|/usr\b|\.py\b|\bline \d+\b"
    r"|\w+(?:Error|Exception)\b|object at 0x|sqlite|\b[A-Z]:\\"
)


def odd_arguments(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some of an action's arguments, or names it does not have, with odd values."""
    known = st.sampled_from(ACTIONS[name]) if ACTIONS[name] else st.nothing()
    names = known | known | known | st.sampled_from(("", "self", "\ud800", "request", "x" * 200))
    return st.dictionaries(names, odd_values, max_size=5)


def is_clear(answer: Answer) -> None:
    """The answer is a value or a sentence that says what is wrong, and tells nothing else."""
    assert answer.status < 500, answer.text[:500]
    assert isinstance(answer.json, dict), answer.text[:500]
    if answer.status == 200:
        assert "value" in answer.json
        return
    error = answer.json["error"]
    assert re.fullmatch(r"[a-z]\w*(\.\w+)+", error["key"])
    assert isinstance(error["params"], dict)
    assert 10 < len(error["text"]) < 1500
    says_nothing_of_the_machine(error["text"])


def says_nothing_of_the_machine(text: str) -> None:
    assert not (found := _LEAK.search(text)), f"{found[0]!r} in {text[:500]}"


def stop_what_was_started(app: RunningApp, value: Any) -> None:
    """A value that began a run also holds the token that ends it."""
    if isinstance(value, dict) and {"run_id", "run_ids"} & set(value) and "token" in value:
        app.end_all(value["token"])


def as_json(value: Any) -> bytes:
    """JSON as Python writes it: with NaN, Infinity and halves of surrogate pairs."""
    return json.dumps(value).encode()
