"""The GAN as textbooks build it and train it, to be measured against.

Written after the usual first example: fully connected, 100 → 128 → 784 and 784 → 128 → 1, binary
cross-entropy, `torch.optim.Adam`, the discriminator's step first and then the generator's, each
with passes of its own. It is told no classes.
"""

import torch
from torch import Tensor, nn

NOISE, HIDDEN, PIXELS = 100, 128, 784


class TextbookGan:
    def __init__(self, rate: float = 1e-3):
        self.generator = nn.Sequential(
            nn.Linear(NOISE, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, PIXELS), nn.Tanh()
        )
        self.discriminator = nn.Sequential(
            nn.Linear(PIXELS, HIDDEN), nn.LeakyReLU(0.2), nn.Linear(HIDDEN, 1)
        )
        self.criterion = nn.BCEWithLogitsLoss()
        self.generator_optimizer = torch.optim.Adam(self.generator.parameters(), lr=rate)
        self.discriminator_optimizer = torch.optim.Adam(self.discriminator.parameters(), lr=rate)

    def train_step(self, real: Tensor) -> tuple[float, float]:
        """One step of both on images [batch, 1, 28, 28] in [-1, 1]; the losses of G and of D."""
        real = real.flatten(1)
        ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
        fake = self.generator(torch.randn(len(real), NOISE))
        self.discriminator_optimizer.zero_grad()
        judged = self.discriminator(real), self.discriminator(fake.detach())
        discriminator_loss = self.criterion(judged[0], ones) + self.criterion(judged[1], zeros)
        discriminator_loss.backward()
        self.discriminator_optimizer.step()
        self.generator_optimizer.zero_grad()
        generator_loss = self.criterion(self.discriminator(fake), ones)
        generator_loss.backward()
        self.generator_optimizer.step()
        return generator_loss.item(), discriminator_loss.item()

    @torch.no_grad()
    def images(self, count: int) -> Tensor:
        return self.generator(torch.randn(count, NOISE)).unflatten(1, (1, 28, 28))
