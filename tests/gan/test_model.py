"""The two networks: their shapes, what they are told, and layers against torch's own."""

import pytest
import torch
from torch import nn

from playground.gan.model import CLASS_WEIGHT, Discriminator, Generator, Narrow, Widen
from playground.seeds import generator
from tests.gan.small import KINDS, config_of

each_kind = pytest.mark.parametrize("kind", KINDS)


def pair(kind, channels=1, seed=0, **settings):
    config = config_of(**KINDS[kind], **settings)
    chance = generator(seed, "weights")
    made = Generator(config, channels).initialise(chance)
    return made, Discriminator(config, channels).initialise(chance), config


@each_kind
@pytest.mark.parametrize("channels", [1, 3])
def test_noise_becomes_images_within_minus_one_and_one_or_points(kind, channels):
    made, judge, config = pair(kind, channels)
    z = made.noise(5, generator(0))
    classes = torch.arange(5) if config.classes else None
    x = made(z, classes)
    assert x.shape == ((5, 2) if config.is_plane else (5, channels, 28, 28))
    assert config.is_plane or x.abs().max() <= 1
    assert judge(x, classes).shape == (5,)


@pytest.mark.parametrize("kind", ["convolution", "mlp"])
def test_the_class_is_told_beside_the_noise_and_changes_what_is_made_and_judged(kind):
    made, judge, _ = pair(kind)
    made.eval()
    z = made.noise(2, generator(0))[:1].expand(2, -1)
    three_and_eight = torch.tensor([3, 8])
    entered = made.entered(z, three_and_eight)
    assert entered[0, 3 + 3] == CLASS_WEIGHT
    assert entered[:, 3:].sum() == 2 * CLASS_WEIGHT
    three, eight = made(z, three_and_eight)
    assert not torch.allclose(three, eight, atol=1e-4)
    scores = judge(three[None].expand(2, -1, -1, -1), three_and_eight)
    assert scores[0] != scores[1]
    assert torch.equal(made(z), made(z, torch.zeros(2, dtype=torch.int64))), "0 is taken for none"


def test_who_is_told_no_classes_ignores_them():
    made, judge, _ = pair("plain")
    made.eval()
    z = made.noise(2, generator(0))
    assert torch.equal(made(z), made(z, torch.tensor([1, 2])))
    assert torch.equal(judge(made(z)), judge(made(z), torch.tensor([1, 2])))


def test_the_prior_is_normal_or_uniform():
    normal = pair("convolution")[0].noise(4_000, generator(0))
    assert normal.std().item() == pytest.approx(1, abs=0.05)
    assert normal.abs().max() > 2
    uniform = pair("convolution", prior="uniform")[0].noise(4_000, generator(0))
    assert uniform.abs().max() <= 1
    assert uniform.std().item() == pytest.approx(3**-0.5, abs=0.05)


@each_kind
def test_one_seed_draws_the_same_weights_and_another_does_not(kind):
    def drawn(seed):
        return torch.cat([each.flatten() for each in pair(kind, seed=seed)[0].parameters()])

    assert torch.equal(drawn(1), drawn(1))
    assert not torch.equal(drawn(1), drawn(2))


@each_kind
def test_the_discriminator_judges_every_sample_alone(kind):
    _, judge, config = pair(kind)
    x = torch.randn(*((4, 2) if config.is_plane else (4, 1, 28, 28)), generator=generator(1))
    together = judge(x)
    apart = torch.cat([judge(each[None]) for each in x])
    torch.testing.assert_close(together, apart)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("ours", "theirs", "sizes"),
    [(Narrow, nn.Conv2d, (None, 5)), (Widen, nn.ConvTranspose2d, (5, None))],
)
def test_our_layers_equal_torchs_with_all_gradients(channels, ours, theirs, sizes):
    given, made = (channels if size is None else size for size in sizes)
    one = ours(given, made, 4, 2, 1).double()
    other = theirs(given, made, 4, 2, 1).double()
    other.load_state_dict(one.state_dict())
    x = torch.randn(2, given, 8, 6, generator=generator(2)).double().requires_grad_()
    found, wanted = one(x), other(x)
    torch.testing.assert_close(found, wanted)
    direction = torch.randn(wanted.shape, generator=generator(3)).double()
    for layer, y in ((one, found), (other, wanted)):
        layer.found = torch.autograd.grad(y, [x, layer.weight, layer.bias], direction)
    torch.testing.assert_close(one.found, other.found)


def test_a_convolution_can_be_differentiated_twice():
    layer = Narrow(1, 3, 4, 2, 1).double()
    x = torch.randn(1, 1, 4, 4, generator=generator(4)).double().requires_grad_()
    assert torch.autograd.gradgradcheck(lambda each: layer(each).square(), x)


def test_the_default_pair_is_small():
    config = config_of(channels=8, latent_size=64)
    sizes = [sum(p.numel() for p in net(config).parameters()) for net in (Generator, Discriminator)]
    assert sizes == [124_577, 25_819]
