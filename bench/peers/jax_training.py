"""JAX on the CPU: every step one jitted function, its state donated."""

import os

import contender
from contender import PreparedCase, UnsupportedCase, serve

# XLA sizes its thread pool by the processors this process may run on.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: contender.THREADS])
os.environ["JAX_PLATFORMS"] = "cpu"

try:
    import formula
    import jax
    import jaxlib
    import numpy as np
    from jax import lax
    from jax import numpy as jnp
except ModuleNotFoundError as error:
    contender.missing(error.name)


def layer_norm(x, gain, bias, epsilon):
    centered = x - x.mean(-1, keepdims=True)
    return centered * lax.rsqrt((centered**2).mean(-1, keepdims=True) + epsilon) * gain + bias


def cross_entropy(logits, targets):
    picked = jnp.take_along_axis(jax.nn.log_softmax(logits), targets[..., None], axis=-1)
    return -picked.mean()


def gpt_loss(case):
    heads, epsilon = case["heads"], case["layerNormEpsilon"]

    def loss(p, tokens, targets):
        x = p["tokenEmbedding"][tokens] + p["positionEmbedding"]
        for number in range(case["layers"]):
            at = f"layers.{number}."
            h = layer_norm(x, p[at + "attentionNorm.gain"], p[at + "attentionNorm.bias"], epsilon)
            split = (*h.shape[:2], heads, h.shape[2] // heads)
            query, key, value = ((h @ p[f"{at}attention.{role}"]).reshape(split) for role in ("query", "key", "value"))
            mixed = jax.nn.dot_product_attention(query, key, value, is_causal=True)
            x = x + mixed.reshape(h.shape) @ p[at + "attention.output"]
            h = layer_norm(x, p[at + "mlpNorm.gain"], p[at + "mlpNorm.bias"], epsilon)
            h = jax.nn.gelu(h @ p[at + "mlp.expand"] + p[at + "mlp.expandBias"], approximate=True)
            x = x + h @ p[at + "mlp.contract"] + p[at + "mlp.contractBias"]
        return cross_entropy(layer_norm(x, p["finalNorm.gain"], p["finalNorm.bias"], epsilon) @ p["head"], targets)

    return loss


def mlp_loss(case):
    last = len(case["sizes"]) - 2

    def loss(p, x, labels):
        for layer in range(last + 1):
            x = x @ p[f"layers.{layer}.weight"] + p[f"layers.{layer}.bias"]
            x = jax.nn.relu(x) if layer < last else x
        return cross_entropy(x, labels)

    return loss


def training(loss, parameters, batch, settings) -> PreparedCase:
    beta1, beta2 = settings["beta1"], settings["beta2"]

    def update(state, inputs, targets):
        parameters, first, second, count = state
        value, gradients = jax.value_and_grad(loss)(parameters, inputs, targets)
        count = count + 1
        first = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, first, gradients)
        second = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, second, gradients)
        correction1, correction2 = 1 - beta1**count, 1 - beta2**count

        def moved(p, m, v):
            direction = (m / correction1) / (jnp.sqrt(v / correction2) + settings["epsilon"])
            return p - settings["learningRate"] * (direction + settings["weightDecay"] * p)

        return (jax.tree.map(moved, parameters, first, second), first, second, count), value

    parameters = {name: jnp.asarray(value) for name, value in parameters}
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = (parameters, zeros, jax.tree.map(jnp.zeros_like, parameters), jnp.float32(0))
    inputs, targets = (jnp.asarray(array) for array in batch)
    compiled = jax.jit(update, donate_argnums=0).lower(state, inputs, targets).compile()

    def step() -> float:
        nonlocal state
        state, value = compiled(state, inputs, targets)
        jax.block_until_ready(state)
        return float(value)

    return PreparedCase(step)


def convolution(case) -> PreparedCase:
    x, weight, output_gradient = (jnp.asarray(array) for array in formula.convolution_arrays(case))

    def convolve(x, weight):
        return lax.conv_general_dilated(x, weight, (1, 1), "SAME", feature_group_count=case["groups"])

    def with_gradients(x, weight, output_gradient):
        output, pull_back = jax.vjp(convolve, x, weight)
        return output, *pull_back(output_gradient)

    function = with_gradients if case["backward"] else lambda x, weight, _: (convolve(x, weight),)
    compiled = jax.jit(function).lower(x, weight, output_gradient).compile()
    results = ()

    def step() -> None:
        nonlocal results
        results = jax.block_until_ready(compiled(x, weight, output_gradient))

    def inspect() -> dict:
        names = ("output", "inputGradient", "weightGradient")
        return {name: formula.projection(np.asarray(value)) for name, value in zip(names, results)}

    return PreparedCase(step, inspect)


def relu(case) -> PreparedCase:
    x = jnp.asarray(formula.relu_input(case))
    compiled = jax.jit(lambda x: jnp.maximum(x, 0))
    result = x

    def step() -> None:
        nonlocal result
        result = compiled(x).block_until_ready()

    return PreparedCase(step, lambda: {"output": formula.projection(np.asarray(result))})


def prepare(case: dict) -> PreparedCase:
    if case["kind"] == "convolution":
        return convolution(case)
    if case["kind"] == "relu":
        return relu(case)
    if case["kind"] == "mlp":
        return training(mlp_loss(case), formula.mlp_parameters(case), formula.mlp_batch(case), case["optimizer"])
    if case["kind"] == "gpt":
        return training(gpt_loss(case), formula.gpt_parameters(case), formula.gpt_batch(case), case["optimizer"])
    raise UnsupportedCase(f"no such kind of case: {case['kind']}")


serve("JAX", {"jax": jax.__version__, "jaxlib": jaxlib.__version__}, prepare)
