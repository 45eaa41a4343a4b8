"""How good translations are: corpus BLEU (Papineni et al. 2002) by sacrebleu, and rows that are
exactly right for the toy tasks."""

from collections.abc import Sequence

import torch

from playground.attention.config import AttentionConfig
from playground.attention.decoding import translate_all
from playground.attention.model import Translator
from playground.attention.pairs import Part, Side


def bleu(translations: Sequence[str], references: Sequence[str], *, chinese: bool = False) -> float:
    """Corpus BLEU, 0 to 100, against one reference each.

    Cut into words as WMT does (`13a`), Chinese into characters (`zh`); Post 2018,
    arXiv:1804.08771.
    """
    # Half a second to import, and only needed where something is scored.
    from sacrebleu.metrics import BLEU

    metric = BLEU(tokenize="zh" if chinese else "13a")
    return metric.corpus_score(list(translations), [list(references)]).score


@torch.no_grad()
def translated(model: Translator, part: Part, target: Side, *, beam: int = 4) -> list[str]:
    """A translation of each source of a part."""
    found = dict(translate_all(model, part.sources, size=beam))
    return [target.decode(found[at]) for at in range(len(part))]


def quality(translations: Sequence[str], part: Part, config: AttentionConfig) -> float:
    """BLEU for languages, the share of rows that are exactly right for a toy: 0 to 100."""
    references = [pair[1] for pair in part.texts]
    if config.is_toy:
        right = sum(one == other for one, other in zip(translations, references, strict=True))
        return 100 * right / len(references)
    return bleu(translations, references, chinese=config.task == "eng-cmn")


def first(part: Part, count: int) -> Part:
    """A sample of a part: `count` pairs spread evenly over it, the same every time."""
    step = max(1, len(part) // count)
    return Part(
        part.texts[::step][:count], part.sources[::step][:count], part.targets[::step][:count]
    )
