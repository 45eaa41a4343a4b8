"""Models of Hugging Face of a few thousand numbers, with tokenizers to match, in folders."""

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "cat", "sat", "on", "mat", "it", "was", "##s"]
SIZES = {"vocab_size": 12, "pad_token_id": 0}


def make(folder, name):
    """The stand-in `name` in `folder / name`, with random weights; returns that folder."""
    torch.manual_seed(1)
    model, tokenizer = MADE[name]()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(6.0)  # so that attention is not nearly even
    model.eval().save_pretrained(folder / name)
    tokenizer.save_pretrained(folder / name)
    return folder / name


def words_tokenizer(longest=40):
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(
        models.WordPiece({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )  # fmt: skip
    marks = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=longest, **marks)


def bytes_tokenizer():
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=290, special_tokens=["<|end|>"], show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )  # fmt: skip
    made.train_from_iterator(["the cat sat on the mat it was"] * 3, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<|end|>", bos_token="<|end|>")


def pieces_tokenizer():
    from transformers import PreTrainedTokenizerFast

    letters = [(letter, -5.0) for letter in "abcdefghijklmnopqrstuvwxyz"]
    known = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁the", -2.0), ("▁", -4.0), *letters]
    made = Tokenizer(models.Unigram(known, unk_id=2))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    marks = {"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    return PreTrainedTokenizerFast(tokenizer_object=made, **marks)


def bert():
    from transformers import BertConfig, BertModel

    config = BertConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=20,
        max_position_embeddings=40, **SIZES,
    )  # fmt: skip
    return BertModel(config), words_tokenizer()


def gpt2():
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(
        vocab_size=290, n_embd=16, n_layer=3, n_head=2, n_positions=400, bos_token_id=0,
        eos_token_id=0,
    )  # fmt: skip
    return GPT2LMHeadModel(config), bytes_tokenizer()


def t5():
    from transformers import T5Config, T5ForConditionalGeneration

    config = T5Config(
        vocab_size=31, d_model=16, d_kv=4, d_ff=20, num_layers=2, num_heads=4,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    return T5ForConditionalGeneration(config), pieces_tokenizer()


def bart(whole=True):
    from transformers import BartConfig, BartForConditionalGeneration, BartModel

    config = BartConfig(
        d_model=16, encoder_layers=2, decoder_layers=3, encoder_attention_heads=4,
        decoder_attention_heads=2, encoder_ffn_dim=20, decoder_ffn_dim=20,
        max_position_embeddings=40, bos_token_id=2, eos_token_id=3, decoder_start_token_id=3,
        forced_eos_token_id=None, tie_word_embeddings=whole, **SIZES,
    )  # fmt: skip
    return (BartForConditionalGeneration if whole else BartModel)(config), words_tokenizer()


MADE = {
    "bart": bart,
    "bart-without-head": lambda: bart(whole=False),
    "bert": bert,
    "gpt2": gpt2,
    "t5": t5,
}
