"""Our Transformer against `torch.nn.Transformer` with the same weights."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from playground.attention.layers import drop
from playground.attention.model import PAD, future, padding
from playground.attention.multi_head import Lens
from playground.attention.pairs import padded
from playground.attention.positions import sinusoidal
from playground.seeds import generator
from tests.attention.small import model_of, sentences

NORMS = ("pre", "post")
SIZES = [(1, 1, 8, 2, 12), (2, 3, 12, 3, 7), (3, 1, 10, 1, 16)]
VOCABULARY = 11
each_norm = pytest.mark.parametrize("norm", NORMS)


def settings_of(norm, size, **more):
    names = ("encoder_layers", "decoder_layers", "hidden_size", "heads", "feedforward_size")
    return {**dict(zip(names, size, strict=True)), "normalisation": norm, **more}


def layer_weights(ours):
    """Ours, by the names that torch gives its layers."""
    held = {}
    for name, part in (("self_attn", ours.own), ("multihead_attn", ours.cross)):
        if part is not None:
            held |= {
                f"{name}.in_proj_weight": part.in_weight,
                f"{name}.in_proj_bias": part.in_bias,
                f"{name}.out_proj.weight": part.out_weight,
                f"{name}.out_proj.bias": part.out_bias,
            }
    for name, part in (("linear1", ours.feedforward.up), ("linear2", ours.feedforward.down)):
        held |= {f"{name}.weight": part.weight, f"{name}.bias": part.bias}
    for number, part in enumerate(ours.norms, 1):
        held |= {f"norm{number}.weight": part.weight, f"norm{number}.bias": part.bias}
    return held


def reference(ours, norm, size):
    """torch's, which has a norm at each end only where ours has one: after layers of kind "pre"."""
    encoder_layers, decoder_layers, width, heads, inner = size
    more = {"dropout": 0.0, "batch_first": True, "norm_first": norm == "pre"}
    ends = [nn.LayerNorm(width) if norm == "pre" else None for _ in range(2)]
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(width, heads, inner, **more),
        encoder_layers, ends[0], enable_nested_tensor=False,
    )  # fmt: skip
    decoder = nn.TransformerDecoder(
        nn.TransformerDecoderLayer(width, heads, inner, **more), decoder_layers, ends[1]
    )
    theirs = nn.Transformer(
        width, heads, custom_encoder=encoder, custom_decoder=decoder, batch_first=True
    )
    for layers, copies in ((ours.encoder, encoder.layers), (ours.decoder, decoder.layers)):
        for layer, copy in zip(layers, copies, strict=True):
            copy.load_state_dict(layer_weights(layer))
    for end, norm_of_ours in zip(ends, (ours.encoder_norm, ours.decoder_norm), strict=True):
        if end is not None:
            end.load_state_dict(norm_of_ours.state_dict())
    return theirs


def their_scores(ours, theirs, source, target):
    def read(ids, table):
        waves = sinusoidal(ids.shape[1], ours.width)
        return functional.embedding(ids, table) * math.sqrt(ours.width) + waves

    hidden = theirs(
        read(source, ours.source_embedding), read(target, ours.target_embedding),
        tgt_mask=future(target.shape[1], target.device)[0, 0],
        src_key_padding_mask=source == PAD, memory_key_padding_mask=source == PAD,
    )  # fmt: skip
    return functional.linear(hidden, ours.target_embedding, ours.output_bias)


BATCHES = {"alike": ((4, 4), (5, 5)), "padded": ((6, 2, 4), (3, 7, 1)), "short": ((1,), (1,))}


@pytest.mark.parametrize("lengths", BATCHES.values(), ids=BATCHES)
@pytest.mark.parametrize("size", SIZES, ids=str)
@each_norm
def test_scores_equal_torchs_with_masks_for_filling_and_for_what_comes(norm, size, lengths):
    ours = model_of(**settings_of(norm, size))
    source, target = (padded(sentences(*each)) for each in lengths)
    wanted = their_scores(ours, reference(ours, norm, size), source, target)
    torch.testing.assert_close(ours(source, target), wanted, atol=1e-5, rtol=0)


@each_norm
def test_gradients_equal_torchs_in_float64(norm):
    size = SIZES[1]
    ours = model_of(**settings_of(norm, size)).double()
    theirs = reference(ours, norm, size).double()
    # Where filling asks, torch has no answer; its loss is nobody's concern.
    source, target = padded(sentences(6, 2, 4)), padded(sentences(3, 7, 1))
    real = (target != PAD)[..., None]
    weigh = torch.randn(3, 7, VOCABULARY, generator=generator(2)).double() * real
    (their_scores(ours, theirs, source, target) * weigh).sum().backward()
    shared = {name: each.grad for name, each in ours.named_parameters() if each.grad is not None}
    wanted = [each.grad for each in theirs.parameters()]
    for each in ours.parameters():
        each.grad = None
    (ours(source, target) * weigh).sum().backward()
    for name, gradient in shared.items():  # embeddings and the last bias, used by both
        torch.testing.assert_close(dict(ours.named_parameters())[name].grad, gradient)
    found = [
        layer_parameter.grad
        for layers, end in ((ours.encoder, ours.encoder_norm), (ours.decoder, ours.decoder_norm))
        for layer_parameter in [
            *(weight for layer in layers for weight in in_torchs_order(layer)),
            *(end.parameters() if end is not None else ()),
        ]
    ]
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, atol=1e-9, rtol=1e-7)


def in_torchs_order(layer):
    attentions = [part for part in (layer.own, layer.cross) if part is not None]
    return [
        *(weight for part in attentions for weight in part.parameters()),
        *layer.feedforward.parameters(),
        *layer.norms.parameters(),
    ]


@pytest.mark.parametrize("positions", ["sinusoidal", "learned", "none"])
@each_norm
def test_filling_changes_nothing(norm, positions):
    model = model_of(normalisation=norm, positions=positions)
    sources, targets = sentences(6, 2, 4), sentences(2, 5, 7)
    together = model(padded(sources), padded(targets))
    for row, (source, target) in enumerate(zip(sources, targets, strict=True)):
        alone = model(torch.tensor([source]), torch.tensor([target]))[0]
        torch.testing.assert_close(together[row, : len(target)], alone, atol=1e-5, rtol=0)


def test_no_token_sees_the_ones_after_it_unless_the_mask_is_off():
    source, target = padded(sentences(4)), padded(sentences(6))
    other = target.clone()
    other[0, 4] = 3 if int(target[0, 4]) != 3 else 4
    masked, open_ = model_of(), model_of(causal=False)
    one, two = masked(source, target), masked(source, other)
    torch.testing.assert_close(one[:, :4], two[:, :4])
    assert not torch.allclose(one[:, 4:], two[:, 4:])
    assert not torch.allclose(open_(source, target)[:, :4], open_(source, other)[:, :4])


def test_without_positions_a_source_is_a_bag_of_words():
    source, target = padded(sentences(5)), padded(sentences(4))
    shuffled = source[:, [3, 0, 4, 1, 2]]
    bag, placed = model_of(positions="none"), model_of()
    torch.testing.assert_close(bag(source, target), bag(shuffled, target), atol=1e-5, rtol=0)
    assert not torch.allclose(placed(source, target), placed(shuffled, target), atol=1e-3)


def test_weights_that_are_not_tied_are_their_own():
    tied, free = model_of(), model_of(tied=False)
    assert tied.output_weight is None
    source, target = padded(sentences(3)), padded(sentences(3))
    with torch.no_grad():
        free.output_weight.zero_()
    torch.testing.assert_close(free(source, target)[0, 0], free.output_bias)


def test_places_past_the_table_go_on():
    long = padded(sentences(200))
    waves, learned = model_of(), model_of(positions="learned")
    torch.testing.assert_close(waves.places("source", 170, 200), sinusoidal(200, 8)[170:])
    assert learned(long, long).isfinite().all()
    last = learned.places("target", 158, 165)
    assert torch.equal(last[2:], learned.target_places[-1:].expand(5, 8))


def test_lenses_see_the_same_run_that_the_fused_path_makes():
    model = model_of(encoder_layers=2, decoder_layers=2)
    source, target = padded(sentences(5, 3)), padded(sentences(4, 6))
    lenses = {(kind, at): Lens() for kind in ("encoder", "decoder", "cross") for at in range(2)}
    torch.testing.assert_close(
        model(source, target, None, lenses), model(source, target), atol=1e-6, rtol=0
    )
    assert lenses["encoder", 1].seen.weights.shape == (2, 2, 5, 5)
    assert lenses["decoder", 0].seen.weights.shape == (2, 2, 6, 6)
    cross = lenses["cross", 1].seen.weights
    torch.testing.assert_close(cross.sum(-1), torch.ones(2, 2, 6))
    assert (cross[1, :, :, 3:] == 0).all()


def test_weights_are_drawn_from_the_given_generator_alone():
    one, same, other = (dict(model_of(seed=seed).named_parameters()) for seed in (0, 0, 1))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)
    spread = model_of(hidden_size=64, vocabulary=500).source_embedding.std().item()
    assert spread == pytest.approx(1 / 8, rel=0.05)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_dropout_drops_its_share_and_keeps_the_mean(share):
    x = torch.ones(100_000)
    dropped = drop(x, share, generator(0))
    kept = dropped > 0
    assert kept.float().mean().item() == pytest.approx(1 - share, abs=0.01)
    assert dropped.mean().item() == pytest.approx(1, abs=0.02)
    assert len(dropped.unique()) == 2
    assert torch.equal(dropped, drop(x, share, generator(0)))
    assert drop(x, share, None) is x
    assert drop(x, 0.0, generator(0)) is x


def test_dropout_of_a_model_comes_from_its_generator_only():
    model = model_of(dropout=0.5)
    source, target = padded(sentences(4, 4)), padded(sentences(4, 4))
    before = torch.get_rng_state()
    noisy = model(source, target, generator(0))
    assert torch.equal(noisy, model(source, target, generator(0)))
    assert not torch.equal(noisy, model(source, target, generator(1)))
    assert torch.equal(before, torch.get_rng_state())


def test_masks_say_where_filling_and_the_future_are():
    assert padding(torch.tensor([[3, 4]])) is None
    found = padding(torch.tensor([[3, PAD], [3, 4]]))
    assert found[:, 0, 0].tolist() == [[False, True], [False, False]]
    assert future(3, torch.device("cpu"))[0, 0].tolist() == [
        [False, True, True], [False, False, True], [False, False, False]
    ]  # fmt: skip
