"""What a visitor can ask of texts: each function is an action of the page, the API and MCP.

This process only checks arguments; a process of its own does the counting.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playground import weights
from playground.endpoints import Endpoint
from playground.runs.inference import Inference
from playground.tokens.arguments import (
    Alpha,
    ApiScheme,
    BatchSize,
    Categories,
    Corpus,
    Count,
    LearnedText,
    LearnFrom,
    Length,
    Limit,
    Merges,
    MinFrequency,
    More,
    NamedToken,
    NgramSize,
    Offset,
    Order,
    OrderBy,
    Part,
    Prefix,
    Sampling,
    Scheme,
    Seed,
    ShownText,
    Smoothing,
    Source,
    Steps,
    Temperature,
    Token,
    TokenId,
    ValidationShare,
    VocabSize,
    VocabularySize,
    names_of,
    pairs,
    reading_of,
)
from playground.tokens.config import TokensConfig

ASK_ENTRY = "playground.tokens.workbench:ask"
_USUAL = TokensConfig()


class TokensActions:
    """`texts` is the folder of visitors' own corpora; `weights_file` finds the file of a source."""

    def __init__(self, inference: Inference, texts: Path, weights_file: Callable[[str], Path]):
        self.inference = inference
        self.texts = texts
        self.weights_file = weights_file

    def endpoints(self) -> tuple[Endpoint, ...]:
        actions = (
            self.tokenize, self.token_strip, self.fertility, self.merge_candidates,
            self.onehot_distances, self.onehot_lookup, self.embedding, self.neighbours,
            self.embedding_sources, self.frequencies, self.ngram, self.ngram_curve,
            self.minibatches, self.padding,
        )  # fmt: skip
        return tuple(Endpoint(action) for action in actions)

    def ask(self, question: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The answer of the endpoint of that name, defaults filled in: for the experiments."""
        return {one.name: one for one in self.endpoints()}[question].call(arguments)

    def _count(self, question: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        told = {"question": question, "texts": str(self.texts), **asked}
        return self.inference.call(ASK_ENTRY, told)

    def tokenize(
        self, text: LearnedText, scheme: ApiScheme = "bpe", vocab_size: VocabSize = 1000
    ) -> dict:
        """Cut a text into tokens, by a tokenizer that learns from this very text.

        Returns text, id, start and end of each token, in characters of the given text.
        """
        return self._count("tokenize", {"text": text, "scheme": scheme, "vocab_size": vocab_size})

    def token_strip(
        self,
        text: ShownText = "",
        corpus: Corpus = _USUAL.corpus,
        learn_from: LearnFrom = _USUAL.learn_from,
        scheme: Scheme = _USUAL.scheme,
        vocabulary_size: VocabularySize = _USUAL.vocabulary_size,
        min_frequency: MinFrequency = _USUAL.min_frequency,
    ) -> dict:
        """The tokens of a text or a whole corpus as packed arrays, with vocabulary and figures.

        Arrays are base64 of little-endian numbers. `gaps` are the characters left out before each
        token (null: none anywhere), `lengths` the characters of each (null: 1 everywhere).
        """
        reading = reading_of(text, corpus, learn_from, scheme, vocabulary_size, min_frequency)
        return self._count("token_strip", reading)

    def fertility(
        self,
        corpus: Corpus = _USUAL.corpus,
        scheme: Scheme = _USUAL.scheme,
        vocabulary_size: VocabularySize = _USUAL.vocabulary_size,
        min_frequency: MinFrequency = _USUAL.min_frequency,
    ) -> dict:
        """How many tokens the same two sentences need in ten languages, in code and in emoji."""
        reading = reading_of("", corpus, "corpus", scheme, vocabulary_size, min_frequency)
        return self._count("fertility", reading)

    def merge_candidates(
        self,
        text: ShownText = "",
        corpus: Corpus = _USUAL.corpus,
        merges: Merges = None,
        limit: Limit = 12,
        more: More = 0,
    ) -> dict:
        """Byte-pair encoding by hand: the most frequent pairs after the merges made so far."""
        asked = {"text": text, "corpus": corpus, "merges": pairs(merges)}
        return self._count("merge_candidates", {**asked, "limit": limit, "more": more})

    def onehot_distances(self, categories: Categories) -> dict:
        """Distances between categories, as one-hot codes and as integer codes 0, 1, 2 …"""
        names = names_of(categories)
        return self._count("onehot_distances", {"categories": names})

    def onehot_lookup(
        self, source: Source = _USUAL.source, token_id: TokenId = 1, token: Token = ""
    ) -> dict:
        """A one-hot vector times trained weights, beside the row that it looks up."""
        asked = {"token_id": token_id, "token": token}
        return self._count("onehot_lookup", {**self._weights(source), **asked})

    def embedding(self, source: Source = _USUAL.source, part: Part = _USUAL.part) -> dict:
        """All tokens of a trained model as points in three dimensions (principal components)."""
        return self._count("embedding", {**self._weights(source), "part": part})

    def neighbours(
        self,
        token: NamedToken,
        source: Source = _USUAL.source,
        count: Count = 10,
        part: Part = _USUAL.part,
    ) -> dict:
        """The tokens whose learned rows are most and least like that of a token, by cosine."""
        asked = {"token": token, "count": count, "part": part}
        return self._count("neighbours", {**self._weights(source), **asked})

    def embedding_sources(self) -> list:
        """The trained models that come with the app, whose rows can be looked at."""
        return [
            {
                "name": name,
                "title": {
                    language: f"{card['config']['cell'].upper()} · {title}"
                    for language, title in card["data"]["title"].items()
                },
                "cell": card["config"]["cell"],
                "tokens": card["config"]["tokens"],
                "vocabulary_size": card["split"]["vocabulary_size"],
                "embedding_size": card["config"]["embedding_size"],
            }
            for name, card in weights.shipped("sequence").items()
        ]

    def frequencies(
        self,
        text: ShownText = "",
        corpus: Corpus = _USUAL.corpus,
        learn_from: LearnFrom = _USUAL.learn_from,
        scheme: Scheme = _USUAL.scheme,
        vocabulary_size: VocabularySize = _USUAL.vocabulary_size,
        min_frequency: MinFrequency = _USUAL.min_frequency,
        n: NgramSize = _USUAL.ngram_size,
    ) -> dict:
        """How often tokens, pairs or triples occur, by rank, with the fitted slope (Zipf's law)."""
        reading = reading_of(text, corpus, learn_from, scheme, vocabulary_size, min_frequency)
        return self._count("frequencies", {**reading, "n": n})

    def ngram(
        self,
        text: ShownText = "",
        corpus: Corpus = _USUAL.corpus,
        learn_from: LearnFrom = _USUAL.learn_from,
        scheme: Scheme = _USUAL.scheme,
        vocabulary_size: VocabularySize = _USUAL.vocabulary_size,
        min_frequency: MinFrequency = _USUAL.min_frequency,
        order: Order = _USUAL.order,
        smoothing: Smoothing = _USUAL.smoothing,
        alpha: Alpha = _USUAL.alpha,
        prefix: Prefix = _USUAL.prefix,
        length: Length = _USUAL.length,
        temperature: Temperature = _USUAL.temperature,
        seed: Seed = _USUAL.seed,
        validation_share: ValidationShare = _USUAL.validation_share,
    ) -> dict:
        """A model that predicts by counting: perplexities, the next token's table, a sample."""
        reading = reading_of(text, corpus, learn_from, scheme, vocabulary_size, min_frequency)
        model = {"order": order, "smoothing": smoothing, "alpha": alpha, "seed": seed}
        drawn = {"prefix": prefix, "length": length, "temperature": temperature}
        return self._count(
            "ngram", {**reading, **model, **drawn, "validation_share": validation_share}
        )

    def ngram_curve(
        self,
        text: ShownText = "",
        corpus: Corpus = _USUAL.corpus,
        learn_from: LearnFrom = _USUAL.learn_from,
        scheme: Scheme = _USUAL.scheme,
        vocabulary_size: VocabularySize = _USUAL.vocabulary_size,
        min_frequency: MinFrequency = _USUAL.min_frequency,
        alpha: Alpha = _USUAL.alpha,
        validation_share: ValidationShare = _USUAL.validation_share,
    ) -> dict:
        """Perplexity of n-gram models of order 1 to 6, on the counted text and on held-out text."""
        reading = reading_of(text, corpus, learn_from, scheme, vocabulary_size, min_frequency)
        asked = {"alpha": alpha, "validation_share": validation_share}
        return self._count("ngram_curve", {**reading, **asked})

    def minibatches(
        self,
        text: ShownText = "",
        corpus: Corpus = _USUAL.corpus,
        learn_from: LearnFrom = _USUAL.learn_from,
        scheme: Scheme = _USUAL.scheme,
        vocabulary_size: VocabularySize = _USUAL.vocabulary_size,
        min_frequency: MinFrequency = _USUAL.min_frequency,
        steps: Steps = _USUAL.steps,
        batch_size: BatchSize = _USUAL.batch_size,
        sampling: Sampling = _USUAL.sampling,
        offset: Offset = _USUAL.offset,
        seed: Seed = _USUAL.seed,
    ) -> dict:
        """How a text becomes minibatches: where each row starts, and the first batch's X and Y.

        An offset counts modulo `steps`, since only those differ.
        """
        reading = reading_of(text, corpus, learn_from, scheme, vocabulary_size, min_frequency)
        cut = {"steps": steps, "batch_size": batch_size, "sampling": sampling}
        return self._count("minibatches", {**reading, **cut, "offset": offset, "seed": seed})

    def padding(
        self,
        text: ShownText = "",
        corpus: Corpus = _USUAL.corpus,
        learn_from: LearnFrom = _USUAL.learn_from,
        scheme: Scheme = _USUAL.scheme,
        vocabulary_size: VocabularySize = _USUAL.vocabulary_size,
        min_frequency: MinFrequency = _USUAL.min_frequency,
        batch_size: BatchSize = _USUAL.batch_size,
        order: OrderBy = _USUAL.order_by,
        seed: Seed = _USUAL.seed,
    ) -> dict:
        """Sentences of a text in batches: how far each is padded, and how much of that is waste."""
        reading = reading_of(text, corpus, learn_from, scheme, vocabulary_size, min_frequency)
        return self._count(
            "padding", {**reading, "batch_size": batch_size, "order": order, "seed": seed}
        )

    def _weights(self, source: str) -> dict[str, str]:
        return {"source": source, "weights": str(self.weights_file(source))}
