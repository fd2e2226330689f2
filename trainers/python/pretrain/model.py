"""The base's shape and its mimetic start: weights that copy before any training."""

import math

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM


def make_config(tokenizer, shape: dict) -> Qwen2Config:
    return Qwen2Config(
        vocab_size=len(tokenizer), tie_word_embeddings=True, num_key_value_heads=shape["num_attention_heads"], max_position_embeddings=8192,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, bos_token_id=tokenizer.pad_token_id, pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id, rms_norm_eps=1e-6, dtype="bfloat16", architectures=["Qwen2ForCausalLM"], **shape)


def orthonormal(rows: int, columns: int) -> torch.Tensor:
    return torch.linalg.qr(torch.randn(columns, rows))[0].T


@torch.no_grad()
def mimetic_start(model: Qwen2ForCausalLM, tokenizer, others: float = 0.3) -> None:
    """Everywhere, after arXiv 2305.09828: per head K := Q and O := V transposed. In the first two layers a copying circuit by hand."""
    for layer in model.model.layers:
        attention = layer.self_attn
        attention.k_proj.weight.copy_(attention.q_proj.weight)
        attention.o_proj.weight.copy_(attention.v_proj.weight.T)
        attention.o_proj.weight *= others
        layer.mlp.down_proj.weight *= others
    model.model.embed_tokens.weight *= 1.5
    copying_circuit(model)
    tie_space_variants(model.model.embed_tokens.weight, tokenizer)


LOOK_BACK = [1, 1, 1, 2, 3]  # how far back the first heads of layer 0 look


@torch.no_grad()
def copying_circuit(model: Qwen2ForCausalLM, bias: float = 12.0, match: float = 2.5, passed: float = 1.0) -> None:
    """First layer: five heads look one, two and three tokens back (a query/key bias on the fast rotary frequencies, the query's turned by
    so many steps) and write what they see, turned by a random rotation. Last layer: four heads look for a token whose turned predecessor
    equals the current token, in the slow frequencies, which do not mind the distance, and write it. That continues repeated text.
    The other heads of the last layer write what they find, too; pointers.py teaches them where to look. Copying only in the last layer
    leaves the tokens' identities undisturbed in the layers between."""
    config = model.config
    width = config.hidden_size
    size = width // config.num_attention_heads
    half = size // 2
    angles = config.rope_parameters["rope_theta"] ** (-torch.arange(half) / half)
    fast, slow = (angles > 0.05).float() * bias, torch.cat([angles < 0.01] * 2).float()[:, None]
    first, last = (model.model.layers[index].self_attn for index in (0, -1))
    seen, turn = orthonormal(width, width), orthonormal(width, width)
    for head, steps in enumerate(LOOK_BACK):
        rows = slice(head * size, (head + 1) * size)
        first.k_proj.bias[rows] = torch.cat([fast, torch.zeros(half)])
        first.q_proj.bias[rows] = torch.cat([fast * torch.cos(-angles * steps), fast * torch.sin(-angles * steps)])
        first.q_proj.weight[rows] *= 0.05
        first.k_proj.weight[rows] *= 0.05
        first.v_proj.weight[rows] = seen[rows] * 0.3
        first.o_proj.weight[:, rows] = turn @ seen[rows].T * 0.3
    one_back = seen[: LOOK_BACK.count(1) * size]
    written = turn @ one_back.T  # what layer 0 wrote is not passed on
    fresh = torch.linalg.svd(torch.eye(width) - written @ written.T)[0][:, : 4 * size].T
    for head in range(4):
        rows = slice(head * size, (head + 1) * size)
        matched = orthonormal(size, len(one_back)) @ one_back * match * slow
        last.q_proj.weight[rows] = matched
        last.k_proj.weight[rows] = matched @ turn.T
    last.v_proj.weight.copy_(torch.cat([fresh, fresh]) * math.sqrt(passed))
    last.o_proj.weight.copy_(torch.cat([fresh, fresh]).T * math.sqrt(passed))


@torch.no_grad()
def tie_space_variants(table: torch.Tensor, tokenizer, share: float = 0.85) -> None:
    """` word` and `Word` start near `word`: a copy out of a sentence into JSON is nearly the same vector."""
    vocabulary = tokenizer.get_vocab()
    for token, index in sorted(vocabulary.items(), key=lambda item: len(item[0])):
        plain = token[1:] if token.startswith("Ġ") and len(token) > 1 else token.lower()
        other = vocabulary.get(plain)
        if other is not None and other != index:
            table[index] = share * table[other] + math.sqrt(1 - share**2) * table[index]


def make_model(tokenizer, shape: dict, seed: int) -> Qwen2ForCausalLM:
    torch.manual_seed(seed)
    model = Qwen2ForCausalLM(make_config(tokenizer, shape)).float()
    mimetic_start(model, tokenizer)
    return model
