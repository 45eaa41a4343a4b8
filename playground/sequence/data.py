"""Text to batches: token ids, the split kept apart for validation, and the order of an epoch."""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from playground.refused import Refused
from playground.sequence.config import SequenceConfig
from playground.text.tokenization import join, letters_only, tokenize
from playground.text.vocabulary import Vocabulary


@dataclass(frozen=True)
class Data:
    """What one run learns from and is tested on. `validation` may be empty, if none was asked."""

    vocabulary: Vocabulary
    train: Int[Tensor, " train_tokens"]
    validation: Int[Tensor, " validation_tokens"]
    train_text: str
    validation_text: str

    def to(self, device: str) -> "Data":
        """The same data with its ids on another device."""
        return Data(
            self.vocabulary,
            self.train.to(device),
            self.validation.to(device),
            self.train_text,
            self.validation_text,
        )


def read(text: str, config: SequenceConfig) -> list[str]:
    """The tokens of a text as the config reads it, before any are unknown."""
    if config.alphabet == "letters":
        text = letters_only(text)
    return tokenize(text, config.tokens)


def prepare(text: str, config: SequenceConfig, vocabulary: Vocabulary | None = None) -> Data:
    """Splits and numbers a text; the tail is validation, and only the part before is counted.

    A run that goes on brings its `vocabulary`. Raises `Refused` if either part is too short.
    """
    tokens = read(text, config)
    if config.max_tokens:
        tokens = tokens[: config.max_tokens]
    held_out = int(len(tokens) * config.validation_share)
    cut = len(tokens) - held_out
    if config.validation_share and held_out < 2:
        raise Refused("sequence.validation_empty", tokens=len(tokens))
    needed = shortest(config)
    if cut < needed:
        raise Refused(
            "sequence.text_too_short",
            tokens=cut,
            needed=needed,
            steps=config.steps,
            batch_size=config.batch_size,
        )
    train, validation = tokens[:cut], tokens[cut:]
    if vocabulary is None:
        vocabulary = Vocabulary.count(train, config.vocabulary_size)
    return Data(
        vocabulary,
        torch.tensor(vocabulary.ids(train), dtype=torch.int64),
        torch.tensor(vocabulary.ids(validation), dtype=torch.int64),
        join(train, config.tokens),
        join(validation, config.tokens),
    )


def shortest(config: SequenceConfig) -> int:
    """Training tokens that one batch needs, wherever the epoch starts."""
    return config.steps * (config.batch_size + 1) + 1


def steps_per_epoch(tokens: int, config: SequenceConfig) -> int:
    """Batches in an epoch: the number that fits for every offset, so that it never varies."""
    if config.sampling == "random":
        return (tokens - config.steps) // config.steps // config.batch_size
    return (tokens - 1 - config.steps) // config.batch_size // config.steps


def epoch_starts(
    tokens: int, config: SequenceConfig, generator: torch.Generator
) -> Int[Tensor, "batches batch"]:
    """Where in the text each sequence of each batch of an epoch starts (d2l 9.2 and its older 8.3).

    A new offset in [0, steps) each epoch moves all cuts. Random: the stretches of `steps` tokens
    in any order, each once. Sequential: the text is laid in `batch_size` rows, and row r of a
    batch goes on where row r of the batch before it stopped.
    """
    steps, batch_size = config.steps, config.batch_size
    batches = steps_per_epoch(tokens, config)
    offset = torch.randint(0, steps, (), generator=generator)
    if config.sampling == "random":
        stretches = (tokens - steps) // steps
        order = torch.randperm(stretches, generator=generator)[: batches * batch_size]
        return (order * steps + offset).view(batches, batch_size)
    width = (tokens - 1 - steps) // batch_size
    rows = torch.arange(batch_size) * width
    return torch.arange(batches)[:, None] * steps + rows + offset


def batch_at(
    tokens: Int[Tensor, " tokens"], starts: Int[Tensor, " batch"], steps: int
) -> tuple[Int[Tensor, "steps batch"], Int[Tensor, "steps batch"]]:
    """Inputs and targets; each target is the token after its input."""
    where = torch.arange(steps)[:, None] + starts
    where = where.to(tokens.device)
    return tokens[where], tokens[where + 1]
