"""The contender's side of the harness's protocol (../README.md, "Protocol") for peers written in Python."""

import json
import math
import os
import re
import resource
import sys
import traceback
from dataclasses import dataclass
from time import perf_counter
from typing import Callable, Optional

# Standard output belongs to the protocol: whatever a library prints goes to standard error instead.
_replies = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
os.dup2(2, 1)

THREADS = int(os.environ.get("SARDONYX_BENCH_THREADS", "2"))


class UnsupportedCase(Exception):
    """The contender cannot do this case; reported, not counted as a failure."""


@dataclass
class PreparedCase:
    """`step` does one step and returns its loss, if it has one; `inspect` gives scalars of the last step's results."""

    step: Callable[[], Optional[float]]
    inspect: Callable[[], dict] = dict
    note: Optional[str] = None


def missing(package: str) -> None:
    """Tells the harness which package is not installed, and ends the process."""
    _send({"missing": package})
    sys.exit(0)


def serve(name: str, versions: dict, prepare: Callable[[dict], PreparedCase]) -> None:
    """Speaks the protocol until asked to quit or until the input ends."""
    _send({"hello": {"name": name, "versions": versions}})
    prepared = None
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if "quit" in request:
                return
            if "prepare" in request:
                prepared = None
                resting = _resident_bytes()
                start = perf_counter()
                prepared = prepare(request["prepare"])
                reply = {"ready": True, "compileSeconds": perf_counter() - start}
                _send(reply | resting | ({"note": prepared.note} if prepared.note else {}))
            elif prepared is None:
                raise RuntimeError('nothing to measure: expected a case to be prepared first; send {"prepare": …}')
            elif "run" in request:
                _send(_measure(prepared.step, **request["run"]))
            else:
                _send({"values": prepared.inspect()})
        except UnsupportedCase as refusal:
            _send({"unsupported": str(refusal)})
        except Exception as error:
            traceback.print_exc()
            _send({"error": f"{type(error).__name__}: {error}"})


def _measure(step: Callable[[], Optional[float]], iterations: int, warmup: int) -> dict:
    for _ in range(warmup):
        step()
    seconds, loss = [0.0] * iterations, None
    for i in range(iterations):
        start = perf_counter()
        loss = step()
        seconds[i] = perf_counter() - start
    if loss is None:
        return {"secondsPerIteration": seconds, "rssBytes": _peak_rss_bytes()}
    if not math.isfinite(loss):
        raise FloatingPointError(f"loss is not finite: {loss}")
    return {"secondsPerIteration": seconds, "loss": loss, "rssBytes": _peak_rss_bytes()}


def _peak_rss_bytes() -> int:
    """Linux's ru_maxrss starts from the parent's peak at the fork; VmHWM (proc(5)) is this program's own."""
    if sys.platform == "linux":
        with open("/proc/self/status", encoding="ascii") as status:
            return int(re.search(r"^VmHWM:\s+(\d+) kB$", status.read(), re.MULTILINE).group(1)) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _resident_bytes() -> dict:
    """Resident memory as it is now, where the kernel tells."""
    if sys.platform != "linux":
        return {}
    with open("/proc/self/status", encoding="ascii") as status:
        return {"restingRssBytes": int(re.search(r"^VmRSS:\s+(\d+) kB$", status.read(), re.MULTILINE).group(1)) * 1024}


def _send(reply: dict) -> None:
    _replies.write(json.dumps(reply, allow_nan=False) + "\n")
    _replies.flush()
