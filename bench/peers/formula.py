"""Deterministic values, bit for bit those of ../src/formula.ts, which explains them."""

import numpy as np

DATA_STREAM = 1000


def hash32(length: int, stream: int) -> np.ndarray:
    """Elements 0 … length − 1 of a stream, as uint32."""
    bits = np.arange(1, length + 1, dtype=np.uint32)
    bits += np.uint32((0x9E3779B9 * (stream + 1)) & 0xFFFFFFFF)
    bits ^= bits >> np.uint32(16)
    bits *= np.uint32(0x7FEB352D)
    bits ^= bits >> np.uint32(15)
    bits *= np.uint32(0x846CA68B)
    bits ^= bits >> np.uint32(16)
    return bits


def uniform(shape: tuple[int, ...], stream: int, deviation: float) -> np.ndarray:
    """float32 values spread evenly over ±√3·deviation."""
    unit = 2 * hash32(int(np.prod(shape)), stream).astype(np.float64) / 2**32 - 1
    return (deviation * np.sqrt(3) * unit).astype(np.float32).reshape(shape)


def integers(shape: tuple[int, ...], stream: int, classes: int) -> np.ndarray:
    """int64 values from 0 to classes − 1."""
    return (hash32(int(np.prod(shape)), stream) % classes).astype(np.int64).reshape(shape)


def projection(values: np.ndarray) -> float:
    """Σ vᵢ·rᵢ / √n in float64, with r the uniform stream DATA_STREAM + 2."""
    flat = np.asarray(values, dtype=np.float64).reshape(-1)
    return float(flat @ uniform(flat.shape, DATA_STREAM + 2, 1).astype(np.float64) / np.sqrt(flat.size))


def weight(shape: tuple[int, ...], number: int, fan_in: int) -> np.ndarray:
    """Fresh values of parameter `number`, of standard deviation 1/√fan_in."""
    return uniform(shape, number, 1 / np.sqrt(fan_in))


def gpt_parameters(case: dict) -> list[tuple[str, np.ndarray]]:
    """The GPT's parameters in their numbered order: 2 embeddings, 12 per layer, 3 at the end; weights are [in, out]."""
    width, parameters = case["width"], []

    def add(name: str, shape: tuple[int, ...], fan_in: int) -> None:
        parameters.append((name, weight(shape, len(parameters), fan_in)))

    def constant(name: str, size: int, value: float) -> None:
        parameters.append((name, np.full(size, value, dtype=np.float32)))

    def norm(name: str) -> None:
        constant(f"{name}.gain", width, 1)
        constant(f"{name}.bias", width, 0)

    add("tokenEmbedding", (case["vocabulary"], width), width)
    add("positionEmbedding", (case["length"], width), width)
    for layer in range(case["layers"]):
        norm(f"layers.{layer}.attentionNorm")
        for role in ("query", "key", "value", "output"):
            add(f"layers.{layer}.attention.{role}", (width, width), width)
        norm(f"layers.{layer}.mlpNorm")
        add(f"layers.{layer}.mlp.expand", (width, 4 * width), width)
        constant(f"layers.{layer}.mlp.expandBias", 4 * width, 0)
        add(f"layers.{layer}.mlp.contract", (4 * width, width), 4 * width)
        constant(f"layers.{layer}.mlp.contractBias", width, 0)
    norm("finalNorm")
    add("head", (width, case["vocabulary"]), width)
    return parameters


def gpt_batch(case: dict) -> tuple[np.ndarray, np.ndarray]:
    """Tokens [batch, length] and the tokens that follow them."""
    text = integers((case["batch"], case["length"] + 1), DATA_STREAM, case["vocabulary"])
    return text[:, :-1].copy(), text[:, 1:].copy()


def mlp_parameters(case: dict) -> list[tuple[str, np.ndarray]]:
    """Weight [in, out] and bias of each layer in turn."""
    parameters = []
    for layer, (inputs, outputs) in enumerate(zip(case["sizes"], case["sizes"][1:])):
        parameters.append((f"layers.{layer}.weight", weight((inputs, outputs), 2 * layer, inputs)))
        parameters.append((f"layers.{layer}.bias", np.zeros(outputs, dtype=np.float32)))
    return parameters


def mlp_batch(case: dict) -> tuple[np.ndarray, np.ndarray]:
    """Inputs [batch, sizes[0]] and labels [batch]."""
    inputs = uniform((case["batch"], case["sizes"][0]), DATA_STREAM, 1)
    return inputs, integers((case["batch"],), DATA_STREAM + 1, case["sizes"][-1])


def convolution_arrays(case: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Input (NCHW), weight (OIHW) and the gradient of the output."""
    image = (case["batch"], case["channels"], case["height"], case["width"])
    kernel, inputs = case["kernel"], case["channels"] // case["groups"]
    filters = weight((case["channels"], inputs, kernel, kernel), 0, inputs * kernel * kernel)
    return uniform(image, DATA_STREAM, 1), filters, uniform(image, DATA_STREAM + 1, 1)


def relu_input(case: dict) -> np.ndarray:
    return uniform((case["length"],), DATA_STREAM, 1)


def looped_parameters(model: dict) -> list[tuple[str, np.ndarray]]:
    """The looped transformer's parameters in their numbered order, see ../src/looped-transformer-arrays.ts."""
    width, hidden, parameters = model["width"], model["hidden"], []
    reading = 0.64 / np.sqrt(width)
    writing = reading / np.sqrt(2 * model["layers"] * model["loops"])

    def matrix(name: str, shape: tuple[int, int], deviation: float) -> None:
        parameters.append((name, uniform(shape, len(parameters), deviation)))

    def constant(name: str, size: int, value: float) -> None:
        parameters.append((name, np.full(size, value, dtype=np.float32)))

    matrix("tokenEmbedding.weight", (model["vocabulary"], width), reading)
    if model["positions"] == "learned":
        matrix("positionEmbedding.weight", (model["length"], width), reading)
    for layer in range(model["layers"]):
        name = f"block[{layer}]"
        constant(f"{name}.attentionNorm.gain", width, 1)
        for role in ("query", "key", "value"):
            matrix(f"{name}.attention.{role}.weight", (width, width), reading)
        matrix(f"{name}.attention.output.weight", (width, width), writing)
        constant(f"{name}.mlpNorm.gain", width, 1)
        matrix(f"{name}.mlp.up.weight", (width, hidden), reading)
        constant(f"{name}.mlp.up.bias", hidden, 0)
        matrix(f"{name}.mlp.down.weight", (hidden, width), writing)
    constant("norm.gain", width, 1)
    matrix("head.weight", (width, model["vocabulary"]), reading)
    return parameters


def looped_batch(case: dict) -> tuple[np.ndarray, np.ndarray]:
    """Tokens and targets [batch, length]; targets are −100 where they do not count."""
    model, shape = case["model"], (case["batch"], case["model"]["length"])
    targets = integers(shape, DATA_STREAM + 1, model["vocabulary"])
    targets[:, : model["length"] - case["supervised"]] = -100
    return integers(shape, DATA_STREAM, model["vocabulary"]), targets


def looped_prompts(case: dict) -> np.ndarray:
    """Prompts [batch, prompt]."""
    return integers((case["batch"], case["prompt"]), DATA_STREAM, case["model"]["vocabulary"])
