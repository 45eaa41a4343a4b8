"""Where byte-pair encoding and unigram may not look across: the pieces of a text.

A piece is a run of letters, of digits or of other marks, with the one space before it; what white
space remains stands alone. Together the pieces are the text, character by character. The space
kept inside (" the") makes a special mark for the beginning of a word unnecessary: see Radford et
al., *Language Models are Unsupervised Multitask Learners* (2019), section 2.2.
"""

import re

from playground.text.tokenization import JOINER, LETTER, MARK

LONGEST = 100  # characters: merging within a piece takes time with the square of its length

_PIECE = re.compile(
    rf" ?{LETTER}+(?:[{MARK}{JOINER}]+{LETTER}*|['’]{LETTER}+)*"
    r"| ?\d+"
    r"| ?(?:[^\w\s]|_)+"
    r"|\s+(?!\S)"
    r"|\s"
)


def pieces(text: str) -> list[str]:
    """The pieces of a text in order; joined they are the text."""
    return shortened(_PIECE.findall(text))


def shortened(words: list[str]) -> list[str]:
    """The same, with what is longer than `LONGEST` cut into parts of that length."""
    if max(map(len, words), default=0) <= LONGEST:
        return words
    return [word[at : at + LONGEST] for word in words for at in range(0, len(word), LONGEST)]
