"""Randomness: every random number comes from a `torch.Generator` made here."""

import hashlib

import torch


def generator(seed: int, *purpose: str | int) -> torch.Generator:
    """A CPU generator for one purpose of one run.

    Different purposes of the same seed ("weights", "batches", ("sample", step) ...) get
    independent streams, so that drawing more of one never shifts another.
    """
    digest = hashlib.sha256(repr((seed, *purpose)).encode()).digest()
    made = torch.Generator()
    made.manual_seed(int.from_bytes(digest[:8], "big") >> 1)
    return made
