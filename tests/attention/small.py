"""Small models and tasks that tests of this room share."""

import torch

from playground.attention.config import AttentionConfig
from playground.attention.training import translator
from playground.seeds import generator

MODELS = ("transformer", "gru_attention", "gru")
SMALL = {
    "symbols": 4, "length": 4, "hidden_size": 8, "feedforward_size": 12, "heads": 2,
    "encoder_layers": 1, "decoder_layers": 1, "batch_tokens": 128, "learning_rate": 0.01,
    "warmup_steps": 5, "seconds": 0, "epochs": 2,
}  # fmt: skip


def config_of(**settings):
    return AttentionConfig(**{**SMALL, **settings})


def model_of(*, vocabulary=11, seed=0, sure=1.0, **settings):
    """A model with random weights; the larger `sure`, the surer it is of its next tokens."""
    config = config_of(**settings)
    model = translator(config, vocabulary, vocabulary).initialise(generator(seed, "weights"))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(sure)
        # Biases start at 0, which hides where one is missing.
        for name, parameter in model.named_parameters():
            if "bias" in name:
                parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator(seed, name)))
    return model


def sentences(*lengths, vocabulary=11, seed=1):
    """Ids of no special token, one row of each length."""
    chance = generator(seed, "sentences")
    return [torch.randint(3, vocabulary, (n,), generator=chance).tolist() for n in lengths]
