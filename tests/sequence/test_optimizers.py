"""Our optimizers against torch.optim."""

import pytest
import torch

from playground.optimizers import SGD, Adam, norm


def walk(step, parameters, steps=30):
    """`steps` updates on a bowl whose gradient depends on where the parameters are."""
    for number in range(steps):
        gradients = [2 * weight + torch.sin(weight * number) for weight in parameters]
        step(gradients)


def twins():
    made = torch.Generator().manual_seed(0)
    values = [torch.randn(4, 3, generator=made), torch.randn(7, generator=made)]
    return [v.clone() for v in values], [v.clone().requires_grad_() for v in values]


def stepper(optimizer, parameters):
    def step(gradients):
        for weight, gradient in zip(parameters, gradients, strict=True):
            weight.grad = gradient.detach()
        optimizer.step()

    return step


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_adam_equals_torch_adamw(weight_decay):
    ours, theirs = twins()
    mine = Adam(ours, weight_decay=weight_decay, betas=(0.9, 0.99))
    yours = torch.optim.AdamW(theirs, lr=0.02, betas=(0.9, 0.99), weight_decay=weight_decay)
    walk(lambda gradients: mine.step(gradients, 0.02), ours)
    walk(stepper(yours, theirs), theirs)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other.detach(), atol=1e-6, rtol=1e-5)


def test_adam_without_decay_equals_torch_adam_with_default_betas():
    ours, theirs = twins()
    mine, yours = Adam(ours), torch.optim.Adam(theirs, lr=0.02)
    walk(lambda gradients: mine.step(gradients, 0.02), ours)
    walk(stepper(yours, theirs), theirs)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other.detach(), atol=1e-6, rtol=1e-5)


def test_sgd_equals_torch_sgd():
    ours, theirs = twins()
    mine, yours = SGD(ours), torch.optim.SGD(theirs, lr=0.05)
    walk(lambda gradients: mine.step(gradients, 0.05), ours)
    walk(stepper(yours, theirs), theirs)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other.detach())


def test_decay_takes_its_share_of_a_weight_without_gradient():
    for kind in (SGD, Adam):
        weight = torch.full((3,), 2.0)
        kind([weight], weight_decay=0.5).step([torch.zeros(3)], 0.1)
        torch.testing.assert_close(weight, torch.full((3,), 2.0 * 0.95))


def test_adam_goes_on_from_its_state_as_if_never_stopped():
    ours, _ = twins()
    one = Adam(ours)
    walk(lambda gradients: one.step(gradients, 0.02), ours, 5)
    copies = [weight.clone() for weight in ours]
    other = Adam(copies)
    other.restore({name: tensor.clone() for name, tensor in one.state().items()})
    walk(lambda gradients: one.step(gradients, 0.02), ours, 5)
    walk(lambda gradients: other.step(gradients, 0.02), copies, 5)
    assert all(torch.equal(a, b) for a, b in zip(ours, copies, strict=True))


def test_the_norm_is_that_of_one_long_vector():
    tensors, _ = twins()
    whole = torch.cat([tensor.flatten() for tensor in tensors])
    torch.testing.assert_close(norm(tensors), whole.norm())
