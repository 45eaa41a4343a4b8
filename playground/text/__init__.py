"""Text as tokens and numbers: serves every room that reads text. Imports no torch."""
