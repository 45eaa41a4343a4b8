"""A model of Hugging Face brought into memory, without a network and without code of its own.

`transformers` is imported only here, when the first model is asked for.
"""

import math
from typing import Any

import torch

from playground.attention.borrowed_files import checked, config_of, licence_of, parameters_of
from playground.attention.borrowed_maps import Borrowed, stacked
from playground.attention.borrowed_places import Place
from playground.refused import Refused
from playground.runs import memory

MOST_TOKENS = 1024  # read at once, also where the model would take more
_MOST_WEIGHTS = 150_000_000  # attention weights of all maps together, before thinning
_LOADED_BYTES = 6  # per parameter: float32, and what is read from the file on the way
_VOCABULARIES = ("tokenizer.json", "vocab.txt", "vocab.json")
_HARMLESS = ("pooler", "lm_head", "final_logits_bias")  # no attention depends on them


def load(place: Place) -> Borrowed:
    """Raises `Refused` with the sentence for whatever is wrong with the model."""
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    told = config_of(place)
    stored = parameters_of(place)
    kind = told.get("model_type")
    if not isinstance(kind, str) or kind not in transformers.CONFIG_MAPPING:
        key = "own_code" if "auto_map" in told else "unknown_kind"
        raise Refused(f"attention.models.{key}", name=place.name, kind=str(kind)[:60])
    local = {"local_files_only": True, "trust_remote_code": False}
    config = transformers.AutoConfig.from_pretrained(place.folder, **local)
    both = bool(getattr(config, "is_encoder_decoder", False))
    writes = both and type(config) in transformers.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING
    maker = transformers.AutoModelForSeq2SeqLM if writes else transformers.AutoModel
    with torch.device("meta"):
        empty = maker.from_config(config, trust_remote_code=False)
    count = checked(place, sum(one.numel() for one in empty.parameters()))
    memory.check(_LOADED_BYTES * max(count, stored), memory.free_bytes())
    tokenizer = _tokenizer(place, local)
    model, report = maker.from_pretrained(
        place.folder, use_safetensors=True, attn_implementation="eager", dtype=torch.float32,
        output_loading_info=True, ignore_mismatched_sizes=True, **local,
    )  # fmt: skip
    lacking = set(report["missing_keys"])
    needed = [name for name in lacking if not any(one in name for one in _HARMLESS)]
    if needed or report["mismatched_keys"]:
        # They would be filled with random numbers, and the maps would show those.
        raise Refused("attention.models.incomplete", name=place.name)
    model.eval().requires_grad_(requires_grad=False)
    return Borrowed(
        name=place.name, where=place.where, model=model, tokenizer=tokenizer,
        kind="both" if both else _kind(model, place.name), parameters=count,
        licence=licence_of(place), limit=_limit(config, tokenizer),
        writes=writes and not lacking,
    )  # fmt: skip


def _tokenizer(place: Place, local: dict[str, bool]) -> Any:
    import transformers

    # Without any, transformers would make one that knows no words.
    if not any((place.folder / file).is_file() for file in _VOCABULARIES):
        raise Refused("attention.models.no_tokenizer", name=place.name)
    try:
        return transformers.AutoTokenizer.from_pretrained(place.folder, **local)
    except (OSError, ValueError, ImportError, KeyError, TypeError):
        raise Refused("attention.models.no_tokenizer", name=place.name) from None


@torch.inference_mode()
def _kind(model: Any, name: str) -> str:
    """By what it does: whoever never looks ahead is a decoder. Asked of any three tokens."""
    told = model(input_ids=torch.tensor([[1, 2, 3]]), output_attentions=True)
    seen = stacked(told.get("attentions"), name)
    return "decoder" if float(seen.triu(1).abs().max()) == 0.0 else "encoder"


def _limit(config: Any, tokenizer: Any) -> int:
    names = ("max_position_embeddings", "n_positions", "max_source_positions")
    told = [getattr(config, name, None) for name in names] + [tokenizer.model_max_length]
    layers = int(getattr(config, "num_hidden_layers", 12)) * (3 if config.is_encoder_decoder else 1)
    heads = int(getattr(config, "num_attention_heads", 12))
    affordable = math.isqrt(_MOST_WEIGHTS // max(1, layers * heads))
    return min(MOST_TOKENS, affordable, *(one for one in told if isinstance(one, int) and one > 0))
