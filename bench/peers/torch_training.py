"""PyTorch on the CPU: eager, or compiled with --compile; --fused for the fused AdamW, --channels-last for convolutions."""

import argparse
import os
import tempfile

import contender
from contender import PreparedCase, UnsupportedCase, serve

options = argparse.ArgumentParser()
options.add_argument("--compile", action="store_true")
options.add_argument("--fused", action="store_true")
options.add_argument("--channels-last", action="store_true")
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
except ModuleNotFoundError as error:
    contender.missing(error.name)

torch.set_num_threads(contender.THREADS)


class Block(nn.Module):
    def __init__(self, width: int, heads: int, epsilon: float):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width, eps=epsilon)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.mlp_norm = nn.LayerNorm(width, eps=epsilon)
        self.expand = nn.Linear(width, 4 * width)
        self.contract = nn.Linear(4 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length, width = x.shape
        packed = self.query_key_value(self.attention_norm(x))
        query, key, value = packed.view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.output(mixed.transpose(1, 2).reshape(batch, length, width))
        return x + self.contract(F.gelu(self.expand(self.mlp_norm(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self, case: dict):
        super().__init__()
        width, epsilon = case["width"], case["layerNormEpsilon"]
        self.token_embedding = nn.Embedding(case["vocabulary"], width)
        self.position_embedding = nn.Parameter(torch.empty(case["length"], width))
        self.blocks = nn.ModuleList(Block(width, case["heads"], epsilon) for _ in range(case["layers"]))
        self.final_norm = nn.LayerNorm(width, eps=epsilon)
        self.head = nn.Linear(width, case["vocabulary"], bias=False)

    def forward(self, tokens: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        x = self.token_embedding(tokens) + self.position_embedding
        for block in self.blocks:
            x = block(x)
        logits = self.head(self.final_norm(x))
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1))


@torch.no_grad()
def fill_gpt(model: Gpt, case: dict) -> None:
    """Writes the common starting weights; Linear keeps [out, in], the formula [in, out]."""
    values = {name: torch.from_numpy(array) for name, array in formula.gpt_parameters(case)}
    model.token_embedding.weight.copy_(values["tokenEmbedding"])
    model.position_embedding.copy_(values["positionEmbedding"])
    for number, block in enumerate(model.blocks):
        of = {name.removeprefix(f"layers.{number}."): array for name, array in values.items()}
        packed = [of[f"attention.{role}"].T for role in ("query", "key", "value")]
        block.query_key_value.weight.copy_(torch.cat(packed))
        block.output.weight.copy_(of["attention.output"].T)
        block.expand.weight.copy_(of["mlp.expand"].T)
        block.expand.bias.copy_(of["mlp.expandBias"])
        block.contract.weight.copy_(of["mlp.contract"].T)
        block.contract.bias.copy_(of["mlp.contractBias"])
    # The norms start from gain 1 and bias 0 on both sides.
    model.head.weight.copy_(values["head"].T)


class Mlp(nn.Module):
    def __init__(self, case: dict):
        super().__init__()
        sizes = case["sizes"]
        self.layers = nn.ModuleList(nn.Linear(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:]))

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return F.cross_entropy(self.layers[-1](x), labels)


@torch.no_grad()
def fill_mlp(model: Mlp, case: dict) -> None:
    values = dict(formula.mlp_parameters(case))
    for number, layer in enumerate(model.layers):
        layer.weight.copy_(torch.from_numpy(values[f"layers.{number}.weight"]).T)
        layer.bias.copy_(torch.from_numpy(values[f"layers.{number}.bias"]))


def training(model: nn.Module, batch: tuple, settings: dict) -> PreparedCase:
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=settings["learningRate"],
        betas=(settings["beta1"], settings["beta2"]),
        eps=settings["epsilon"],
        weight_decay=settings["weightDecay"],
        fused=True if options.fused else None,
    )
    inputs, targets = (torch.from_numpy(array) for array in batch)
    loss_of = compiled(model)

    def step() -> float:
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(inputs, targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    return PreparedCase(step, note="AdamW fused=True" if options.fused else "AdamW default")


def convolution(case: dict) -> PreparedCase:
    x, weight, output_gradient = (torch.from_numpy(array) for array in formula.convolution_arrays(case))
    if options.channels_last:
        x, weight, output_gradient = (t.to(memory_format=torch.channels_last) for t in (x, weight, output_gradient))
    backward = case["backward"]
    x.requires_grad_(backward)
    weight.requires_grad_(backward)
    groups, padding = case["groups"], case["kernel"] // 2
    convolve = compiled(lambda x, weight: F.conv2d(x, weight, padding=padding, groups=groups))
    results: dict[str, torch.Tensor] = {}

    def step() -> None:
        if backward:
            results["output"] = convolve(x, weight)
            gradients = torch.autograd.grad(results["output"], (x, weight), output_gradient)
            results["inputGradient"], results["weightGradient"] = gradients
        else:
            with torch.inference_mode():
                results["output"] = convolve(x, weight)

    def inspect() -> dict:
        return {name: formula.projection(value.detach().numpy()) for name, value in results.items()}

    return PreparedCase(step, inspect, note="channels_last" if options.channels_last else None)


def relu(case: dict) -> PreparedCase:
    x = torch.from_numpy(formula.relu_input(case))
    function = compiled(torch.relu)
    results = {}

    @torch.inference_mode()
    def step() -> None:
        results["output"] = function(x)

    return PreparedCase(step, lambda: {"output": formula.projection(results["output"].numpy())})


def compiled(function):
    return torch.compile(function) if options.compile else function


def require_compiler() -> None:
    """torch.compile writes C++: refuse the case, with the reason, where none can be built."""
    try:
        torch.compile(lambda x: x.sin() + 1)(torch.zeros(8))
    except Exception as error:
        reason = str(error).strip().splitlines()[0]
        raise UnsupportedCase(f"torch.compile needs a working C++ compiler: {reason}") from error


def prepare(case: dict) -> PreparedCase:
    if case["kind"] == "convolution":
        return convolution(case)
    if case["kind"] == "relu":
        return relu(case)
    if case["kind"] == "mlp":
        model = Mlp(case)
        fill_mlp(model, case)
        return training(model, formula.mlp_batch(case), case["optimizer"])
    if case["kind"] == "gpt":
        model = Gpt(case)
        fill_gpt(model, case)
        return training(model, formula.gpt_batch(case), case["optimizer"])
    raise UnsupportedCase(f"no such kind of case: {case['kind']}")


def main() -> None:
    compile_failure = None
    if options.compile:
        # Before the clock: this also loads the compiler itself, as an earlier use in the same program would have.
        try:
            require_compiler()
        except UnsupportedCase as refusal:
            compile_failure = refusal

    def guarded(case: dict) -> PreparedCase:
        if compile_failure is not None:
            raise compile_failure
        return prepare(case)

    name = "torch.compile" if options.compile else "PyTorch eager"
    serve(name, {"torch": torch.__version__}, guarded)


main()
