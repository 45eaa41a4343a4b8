"""Makes the weights that come with the app, each with its card and the records of its training.

python -m playground pretrain sequence [NAME ...]
"""

import hashlib
import math
import platform
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground import weights
from playground.datasets import corpus_text, dataset
from playground.knobs import as_dict, parse
from playground.refused import Refused
from playground.runs.thinning import thin
from playground.sequence.config import SequenceConfig
from playground.sequence.session import SequenceSession
from playground.sequence.training import evaluate
from playground.shipping import commit, rounded, write_files

FOLDER = weights.PRETRAINED / "sequence"
POINTS = 600  # of a training curve
SAMPLED_AT = (0.01, 0.03, 0.1, 0.3, 1.0)  # of the steps
HALF_COSTS = 0.001  # largest change of the validation perplexity for which float16 is kept

# One text, seed and order of batches for the three cells, so that they compare. The rates are the
# best of short trials: the plain RNN takes a third of what the gated cells take.
SHARED = {
    "steps": 64,
    "batch_size": 16,
    "optimizer": "adam",
    "decay": True,
    "weight_decay": 0.05,
    "dropout": 0.4,
    "seconds": 0,
    "seed": 0,
}
MACHINE = SHARED | {
    "corpus": "timemachine",
    "hidden_size": 256,
    "embedding_size": 64,
    "learning_rate": 0.012,
    "epochs": 24,
}
# Short texts are soon known by heart: more dropout, fewer epochs.
STORY = SHARED | {
    "cell": "lstm",
    "hidden_size": 256,
    "embedding_size": 64,
    "learning_rate": 0.008,
    "dropout": 0.5,
    "epochs": 20,
}
RECIPES: dict[str, dict[str, Any]] = {
    "lstm-timemachine": MACHINE | {"cell": "lstm"},
    "gru-timemachine": MACHINE | {"cell": "gru"},
    "rnn-timemachine": MACHINE | {"cell": "rnn", "learning_rate": 0.004},
    "lstm-story-en": STORY | {"corpus": "story-en"},
    "lstm-story-zh": STORY
    | {
        "corpus": "story-zh",
        "hidden_size": 128,
        "learning_rate": 0.005,
        "dropout": 0.6,
        "weight_decay": 0.3,
        "steps": 32,
        "epochs": 30,
    },
    # By words, for its rows of weights: words that can stand for each other end up near each other.
    "gru-words-tinyshakespeare": SHARED
    | {
        "cell": "gru",
        "corpus": "tinyshakespeare",
        "tokens": "word",
        "vocabulary_size": 2_000,
        "hidden_size": 128,
        "embedding_size": 48,
        "learning_rate": 0.006,
        "dropout": 0.3,
        "weight_decay": 0.02,
        "steps": 32,
        "batch_size": 32,
        "epochs": 12,
    },
}
PROMPTS = {
    "tinyshakespeare": {"prefix": "My lord, ", "temperature": 0.7},
    "timemachine": {"prefix": "The Time Traveller ", "temperature": 0.7},
    "story-en": {"prefix": "Bet ", "temperature": 0.7},
    "story-zh": {"prefix": "豆苗", "temperature": 0.7},
}


def pretrain(
    names: Iterable[str] | None = None, *, folder: Path = FOLDER, share: float = 1.0
) -> None:
    """Trains the named models, or all, on one thread and writes them into `folder`.

    `share` of the epochs is done: 1 for weights worth shipping, less to try the recipe. Raises
    `Refused` for an unknown name, or if a corpus is not on this machine.
    """
    chosen = list(names or RECIPES)
    for name in chosen:
        if name not in RECIPES:
            raise Refused("sequence.no_such_recipe", name=name[:60], names=", ".join(RECIPES))
    torch.set_num_threads(1)
    for name in chosen:
        card = _make(name, folder / name, share)
        print(
            f"{name}: validation perplexity {card['validation_perplexity']:.3f} "
            f"after step {card['step']} of {card['steps']}, {card['cpu_seconds']:.0f} s"
        )


def _make(name: str, folder: Path, share: float) -> dict[str, Any]:
    recipe = RECIPES[name]
    config = parse(SequenceConfig, {**recipe, "epochs": max(1, round(recipe["epochs"] * share))})
    session = SequenceSession(config, corpus_text(config.corpus))
    begun = time.process_time()
    best, columns, samples = _trained(session)
    cpu_seconds = time.process_time() - begun

    halved = {key: tensor.half() for key, tensor in best.items()}
    single, half = (_loss(session, each, session.data.validation) for each in (best, halved))
    cost = abs(math.exp(half - single) - 1)
    kept, loss = (halved, half) if cost < HALF_COSTS else (best, single)
    train_loss = _loss(session, kept, session.data.train)
    card = _about_data(session) | {
        "validation_loss": loss,
        "validation_perplexity": math.exp(loss),
        "train_loss": train_loss,
        "train_perplexity": math.exp(train_loss),
        "chosen": "weights of the evaluation with the lowest validation loss, which therefore "
        "flatters them a little",
        "step": session.summary()["best_validation_step"],
        "steps": session.step,
        "tokens_read": session.summary()["tokens"],
        "seconds": round(session.seconds, 1),
        "cpu_seconds": round(cpu_seconds, 1),
        "threads": 1,
        "precision": "float16" if kept is halved else "float32",
        "float16_changes_perplexity_by": cost,
        "command": f"python -m playground pretrain sequence {name}",
        "seed": config.seed,
        "made": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": commit(),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
    run = {
        "slice": "sequence",
        "config": as_dict(config),
        "name": card["title"],
        "summary": session.summary(),
        "info": session.info,
        "prompt": PROMPTS[config.corpus],
    }
    _, thinned = thin(columns, limit=POINTS)
    records = {"run": run, "columns": rounded(thinned), "samples": samples}
    write_files(folder, kept, session.state()[1], card, records)
    return card


def _about_data(session: SequenceSession) -> dict[str, Any]:
    config, data = session.config, session.data
    source, text = dataset(config.corpus), corpus_text(config.corpus)
    return {
        "title": f"{config.cell.upper()} · {source.title['en']}"
        + (" · words" if config.tokens == "word" else ""),
        "slice": "sequence",
        "config": as_dict(config),
        "parameters": session.info["parameters"],
        "prompt": PROMPTS[config.corpus],
        "data": {
            "name": source.name,
            "title": source.title,
            "licence": source.licence,
            "citation": source.citation,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "characters": len(text),
        },
        "split": {
            "how": "the contiguous tail of the text is validation; the vocabulary is counted on "
            "the rest only",
            "train_tokens": len(data.train),
            "validation_tokens": len(data.validation),
            "vocabulary_size": len(data.vocabulary),
        },
    }


def _loss(session: SequenceSession, model: dict[str, Tensor], tokens: Tensor) -> float:
    session.training.model.load_state_dict(model)
    return evaluate(session.training.model, tokens, steps=session.config.steps)


def _trained(
    session: SequenceSession,
) -> tuple[dict[str, Tensor], dict[str, list[Any]], list[dict[str, Any]]]:
    """Trains to the end: the best weights on the validation part, all records, a few samples."""
    steps = session.info["steps_per_epoch"] * session.config.epochs
    sampled = {max(1, round(steps * share)) for share in SAMPLED_AT}
    best: dict[str, Tensor] = {}
    columns: dict[str, list[Any]] = {}
    samples = []
    for record in session.records():
        for name, value in record.items():
            columns.setdefault(name, []).append(value)
        if session.summary()["best_validation_step"] == session.step:
            state = session.training.model.state_dict()
            best = {name: tensor.clone() for name, tensor in state.items()}
        if session.step in sampled:
            samples.append(session.sample(PROMPTS[session.config.corpus]))
    return best, columns, samples
