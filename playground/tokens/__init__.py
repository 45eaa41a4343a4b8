"""The Tokens room: everything between a sentence and the first matrix, taken apart."""
