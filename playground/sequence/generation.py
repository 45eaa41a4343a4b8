"""Text from a model, token by token, with the probability each one was drawn with."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from playground import weights
from playground.knobs import parse
from playground.refused import Refused
from playground.seeds import generator as seeded
from playground.sequence.config import SUBWORDS, SequenceConfig, parameter_count
from playground.sequence.data import tokenizer_from
from playground.sequence.model import LanguageModel
from playground.text.reading import read
from playground.text.subword_training import INSIDE
from playground.text.tokenization import join
from playground.text.tokenizer import Tokenizer
from playground.text.vocabulary import Vocabulary

SHOWN = 5  # likeliest tokens told with each token
LOOK_BACK = 64  # tokens a bidirectional model reads again for each new one


@dataclass(frozen=True, slots=True)
class Token:
    """One token drawn. `text` is what it adds to the text: a word's space, no mark of a subword.

    `probability` is the one it was drawn with, after temperature, top-k and top-p; `raw` the
    model's own; `top` the likeliest tokens it was drawn among.
    """

    text: str
    id: int
    probability: float
    raw: float
    top: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Reader:
    """A model, how it cuts a text into the tokens it knows, and the settings it was made with."""

    model: LanguageModel
    tokenizer: Tokenizer
    config: SequenceConfig

    @property
    def vocabulary(self) -> Vocabulary:
        return self.tokenizer.vocabulary


def distribution(
    logits: Float[Tensor, " vocabulary"], *, temperature: float, top_k: int = 0, top_p: float = 1.0
) -> Float[Tensor, " vocabulary"]:
    """What a token is drawn from, in float64: softmax(logits / temperature) cut to the likeliest.

    First the `top_k` likeliest are kept (0: all), then of those the fewest whose probabilities
    reach `top_p` together (Holtzman et al. 2020, arXiv:1904.09751). Temperature 0 leaves one.
    """
    logits = logits.double()
    if temperature == 0:
        return torch.zeros_like(logits).index_fill_(0, logits.argmax(), 1.0)
    # Subtracted first: a tiny temperature would otherwise overflow.
    probabilities = torch.softmax((logits - logits.max()) / temperature, 0)
    likeliest, order = probabilities.sort(descending=True, stable=True)
    if 0 < top_k < len(likeliest):
        likeliest[top_k:] = 0
    likeliest = likeliest / likeliest.sum()
    beyond = likeliest.cumsum(0) - likeliest >= top_p
    beyond[0] = False
    likeliest[beyond] = 0
    return torch.zeros_like(logits).scatter_(0, order, likeliest / likeliest.sum())


@torch.no_grad()
def stream(
    reader: Reader,
    prefix: str,
    *,
    length: int,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    generator: torch.Generator,
) -> Iterator[Token]:
    """`length` tokens that go on from `prefix`; an empty one stands for the start of a line.

    <unk> is never drawn. A bidirectional model has nothing to read on its right: its right-to-left
    layers see only the text so far, so what it learned from the future is missing. It is asked
    all the same, to show that its low loss is no use here. Raises `Refused` if its weights are
    not numbers.
    """
    model, vocabulary, config = reader.model, reader.vocabulary, reader.config
    device = model.output_weight.device
    text = _as_read(prefix, config)
    write, drawn = _writer(reader, text), []
    ids = reader.tokenizer.encode(text).ids.tolist() or [_first(vocabulary)]
    written = write(drawn)
    state, fresh = None, ids
    for _ in range(length):
        if len(model.directions) == 2:
            state, fresh = None, ids[-LOOK_BACK:]
        scores, state = model(torch.tensor(fresh, device=device)[:, None], state)
        logits = scores[-1, 0].cpu()
        if not logits.isfinite().all():
            raise Refused("sequence.not_finite")
        raw = torch.softmax(logits.double(), 0)
        logits[vocabulary.unknown] = -torch.inf
        chances = distribution(logits, temperature=temperature, top_k=top_k, top_p=top_p)
        one = int(torch.multinomial(chances, 1, generator=generator))
        drawn.append(one)
        text = write(drawn)
        # The rest of a word can change what space stands before it, which is already written.
        rest = vocabulary.tokens([one])[0].removeprefix(INSIDE)
        added = text[len(written) :] if text.startswith(written) else rest
        if len(drawn) == 1 and config.tokens != "character" and prefix[-1:].isspace():
            added = added.removeprefix(" ")  # a word brings its space, and here there is one
        yield Token(
            text=added,
            id=one,
            probability=chances[one].item(),
            raw=raw[one].item(),
            top=_top(chances, vocabulary),
        )
        written = text
        ids, fresh = [*ids, one], [one]


def _as_read(prefix: str, config: SequenceConfig) -> str:
    """The prefix as its tokens are made of it."""
    text = read(prefix, alphabet=config.alphabet)
    if config.tokens == "character":
        # Reading letters only trims the text, but here a space at its end says: a word is over.
        over = config.alphabet == "letters" and text and not re.search("[a-z]$", prefix.lower())
        return text + " " if over else text
    # The space before a word is part of its first subword: one that stands alone is rarely seen.
    return text.removesuffix(" ")


def _writer(reader: Reader, prefix: str) -> Callable[[Sequence[int]], str]:
    """What gives the text of the prefix and the ids drawn after it.

    Characters and words of the prefix that the model does not know are written as they stand.
    """
    tokenizer = reader.tokenizer
    before = tokenizer.encode(prefix)
    if tokenizer.scheme in SUBWORDS:
        ids = before.ids.tolist()
        # Nothing stands before the first token, even if it was meant to continue a word.
        mark = INSIDE if tokenizer.scheme == "wordpiece" else ""
        return lambda drawn: tokenizer.decode([*ids, *drawn]).removeprefix(mark)
    places = zip(before.starts, before.ends, strict=True)
    tokens = [prefix[start:end] for start, end in places]
    known = tokenizer.vocabulary
    return lambda drawn: join([*tokens, *known.tokens(drawn)], tokenizer.scheme)


def _first(vocabulary: Vocabulary) -> int:
    """What a text without a beginning is taken to go on from: a line break, or a space."""
    known = [token for token in ("\n", " ") if token in vocabulary]
    return vocabulary.ids(known[:1])[0] if known else len(vocabulary) - 1


def _top(chances: Tensor, vocabulary: Vocabulary) -> tuple[tuple[str, float], ...]:
    values, ids = chances.topk(min(SHOWN, len(chances)))
    names = vocabulary.tokens(ids.tolist())
    return tuple((name, value) for name, value in zip(names, values.tolist(), strict=True) if value)


def unknown_in(reader: Reader, prefix: str) -> list[str]:
    """Tokens of a text that the model has never seen and reads as <unk>, each once."""
    text = read(prefix, alphabet=reader.config.alphabet)
    found = reader.tokenizer.encode(text)
    unknown = found.ids == reader.vocabulary.unknown
    places = zip(found.starts[unknown], found.ends[unknown], strict=True)
    return list(dict.fromkeys(text[start:end] for start, end in places))


def reader_of(tensors: dict[str, Tensor], metadata: dict[str, str]) -> Reader:
    """The model in a snapshot or a file of weights. Raises `Refused` if it is none of ours."""
    try:
        config = parse(SequenceConfig, metadata["config"])
        tokenizer = tokenizer_from(metadata["vocabulary"], config.tokens)
        kinds = len(tokenizer.vocabulary)
        held = {
            name.removeprefix("model."): tensor
            for name, tensor in tensors.items()
            if name.startswith("model.")
        }
        # Counted first: a small file can ask for a model that fills the memory.
        numbers = sum(tensor.numel() for tensor in held.values())
        sound = all(tensor.is_floating_point() for tensor in held.values())
        if not sound or numbers != parameter_count(config, kinds):
            raise Refused("sequence.not_a_model")
        model = LanguageModel(config, kinds)
        weights_only = {name: tensor.float() for name, tensor in held.items()}
        model.load_state_dict(weights_only)
    except (KeyError, ValueError, TypeError, RuntimeError):
        raise Refused("sequence.not_a_model") from None
    return Reader(model, tokenizer, config)


@lru_cache(maxsize=4)
def _loaded(path: Path, changed_ns: int, size: int) -> Reader:  # noqa: ARG001 - part of the key
    """A model read from disk; the file's time and size tell an exchanged file apart."""
    return reader_of(*weights.read(path))


def load(path: Path) -> Reader:
    """The model in a file, kept in memory for the next time. Raises `Refused`."""
    try:
        found = path.stat()
        return _loaded(path, found.st_mtime_ns, found.st_size)
    except OSError:
        raise Refused("sequence.weights_gone") from None


def generate_entry(arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Generation as the inference process asks for it: one item per token, then the end.

    `arguments`: weights (file), prefix, length, temperature, top_k, top_p, seed.
    """
    reader = load(Path(arguments["weights"]))
    prefix = arguments.get("prefix", "")
    text = prefix
    for token in stream(
        reader,
        prefix,
        length=int(arguments.get("length", 200)),
        temperature=float(arguments.get("temperature", 1.0)),
        top_k=int(arguments.get("top_k", 0)),
        top_p=float(arguments.get("top_p", 1.0)),
        generator=seeded(int(arguments.get("seed", 0)), "generation"),
    ):
        text += token.text
        yield {
            "token": token.text,
            "probability": token.probability,
            "raw": token.raw,
            "top": [list(pair) for pair in token.top],
        }
    yield {"end": True, "text": text, "prefix": prefix, "unknown": unknown_in(reader, prefix)}
