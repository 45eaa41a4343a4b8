"""The Attention room: translation by a Transformer that can be taken apart."""
