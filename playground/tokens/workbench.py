"""All that the Tokens room counts, in a process of its own that has no torch.

`ask` takes one question with its arguments, which the page's process has checked, and yields one
dictionary. What was learned, cut and counted is kept, so that the next question is quick.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from playground.tokens import batches, embedding, frequencies, merging, ngrams, onehot, strip

Question = Callable[[Mapping[str, Any]], dict[str, Any]]

QUESTIONS: Mapping[str, Question] = {
    function.__name__: function
    for function in (
        strip.tokenize,
        strip.token_strip,
        strip.fertility,
        merging.merge_candidates,
        onehot.onehot_distances,
        onehot.onehot_lookup,
        embedding.embedding,
        embedding.neighbours,
        frequencies.frequencies,
        ngrams.ngram,
        ngrams.ngram_curve,
        batches.minibatches,
        batches.padding,
    )
}


def ask(arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer to `arguments["question"]`. Raises `Refused` for what a visitor can mend."""
    yield QUESTIONS[arguments["question"]](arguments)
