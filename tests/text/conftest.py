"""Shapes are checked while these tests run."""

from typing import runtime_checkable

from jaxtyping import install_import_hook

from playground.text.tokenizer import Tokenizer

# The checks of arguments below look at whether a tokenizer has a tokenizer's methods.
runtime_checkable(Tokenizer)

PURE = ("baseline", "frequency", "minibatches", "ngrams", "padding", "reading", "smoothing")
install_import_hook([f"playground.text.{name}" for name in PURE], "beartype.beartype")
