"""Attention step by step, fused, and by torch: the same numbers."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from playground.attention.multi_head import Lens, MultiHeadAttention, attend, masked_softmax
from playground.seeds import generator

EXACT = {"atol": 1e-6, "rtol": 0}
WIDTH, HEADS = 12, 3


def numbers(*shape, seed=0):
    return torch.randn(*shape, generator=generator(seed, *shape))


def attention(*, scaled=True, seed=0):
    made = MultiHeadAttention(WIDTH, HEADS, scaled=scaled)
    made.initialise(generator(seed))
    with torch.no_grad():
        made.in_bias.copy_(numbers(3 * WIDTH))
        made.out_bias.copy_(numbers(WIDTH))
    return made


def reference(ours):
    theirs = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
    weights = (ours.in_weight, ours.in_bias, ours.out_weight, ours.out_bias)
    names = ("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")
    theirs.load_state_dict(dict(zip(names, weights, strict=True)))
    return theirs


def padding(batch, keys, real):
    """True beyond the first `real` keys of each row."""
    return (torch.arange(keys) >= torch.tensor(real)[:, None]).view(batch, 1, 1, keys)


MASKS = {
    "none": None,
    "padding": padding(2, 5, [5, 3]),
    "causal": torch.ones(5, 5, dtype=torch.bool).triu(1)[None, None],
}
each_mask = pytest.mark.parametrize("blocked", MASKS.values(), ids=MASKS)


@given(
    shape=st.tuples(*[st.integers(1, 5)] * 3),
    size=st.integers(1, 9),
    hidden=st.integers(0, 2**25 - 1),
    scaled=st.booleans(),
)
def test_attention_step_by_step_equals_torchs(shape, size, hidden, scaled):
    batch, queries, keys = shape
    bits = torch.tensor([hidden >> at & 1 for at in range(queries * keys)], dtype=torch.bool)
    blocked = bits.view(queries, keys).expand(batch, queries, keys)
    q, k = numbers(batch, queries, size), numbers(batch, keys, size, seed=1)
    v = numbers(batch, keys, 4, seed=2)
    mixed, weights = attend(q, k, v, blocked, scaled=scaled)
    wanted = functional.scaled_dot_product_attention(
        q, k, v, ~blocked, scale=None if scaled else 1.0
    )
    torch.testing.assert_close(mixed, wanted, **EXACT)
    sees = ~blocked.all(-1)
    torch.testing.assert_close(weights.sum(-1), sees.float(), **EXACT)
    assert (weights[blocked] == 0).all()


def test_weights_are_the_softmax_of_the_scores_by_hand():
    keys = torch.tensor([[2.0, 0.0], [0.0, 2.0]])
    mixed, weights = attend(torch.tensor([[1.0, 0.0]]), keys, torch.tensor([[1.0], [5.0]]))
    first = math.exp(2 / math.sqrt(2))
    share = first / (first + 1)
    torch.testing.assert_close(weights, torch.tensor([[share, 1 - share]]))
    torch.testing.assert_close(mixed, torch.tensor([[share + 5 * (1 - share)]]))


@each_mask
@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("across", [False, True])
def test_the_fused_path_and_the_lens_give_the_same_output(blocked, scaled, across):
    ours = attention(scaled=scaled)
    read, memory = numbers(2, 5, WIDTH), numbers(2, 5, WIDTH, seed=1) if across else None
    lens = Lens()
    fused, shown = ours(read, memory, blocked), ours(read, memory, blocked, lens)
    torch.testing.assert_close(shown, fused, **EXACT)
    assert torch.equal(lens.seen.output, shown)


@each_mask
@pytest.mark.parametrize("across", [False, True])
def test_it_equals_torchs_module_with_the_same_weights(blocked, across):
    ours = attention()
    read, memory = numbers(2, 5, WIDTH), numbers(2, 5, WIDTH, seed=1) if across else None
    masks = {}
    if blocked is not None:
        mask = blocked.expand(2, HEADS, 5, 5).reshape(2 * HEADS, 5, 5)
        masks = {"attn_mask": mask}
    other = read if memory is None else memory
    wanted, weights = reference(ours)(read, other, other, average_attn_weights=False, **masks)
    lens = Lens()
    torch.testing.assert_close(ours(read, memory, blocked), wanted, **EXACT)
    torch.testing.assert_close(ours(read, memory, blocked, lens), wanted, **EXACT)
    torch.testing.assert_close(lens.seen.weights, weights, **EXACT)


@each_mask
def test_gradients_equal_torchs_on_both_paths(blocked):
    ours = attention()
    theirs = reference(ours)
    read, weigh = numbers(2, 5, WIDTH), numbers(2, 5, WIDTH, seed=3)
    mask = None if blocked is None else blocked.expand(2, HEADS, 5, 5).reshape(-1, 5, 5)
    wanted = torch.autograd.grad(
        (theirs(read, read, read, attn_mask=mask)[0] * weigh).sum(), list(theirs.parameters())
    )
    for lens in (None, Lens()):
        output = ours(read, None, blocked, lens)
        found = torch.autograd.grad((output * weigh).sum(), list(ours.parameters()))
        for one, other in zip(found, wanted, strict=True):
            torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


def test_without_scaling_the_weights_are_those_of_queries_grown_by_the_root():
    lens, other = Lens(), Lens()
    plain, scaled = attention(scaled=False), attention()
    read = numbers(1, 4, WIDTH)
    plain(read, None, None, lens)
    with torch.no_grad():
        scaled.in_weight[:WIDTH] *= math.sqrt(WIDTH / HEADS)
        scaled.in_bias[:WIDTH] *= math.sqrt(WIDTH / HEADS)
    scaled(read, None, None, other)
    torch.testing.assert_close(lens.seen.weights, other.seen.weights, **EXACT)
    assert torch.equal(lens.seen.scores, lens.seen.scaled)


def test_who_may_see_nothing_attends_to_nothing_on_every_path():
    ours = attention()
    read, blocked = numbers(2, 3, WIDTH), torch.zeros(2, 1, 3, 3, dtype=torch.bool)
    blocked[0, 0, 1] = True
    lens = Lens()
    for output in (ours(read, None, blocked), ours(read, None, blocked, lens)):
        torch.testing.assert_close(output[0, 1], ours.out_bias, **EXACT)
        assert output.isfinite().all()
        gradients = torch.autograd.grad(output.square().sum(), list(ours.parameters()))
        assert all(each.isfinite().all() for each in gradients)
    assert (lens.seen.weights[0, :, 1] == 0).all()
    assert (masked_softmax(torch.zeros(2, 2), torch.ones(2, 2, dtype=torch.bool)) == 0).all()


def test_a_lens_shows_steps_that_follow_from_one_another():
    ours, lens = attention(), Lens()
    read, memory = numbers(2, 4, WIDTH), numbers(2, 5, WIDTH, seed=1)
    ours(read, memory, MASKS["padding"], lens)
    seen = lens.seen
    size = WIDTH // HEADS
    assert torch.equal(seen.read, read)
    assert torch.equal(seen.memory, memory)
    for head in range(HEADS):
        rows = slice(head * size, (head + 1) * size)
        weight, bias = ours.in_weight[:WIDTH][rows], ours.in_bias[:WIDTH][rows]
        torch.testing.assert_close(seen.queries[:, head], read @ weight.T + bias, **EXACT)
    torch.testing.assert_close(seen.scores, seen.queries @ seen.keys.mT, **EXACT)
    torch.testing.assert_close(seen.scaled, seen.scores / math.sqrt(size), **EXACT)
    assert torch.equal(seen.blocked, MASKS["padding"].expand(2, HEADS, 4, 5))
    assert torch.equal(seen.weights, masked_softmax(seen.scaled, seen.blocked))
    torch.testing.assert_close(seen.mixed, seen.weights @ seen.values, **EXACT)
    together = seen.mixed.transpose(1, 2).flatten(2)
    torch.testing.assert_close(seen.output, together @ ours.out_weight.T + ours.out_bias, **EXACT)


def test_a_head_that_is_switched_off_adds_nothing_and_the_others_what_they_did():
    ours, whole, cut = attention(), Lens(), Lens(switched_off=frozenset({1}))
    read = numbers(2, 4, WIDTH)
    ours(read, None, None, whole)
    output = ours(read, None, None, cut)
    size = WIDTH // HEADS
    share = whole.seen.mixed[:, 1] @ ours.out_weight[:, size : 2 * size].T
    torch.testing.assert_close(output, whole.seen.output - share, **EXACT)
    assert (cut.seen.mixed[:, 1] == 0).all()
    assert torch.equal(cut.seen.weights, whole.seen.weights)
    off = ours(read, None, None, Lens(switched_off=frozenset(range(HEADS))))
    torch.testing.assert_close(off, ours.out_bias.expand(2, 4, WIDTH), **EXACT)


def test_what_is_blocked_by_hand_is_as_if_it_were_not_there():
    ours, read, memory = attention(), numbers(1, 3, WIDTH), numbers(1, 4, WIDTH, seed=1)

    def without_the_second(mask):
        mask = mask.clone()
        mask[..., 1] = True
        return mask

    lens = Lens(block=without_the_second)
    output = ours(read, memory, None, lens)
    torch.testing.assert_close(output, ours(read, memory[:, [0, 2, 3]], None), **EXACT)
    assert (lens.seen.weights[..., 1] == 0).all()
    assert not ours(read, memory, MASKS["none"]).allclose(output)


def test_what_is_opened_by_hand_is_seen_again():
    ours, read = attention(), numbers(2, 5, WIDTH)
    lens = Lens(block=torch.zeros_like)
    torch.testing.assert_close(
        ours(read, None, MASKS["causal"], lens), ours(read, None, None), **EXACT
    )


def test_weights_set_by_hand_are_used_as_they_are():
    ours, read = attention(), numbers(1, 3, WIDTH)
    lens = Lens(weigh=lambda weights: torch.full_like(weights, 0.7))  # sums to 2.1
    ours(read, None, None, lens)
    assert (lens.seen.weights == 0.7).all()
    wanted = 0.7 * lens.seen.values.sum(2, keepdim=True).expand_as(lens.seen.mixed)
    torch.testing.assert_close(lens.seen.mixed, wanted, **EXACT)


def test_the_same_generator_draws_the_same_weights_within_glorots_bound():
    one, same, other = attention(), attention(), attention(seed=1)
    assert torch.equal(one.in_weight, same.in_weight)
    assert not torch.equal(one.in_weight, other.in_weight)
    bound = math.sqrt(6 / (2 * WIDTH))
    for weight in (one.in_weight, one.out_weight):
        assert 0.9 * bound < weight.abs().max() <= bound
