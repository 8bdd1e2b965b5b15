"""REBOUND: massless particles between planets by WHFast (democratic heliocentric) or MERCURIUS, planets alone by IAS15."""

import sys

import contender
from contender import PreparedCase, serve

try:
    import numpy as np
    import rebound
    import formula
except ModuleNotFoundError as error:
    contender.missing(error.name)

INTEGRATOR = sys.argv[1]
ELEMENT_STREAM = 2000
TOLD_YEARS = 100


CRITICAL_DISTANCES = np.array([0.00738, 0.0338, 0.05, 0.0362])
NAMES = ("Mercury", "Venus", "Earth", "Mars")


def particles_of(kind: str, count: int, mu: float) -> np.ndarray:
    """Six rows of states; the same ellipses as ../src/contenders/close-approaches.ts."""
    u = [formula.hash32(count, ELEMENT_STREAM + stream) / 2**32 for stream in range(6)]
    if kind == "statistics":
        q = 0.3 + 1.3 * u[1]
        a = np.maximum(1.05 * q, 0.9 + 2.3 * u[0])
        e, inclination = 1 - q / a, 0.35 * u[2]
    else:
        a, e, inclination = 2.1 + 1.1 * u[0], 0.2 * u[1], 0.2 * u[2]
    node, perihelion, anomaly = (2 * np.pi * u[k] for k in (3, 4, 5))
    b, n = np.sqrt(1 - e * e), np.sqrt(mu / a**3)
    speed = a * n / (1 - e * np.cos(anomaly))

    def turned(p, q):
        x, y = p * np.cos(perihelion) - q * np.sin(perihelion), p * np.sin(perihelion) + q * np.cos(perihelion)
        c, z = y * np.cos(inclination), y * np.sin(inclination)
        return [x * np.cos(node) - c * np.sin(node), x * np.sin(node) + c * np.cos(node), z]

    positions = turned(a * (np.cos(anomaly) - e), a * b * np.sin(anomaly))
    return np.array(positions + turned(-speed * np.sin(anomaly), speed * b * np.cos(anomaly)))


def simulation(case: dict) -> rebound.Simulation:
    sim = rebound.Simulation()
    sim.G = 1
    sim.add(m=case["starGm"])
    states = np.array(case["states"]).reshape(-1, 6)
    for mass, (x, y, z, vx, vy, vz) in zip(case["gm"], states):
        sim.add(m=mass, x=x, y=y, z=z, vx=vx, vy=vy, vz=vz)
    sim.N_active = 1 + len(states)
    for x, y, z, vx, vy, vz in particles_of(case["kind"], case["particles"], case["starGm"]).T:
        sim.add(x=x, y=y, z=z, vx=vx, vy=vy, vz=vz)
    sim.move_to_com()
    sim.dt = case["step"]
    sim.integrator = INTEGRATOR
    if INTEGRATOR == "whfast":
        sim.integrator.coordinates = "democraticheliocentric"
        # MERCURIUS keeps its safe mode: without it, a second call of steps() goes on from a wrong state (5.2.2).
        sim.integrator.safe_mode = 0
    return sim


def projection_of(sim: rebound.Simulation, first: int, last: int, components: tuple) -> float:
    sim.synchronize()
    sun = sim.particles[0]
    values = [[getattr(sim.particles[i], c) - getattr(sun, c) for c in components] for i in range(first, last)]
    return formula.projection(np.array(values))


def told_events(case: dict) -> str:
    """Approaches of a hundred years, by planet: entries below the critical distances on cubics through the states of every step."""
    sim = simulation(case)
    h, planets = sim.dt, len(case["gm"])
    positions, velocities = np.zeros((sim.N, 3)), np.zeros((sim.N, 3))

    def relative():
        sim.serialize_particle_data(xyz=positions, vxvyvz=velocities)
        own, others = slice(1 + planets, None), slice(1, 1 + len(NAMES))
        return positions[None, own] - positions[others, None], velocities[None, own] - velocities[others, None]

    t = np.linspace(0, 1, 33)[:, None, None]
    weights = ((1 - t) ** 2 * (1 + 2 * t), t * (1 - t) ** 2 * h, t**2 * (3 - 2 * t), -(t**2) * (1 - t) * h)
    counts = np.zeros(len(NAMES), int)
    x0, v0 = relative()
    for _ in range(round(365.25 * TOLD_YEARS / h)):
        sim.steps(1)
        x1, v1 = relative()
        speed = np.sqrt(np.maximum((v0**2).sum(-1), (v1**2).sum(-1)))
        k, i = np.nonzero(np.sqrt((x0**2).sum(-1)) - 1.2 * speed * h < CRITICAL_DISTANCES[:, None])
        path = sum(weight * ends[k, i] for weight, ends in zip(weights, (x0, v0, x1, v1)))
        inside = (path**2).sum(-1) < CRITICAL_DISTANCES[k] ** 2
        np.add.at(counts, k, (inside[1:] & ~inside[:-1]).sum(0))
        x0, v0 = x1, v1
    return f"; {TOLD_YEARS} years: " + ", ".join(f"{name} {count}" for name, count in zip(NAMES, counts))


def prepare(case: dict) -> PreparedCase:
    if case["kind"] == "ias15":
        trial = simulation(case)
        before = trial.energy()
        trial.integrate(365.25 * TOLD_YEARS)
        sim = simulation(case)
        return PreparedCase(
            step=lambda: sim.integrate(sim.t + case["days"]),
            inspect=lambda: {"x": projection_of(sim, 1, sim.N, ("x", "y", "z", "vx", "vy", "vz"))},
            note=f"|ΔE/E| {abs(trial.energy() / before - 1):.1e} after {TOLD_YEARS} years",
        )
    sim = simulation(case)
    steps = round(case["days"] / case["step"])

    return PreparedCase(
        step=lambda: sim.steps(steps),
        inspect=lambda: {"x": projection_of(sim, 1 + len(case["gm"]), sim.N, ("x",))},
        note=f"one thread, steps of {case['step']} d" + (told_events(case) if case["kind"] == "statistics" else ""),
    )


serve("rebound", {"rebound": rebound.__version__, "numpy": np.__version__}, prepare)
