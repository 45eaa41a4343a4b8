"""Makes the weights that come with the app, each with its card and the records of its training.

python -m playground pretrain attention [NAME ...]
"""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground import weights
from playground.attention.arguments import FIRST
from playground.attention.config import AttentionConfig, parameter_count, run_name
from playground.attention.pairs import Data
from playground.attention.reader import load
from playground.attention.scoring import bleu, first, quality, translated
from playground.attention.session import AttentionSession
from playground.attention.training import evaluate
from playground.attention.workbench import ask
from playground.datasets import dataset
from playground.knobs import as_dict, parse
from playground.refused import Refused
from playground.runs.thinning import thin
from playground.shipping import commit, rounded, write_files

FOLDER = weights.PRETRAINED / "attention"
POINTS = 600  # of a training curve
LOOKS = 24  # at a sentence while it trains, evenly spread over the logarithm of the steps
HALF_COSTS = 0.1  # largest change of BLEU for which float16 is kept
BEAM = 4
HELD_OUT_SHIPPED = 200  # pairs that go with the weights, to see offline what a change costs
WORST_SHOWN = 12

SHARED: dict[str, Any] = {
    "model": "transformer",
    "encoder_layers": 3,
    "decoder_layers": 2,
    "heads": 4,
    "hidden_size": 128,
    "feedforward_size": 512,
    "label_smoothing": 0.1,
    "schedule": "cosine",
    "learning_rate": 0.003,
    "warmup_steps": 400,
    "max_tokens": 48,
    "seconds": 0,
    "seed": 0,
}
RECIPES: dict[str, dict[str, Any]] = {
    "transformer-eng-fra": SHARED
    | {
        "task": "eng-fra",
        "hidden_size": 256,
        "learning_rate": 0.002,
        "dropout": 0.15,
        "batch_tokens": 1536,
        "epochs": 6,
    },
    "transformer-eng-cmn": SHARED
    | {"task": "eng-cmn", "dropout": 0.2, "batch_tokens": 1024, "epochs": 10},
    "transformer-reverse": {
        "task": "reverse",
        "encoder_layers": 1,
        "decoder_layers": 1,
        "heads": 2,
        "schedule": "cosine",
        "length": 12,
        "seconds": 0,
        "epochs": 12,
    },
}
PROMPTS = {
    "eng-fra": "I don't know where she lives.",
    "eng-cmn": "I don't know where she lives.",
    "reverse": "3 1 4 1 5 9 2 6",
}


def pretrain(
    names: Iterable[str] | None = None, *, folder: Path = FOLDER, share: float = 1.0
) -> None:
    """Trains the named models, or all, on one thread and writes them into `folder`.

    `share` of the epochs is done: 1 for weights worth shipping, less to try the recipe. Raises
    `Refused` for an unknown name, or if the pairs are not on this machine.
    """
    chosen = list(names or RECIPES)
    for name in chosen:
        if name not in RECIPES:
            raise Refused("attention.no_such_recipe", name=name[:60], names=", ".join(RECIPES))
    torch.set_num_threads(1)
    for name in chosen:
        card = _make(name, folder / name, share)
        print(f"{name}: {card['measure']} {card['test_quality']:.2f} on {card['test_pairs']} pairs")


def _make(name: str, folder: Path, share: float) -> dict[str, Any]:
    recipe = RECIPES[name]
    epochs = max(1, round(recipe["epochs"] * share))
    config = parse(AttentionConfig, {**recipe, "epochs": epochs})
    session = AttentionSession(config)
    begun = time.process_time()
    columns, samples = _trained(session)
    cpu_seconds = time.process_time() - begun

    state = session.training.model.state_dict()
    single = {key: tensor.clone() for key, tensor in state.items()}
    halved = {key: tensor.half() for key, tensor in single.items()}
    judged = {"float32": _judged(session, single), "float16": _judged(session, halved)}
    cost = judged["float16"]["quality"] - judged["float32"]["quality"]
    precision = "float16" if abs(cost) < HALF_COSTS else "float32"
    found = judged[precision]
    card = _about(session) | {
        "measure": "exact" if config.is_toy else "BLEU",
        "test_quality": found["quality"],
        "test_pairs": len(session.data.test),
        "test_quality_greedy": found["greedy"],
        "signature": _signature(config),
        "beam": BEAM,
        "test_loss": found["test_loss"],
        "validation_loss": found["validation_loss"],
        "train_loss": found["train_loss"],
        "chosen": "the weights of the last step; the test part, translated with float32 and "
        "float16, chose the precision only",
        "wrong": _wrong(found["translations"], session.data, config),
        "step": session.step,
        "tokens_read": session.training.tokens,
        "seconds": round(session.seconds, 1),
        "cpu_seconds": round(cpu_seconds, 1),
        "threads": torch.get_num_threads(),
        "device": session.info["device"],
        "precision": precision,
        "float16_changes_quality_by": cost,
        "command": f"python -m playground pretrain attention {name}",
        "seed": config.seed,
        "made": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": commit(),
        "torch": torch.__version__,
    }
    run = {
        "slice": "attention",
        "config": as_dict(config),
        "name": run_name(as_dict(config)),
        "summary": session.summary(),
        "info": session.info,
        "prompt": {"text": PROMPTS[config.task]},
    }
    _, thinned = thin(columns, limit=POINTS)
    records = {"run": run, "columns": rounded(thinned), "samples": samples}
    kept = halved if precision == "float16" else single
    write_files(folder, kept, session.state()[1], card, records)
    pairs = first(session.data.test, HELD_OUT_SHIPPED).texts
    as_text = json.dumps(pairs, ensure_ascii=False, indent=0) + "\n"
    weights.write_bytes(folder / "held_out.json", as_text.encode())
    draw_first(name, folder)
    return card


def draw_first(name: str, folder: Path) -> None:
    """Writes what the room shows before the process that could compute it is awake."""
    told = {"weights": str(folder / "weights.safetensors"), "source": name}
    for question, asked in FIRST.items():
        (answer,) = ask({**told, **asked, "question": question})
        # How long it took here says nothing of the machine it is shown on.
        if "seconds" in answer:
            answer = answer | {"seconds": None}
        weights.write_first_answer(folder, question, answer)


def _trained(session: AttentionSession) -> tuple[dict[str, list[Any]], list[dict[str, Any]]]:
    """Trains to the end: all records, and looks at one sentence on the way."""
    total = session.steps
    looks = {max(1, round(total ** (at / (LOOKS - 1)))) for at in range(LOOKS)}
    columns: dict[str, list[Any]] = {}
    samples = []
    begun = time.monotonic()
    for record in session.records():
        for name, value in record.items():
            columns.setdefault(name, []).append(value)
        if record["validation_loss"] is not None:
            left = (time.monotonic() - begun) * (total / session.step - 1) / 60
            told = {key: value for key, value in record.items() if value is not None}
            print(f"{json.dumps(told)} · {left:.0f} min left", flush=True)
        if session.step in looks:
            samples.append(session.sample({"text": PROMPTS[session.config.task]}))
    return columns, samples


def _judged(session: AttentionSession, state: dict[str, Tensor]) -> dict[str, Any]:
    """What weights reach on the test part, and their losses on all three parts."""
    model, data, config = session.training.model, session.data, session.config
    model.load_state_dict({key: tensor.float() for key, tensor in state.items()})
    translations = translated(model, data.test, data.target, beam=BEAM)
    greedy = translated(model, data.test, data.target, beam=1)
    return {
        "translations": translations,
        "quality": quality(translations, data.test, config),
        "greedy": quality(greedy, data.test, config),
        "test_loss": evaluate(model, data.test),
        "validation_loss": evaluate(model, data.validation),
        "train_loss": evaluate(model, first(data.train, 5_000)),
    }


def _wrong(translations: list[str], data: Data, config: AttentionConfig) -> list[dict[str, Any]]:
    """Where it does worst, one sentence in fifty: the honest list for the card."""
    chinese = config.task == "eng-cmn"
    rows = []
    for at, (source, reference) in enumerate(data.test.texts):
        if translations[at] != reference:
            score = bleu([translations[at]], [reference], chinese=chinese)
            rows.append((score, at, source, reference))
    rows.sort()
    shown = rows[:: max(1, len(rows) // WORST_SHOWN)][:WORST_SHOWN]
    return [
        {"source": source, "reference": reference, "translation": translations[at],
         "bleu": round(score, 1)}
        for score, at, source, reference in shown
    ]  # fmt: skip


def _signature(config: AttentionConfig) -> str | None:
    if config.is_toy:
        return None
    from sacrebleu.metrics import BLEU

    metric = BLEU(tokenize="zh" if config.task == "eng-cmn" else "13a")
    metric.corpus_score(["a b c d"], [["a b c d"]])
    return str(metric.get_signature())


def _about(session: AttentionSession) -> dict[str, Any]:
    config, data = session.config, session.data
    about: dict[str, Any] = {
        "title": run_name(as_dict(config)),
        "slice": "attention",
        "config": as_dict(config),
        "parameters": parameter_count(config, data.source.size, data.target.size),
        "prompt": {"text": PROMPTS[config.task]},
        "split": {
            "how": "by the letters of the English sentence, whose hash decides: none stands on "
            "two sides; subwords are learned from the training part only",
            "train_pairs": len(data.train),
            "validation_pairs": len(data.validation),
            "test_pairs": len(data.test),
            "source_vocabulary": data.source.size,
            "target_vocabulary": data.target.size,
        },
    }
    if config.is_toy:
        return about | {"data": {"name": config.task, "licence": "made by the app"}}
    source = dataset(config.task)
    return about | {
        "data": {
            "name": source.name,
            "title": source.title,
            "licence": source.licence,
            "citation": source.citation,
        }
    }


def reproduced(name: str) -> str:
    """Translates the test part with shipped weights again: what the card says, measured anew.

    Raises `Refused` for an unknown name, or if the pairs are not on this machine.
    """
    file = weights.shipped_file("attention", name)
    card = weights.shipped("attention")[name]
    reader = load(file)
    test = reader.data().test
    translations = translated(reader.model, test, reader.target, beam=card["beam"])
    again = quality(translations, test, reader.config)
    told = f"{card['measure']} {card['test_quality']:.2f} on the card, {again:.2f} now"
    return f"{name}: {told}, {len(test)} held-out pairs"


def held_out(name: str, folder: Path = FOLDER) -> list[tuple[str, str]]:
    """The held-out pairs that go with shipped weights."""
    held = json.loads((folder / name / "held_out.json").read_text(encoding="utf-8"))
    return [(source, target) for source, target in held]
