"""What the two networks minimise: five losses, and two penalties on the slope of D.

D gives each sample a score; for the first two losses it is the logit of being real. All losses
are means over samples, so each is written for one score.

- minimax: −log D(x) − log(1 − D(G(z))) against log(1 − D(G(z))); Goodfellow et al. 2014,
  arXiv:1406.2661, eq. 1
- non_saturating: the same D, G minimises −log D(G(z)); there, end of §3
- least_squares: ½(D(x) − 1)² + ½D(G(z))² against ½(D(G(z)) − 1)²; Mao et al. 2017,
  arXiv:1611.04076, eq. 9
- hinge: max(0, 1 − D(x)) + max(0, 1 + D(G(z))) against −D(G(z)); Lim, Ye 2017, arXiv:1705.02894
- wgan_gp: D(G(z)) − D(x) against −D(G(z)); Arjovsky et al. 2017, arXiv:1701.07875, with the
  penalty of Gulrajani et al. 2017, arXiv:1704.00028
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import relu, softplus

from playground.optimizers import norm

SMALLEST_SLOPE = 1e-20  # of D's loss: lost in any sum of float32, yet it can be divided by
TOLD = (
    "generator_loss", "discriminator_loss", "real_score", "fake_score",
    "generator_gradient_norm", "discriminator_gradient_norm",
)  # fmt: skip
FLAT = 1e-12  # squared slope that is taken for none

Scores = Float[Tensor, " batch"]
RealScores = Float[Tensor, " real"]
FakeScores = Float[Tensor, " fake"]


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss by score: D's for real and fake samples, and G's for fake ones."""

    real: Callable[[Tensor, float], Tensor]  # scores, label smoothing
    fake: Callable[[Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]
    is_logit: bool


def _logistic_real(scores: Tensor, smoothing: float) -> Tensor:
    """Cross-entropy with the label 1 − smoothing; softplus(−l) = −log D, softplus(l) = −log(1 − D).

    Only the label of real data is smoothed (Salimans et al. 2016, arXiv:1606.03498, §3.4).
    """
    return softplus(-scores) + smoothing * scores


LOSSES: dict[str, Loss] = {
    "non_saturating": Loss(_logistic_real, softplus, lambda fake: softplus(-fake), True),
    "minimax": Loss(_logistic_real, softplus, lambda fake: -softplus(fake), True),
    "least_squares": Loss(
        lambda real, smoothing: (real - (1 - smoothing)).square() / 2,
        lambda fake: fake.square() / 2,
        lambda fake: (fake - 1).square() / 2,
        False,
    ),
    "hinge": Loss(
        lambda real, _: relu(1 - real),
        lambda fake: relu(1 + fake),
        torch.neg,
        False,
    ),
    "wgan_gp": Loss(lambda real, _: -real, lambda fake: fake, torch.neg, False),
}


def discriminator_loss(
    loss: str, real: RealScores, fake: FakeScores, smoothing: float = 0.0
) -> Float[Tensor, ""]:
    """What D minimises, penalties apart. Hinge and Wasserstein have no label to be smoothed."""
    by_score = LOSSES[loss]
    return by_score.real(real, smoothing).mean() + by_score.fake(fake).mean()


def generator_loss(loss: str, fake: Scores) -> Float[Tensor, ""]:
    """What G minimises."""
    return LOSSES[loss].generator(fake).mean()


def slope(function: Callable[[Tensor], Tensor], scores: Scores) -> Scores:
    """The derivative of a loss by each score."""
    with torch.enable_grad():
        leaf = scores.detach().requires_grad_()
        (found,) = torch.autograd.grad(function(leaf).sum(), leaf)
    return found


def discriminator_slopes(
    loss: str, real: RealScores, fake: FakeScores, smoothing: float = 0.0
) -> tuple[RealScores, FakeScores]:
    """The derivative of D's loss by each score of a batch; at fake samples nowhere quite 0."""
    falling = slope(lambda scores: LOSSES[loss].real(scores, smoothing), real)
    return falling / len(real), _rising(loss, fake) / len(fake)


def generator_pull(loss: str, fake: Scores) -> Scores:
    """What the gradient of D's loss at a fake sample is multiplied by to become G's.

    Both losses see a sample only through its score, so their gradients there are parallel, and one
    pass through D serves both players: for non_saturating it is −e^(−score), for minimax −1.
    """
    return slope(LOSSES[loss].generator, fake) / _rising(loss, fake)


def _rising(loss: str, fake: Scores) -> Scores:
    """The slope of D's loss at fake samples.

    Where a hinge is satisfied it is 0 and would say nothing about G; the tiny one that stands for
    it changes no weight of D.
    """
    found = slope(LOSSES[loss].fake, fake)
    # Below 0 only for least squares, whose slope has the sign of the score.
    return torch.where(found < 0, -1.0, 1.0) * found.abs().clamp_min(SMALLEST_SLOPE)


def shown(loss: str, scores: Scores) -> Scores:
    """As the page tells it: D(x), the probability of being real, or the score itself."""
    return scores.sigmoid() if LOSSES[loss].is_logit else scores


def score_kind(loss: str) -> str:
    """What `shown` gives: "probability" or "score"."""
    return "probability" if LOSSES[loss].is_logit else "score"


def told(
    loss: str,
    real: RealScores,
    fake: FakeScores,
    pulled: Sequence[Tensor],
    gradients: Sequence[Tensor],
    smoothing: float = 0.0,
) -> dict[str, float]:
    """What a record tells of an update: `TOLD`, nan for what was not looked at.

    `pulled` are the gradients of G, `gradients` those of D; either may be empty, and `real` too.
    """
    nothing = torch.full_like(fake[0], math.nan)
    found = torch.stack([
        generator_loss(loss, fake),
        discriminator_loss(loss, real, fake, smoothing),
        shown(loss, real).mean(),
        shown(loss, fake).mean(),
        norm(pulled) if pulled else nothing,
        norm(gradients) if gradients else nothing,
    ])  # fmt: skip
    # All at once, so that a graphics card is waited for but once.
    return dict(zip(TOLD, found.tolist(), strict=True))


Judge = Callable[[Tensor], Tensor]  # samples -> their scores


def _slopes(judge: Judge, samples: Float[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
    """Squared length of the score's gradient at each sample; may be differentiated again."""
    with torch.enable_grad():
        leaf = samples.detach().requires_grad_()
        (slopes,) = torch.autograd.grad(judge(leaf).sum(), leaf, create_graph=True)
        return slopes.flatten(1).square().sum(1)


def r1_penalty(judge: Judge, real: Float[Tensor, "batch ..."], weight: float) -> Float[Tensor, ""]:
    """½ weight · mean |∇D(x)|² at real samples; Mescheder et al. 2018, arXiv:1801.04406, eq. 9."""
    return weight / 2 * _slopes(judge, real).mean()


def wasserstein_penalty(
    judge: Judge,
    real: Float[Tensor, "batch ..."],
    fake: Float[Tensor, "batch ..."],
    weight: float,
    generator: torch.Generator,
) -> Float[Tensor, ""]:
    """weight · mean (|∇D(x̂)| − 1)² at random points x̂ between real and fake samples.

    Gulrajani et al. 2017, arXiv:1704.00028, eq. 3.
    """
    size = (len(real), *[1] * (real.dim() - 1))
    shares = torch.rand(size, generator=generator, dtype=real.dtype).to(real.device)
    between = torch.lerp(fake.detach(), real, shares)
    # The root has no slope at 0, where a saturated D may well be.
    lengths = (_slopes(judge, between) + FLAT).sqrt()
    return weight * (lengths - 1).square().mean()


def penalty(
    loss: str,
    judge: Judge,
    real: Float[Tensor, "batch ..."],
    fake: Float[Tensor, "batch ..."],
    *,
    r1: float,
    gradient_penalty: float,
    generator: torch.Generator,
) -> Float[Tensor, ""] | None:
    """What D pays for being steep, None where nothing is asked for; the second is wgan_gp's."""
    parts = []
    if r1:
        parts.append(r1_penalty(judge, real, r1))
    if loss == "wgan_gp" and gradient_penalty:
        parts.append(wasserstein_penalty(judge, real, fake, gradient_penalty, generator))
    return torch.stack(parts).sum() if parts else None
