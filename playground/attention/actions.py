"""What a visitor can ask of a model that translates, beyond training one.

This process only checks arguments; the inference process, which has torch, answers.
"""

from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from playground import weights
from playground.attention.arguments import (
    FIRST,
    Beam,
    Changes,
    Download,
    Head,
    Layer,
    Maps,
    ModelName,
    Pair,
    PairOrModel,
    Positions,
    Seed,
    Sentences,
    ShownText,
    Source,
    SwitchedOff,
    Target,
    TextPair,
    changes_of,
    heads_off,
)
from playground.attention.config import LANGUAGE_PAIRS, AttentionRoom
from playground.endpoints import Endpoint
from playground.runs.inference import Inference
from playground.runs.scheduler import Scheduler
from playground.runs.sources import weights_file

ASK_ENTRY = "playground.attention.workbench:ask"
BORROWED_ENTRY = "playground.attention.borrowed:borrowed_entry"
_USUAL = AttentionRoom()
_SLICE = "attention"


class AttentionActions:
    """`inference` answers for our models, `borrowing` for those of others."""

    def __init__(self, scheduler: Scheduler, inference: Inference, borrowing: Inference):
        self.scheduler = scheduler
        self.inference = inference
        self.borrowing = borrowing

    def endpoints(self) -> tuple[Endpoint, ...]:
        actions = (
            self.translate, self.attend, self.look, self.inside, self.altered,
            self.altered_quality, self.head_costs, self.places, self.shuffled, self.borrowed,
            self.borrowed_models, self.attention_sources,
        )  # fmt: skip
        return tuple(Endpoint(action) for action in actions)

    def _ask(self, question: str, source: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        return self.inference.call(ASK_ENTRY, self._told(question, source, asked))

    def _told(self, question: str, source: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        file = str(self.weights_file(source))
        return {"question": question, "source": source, "weights": file, **asked}

    def translate(self, text: ShownText, pair: Pair = "eng-fra", beam: Beam = _USUAL.beam) -> dict:
        """Translate an English sentence. Returns the best translations, the likeliest first."""
        source = f"transformer-{pair}"
        return self._ask("translate", source, {"text": text, "beam": beam})

    def attend(
        self,
        text: ShownText,
        pair_or_model: PairOrModel = "eng-fra",
        layer: Layer = 0,
        head: Head = 0,
    ) -> dict:
        """Tokens and attention matrices of one layer and head, counted from 0.

        Rows attend to columns: `encoder` source to source, `decoder` given to given tokens,
        `cross` target to source tokens.
        """
        known = pair_or_model in LANGUAGE_PAIRS
        source = f"transformer-{pair_or_model}" if known else pair_or_model
        return self._ask("attend", source, {"text": text, "layer": layer, "head": head})

    def look(
        self,
        source: Source = _USUAL.source,
        text: ShownText = "",
        target: Target = "",
        beam: Beam = _USUAL.beam,
    ) -> dict:
        """Translate a sentence, with the search and every attention map.

        `maps` holds, for encoder, decoder and cross, the weights [layers, heads, rows, columns]
        as base64 of little-endian float32; `beam` every branch that the search considered.
        What the example of shipped weights looks like was computed when they were made.
        """
        asked = {"text": text, "target": target, "beam": beam}
        return self._first("look", source, asked) or self._ask("look", source, asked)

    def _first(self, question: str, source: str, asked: Mapping[str, Any]) -> dict | None:
        """The answer that was computed beforehand, if it is what is asked."""
        usual = {
            name: value.strip() if isinstance(value, str) else value
            for name, value in asked.items()
        } == FIRST[question]
        return weights.first_answer(_SLICE, source, question) if usual else None

    def inside(
        self,
        source: Source = _USUAL.source,
        text: ShownText = "",
        target: Target = "",
        maps: Maps = _USUAL.maps,
        layer: Layer = 0,
        head: Head = 0,
    ) -> dict:
        """One head taken apart: embeddings, queries, keys, values, scores, weights, output."""
        asked = {"text": text, "target": target, "maps": maps, "layer": layer, "head": head}
        return self._first("inside", source, asked) or self._ask("inside", source, asked)

    def altered(
        self,
        source: Source = _USUAL.source,
        text: ShownText = "",
        target: Target = "",
        changes: Changes = None,
    ) -> dict:
        """What becomes of a translation when heads, weights, masks or positions are changed.

        `before` and `after` tell the translation and, with the first one forced, the likeliest
        tokens of each step; `paired` the same tokens on both sides, `difference` the
        Kullback-Leibler divergence of each step in nats, `maps` the attention afterwards.
        """
        asked = {"text": text, "target": target, "changes": changes_of(changes)}
        return self._first("altered", source, asked) or self._ask("altered", source, asked)

    def altered_quality(
        self,
        source: Source = _USUAL.source,
        switched_off: SwitchedOff = None,
        positions: Positions = True,
        sentences: Sentences = 100,
    ) -> dict:
        """BLEU and loss on held-out sentences with some heads off, beside those with all on."""
        return _last(self.stream_altered_quality(source, switched_off, positions, sentences))

    def stream_altered_quality(
        self,
        source: Source = _USUAL.source,
        switched_off: SwitchedOff = None,
        positions: Positions = True,
        sentences: Sentences = 100,
    ) -> Generator[dict[str, Any], None, None]:
        """The same with its progress, `done` of `total`; the last one holds all."""
        off = heads_off(switched_off)
        asked = {"switched_off": off, "positions": positions, "sentences": sentences}
        told = self._told("altered_quality", source, asked)
        return self.inference.stream(ASK_ENTRY, told)

    def head_costs(self, source: Source = _USUAL.source, sentences: Sentences = 60) -> dict:
        """By how much the loss on held-out sentences grows without each head, in nats per token."""
        return _last(self.stream_head_costs(source, sentences))

    def stream_head_costs(
        self, source: Source = _USUAL.source, sentences: Sentences = 60
    ) -> Generator[dict[str, Any], None, None]:
        """The same head by head, with `done` and `total`; the last one holds all."""
        told = self._told("head_costs", source, {"sentences": sentences})
        return self.inference.stream(ASK_ENTRY, told)

    def places(self, source: Source = _USUAL.source) -> dict:
        """What a model adds to its tokens to tell their places apart."""
        return self._ask("places", source, {})

    def shuffled(
        self, source: Source = _USUAL.source, text: ShownText = "", seed: Seed = 0
    ) -> dict:
        """A sentence in its order and in another, read with positions and without."""
        return self._ask("shuffled", source, {"text": text, "seed": seed})

    def borrowed(
        self,
        model_name: ModelName,
        text: ShownText,
        text_pair: TextPair = "",
        download: Download = False,
    ) -> dict:
        """Attention maps of a model of Hugging Face, by its name or a folder."""
        asked = {"text": text, "text_pair": text_pair, "download": download}
        told = {"question": "borrowed", "model_name": model_name, **asked}
        return self.borrowing.call(BORROWED_ENTRY, told)

    def borrowed_models(self) -> dict:
        """Whether models of Hugging Face can be read here, and which are on this machine."""
        return self.borrowing.call(BORROWED_ENTRY, {"question": "borrowed_models"})

    def attention_sources(self) -> list:
        """The translation models that come with the app."""
        return [
            {
                "name": name,
                "task": card["config"]["task"],
                "title": card["data"].get("title", {"en": name, "zh": name}),
                "measure": card["measure"],
                "quality": card["test_quality"],
                "encoder_layers": card["config"]["encoder_layers"],
                "decoder_layers": card["config"]["decoder_layers"],
                "heads": card["config"]["heads"],
                "parameters": card["parameters"],
                "prompt": card["prompt"]["text"],
            }
            for name, card in weights.shipped(_SLICE).items()
        ]

    def weights_file(self, source: str) -> Path:
        """The file of weights that a run's id or a name stands for. Raises `Refused`."""
        return weights_file(self.scheduler, _SLICE, source)


def _last(items: Generator[dict[str, Any], None, None]) -> dict[str, Any]:
    """What a stream ends with."""
    end: dict[str, Any] = {}
    for end in items:  # noqa: B007 - the last one is wanted
        continue
    return end
