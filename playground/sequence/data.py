"""Text to batches: token ids, the split kept apart for validation, and the order of an epoch."""

import json
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from playground.refused import Refused
from playground.sequence.config import SUBWORDS, SequenceConfig
from playground.text import minibatches, tokenizer
from playground.text.reading import parts
from playground.text.tokenizer import Tokenizer
from playground.text.vocabulary import Vocabulary


@dataclass(frozen=True)
class Data:
    """What one run learns from and is tested on. `validation` may be empty, if none was asked."""

    tokenizer: Tokenizer
    train: Int[Tensor, " train_tokens"]
    validation: Int[Tensor, " validation_tokens"]
    train_text: str
    validation_text: str

    @property
    def vocabulary(self) -> Vocabulary:
        return self.tokenizer.vocabulary

    def to(self, device: str) -> "Data":
        """The same data with its ids on another device."""
        return Data(
            self.tokenizer,
            self.train.to(device),
            self.validation.to(device),
            self.train_text,
            self.validation_text,
        )


def prepare(text: str, config: SequenceConfig, known: Tokenizer | None = None) -> Data:
    """Splits and numbers a text; the tail is validation, and only the part before is learned from.

    A model that was trained before brings the tokenizer it has `known`. Raises `Refused` if either
    part is too short.
    """
    read = parts(
        text,
        scheme=config.tokens,
        alphabet=config.alphabet,
        vocabulary_size=config.vocabulary_size,
        max_tokens=config.max_tokens,
        validation_share=config.validation_share,
        tokenizer=known,
    )
    train, validation = len(read.train), len(read.validation)
    if config.validation_share and validation < 2:
        raise Refused("sequence.validation_empty", tokens=train + validation)
    needed = shortest(config)
    if train < needed:
        raise Refused(
            "sequence.text_too_short",
            tokens=train,
            needed=needed,
            steps=config.steps,
            batch_size=config.batch_size,
        )
    return Data(
        read.tokenizer,
        torch.from_numpy(read.train).long(),
        torch.from_numpy(read.validation).long(),
        read.train_text,
        read.validation_text,
    )


def kept(one: Tokenizer) -> str:
    """A tokenizer as a file of weights holds it: for subwords all of it, else its vocabulary."""
    return one.as_json() if one.scheme in SUBWORDS else one.vocabulary.as_json()


def tokenizer_from(text: str, tokens: str) -> Tokenizer:
    """What `kept` wrote of a tokenizer for these `tokens`. Raises `Refused` for anything else."""
    try:
        held = json.loads(text)
        if held.setdefault("scheme", tokens) == tokens:
            return tokenizer.from_json(json.dumps(held))
    except (ValueError, AttributeError, RecursionError, Refused):
        pass
    raise Refused("text.bad_vocabulary")


def is_same(one: Tokenizer, other: Tokenizer) -> bool:
    """Whether both cut and number every text alike."""
    alike = one.scheme == other.scheme and one.vocabulary == other.vocabulary
    return alike and (one.scheme not in SUBWORDS or one.as_json() == other.as_json())


def shortest(config: SequenceConfig) -> int:
    """Training tokens that one batch needs, wherever the epoch starts."""
    return minibatches.shortest(steps=config.steps, batch_size=config.batch_size)


def steps_per_epoch(tokens: int, config: SequenceConfig) -> int:
    """Batches in an epoch: the number that fits for every offset, so that it never varies."""
    return minibatches.batches_in(
        tokens, steps=config.steps, batch_size=config.batch_size, sampling=config.sampling
    )


def epoch_starts(
    tokens: int, config: SequenceConfig, generator: torch.Generator
) -> Int[Tensor, "batches batch"]:
    """Where in the text each sequence of each batch of an epoch starts.

    The offset and, for random sampling, the order are drawn anew; `minibatches.starts` says what
    follows from them.
    """
    offset = torch.randint(0, config.steps, (), generator=generator).item()
    order = None
    if config.sampling == "random":
        stretches = minibatches.stretches(tokens, steps=config.steps)
        order = torch.randperm(stretches, generator=generator).numpy()
    starts = minibatches.starts(
        tokens,
        steps=config.steps,
        batch_size=config.batch_size,
        sampling=config.sampling,
        offset=int(offset),
        order=order,
    )
    return torch.from_numpy(starts)


def batch_at(
    tokens: Int[Tensor, " tokens"], starts: Int[Tensor, " batch"], steps: int
) -> tuple[Int[Tensor, "steps batch"], Int[Tensor, "steps batch"]]:
    """Inputs and targets; each target is the token after its input."""
    where = torch.arange(steps)[:, None] + starts
    where = where.to(tokens.device)
    return tokens[where], tokens[where + 1]
