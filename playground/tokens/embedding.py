"""The rows that a trained model learned for its tokens: in three dimensions, and who is near whom.

A token has two rows. The one it is read by: of the embedding, or, where a model reads one-hot
codes, the column of the first layer's input weights that the code picks out. And the one it is
predicted by, in the weights of the output: those of tokens that can stand for each other are alike.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from playground.packed import packed
from playground.refused import Refused
from playground.text.vocabulary import Vocabulary
from playground.tokens.reading import kept

_EMBEDDING = "model.embedding"
_INPUT_WEIGHTS = "model.recurrent.l0.weight_ih"
_OUTPUT_WEIGHTS = "model.output_weight"
_TENSORS = {
    "embedding": _EMBEDDING,
    "input_weights": _INPUT_WEIGHTS,
    "output_weights": _OUTPUT_WEIGHTS,
}
_EXACT = 1_024  # dimensions
_ROUNDS, _SPARE = 6, 12  # of the subspace iteration beyond


@dataclass(frozen=True)
class Weights:
    """`matrix` [vocabulary, dimensions] in float32.

    `kind` is "embedding", "input_weights" or "output_weights".
    """

    name: str
    kind: str
    tokens: tuple[str, ...]
    counts: tuple[int, ...]
    matrix: np.ndarray

    def find(self, token: str) -> int:
        """The id of a token. Raises `Refused("tokens.no_such_token")`."""
        if token not in self.tokens:
            raise Refused("tokens.no_such_token", token=token[:40], size=len(self.tokens))
        return self.tokens.index(token)

    def check_id(self, number: int) -> int:
        """Raises `Refused("tokens.no_such_id")` for an id that is not in the vocabulary."""
        if not 0 <= number < len(self.tokens):
            raise Refused("tokens.no_such_id", id=number, last=len(self.tokens) - 1)
        return number


def read_weights(file: str, part: str) -> Weights:
    """The rows by which tokens are read ("input") or predicted ("output").

    Raises `Refused` if the file holds none.
    """
    path = Path(file)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        raise Refused("endpoints.not_ready") from None
    key = ("weights", file, changed, part)
    return kept(key, lambda: _read(path, part), lambda made: made.matrix.nbytes)


def _read(path: Path, part: str) -> Weights:
    try:
        with safe_open(path, "numpy") as held:
            metadata = held.metadata() or {}
            kind = _kind(part, held.keys())
            matrix = held.get_tensor(_TENSORS[kind])
        vocabulary = Vocabulary.from_json(metadata["vocabulary"])
        step = metadata.get("step", "")
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as fault:
        raise fault if isinstance(fault, Refused) else Refused("weights.unreadable") from None
    matrix = matrix.astype(np.float32)
    if kind == "input_weights":
        matrix = np.ascontiguousarray(matrix.T)
    if matrix.ndim != 2 or len(matrix) != len(vocabulary) or not np.isfinite(matrix).all():
        raise Refused("weights.unreadable")
    return Weights(_name(metadata, step), kind, vocabulary.known, vocabulary.counts, matrix)


def _kind(part: str, names: Collection[str]) -> str:
    if part == "output":
        return "output_weights"
    return "embedding" if _EMBEDDING in names else "input_weights"


def _name(metadata: Mapping[str, str], step: str) -> str:
    """The cell and the text it learned, as the model's own config tells them."""
    try:
        config = json.loads(metadata["config"])
        return f"{config['cell'].upper()} · {str(config['corpus'])[:11]} · {step}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return step


def embedding(asked: Mapping[str, Any]) -> dict[str, Any]:
    """All tokens as points: the three directions in which their rows differ most."""
    held = read_weights(asked["weights"], asked["part"])
    points, explained = principal(held.matrix)
    return {
        "source": asked["source"],
        "name": held.name,
        "kind": held.kind,
        "tokens": held.tokens,
        "counts": held.counts,
        "points": packed(points),
        "explained": explained,
        "dimensions": held.matrix.shape[1],
    }


def principal(matrix: np.ndarray) -> tuple[np.ndarray, list[float]]:
    """Principal components: coordinates [rows, 3] and the share of the variance that each shows.

    Exact up to 1,024 dimensions; beyond by subspace iteration (Halko et al. 2011, algorithm 4.4,
    arXiv:0909.4061), which may turn axes of about equal variance. Each axis points to where its
    largest coordinate is positive, so that the picture never flips.
    """
    centred = matrix - matrix.mean(axis=0)
    total = float(np.square(centred).sum(dtype=np.float64))
    axes = _axes(centred)
    points = np.zeros((len(matrix), 3))
    points[:, : len(axes)] = centred @ axes.T
    largest = points[np.abs(points).argmax(axis=0), np.arange(3)]
    points *= np.where(largest < 0, -1, 1)
    return points, ((points**2).sum(axis=0) / total if total else np.zeros(3)).tolist()


def _axes(centred: np.ndarray) -> np.ndarray:
    """The directions of largest variance, [3 or fewer, dimensions], largest first."""
    if centred.shape[1] <= _EXACT:
        covariance = centred.T.astype(np.float64) @ centred
        return np.linalg.eigh(covariance)[1][:, ::-1][:, :3].T
    drawn = np.random.default_rng(0).standard_normal((centred.shape[1], 3 + _SPARE))
    columns = drawn.astype(np.float32)
    for _ in range(_ROUNDS):
        columns = np.linalg.qr(centred.T @ np.linalg.qr(centred @ columns)[0])[0]
    turned = np.linalg.svd(centred @ columns, full_matrices=False)[2]
    return turned[:3] @ columns.T


def neighbours(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The tokens whose rows point most alike, and least, by the cosine of their angle."""
    held = read_weights(asked["weights"], asked["part"])
    chosen = held.find(asked["token"])
    lengths = np.linalg.norm(held.matrix, axis=1)
    scaled = held.matrix / np.where(lengths > 0, lengths, 1)[:, None]
    alike = np.clip(scaled @ scaled[chosen], -1, 1)
    ranked = [number for number in np.argsort(-alike, kind="stable") if number != chosen]
    count = asked["count"]

    def told(numbers: list[np.int64]) -> list[dict[str, Any]]:
        return [
            {"token": held.tokens[one], "id": int(one), "similarity": float(alike[one])}
            for one in numbers
        ]

    return {
        "token": held.tokens[chosen],
        "id": chosen,
        "nearest": told(ranked[:count]),
        "farthest": told(ranked[::-1][:count]),
    }
