"""Sequence: recurrent language models (RNN, GRU, LSTM) trained and seen at work on real text."""
