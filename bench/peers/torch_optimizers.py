"""PyTorch's optimizers and the authors' own on the GPT of the benchmark, eager; --file for Muon's single file instead of
torch.optim.Muon, --float32 for torch.optim.Muon without bfloat16."""

import argparse
import importlib.util
import os
import sys

import contender
from contender import PreparedCase, UnsupportedCase, serve

options = argparse.ArgumentParser()
options.add_argument("--file", action="store_true")
options.add_argument("--float32", action="store_true")
options = options.parse_args()

try:
    import formula
    import torch
    from torch.nn import functional as F
except ModuleNotFoundError as error:
    contender.missing(error.name)

torch.set_num_threads(contender.THREADS)
sys.path.append(os.environ.get("SARDONYX_PEERS", os.path.join(os.path.dirname(__file__), "..", ".peers")))
if options.float32:
    torch.Tensor.bfloat16 = torch.Tensor.clone


def loss_of(p: dict, case: dict, tokens: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Weights are [in, out], as Sardonyx keeps them: optimizers of matrices see the same ones."""
    batch, length, width, heads = case["batch"], case["length"], case["width"], case["heads"]

    def norm(x, name):
        return F.layer_norm(x, (width,), p[f"{name}.gain"], p[f"{name}.bias"], case["layerNormEpsilon"])

    def split(x):
        return x.view(batch, length, heads, width // heads).transpose(1, 2)

    x = F.embedding(tokens, p["tokenEmbedding"]) + p["positionEmbedding"]
    for layer in range(case["layers"]):
        name = f"layers.{layer}"
        a = norm(x, f"{name}.attentionNorm")
        q, k, v = (split(a @ p[f"{name}.attention.{role}"]) for role in ("query", "key", "value"))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(batch, length, width)
        x = x + mixed @ p[f"{name}.attention.output"]
        hidden = norm(x, f"{name}.mlpNorm") @ p[f"{name}.mlp.expand"] + p[f"{name}.mlp.expandBias"]
        x = x + F.gelu(hidden, approximate="tanh") @ p[f"{name}.mlp.contract"] + p[f"{name}.mlp.contractBias"]
    logits = norm(x, "finalNorm") @ p["head"]
    return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1))


def from_file(name: str):
    """A module that bench/README.md says where to get."""
    if importlib.util.find_spec(name) is None:
        raise UnsupportedCase(f"{name} is not installed, see bench/README.md")
    return importlib.import_module(name)


def adam_w(parameters: list, decay: float = 0.0):
    return torch.optim.AdamW(parameters, lr=3e-4, betas=(0.9, 0.95), eps=1e-8, weight_decay=decay)


def muon(named: dict) -> list:
    matrices = [p for name, p in named.items() if p.ndim == 2 and not name.endswith("Embedding") and name != "head"]
    others = adam_w([p for p in named.values() if all(p is not matrix for matrix in matrices)])
    if options.file:
        # The file scales by √max(1, rows/columns): one learning rate a shape undoes it.
        shapes = {p.shape for p in matrices}
        groups = [
            {"params": [p for p in matrices if p.shape == shape], "lr": 2e-3 / max(1, shape[0] / shape[1]) ** 0.5}
            for shape in shapes
        ]
        return [from_file("muon").SingleDeviceMuon(groups), others]
    groups = [
        {"params": [p for p in matrices if p.shape == shape], "lr": 2e-3 / max(1, shape[0] / shape[1]) ** 0.5}
        for shape in {p.shape for p in matrices}
    ]
    return [torch.optim.Muon(groups, weight_decay=0), others]


def shampoo(named: dict) -> list:
    package = from_file("distributed_shampoo")
    return [
        package.DistributedShampoo(
            named.values(),
            lr=3e-4,
            betas=(0.9, 0.95),
            epsilon=1e-6,
            precondition_frequency=10,
            grafting_config=package.AdamPreconditionerConfig(beta2=0.95, epsilon=1e-8),
        )
    ]


OPTIMIZERS = {
    "adamW": lambda named: [adam_w(named.values(), 0.1)],
    "muon": muon,
    "soap": lambda named: [from_file("soap").SOAP(named.values(), lr=3e-4, eps=1e-6)],
    "shampoo": shampoo,
}


def prepare(case: dict) -> PreparedCase:
    if case["method"] not in OPTIMIZERS:
        raise UnsupportedCase(f"PyTorch has no {case['method']}")
    named = {name: torch.from_numpy(array).clone().requires_grad_() for name, array in formula.gpt_parameters(case)}
    optimizers = OPTIMIZERS[case["method"]](named)
    tokens, targets = (torch.from_numpy(array) for array in formula.gpt_batch(case))

    def step() -> float:
        first = None
        for _ in range(case["updates"]):
            for optimizer in optimizers:
                optimizer.zero_grad(set_to_none=True)
            loss = loss_of(named, case, tokens, targets)
            loss.backward()
            for optimizer in optimizers:
                optimizer.step()
            first = loss.item() if first is None else first
        return first

    note = "muon.py" if options.file else "torch.optim.Muon in float32" if options.float32 else None
    return PreparedCase(step, note=note)


serve("PyTorch eager", {"torch": torch.__version__}, prepare)
