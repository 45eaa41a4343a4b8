"""SGD and Adam on plain tensors.

Ours because `torch.optim` imports torch's compiler (1.8 s at the first optimizer), and because
a run's whole state must go into a flat file of tensors. The numbers equal those of `torch.optim`.
Weight decay is decoupled (Loshchilov, Hutter 2019, arXiv:1711.05101): each step takes
`learning_rate * weight_decay` of the weights away, apart from the gradient.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor


class SGD:
    """w ← w − learning_rate · g"""

    def __init__(self, parameters: Sequence[Tensor], *, weight_decay: float = 0.0):
        self.parameters, self.weight_decay = list(parameters), weight_decay

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], learning_rate: float) -> None:
        """Changes the parameters in place."""
        _decay(self.parameters, learning_rate * self.weight_decay)
        torch._foreach_add_(self.parameters, list(gradients), alpha=-learning_rate)

    def state(self) -> dict[str, Tensor]:
        """All it remembers: nothing."""
        return {}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Takes back what `state` gave."""


class Adam:
    """Adam (Kingma, Ba 2015, arXiv:1412.6980, algorithm 1) with decoupled weight decay.

    m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  w ← w − learning_rate · m̂ / (√v̂ + ε)
    """

    def __init__(
        self,
        parameters: Sequence[Tensor],
        *,
        weight_decay: float = 0.0,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
    ):
        self.parameters, self.weight_decay = list(parameters), weight_decay
        self.betas, self.epsilon = betas, epsilon
        self.count = 0
        self.first = [torch.zeros_like(weight) for weight in self.parameters]
        self.second = [torch.zeros_like(weight) for weight in self.parameters]

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], learning_rate: float) -> None:
        """Changes the parameters and both moments in place."""
        gradients = list(gradients)
        self.count += 1
        first_beta, second_beta = self.betas
        _decay(self.parameters, learning_rate * self.weight_decay)
        torch._foreach_lerp_(self.first, gradients, 1 - first_beta)
        torch._foreach_mul_(self.second, second_beta)
        torch._foreach_addcmul_(self.second, gradients, gradients, 1 - second_beta)
        root = torch._foreach_sqrt(self.second)  # noqa: SLF001 - as torch.optim does
        # m̂ and v̂: the moments start at 0, which their first averages must not show.
        torch._foreach_div_(root, math.sqrt(1 - second_beta**self.count))
        torch._foreach_add_(root, self.epsilon)
        size = learning_rate / (1 - first_beta**self.count)
        torch._foreach_addcdiv_(self.parameters, self.first, root, -size)

    def state(self) -> dict[str, Tensor]:
        """`count`, and both moments of each parameter as `first.<index>`, `second.<index>`."""
        moments = {f"first.{index}": moment for index, moment in enumerate(self.first)}
        moments |= {f"second.{index}": moment for index, moment in enumerate(self.second)}
        return {"count": torch.tensor(self.count), **moments}

    @torch.no_grad()
    def restore(self, state: dict[str, Tensor]) -> None:
        """Takes back what `state` gave. `KeyError`, `RuntimeError` if it is of another model."""
        self.count = int(state["count"])
        for index, (first, second) in enumerate(zip(self.first, self.second, strict=True)):
            first.copy_(state[f"first.{index}"])
            second.copy_(state[f"second.{index}"])


def _decay(parameters: list[Tensor], share: float) -> None:
    if share:
        torch._foreach_mul_(parameters, 1 - share)


def norm(tensors: Sequence[Tensor]) -> Tensor:
    """Length of all tensors taken as one vector."""
    lengths = torch._foreach_norm(list(tensors))  # noqa: SLF001 - as torch's own clipping does
    return torch.linalg.vector_norm(torch.stack(lengths))
