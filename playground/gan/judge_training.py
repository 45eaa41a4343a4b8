"""Makes the judges that come with the app, each with its card.

python -m playground pretrain judge [mnist] [fashion-mnist]
"""

import json
import math
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Int, UInt8
from torch import Tensor
from torch.nn import functional

from playground import weights
from playground.datasets import dataset
from playground.gan.config import GanConfig
from playground.gan.data import Images, drawn_digits, images
from playground.gan.judge import Judge
from playground.gan.sheets import as_floats
from playground.optimizers import Adam
from playground.refused import Refused
from playground.seeds import generator
from playground.shipping import commit

FOLDER = weights.PRETRAINED / "judge"
RECIPES = ("mnist", "fashion-mnist")
EPOCHS = 3
BATCH = 128
TOP_RATE = 4e-3
RISES = 0.3  # share of the steps in which the rate rises to it
SEED = 0
HALF_COSTS = 0.0005  # largest loss of accuracy for which float16 is kept


def pretrain(names: Iterable[str] | None = None, *, folder: Path = FOLDER) -> None:
    """Trains the named judges, or both, on one thread and writes them into `folder`.

    Raises `Refused` for an unknown name, or if the images are not on this machine.
    """
    chosen = list(names or RECIPES)
    for name in chosen:
        if name not in RECIPES:
            raise Refused("gan.no_such_recipe", name=name[:60], names=", ".join(RECIPES))
    torch.set_num_threads(1)
    for name in chosen:
        card = _make(name, folder / name)
        told = {key: value for key, value in card.items() if "accuracy" in key}
        print(f"{name}: {json.dumps(told)}", flush=True)


def train(
    judge: Judge,
    data: UInt8[Tensor, "n 1 28 28"],
    classes: Int[Tensor, " n"],
    seed: int,
    epochs: int = EPOCHS,
) -> None:
    """Cross-entropy by Adam; the rate rises for a while, then falls to nothing."""
    order = generator(seed, "judge", "order")
    parameters = list(judge.parameters())
    adam = Adam(parameters)
    steps, step = epochs * (len(data) // BATCH), 0
    judge.train()
    for _ in range(epochs):
        for chosen in torch.randperm(len(data), generator=order).split(BATCH):
            if len(chosen) == BATCH:
                loss = functional.cross_entropy(judge(as_floats(data[chosen])), classes[chosen])
                adam.step(torch.autograd.grad(loss, parameters), _rate(step / steps))
                step += 1
    judge.eval()


def _rate(share: float) -> float:
    """The learning rate after a share of the steps."""
    if share < RISES:
        return TOP_RATE * (0.04 + 0.96 * share / RISES)
    return TOP_RATE * (1 + math.cos(math.pi * (share - RISES) / (1 - RISES))) / 2


def accuracy(judge: Judge, data: Images) -> float:
    """The share of held-out images whose class the judge sees."""
    _, found = judge.seen(as_floats(data.held_out))
    classes = data.held_out_classes
    return 0.0 if classes is None else found.argmax(1).eq(classes).double().mean().item()


def _make(name: str, folder: Path) -> dict[str, Any]:
    data = images(GanConfig(data=name), None)
    if data.train_classes is None:
        raise Refused("gan.no_such_recipe", name=name, names=", ".join(RECIPES))
    judge = Judge().initialise(generator(SEED, "judge", "weights"))
    begun = time.process_time()
    train(judge, data.train, data.train_classes, SEED)
    cpu_seconds = time.process_time() - begun
    single = {key: one.clone() for key, one in judge.state_dict().items()}
    reached = accuracy(judge, data)
    halved = {key: one.half() if one.is_floating_point() else one for key, one in single.items()}
    judge.load_state_dict({key: one.to(single[key].dtype) for key, one in halved.items()})
    half = accuracy(judge, data)
    precision = "float16" if reached - half <= HALF_COSTS else "float32"
    if precision == "float32":
        judge.load_state_dict(single)
    source = dataset(name)
    card = {
        "title": {
            "en": f"Judge of images, trained on {source.title['en']}",
            "zh": f"图像评判网络，在 {source.title['zh']} 上训练",
        },
        "slice": "judge",
        "data": {
            "name": name,
            "title": source.title,
            "licence": source.licence,
            "citation": source.citation,
        },
        "measure": "accuracy on the held-out images, at which nothing was chosen but the precision",
        "test_accuracy": half if precision == "float16" else reached,
        "float16_changes_accuracy_by": half - reached,
        "precision": precision,
        "parameters": sum(one.numel() for one in judge.parameters()),
        "train_images": len(data.train),
        "test_images": len(data.held_out),
        "epochs": EPOCHS,
        "batch_size": BATCH,
        "learning_rate": TOP_RATE,
        "cpu_seconds": round(cpu_seconds, 1),
        "threads": torch.get_num_threads(),
        "command": f"python -m playground pretrain judge {name}",
        "seed": SEED,
        "made": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": commit(),
        "torch": torch.__version__,
    }
    if name == "mnist":
        card["glyphs_accuracy"] = accuracy(judge, drawn_digits())
    folder.mkdir(parents=True, exist_ok=True)
    kept = halved if precision == "float16" else single
    tensors = {f"model.{key}": one for key, one in kept.items()}
    weights.write(folder / "weights.safetensors", tensors, {"slice": "judge", "data": name})
    as_text = json.dumps(card, ensure_ascii=False, indent=2) + "\n"
    weights.write_bytes(folder / "card.json", as_text.encode())
    return card
