"""All that a visitor can turn on a recurrent language model. No torch: the page reads it too."""

from dataclasses import dataclass
from typing import Annotated, Any

from playground.knobs import Choice, Knob, Switch
from playground.refused import Refused

CORPORA = ("story-en", "story-zh", "timemachine", "tinyshakespeare")
BLOCKS = {"rnn": 1, "gru": 3, "lstm": 4}  # gates and candidate: rows of weights per hidden unit
TOKENS = ("character", "word", "bpe", "wordpiece", "unigram")
SUBWORDS = {"bpe": "BPE", "wordpiece": "WordPiece", "unigram": "Unigram"}  # as papers call them
CHARACTERS = {"story-en": 128, "timemachine": 128, "tinyshakespeare": 128}  # kinds at most
LETTERS = 28  # a–z, space, <unk>: the alphabet of d2l


@dataclass(frozen=True, kw_only=True, slots=True)
class SequenceConfig:
    cell: Annotated[
        str,
        Choice(("rnn", "gru", "lstm"), "recurrent cell: plain, gated, or gated with a memory line"),
    ] = "lstm"
    corpus: Annotated[str, Choice(CORPORA, "the text to learn from", prefix="text:")] = "story-en"
    tokens: Annotated[
        str,
        Choice(
            TOKENS,
            "what the model reads and predicts, one at a time; subwords are learned from the text",
        ),
    ] = "character"
    alphabet: Annotated[
        str,
        Choice(("full", "letters"), "all characters, or lower-case a to z and space only"),
    ] = "full"
    vocabulary_size: Annotated[
        int, Knob(10, 20_000, "tokens kept, or subwords learned; the rest are <unk>", log=True)
    ] = 5000
    max_tokens: Annotated[
        int, Knob(0, 10_000_000, "use only the first so many tokens; 0 is all", zero_is_off=True)
    ] = 0
    layers: Annotated[int, Knob(1, 4, "recurrent layers on top of each other")] = 1
    hidden_size: Annotated[int, Knob(1, 1024, "units of each layer's state", log=True)] = 128
    embedding_size: Annotated[
        int, Knob(0, 512, "learned vector per token; 0 is one-hot", zero_is_off=True)
    ] = 0
    bidirectional: Annotated[
        bool, Switch("read from both sides; it then sees the character it should predict")
    ] = False
    steps: Annotated[
        int, Knob(1, 512, "tokens through which the gradient flows back", log=True)
    ] = 35
    batch_size: Annotated[int, Knob(1, 256, "sequences read at the same time", log=True)] = 32
    sampling: Annotated[
        str,
        Choice(
            ("random", "sequential"),
            "batches from anywhere, or each going on where the last one stopped, state carried",
        ),
    ] = "sequential"
    optimizer: Annotated[
        str, Choice(("sgd", "adam"), "plain gradient steps, or Adam's scaled ones")
    ] = "adam"
    learning_rate: Annotated[float, Knob(1e-5, 100.0, "size of a step", log=True)] = 0.005
    decay: Annotated[
        bool, Switch("let the learning rate fall along half a cosine to 1 % at the last epoch")
    ] = False
    weight_decay: Annotated[
        float, Knob(0.0, 1.0, "pull of the weights towards 0, apart from the gradient")
    ] = 0.0
    dropout: Annotated[
        float, Knob(0.0, 0.9, "share of each layer's outputs set to 0 while training")
    ] = 0.0
    clip_threshold: Annotated[
        float, Knob(0.0, 1000.0, "longest gradient let through; 0 is off", zero_is_off=True)
    ] = 1.0
    epochs: Annotated[int, Knob(1, 100_000, "passes over the training text", log=True)] = 1000
    seconds: Annotated[
        int, Knob(0, 86_400, "training seconds at most; 0 is no limit", zero_is_off=True)
    ] = 60
    validation_share: Annotated[
        float, Knob(0.0, 0.5, "end of the text kept apart to test on; 0 is none")
    ] = 0.1
    seed: Annotated[int, Knob(0, 2_147_483_647, "start of all randomness")] = 0

    def check(self) -> None:
        """What no single knob can tell. Raises `Refused`."""
        if self.alphabet == "letters" and self.corpus == "story-zh":
            raise Refused("sequence.letters_of_chinese")
        if self.alphabet == "letters" and self.vocabulary_size < LETTERS:
            raise Refused("sequence.letters_need", needed=LETTERS)


def parameter_count(config: SequenceConfig, vocabulary_size: int) -> int:
    """Learned numbers of the model, with the two biases per block that torch has."""
    directions = 2 if config.bidirectional else 1
    count, width = 0, vocabulary_size
    if config.embedding_size:
        count, width = vocabulary_size * config.embedding_size, config.embedding_size
    rows = BLOCKS[config.cell] * config.hidden_size
    for _ in range(config.layers):
        count += directions * rows * (width + config.hidden_size + 2)
        width = directions * config.hidden_size
    return count + vocabulary_size * (width + 1)


def memory_bytes(config: SequenceConfig, *, tokens_in_corpus: int) -> int:
    """Memory a run needs beyond torch itself: an estimate on the high side, by arithmetic only."""
    tokens = min(tokens_in_corpus, config.max_tokens or tokens_in_corpus)
    kinds = 20_000
    if config.tokens == "character":
        kinds = LETTERS if config.alphabet == "letters" else CHARACTERS.get(config.corpus, 4000)
    vocabulary = min(config.vocabulary_size, kinds, max(tokens, 1))
    directions = 2 if config.bidirectional else 1
    at_once = config.steps * config.batch_size
    # Weights, gradients, Adam's two moments, and a spare copy while a snapshot is written.
    weights = 5 * 4 * parameter_count(config, vocabulary)
    # Per token and layer: blocks, their gradients, states, outputs, dropout mask.
    per_unit = 2 * BLOCKS[config.cell] + 6
    activations = 4 * at_once * config.layers * directions * config.hidden_size * per_unit
    logits = 4 * at_once * vocabulary * 4
    # Ids of 8 bytes; the text (4 bytes a character at most), and word objects while it is read,
    # which is all of it before words are counted.
    text = tokens * 20 if config.tokens == "character" else tokens_in_corpus * 128
    return weights + activations + logits + text + 32_000_000


def run_name(config: dict[str, Any]) -> str:
    """What a run is called until its owner renames it: the cell, its size, subwords and text."""
    cell = config["cell"].upper()
    both = "bi-" if config["bidirectional"] else ""
    layers = f" × {config['layers']}" if config["layers"] > 1 else ""
    # An own text by the start of its address, which is the same in every language.
    corpus = config["corpus"][: len("text:") + 6] if ":" in config["corpus"] else config["corpus"]
    subwords = f" · {SUBWORDS[config['tokens']]}" if config["tokens"] in SUBWORDS else ""
    return f"{both}{cell} {config['hidden_size']}{layers}{subwords} · {corpus}"
