"""Makes the pairs that come with the app, each with its card and a film of its training.

python -m playground pretrain gan [NAME ...]
"""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground import weights
from playground.gan.config import GanConfig, GanRoom, run_name
from playground.gan.image_look import ImageLook
from playground.gan.portable import portable
from playground.gan.reader import load
from playground.gan.session import GanSession
from playground.knobs import as_dict, parse
from playground.refused import Refused
from playground.runs.thinning import thin
from playground.shipping import commit, rounded, write_files

FOLDER = weights.PRETRAINED / "gan"
POINTS = 400  # of a training curve
FILM = 30  # pictures of it, evenly spread over the logarithm of the steps

RECIPES: dict[str, dict[str, Any]] = {
    "mnist-conditional": {"data": "mnist", "channels": 12, "steps": 6_000, "average": 0.998},
    "mnist-plain": {
        "data": "mnist", "conditional": False, "channels": 12, "steps": 6_000, "average": 0.998,
    },
    "fashion-conditional": {
        "data": "fashion-mnist", "channels": 12, "steps": 6_000, "average": 0.998,
    },
    "ring": {
        "data": "ring", "latent_size": 2, "prior": "uniform", "hidden_size": 64,
        "batch_size": 128, "steps": 3_000, "schedule": "constant", "average": 0.0,
        "generator_learning_rate": 1e-3, "discriminator_learning_rate": 3e-3,
        "conditional": False,
    },
}  # fmt: skip
TITLES = {
    "mnist-conditional": {
        "en": "Digits, asked for by class (MNIST)",
        "zh": "指定类别的数字（MNIST）",
    },
    "mnist-plain": {"en": "Digits, never told a class (MNIST)", "zh": "不知类别的数字（MNIST）"},
    "fashion-conditional": {"en": "Clothes (Fashion-MNIST)", "zh": "服饰（Fashion-MNIST）"},
    "ring": {"en": "Eight clouds on a ring", "zh": "环上的八团点"},
}
SOURCES = {
    "mnist": {"name": "MNIST", "licence": "CC-BY-SA 3.0", "citation": "LeCun, Cortes, Burges"},
    "fashion-mnist": {
        "name": "Fashion-MNIST", "licence": "MIT",
        "citation": "Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747",
    },
    "ring": {"name": "ring", "licence": "made by the app", "citation": ""},
}  # fmt: skip


def pretrain(names: Iterable[str] | None = None, *, folder: Path = FOLDER) -> None:
    """Trains the named pairs, or all, on one thread and writes them into `folder`.

    Raises `Refused` for an unknown name, or if the images are not on this machine.
    """
    chosen = list(names or RECIPES)
    for name in chosen:
        if name not in RECIPES:
            raise Refused("gan.no_such_recipe", name=name[:60], names=", ".join(RECIPES))
    torch.set_num_threads(1)
    for name in chosen:
        card = _make(name, folder / name)
        print(f"{name}: {json.dumps(card['reached'])} in {card['cpu_seconds']} s")


def _make(name: str, folder: Path) -> dict[str, Any]:
    config = parse(GanConfig, RECIPES[name])
    session = GanSession(config)
    begun = time.process_time()
    columns, film = _trained(session)
    cpu_seconds = round(time.process_time() - begun, 1)
    tensors, metadata = session.state()
    kept = _halved(tensors)
    summary = session.summary()
    card: dict[str, Any] = {
        "title": run_name(as_dict(config)),
        "title_by_language": TITLES[name],
        "slice": "gan",
        "config": as_dict(config),
        "plane": config.is_plane,
        "parameters": session.info["generator_parameters"],
        "discriminator_parameters": session.info["discriminator_parameters"],
        "data": SOURCES[config.data],
        "train_images": session.info.get("train_images"),
        "held_out_images": session.info.get("held_out_images"),
        "judge": session.info.get("judge"),
        "floor": session.info.get("floor"),
        "chosen": "the averaged weights of the last step; nothing was chosen by a measurement",
        "step": session.step,
        "seconds": round(session.seconds, 1),
        "cpu_seconds": cpu_seconds,
        "threads": torch.get_num_threads(),
        "device": session.info["device"],
        "precision": "float16",
        "command": f"python -m playground pretrain gan {name}",
        "seed": config.seed,
        "made": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": commit(),
        "torch": torch.__version__,
    }
    run = {
        "slice": "gan",
        "config": as_dict(config),
        "name": run_name(as_dict(config)),
        "summary": summary,
        "info": session.info,
        "prompt": {},
    }
    _, thinned = thin(columns, limit=POINTS)
    records = {"run": run, "columns": rounded(thinned), "samples": film}
    card |= {"frechet": None, "reached": {}}
    write_files(folder, kept, metadata, card, records)
    # Measured on what was written: the halved weights, read back.
    card["reached"] = measured(folder / "weights.safetensors")
    card["frechet"] = card["reached"].get("frechet")
    write_files(folder, kept, metadata, card, records)
    if name == GanRoom().source:
        # What the room shows before the process that could compute it is awake.
        answer = portable({"weights": str(folder / "weights.safetensors"), "source": name})
        weights.write_first_answer(folder, "portable", answer)
    return card


def _halved(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The networks alone, in half precision; counters of batches stay whole numbers."""
    return {
        name.removeprefix("model."): each.half() if each.is_floating_point() else each
        for name, each in tensors.items()
        if name.startswith("model.")
    }


def measured(file: Path) -> dict[str, Any]:
    """What the pair in a file reaches: the same figures for the same weights, wherever run."""
    held = load(file)
    if held.config.is_plane:
        return {}
    found = ImageLook(held.config, None).measure_model(held.generator)
    return {name: _short(value) for name, value in found.items() if name != "shares"} | {
        "shares": [_short(each) for each in found["shares"]]
    }


def _short(value: Any) -> Any:
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _trained(session: GanSession) -> tuple[dict[str, list[Any]], list[dict[str, Any]]]:
    """Trains to the end: all records, and a film of the same noise."""
    total = session.config.steps
    looks = {max(1, round(total ** (at / (FILM - 1)))) for at in range(FILM)}
    columns: dict[str, list[Any]] = {}
    film = []
    for record in session.records():
        for name, value in record.items():
            columns.setdefault(name, []).append(value)
        if record.get("frechet") is not None:
            told = {key: value for key, value in record.items() if value is not None}
            print(json.dumps(told), flush=True)
        if session.step in looks or session.step == total:
            film.append(session.sample({}))
    return columns, film


def reproduced(name: str) -> str:
    """Measures a shipped pair again: what the card says, and what is found now.

    Raises `Refused` for an unknown name, or if the images are not on this machine.
    """
    file = weights.shipped_file("gan", name)
    told, found = weights.shipped("gan")[name]["reached"], measured(file)
    if not found:
        return f"{name}: points; the figures stand in its film"
    figures = ("frechet", "kid", "accuracy", "entropy")
    return f"{name}: " + ", ".join(
        f"{figure} {told[figure]:.4g} on the card, {found[figure]:.4g} now"
        for figure in figures
        if told.get(figure) is not None
    )
