"""What a visitor can do in the Sequence room beyond training: generate, see what is shipped, and
see what counting alone would reach."""

from collections.abc import Generator
from pathlib import Path
from typing import Annotated, Any

from playground import knobs, weights
from playground.actions import Config
from playground.endpoints import Endpoint
from playground.knobs import Knob, Text
from playground.runs.inference import Inference
from playground.runs.scheduler import Scheduler
from playground.runs.sources import weights_file
from playground.sequence.config import SequenceConfig

GENERATE_ENTRY = "playground.sequence.generation:generate_entry"
BASELINE_ENTRY = "playground.sequence.baseline:baseline_entry"

Source = Annotated[str, Text(80, "id of a run, or the name of shipped weights")]
Prefix = Annotated[str, Text(2_000, "text to continue")]
Length = Annotated[int, Knob(1, 2_000, "how many tokens to add")]
Temperature = Annotated[float, Knob(0, 5, "0 takes the likeliest token; 1 samples the model as is")]
TopK = Annotated[int, Knob(0, 1_000, "sample from the k likeliest tokens only", zero_is_off=True)]
TopP = Annotated[float, Knob(0.01, 1, "sample from the likeliest tokens of this total probability")]
Seed = Annotated[int, Knob(0, 2**31 - 1, "same seed, same text")]


class SequenceActions:
    """`inference` answers for models; `counting`, a process without torch, for texts.

    Visitors' own texts are in the folder `texts`; without it they have no baseline.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        inference: Inference,
        counting: Inference,
        texts: Path | None = None,
    ):
        self.scheduler = scheduler
        self.inference = inference
        self.counting = counting
        self.texts = texts

    def endpoints(self) -> tuple[Endpoint, ...]:
        actions = (self.generate, self.weights, self.ngram_baseline)
        return tuple(Endpoint(action) for action in actions)

    def generate(
        self,
        source: Source,
        prefix: Prefix = "",
        length: Length = 200,
        temperature: Temperature = 0.8,
        top_k: TopK = 0,
        top_p: TopP = 1.0,
        seed: Seed = 0,
    ) -> dict:
        """Continue a text with a trained model. Returns the text, and each token's probability."""
        *tokens, end = self.stream(source, prefix, length, temperature, top_k, top_p, seed)
        return {
            "text": end["text"],
            "continuation": end["text"][len(prefix) :],
            "tokens": tokens,
            "unknown": end["unknown"],
        }

    def stream(
        self,
        source: Source,
        prefix: Prefix = "",
        length: Length = 200,
        temperature: Temperature = 0.8,
        top_k: TopK = 0,
        top_p: TopP = 1.0,
        seed: Seed = 0,
    ) -> Generator[dict[str, Any], None, None]:
        """The same, token by token: `{"token", "probability", "top"}` ..., then `{"end": true}`."""
        arguments = {
            "weights": str(self.weights_file(source)),
            "prefix": prefix,
            "length": length,
            "temperature": temperature,
            "top_k": top_k,
            "top_p": top_p,
            "seed": seed,
        }
        return self.inference.stream(GENERATE_ENTRY, arguments)

    def weights(self) -> list:
        """The weights that come with the app, each with its card."""
        return [{"name": name, **card} for name, card in weights.shipped("sequence").items()]

    def ngram_baseline(self, config: Config) -> dict:
        """What a model that only counts n-grams reaches on the text, tokens and split of a config.

        Kneser-Ney smoothed, of orders 1 to 6: the perplexity of each on the validation part.
        `order` is the one that does best on the end of the training part, `held_out_perplexity`
        its perplexity on the validation part, and `loss` the natural logarithm of that.
        """
        settled = knobs.as_dict(knobs.parse(SequenceConfig, config))
        texts = str(self.texts) if self.texts else None
        return self.counting.call(BASELINE_ENTRY, {"config": settled, "texts": texts})

    def weights_file(self, source: str) -> Path:
        """The file of weights that a run's id or a name stands for."""
        return weights_file(self.scheduler, "sequence", source)


# Its settings, for the command line and the page's controls; only an instance can be called.
GENERATE = Endpoint(SequenceActions.generate)
