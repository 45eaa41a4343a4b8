"""How well a model translates after a training of stated length: corpus BLEU on held-out pairs.

The recipe is that of the shipped weights, with what is given here changed. No weights are kept:
the licence of Multi30k allows none. Published small Transformers reach about 61 (English-French)
and 39 (English-German) on `test_2016_flickr`.

    python benchmarks/translation.py eng-cmn --model gru_attention
    python benchmarks/translation.py multi30k-fra --epochs 8
"""

import argparse
import sys
import time

from start import ROOT

sys.path.insert(0, str(ROOT))
import torch

from playground.attention.config import BENCHMARKS, LANGUAGE_PAIRS, MODELS, AttentionConfig
from playground.attention.pretrain import BEAM, RECIPES
from playground.attention.scoring import quality, translated
from playground.attention.session import AttentionSession
from playground.knobs import parse


def measure(task: str, model: str, epochs: int | None) -> str:
    """Trains to the end and translates the test part once."""
    recipe = RECIPES.get(f"transformer-{task}", RECIPES["transformer-eng-cmn"])
    asked = recipe | {"task": task, "model": model}
    config = parse(AttentionConfig, asked if epochs is None else asked | {"epochs": epochs})
    session = AttentionSession(config)
    begun = time.process_time()
    for record in session.records():
        if record["quality"] is not None:
            print(record["step"], session.steps, record["validation_loss"], record["quality"])
    seconds = time.process_time() - begun
    data = session.data
    found = translated(session.training.model, data.test, data.target, beam=BEAM)
    return (
        f"{task}, {model}, {session.info['parameters']:,} parameters, {config.epochs} epochs, "
        f"{seconds:.0f} s: BLEU {quality(found, data.test, config):.2f} on {len(data.test)} pairs"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=(*LANGUAGE_PAIRS, *BENCHMARKS))
    parser.add_argument("--model", choices=MODELS, default="transformer")
    parser.add_argument("--epochs", type=int)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(measure(options.task, options.model, options.epochs))
