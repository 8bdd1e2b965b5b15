"""Looped transformers in PyTorch on the CPU: eager, or compiled with --compile; --fused for the fused AdamW."""

import argparse
import os
import tempfile

import contender
from contender import PreparedCase, UnsupportedCase, serve

options = argparse.ArgumentParser()
options.add_argument("--compile", action="store_true")
options.add_argument("--fused", action="store_true")
options = options.parse_args()

if options.compile:
    # Compiled code is kept on disk between processes; a time to compile needs an empty place.
    _cache = tempfile.TemporaryDirectory(prefix="sardonyx-bench-")
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = _cache.name

try:
    import formula
    import torch
    from torch import nn
    from torch.nn import functional as F
    from torch.utils.checkpoint import checkpoint
except ModuleNotFoundError as error:
    contender.missing(error.name)

torch.set_num_threads(contender.THREADS)

EPSILON = 1e-6


class Cache:
    """Keys and values of every application of a layer: a looped model needs one a loop. Room for all positions is made once."""

    def __init__(self, applications: int, batch: int, heads: int, capacity: int, head_width: int):
        shape = (applications, 2, batch, heads, capacity, head_width)
        self.stored = torch.zeros(shape)

    def append(self, application: int, start: int, key: torch.Tensor, value: torch.Tensor):
        """Writes new positions behind the old ones, and returns all."""
        end = start + key.shape[2]
        keys, values = self.stored[application]
        keys[:, :, start:end] = key
        values[:, :, start:end] = value
        return keys[:, :, :end], values[:, :, :end]


def rotary_tables(length: int, width: int):
    frequencies = 10_000.0 ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    angles = torch.outer(torch.arange(length, dtype=torch.float64), frequencies)
    return angles.cos().float(), angles.sin().float()


def turned(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Rotary positions on neighbouring pairs (arXiv:2104.09864)."""
    a, b = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)


class Block(nn.Module):
    def __init__(self, model: dict):
        super().__init__()
        width, hidden = model["width"], model["hidden"]
        self.heads = model["heads"]
        self.activation = F.relu if model["activation"] == "relu" else lambda x: F.gelu(x, approximate="tanh")
        self.attention_norm = nn.RMSNorm(width, eps=EPSILON)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.mlp_norm = nn.RMSNorm(width, eps=EPSILON)
        self.up = nn.Linear(width, hidden)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x, rotary=None, mask=None, append=None):
        batch, length, width = x.shape
        packed = self.query_key_value(self.attention_norm(x)).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = packed.permute(2, 0, 3, 1, 4)
        if rotary is not None:
            query, key = turned(query, *rotary), turned(key, *rotary)
        is_first = append is None
        if append is not None:
            key, value = append(key, value)
            is_first = key.shape[2] == length
        mixed = F.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, is_causal=mask is None and is_first and length > 1
        )
        x = x + self.output(mixed.transpose(1, 2).reshape(batch, length, width))
        return x + self.down(self.activation(self.up(self.mlp_norm(x))))


class LoopedTransformer(nn.Module):
    def __init__(self, model: dict, checkpointed: bool = False):
        super().__init__()
        self.sizes, self.checkpointed = model, checkpointed
        width, length = model["width"], model["length"]
        self.token_embedding = nn.Embedding(model["vocabulary"], width)
        self.position_embedding = nn.Embedding(length, width) if model["positions"] == "learned" else None
        self.block = nn.ModuleList(Block(model) for _ in range(model["layers"]))
        self.norm = nn.RMSNorm(width, eps=EPSILON)
        self.head = nn.Linear(width, model["vocabulary"], bias=False)
        cos, sin = rotary_tables(length, width // model["heads"])
        self.register_buffer("cos", cos)
        self.register_buffer("sin", sin)

    def embed(self, tokens, places):
        """Embedded tokens, and the cosines and sines of their places where positions are rotary."""
        x = self.token_embedding(tokens)
        if self.position_embedding is not None:
            return x + self.position_embedding(places), None
        return x, (self.cos[places], self.sin[places])

    def forward(self, tokens, targets):
        x, rotary = self.embed(tokens, torch.arange(tokens.shape[1]))

        def loop(x):
            for block in self.block:
                x = block(x, rotary)
            return x

        for _ in range(self.sizes["loops"]):
            x = checkpoint(loop, x, use_reentrant=False) if self.checkpointed else loop(x)
        logits = self.head(self.norm(x))
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1), ignore_index=-100)

    def decode(self, tokens, start: int, cache: Cache):
        """Logits [batch, vocabulary] of what follows `tokens`, which stand at `start` and after."""
        x, rotary = self.embed(tokens, torch.arange(start, start + tokens.shape[1]))
        for loop in range(self.sizes["loops"]):
            for number, block in enumerate(self.block):
                application = loop * len(self.block) + number
                x = block(x, rotary, append=lambda key, value: cache.append(application, start, key, value))
        return self.head(self.norm(x[:, -1]))

    def decode_static(self, tokens, places, stored):
        """As `decode`, one shape for all steps: new keys are written by index, and a mask hides what is not there yet."""
        x, rotary = self.embed(tokens, places)
        capacity = stored.shape[4]
        mask = torch.arange(capacity) <= places[:, None]
        for loop in range(self.sizes["loops"]):
            for number, block in enumerate(self.block):
                keys, values = stored[loop * len(self.block) + number]

                def append(key, value):
                    return keys.index_copy_(2, places, key), values.index_copy_(2, places, value)

                x = block(x, rotary, mask, append)
        return self.head(self.norm(x[:, -1]))


@torch.no_grad()
def fill(module: LoopedTransformer, model: dict) -> None:
    """Writes the common starting weights; Linear keeps [out, in], the formula [in, out]."""
    values = {name: torch.from_numpy(array) for name, array in formula.looped_parameters(model)}
    module.token_embedding.weight.copy_(values["tokenEmbedding.weight"])
    if module.position_embedding is not None:
        module.position_embedding.weight.copy_(values["positionEmbedding.weight"])
    for number, block in enumerate(module.block):
        of = {name.removeprefix(f"block[{number}]."): array for name, array in values.items()}
        packed = [of[f"attention.{role}.weight"].T for role in ("query", "key", "value")]
        block.query_key_value.weight.copy_(torch.cat(packed))
        block.output.weight.copy_(of["attention.output.weight"].T)
        block.up.weight.copy_(of["mlp.up.weight"].T)
        block.up.bias.copy_(of["mlp.up.bias"])
        block.down.weight.copy_(of["mlp.down.weight"].T)
    # The norms start from gain 1 on both sides.
    module.head.weight.copy_(values["head.weight"].T)


def training(case: dict) -> PreparedCase:
    module = LoopedTransformer(case["model"], case["checkpoint"] == "perLoop")
    fill(module, case["model"])
    settings = case["optimizer"]
    optimizer = torch.optim.AdamW(
        module.parameters(),
        lr=settings["learningRate"],
        betas=(settings["beta1"], settings["beta2"]),
        eps=settings["epsilon"],
        weight_decay=settings["weightDecay"],
        fused=True if options.fused else None,
    )
    tokens, targets = (torch.from_numpy(array) for array in formula.looped_batch(case))
    loss_of = torch.compile(module) if options.compile else module

    def step() -> float:
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(tokens, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), settings["clipNorm"])
        optimizer.step()
        return loss.item()

    return PreparedCase(step, note="AdamW fused=True" if options.fused else "AdamW default")


def generation(case: dict) -> PreparedCase:
    model, batch, new_tokens = case["model"], case["batch"], case["newTokens"]
    module = LoopedTransformer(model).eval()
    fill(module, model)
    prompts = torch.from_numpy(formula.looped_prompts(case))
    cache = Cache(model["layers"] * model["loops"], batch, model["heads"], model["length"], model["width"] // model["heads"])
    decode_static = torch.compile(module.decode_static) if options.compile else None
    results = {}

    def next_logits(tokens, start):
        if decode_static is None:
            return module.decode(tokens, start, cache)
        return decode_static(tokens, torch.arange(start, start + tokens.shape[1]), cache.stored)

    @torch.inference_mode()
    def step() -> None:
        logits = next_logits(prompts, 0)
        results["logits"] = logits
        made = []
        for place in range(prompts.shape[1], prompts.shape[1] + new_tokens):
            token = logits.argmax(-1, keepdim=True)
            made.append(token)
            # The last new token is not read.
            if len(made) < new_tokens:
                logits = next_logits(token, place)
        results["tokens"] = torch.cat(made, 1).tolist()

    def inspect() -> dict:
        return {"logits": formula.projection(results["logits"].numpy()), "tokens": formula.projection(results["tokens"])}

    return PreparedCase(step, inspect)


def prepare(case: dict) -> PreparedCase:
    if case["kind"] == "train":
        return training(case)
    if case["kind"] == "generate":
        return generation(case)
    raise UnsupportedCase(f"no such kind of case: {case['kind']}")


serve("torch.compile" if options.compile else "PyTorch eager", {"torch": torch.__version__}, prepare)
