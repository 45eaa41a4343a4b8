"""The arguments that questions about texts share, each with the range of its setting."""

from typing import Annotated, Any, get_args, get_type_hints

from playground.endpoints import read_json
from playground.knobs import Choice, Knob, Payload, Text
from playground.refused import Refused
from playground.tokens.config import SCHEMES, TokensConfig

LONGEST_LEARNED = 200_000  # characters that `/tokenize` learns from and cuts at once
MOST_MERGES = 1_000
FEWEST_NAMES, MOST_NAMES, LONGEST_NAME = 2, 12, 40  # categories; characters of one

_HINTS = get_type_hints(TokensConfig, include_extras=True)


def setting(name: str) -> Any:
    """The knob of a setting of the room: range, choices and help are declared there only."""
    return get_args(_HINTS[name])[1]


ShownText = Annotated[str, setting("text")]
Corpus = Annotated[str, setting("corpus")]
LearnFrom = Annotated[str, setting("learn_from")]
Scheme = Annotated[str, setting("scheme")]
VocabularySize = Annotated[int, setting("vocabulary_size")]
MinFrequency = Annotated[int, setting("min_frequency")]
Order = Annotated[int, setting("order")]
Smoothing = Annotated[str, setting("smoothing")]
Alpha = Annotated[float, setting("alpha")]
ValidationShare = Annotated[float, setting("validation_share")]
Prefix = Annotated[str, setting("prefix")]
Length = Annotated[int, setting("length")]
Temperature = Annotated[float, setting("temperature")]
Steps = Annotated[int, setting("steps")]
BatchSize = Annotated[int, setting("batch_size")]
Sampling = Annotated[str, setting("sampling")]
Offset = Annotated[int, setting("offset")]
OrderBy = Annotated[str, setting("order_by")]
NgramSize = Annotated[int, setting("ngram_size")]
Seed = Annotated[int, setting("seed")]
Source = Annotated[str, setting("source")]

LearnedText = Annotated[str, Text(LONGEST_LEARNED, "the text to learn from and to cut")]
ApiScheme = Annotated[str, Choice(SCHEMES, "how the text is cut into tokens")]
VocabSize = Annotated[int, setting("vocabulary_size")]
Merges = Annotated[
    list | None,
    Payload(200_000, 'JSON list of pairs that were merged so far, such as [["t", "h"]]'),
]
Limit = Annotated[int, Knob(1, 100, "candidates to list")]
More = Annotated[int, Knob(0, 100, "best pairs to merge after those")]
Categories = Annotated[list, Payload(2_000, "JSON list of 2 to 12 different names")]
TokenId = Annotated[int, Knob(0, 1_000_000, "id of a token in the vocabulary of the weights")]
Token = Annotated[str, Text(1_000, "a token of the vocabulary; empty: the one of token_id")]
NamedToken = Annotated[str, Text(1_000, "a token of the vocabulary of the weights")]
Part = Annotated[str, setting("part")]
Count = Annotated[int, Knob(1, 50, "tokens to list at each end")]


def reading_of(
    text: str, corpus: str, learn_from: str, scheme: str, vocabulary_size: int, min_frequency: int
) -> dict[str, Any]:
    """What every question about a text tells the workbench."""
    return {
        "text": text,
        "corpus": corpus,
        "learn_from": learn_from,
        "scheme": scheme,
        "vocabulary_size": vocabulary_size,
        "min_frequency": min_frequency,
    }


def names_of(categories: Any) -> list[str]:
    """2 to 12 different short names. Raises `Refused("tokens.bad_categories")`."""
    given = read_json(categories)
    sound = isinstance(given, list) and all(isinstance(one, str) for one in given)
    names = [one.strip() for one in given] if sound else []
    if not (
        FEWEST_NAMES <= len(names) <= MOST_NAMES
        and len(set(names)) == len(names)
        and all(0 < len(one) <= LONGEST_NAME for one in names)
    ):
        raise Refused(
            "tokens.bad_categories", fewest=FEWEST_NAMES, most=MOST_NAMES, longest=LONGEST_NAME
        )
    return names


def pairs(merges: Any) -> list[list[str]]:
    """The merges of a request. Raises `Refused` if they are not pairs of texts, or too many."""
    given = read_json(merges)
    given = [] if given is None else given
    sound = isinstance(given, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
        for pair in given
    )
    if not sound:
        raise Refused("tokens.bad_merges")
    if len(given) > MOST_MERGES:
        raise Refused("tokens.many_merges", limit=MOST_MERGES)
    return given
