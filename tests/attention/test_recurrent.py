"""GRUs that translate, against `torch.nn.GRU` and against attention written out."""

import pytest
import torch
from torch import nn

from playground.attention.alignment import cross_attention
from playground.attention.model import PAD
from playground.attention.pairs import padded, read_by_model
from playground.attention.recurrent import GRU, AttentiveGRU
from playground.seeds import generator
from tests.attention.small import model_of, sentences

RECURRENT = ("gru", "gru_attention")
DEPTHS = [(1, 1), (3, 1), (1, 3), (2, 2)]
WIDTH = 8
each_model = pytest.mark.parametrize("model", RECURRENT)
each_depth = pytest.mark.parametrize(("encoder_layers", "decoder_layers"), DEPTHS)


def numbers(*shape, seed=0):
    return torch.randn(*shape, generator=generator(seed, *shape))


def torchs_gru(layers, read=WIDTH):
    """torch's module with the weights of a stack of ours."""
    theirs = nn.GRU(read, WIDTH, len(layers))
    for depth, layer in enumerate(layers):
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        with torch.no_grad():
            for name in names:
                getattr(theirs, f"{name}_l{depth}").copy_(getattr(layer, name))
    return theirs


def test_a_layer_equals_torchs_and_so_does_a_single_step():
    layer = GRU(5, WIDTH)
    layer.initialise(generator(0))
    x, state = numbers(6, 3, 5), numbers(3, WIDTH, seed=1)
    wanted, _ = torchs_gru([layer], 5)(x, state[None])
    torch.testing.assert_close(layer(x, state), wanted, atol=1e-6, rtol=0)
    from_read = x[0] @ layer.weight_ih.T + layer.bias_ih
    from_state = state @ layer.weight_hh.T + layer.bias_hh
    one = GRU.step(from_read, from_state, state)
    torch.testing.assert_close(one, wanted[0], atol=1e-6, rtol=0)


@each_depth
def test_without_attention_it_is_two_stacks_of_torch_and_the_state_between_them(
    encoder_layers, decoder_layers
):
    model = model_of(model="gru", encoder_layers=encoder_layers, decoder_layers=decoder_layers)
    source, target = padded(sentences(5, 5)), padded(sentences(4, 4, seed=2))
    root = WIDTH**0.5
    _, read = torchs_gru(model.encoder)(model.source_embedding[source.t()] * root)
    # Layers are joined from the top; those without a partner take the lowest there is.
    start = torch.stack(
        [read[max(0, encoder_layers - decoder_layers + at)] for at in range(decoder_layers)]
    )
    written, _ = torchs_gru(model.decoder)(model.target_embedding[target.t()] * root, start)
    wanted = written @ model.target_embedding.T + model.output_bias
    torch.testing.assert_close(model(source, target), wanted.transpose(0, 1), atol=1e-5, rtol=0)


def test_with_attention_each_step_is_bahdanaus():
    model = model_of(model="gru_attention", tied=False)
    source, target = padded(sentences(5)), padded(sentences(4, seed=2))
    root = WIDTH**0.5
    values, state = torchs_gru(model.encoder)((model.source_embedding[source[0]] * root)[:, None])
    values, state = values[:, 0], state[0, 0]
    layer = model.decoder[0]
    theirs = nn.GRUCell(2 * WIDTH, WIDTH)
    with torch.no_grad():
        for name, weight in theirs.named_parameters():
            weight.copy_(getattr(layer, name))
    for at, token in enumerate(target[0]):
        scores = torch.stack([
            layer.score_weight @ torch.tanh(layer.query_weight @ state + layer.key_weight @ value)
            for value in values
        ])  # fmt: skip
        weights = scores.softmax(0)
        context = sum(weight * value for weight, value in zip(weights, values, strict=True))
        state = theirs(
            torch.cat([model.target_embedding[token] * root, context])[None], state[None]
        )[0]
        wanted = model.output_weight @ state + model.output_bias
        torch.testing.assert_close(model(source, target)[0, at], wanted, atol=1e-5, rtol=0)


@each_model
@each_depth
def test_filling_changes_nothing(model, encoder_layers, decoder_layers):
    made = model_of(model=model, encoder_layers=encoder_layers, decoder_layers=decoder_layers)
    sources, targets = sentences(6, 2, 4), sentences(2, 5, 7)
    together = made(padded(sources), padded(targets))
    for row, (source, target) in enumerate(zip(sources, targets, strict=True)):
        alone = made(torch.tensor([source]), torch.tensor([target]))[0]
        torch.testing.assert_close(together[row, : len(target)], alone, atol=1e-5, rtol=0)


def test_weights_sum_to_one_over_the_tokens_and_filling_gets_none():
    model = model_of(model="gru_attention", sure=3.0)
    source, target = padded(sentences(6, 2, 4)), padded(sentences(5, 5, 5))
    _, _, weights = model.decode(target, model.encode(source))
    assert weights.shape == (5, 3, 6)
    torch.testing.assert_close(weights.sum(-1), torch.ones(5, 3))
    assert (weights[:, source == PAD] == 0).all()
    assert weights.std() > 0.01, "uniform weights would pass for any"


def test_the_alignment_is_what_the_decoder_looked_at():
    model = model_of(model="gru_attention", sure=2.0)
    source, target = sentences(5, 3)
    found = cross_attention(model, source, target)
    assert found.shape == (1, 1, 4, 6)
    given = torch.tensor([[1, *target]])
    _, _, weights = model.decode(given, model.encode(read_by_model([source])))
    assert torch.equal(found[0, 0], weights[:, 0])
    assert not found.requires_grad
    assert cross_attention(model_of(model="gru"), source, target) is None


def test_gradients_of_the_loop_are_right():
    layer = AttentiveGRU(3).double()
    layer.initialise(generator(0))
    blocked = torch.tensor([[False, False], [False, True]])

    def attended(x, state, values, *_weights):
        return layer.attend(x, state, layer.memory(values, blocked))

    inputs = [numbers(3, 2, 3), numbers(2, 3), numbers(2, 2, 3, seed=1)]
    inputs = [each.double().requires_grad_() for each in inputs]
    assert torch.autograd.gradcheck(attended, (*inputs, *layer.parameters()))


@each_model
def test_only_with_attention_the_source_reaches_the_decoder_past_its_last_state(model):
    made = model_of(model=model, sure=2.0)
    source, target = padded(sentences(5, 5)), padded(sentences(3, 3))
    states = made.encode(source)
    same = torch.zeros_like(states.layers[0])
    blind = type(states)((same,), states.memory)
    scores, _, _ = made.decode(target[:1].expand(2, -1), blind)
    assert torch.allclose(scores[:, 0], scores[:, 1], atol=1e-4) == (model == "gru")


@each_model
def test_weights_are_drawn_from_the_given_generator_alone(model):
    one, same, other = (dict(model_of(model=model, seed=at).named_parameters()) for at in (0, 0, 1))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)


@each_model
def test_dropout_comes_from_its_generator_only(model):
    made = model_of(model=model, dropout=0.5)
    source, target = padded(sentences(4, 4)), padded(sentences(4, 4))
    before = torch.get_rng_state()
    noisy = made(source, target, generator(0))
    assert torch.equal(noisy, made(source, target, generator(0)))
    assert not torch.equal(noisy, made(source, target))
    assert torch.equal(before, torch.get_rng_state())
