"""NumPy, with the BLAS it comes with: OpenBLAS obeys OPENBLAS_NUM_THREADS."""

import contender
from contender import PreparedCase, serve

try:
    import numpy as np
    import formula
except ModuleNotFoundError as error:
    contender.missing(error.name)

RIDGE = 1e-3


def by_eigen(a):
    values, vectors = np.linalg.eigh(a)
    return (vectors * values**-0.5) @ vectors.T


def by_newton(a):
    identity = np.eye(len(a))
    scale = 3 / (2 * np.linalg.norm(a))
    x, n = scale**0.5 * identity, scale * a
    while np.abs(n - identity).max() > 1e-6:
        y = 1.5 * identity - 0.5 * n
        x, n = x @ y, y @ y @ n
    return x


def by_higher_order(a):
    identity = np.eye(len(a))
    scale = 1 / np.trace(a)
    x, n, first = scale**0.5 * identity, scale * a, True
    while np.abs(n - identity).max() > 1e-6:
        rest = identity - n
        y = identity + 0.5 * rest if first else identity + rest @ (0.5 * identity + 0.375 * rest)
        x, n, first = x @ y, y @ y @ n, False
    return x


def by_newton_schulz(a):
    norm = np.linalg.norm(a)
    y, z = a / norm, np.eye(len(a))
    while True:
        w = z @ y
        if np.abs(w - np.eye(len(a))).max() <= 1e-6:
            return z / np.sqrt(norm)
        b = 0.5 * (w @ w) - 1.5 * w
        y, z = 2 * y + y @ b, 2 * z + b @ z


ROOTS = {"eigen": by_eigen, "newton": by_newton, "higher-order": by_higher_order, "newton-schulz": by_newton_schulz}


def positive_qr(a):
    q, r = np.linalg.qr(a)
    signs = np.where(np.diag(r) < 0, -1.0, 1.0)
    return {"q": q * signs, "r": r * signs[:, None]}


def prepare(case: dict) -> PreparedCase:
    n = case["n"]
    dtype = np.float64 if case["precision"] == "f64" else np.float32
    random = formula.uniform((n, n), formula.DATA_STREAM, 1).astype(dtype)
    latest = {}

    def prepared(compute) -> PreparedCase:
        return PreparedCase(
            step=lambda: latest.update(compute()),
            inspect=lambda: {name: formula.projection(np.abs(x) if name == "absoluteVectors" else x) for name, x in latest.items()},
        )

    if case["kind"] == "gemm":
        return prepared(lambda: {"product": random @ random})
    if case["kind"] == "qr":
        return prepared(lambda: positive_qr(random))
    if case["kind"] == "eigh":
        symmetric = (random + random.T) / 2
        return prepared(lambda: dict(zip(("values", "absoluteVectors"), np.linalg.eigh(symmetric))))
    definite = random @ random.T / n + RIDGE * np.eye(n, dtype=dtype)
    root = ROOTS[case["method"]]
    return prepared(lambda: {"root": root(definite)})


serve("numpy", {"numpy": np.__version__}, prepare)
