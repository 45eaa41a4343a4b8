"""All that a visitor can turn on a model that translates. No torch: the page reads it too."""

from dataclasses import dataclass
from typing import Annotated, Any

from playground.knobs import Choice, Knob, Switch, Text
from playground.refused import Refused

MODELS = ("transformer", "gru_attention", "gru")
LANGUAGE_PAIRS = ("eng-fra", "eng-cmn")  # downloaded
TOYS = ("copy", "reverse", "sort")  # made on the fly, offline
ROWS = {"train": 20_000, "validation": 500, "test": 1_000}  # of a toy task
TASKS = (*TOYS, *LANGUAGE_PAIRS)
BENCHMARKS = (
    "multi30k-fra",
    "multi30k-deu",
)  # not offered on the page: their licence allows no weights
LONGEST_MAP = 128  # tokens of a sentence whose attention is shown


@dataclass(frozen=True, kw_only=True, slots=True)
class AttentionConfig:
    model: Annotated[
        str,
        Choice(MODELS, "a Transformer, or recurrent nets with and without attention between them"),
    ] = "transformer"
    task: Annotated[
        str, Choice((*TASKS, *BENCHMARKS), "what is learned: a toy task, or a pair of languages")
    ] = "reverse"
    max_pairs: Annotated[
        int, Knob(0, 1_000_000, "training pairs used at most; 0 is all", zero_is_off=True)
    ] = 0
    max_tokens: Annotated[
        int, Knob(4, 128, "longest sentence learned from, in tokens; others are left out")
    ] = 32
    vocabulary_size: Annotated[
        int, Knob(50, 16_000, "subwords learned for each language, specials aside", log=True)
    ] = 4_000
    symbols: Annotated[int, Knob(2, 36, "different symbols of a toy task")] = 10
    length: Annotated[int, Knob(1, 40, "symbols in the longest row of a toy task")] = 8
    encoder_layers: Annotated[int, Knob(1, 6, "layers that read the source")] = 2
    decoder_layers: Annotated[int, Knob(1, 6, "layers that write the translation")] = 2
    heads: Annotated[int, Knob(1, 16, "attention patterns side by side in each layer")] = 4
    hidden_size: Annotated[
        int, Knob(4, 512, "numbers per token; divided among the heads", log=True)
    ] = 64
    feedforward_size: Annotated[
        int, Knob(4, 2048, "units between the two layers that treat each token alone", log=True)
    ] = 128
    positions: Annotated[
        str,
        Choice(("sinusoidal", "learned", "none"), "how a token's place is added to it, or is not"),
    ] = "sinusoidal"
    normalisation: Annotated[
        str, Choice(("pre", "post"), "layer normalisation before each part, or after it as in 2017")
    ] = "pre"
    scaled: Annotated[bool, Switch("divide the scores by √d before the softmax")] = True
    causal: Annotated[bool, Switch("hide the words still to come from the decoder")] = True
    tied: Annotated[bool, Switch("predict words by the same vectors that they are read by")] = True
    dropout: Annotated[float, Knob(0.0, 0.9, "share of numbers set to 0 while training")] = 0.0
    label_smoothing: Annotated[
        float, Knob(0.0, 0.5, "share of the target given to all other words alike")
    ] = 0.0
    batch_tokens: Annotated[
        int, Knob(16, 16_384, "target tokens in a batch, padding included", log=True)
    ] = 1024
    learning_rate: Annotated[float, Knob(1e-6, 1.0, "largest size of a step", log=True)] = 0.002
    warmup_steps: Annotated[
        int, Knob(0, 20_000, "steps over which the learning rate grows", zero_is_off=True)
    ] = 100
    schedule: Annotated[
        str,
        Choice(
            ("inverse_sqrt", "cosine", "constant"),
            "how the learning rate falls after that: as 1/√step, to 0 at the end, or not at all",
        ),
    ] = "inverse_sqrt"
    weight_decay: Annotated[
        float, Knob(0.0, 1.0, "pull of the weights towards 0, apart from the gradient")
    ] = 0.0
    clip_threshold: Annotated[
        float, Knob(0.0, 1000.0, "longest gradient let through; 0 is off", zero_is_off=True)
    ] = 1.0
    epochs: Annotated[int, Knob(1, 100_000, "passes over the training pairs", log=True)] = 1000
    seconds: Annotated[
        int, Knob(0, 86_400, "training seconds at most; 0 is no limit", zero_is_off=True)
    ] = 60
    seed: Annotated[int, Knob(0, 2_147_483_647, "start of all randomness")] = 0

    def check(self) -> None:
        """What no single knob can tell. Raises `Refused`."""
        if self.hidden_size % self.heads:
            raise Refused("attention.heads_divide", hidden_size=self.hidden_size, heads=self.heads)
        if self.hidden_size % 2 and self.positions == "sinusoidal":
            raise Refused("attention.odd_size", hidden_size=self.hidden_size)

    @property
    def is_toy(self) -> bool:
        return self.task in TOYS


PICTURES = ("translate", "steps", "numbers", "ablate", "positions", "train", "models")
LONGEST_TEXT = 2_000  # characters of a sentence
EXAMPLES = {
    "eng-fra": "I don't know where she lives.",
    "eng-cmn": "I don't know where she lives.",
    "multi30k-fra": "Two dogs are running through the snow.",
    "multi30k-deu": "Two dogs are running through the snow.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class AttentionRoom(AttentionConfig):
    """The settings of the room: those of a run, and what its pictures look at."""

    picture: Annotated[str, Choice(PICTURES, "which picture is shown")] = "translate"
    source: Annotated[
        str, Text(80, "name of shipped weights, or id of a run, that is looked at")
    ] = "transformer-eng-fra"
    text: Annotated[
        str, Text(LONGEST_TEXT, "the sentence to look at; empty: an example of the task")
    ] = ""
    beam: Annotated[int, Knob(1, 8, "beginnings kept while translating; 1 is greedy")] = 4
    maps: Annotated[
        str,
        Choice(
            ("encoder", "decoder", "cross"),
            "attention of the source to itself, of the translation to itself, or to the source",
        ),
    ] = "cross"
    layer: Annotated[int, Knob(0, 6, "layer looked at, from 1; 0 is the average of all")] = 1
    head: Annotated[int, Knob(0, 16, "head looked at, from 1; 0 is the average of all")] = 1
    query: Annotated[int, Knob(-1, 127, "token looked at, from 0; -1 is none")] = -1
    model_name: Annotated[
        str, Text(200, "a Hugging Face model: its name on the Hub, or a folder")
    ] = ""


def example(config: AttentionConfig) -> str:
    """A sentence to begin with: what a model of this task can be asked."""
    if not config.is_toy:
        return EXAMPLES[config.task]
    digits = [digit for digit in "31415926535897932384" if int(digit) < config.symbols]
    return " ".join(digits[: config.length])


def parameter_count(config: AttentionConfig, sources: int, targets: int) -> int:
    """Learned numbers of the model for vocabularies of `sources` and `targets` tokens."""
    width, inner = config.hidden_size, config.feedforward_size
    tables = width * (sources + (1 if config.tied else 2) * targets) + targets
    if config.model != "transformer":
        return tables + _recurrent_count(config)
    attention = 4 * width * (width + 1)
    feedforward = inner * (width + 1) + width * (inner + 1)
    norm = 2 * width
    encoder = config.encoder_layers * (attention + feedforward + 2 * norm)
    decoder = config.decoder_layers * (2 * attention + feedforward + 3 * norm)
    last = 2 * norm if config.normalisation == "pre" else 0
    places = 2 * width * PLACES if config.positions == "learned" else 0
    return tables + encoder + decoder + last + places


PLACES = 160  # positions that can be learned: more than any sentence has


def _recurrent_count(config: AttentionConfig) -> int:
    width = config.hidden_size
    gated = 3 * width * (2 * width + 2)
    attended = config.model == "gru_attention"
    first = 3 * width * (3 * width + 2) if attended else gated
    count = config.encoder_layers * gated + first + (config.decoder_layers - 1) * gated
    return count + (2 * width * width + width if attended else 0)


def memory_bytes(config: AttentionConfig, *, pairs: int) -> int:
    """Memory a run needs beyond torch itself: an estimate on the high side, by arithmetic only."""
    kinds = config.symbols + 4 if config.is_toy else config.vocabulary_size
    weights = 5 * 4 * parameter_count(config, kinds, kinds)
    layers = config.encoder_layers + config.decoder_layers
    per_token = 4 * layers * (14 * config.hidden_size + 3 * config.feedforward_size)
    # Additive attention keeps a number of each unit, where a head keeps its weights.
    additive = config.model == "gru_attention"
    looks = config.hidden_size if additive else 3 * layers * config.heads
    maps = 4 * looks * config.max_tokens
    activations = 2 * config.batch_tokens * (per_token + maps + 4 * 4 * kinds)
    return weights + activations + pairs * 700 + 32_000_000


def run_name(config: dict[str, Any]) -> str:
    """What a run is called until its owner renames it: model, size, task."""
    model = {"transformer": "Transformer", "gru_attention": "GRU + attention", "gru": "GRU"}
    layers = f"{config['encoder_layers']}+{config['decoder_layers']}"
    heads = f" × {config['heads']}" if config["model"] == "transformer" else ""
    name = f"{model[config['model']]} {layers}{heads} · {config['hidden_size']} · {config['task']}"
    # What is taken away on purpose tells the lanes of an experiment apart.
    missing = [
        word
        for word, gone in (
            ("no √d", not config["scaled"]),
            ("no mask", not config["causal"]),
            ("no positions", config["positions"] == "none"),
            ("no warm-up", not config["warmup_steps"]),
        )
        if gone and config["model"] == "transformer"
    ]
    dropout = [f"dropout {config['dropout']:g}"] if config["dropout"] else []
    return " · ".join([name, *missing, *dropout])
