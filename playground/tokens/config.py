"""All that a visitor can turn in the Tokens room. No torch: the page reads it too."""

from dataclasses import dataclass
from typing import Annotated

from playground.knobs import Choice, Knob, Text

CORPORA = ("story-en", "story-zh", "timemachine", "tinyshakespeare")
VIEWS = ("strip", "merges", "onehot", "embedding", "frequency", "ngrams", "minibatches")
# As the API calls them; inside, `char` is the scheme "character" of `playground.text`.
SCHEMES = ("char", "word", "bpe", "wordpiece", "unigram")
LONGEST_TEXT = 20_000  # characters typed; more comes as a file and is a corpus


def internal(scheme: str) -> str:
    """The name by which `playground.text` knows a scheme."""
    return "character" if scheme == "char" else scheme


@dataclass(frozen=True, kw_only=True, slots=True)
class TokensConfig:
    picture: Annotated[str, Choice(VIEWS, "which picture is shown")] = "strip"
    text: Annotated[str, Text(LONGEST_TEXT, "the text to look at; empty: the corpus itself")] = ""
    corpus: Annotated[
        str, Choice(CORPORA, "the text to look at and to learn from", prefix="text:")
    ] = "story-en"
    learn_from: Annotated[
        str, Choice(("corpus", "text"), "where vocabulary and merges are learned: corpus or text")
    ] = "corpus"
    scheme: Annotated[str, Choice(SCHEMES, "how the text is cut into tokens")] = "bpe"
    vocabulary_size: Annotated[
        int, Knob(10, 20_000, "tokens in the vocabulary at most, <unk> included", log=True)
    ] = 1000
    min_frequency: Annotated[
        int, Knob(1, 1_000, "tokens seen less often become <unk>, or are not merged", log=True)
    ] = 1
    source: Annotated[
        str, Text(80, "name of shipped weights, or id of a run, whose embedding is shown")
    ] = "gru-words-tinyshakespeare"
    part: Annotated[
        str,
        Choice(("output", "input"), "rows that tokens are predicted by, or are read by"),
    ] = "output"
    ngram_size: Annotated[int, Knob(1, 3, "tokens counted together: 1, 2 or 3")] = 1
    order: Annotated[int, Knob(1, 6, "tokens of an n-gram, the predicted one included")] = 3
    smoothing: Annotated[
        str, Choice(("kneser_ney", "laplace"), "how n-grams that were never seen get their share")
    ] = "kneser_ney"
    alpha: Annotated[
        float, Knob(0.0001, 10.0, "Laplace: added to the count of every n-gram", log=True)
    ] = 1.0
    validation_share: Annotated[
        float, Knob(0.01, 0.5, "end of the text kept apart to test the n-grams on")
    ] = 0.1
    prefix: Annotated[str, Text(500, "text that the n-gram model continues")] = ""
    temperature: Annotated[
        float, Knob(0.0, 5.0, "0 takes the likeliest token; 1 samples the model as is")
    ] = 1.0
    length: Annotated[int, Knob(1, 500, "tokens to generate")] = 80
    steps: Annotated[int, Knob(1, 64, "tokens in a row of a minibatch")] = 5
    batch_size: Annotated[int, Knob(1, 32, "rows of a minibatch")] = 2
    sampling: Annotated[
        str,
        Choice(
            ("random", "sequential"),
            "rows from anywhere, or each going on where its last one stopped",
        ),
    ] = "sequential"
    offset: Annotated[int, Knob(0, 63, "tokens left out at the start of the text")] = 0
    order_by: Annotated[
        str, Choice(("given", "shuffled", "bucketed"), "how sentences are put into batches")
    ] = "given"
    seed: Annotated[int, Knob(0, 2_147_483_647, "start of all randomness")] = 0
