import { sunGm } from '../../src/constants.js';

/** Uniform numbers in [0, 1) from a seed (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A heliocentric state from a (au), e, i, Ω, ω and the eccentric anomaly (radians). */
export function stateOf(a: number, e: number, i: number, node: number, peri: number, E: number): number[] {
  const [cosE, sinE] = [Math.cos(E), Math.sin(E)];
  const root = Math.sqrt(1 - e * e);
  const speed = Math.sqrt(sunGm / a) / (1 - e * cosE);
  const plane = [a * (cosE - e), a * root * sinE, -speed * sinE, speed * root * cosE] as const;
  const turn = (x: number, y: number): number[] => {
    const [cw, sw, cn, sn] = [Math.cos(peri), Math.sin(peri), Math.cos(node), Math.sin(node)];
    const [u, v] = [x * cw - y * sw, x * sw + y * cw];
    return [u * cn - v * Math.cos(i) * sn, u * sn + v * Math.cos(i) * cn, v * Math.sin(i)];
  };
  return [...turn(plane[0], plane[1]), ...turn(plane[2], plane[3])];
}

/** Orbits that cross those of the terrestrial planets: q 0.2 to 1.3 au, a 0.8 to 3 au, inclinations to 30°. */
export function nearEarthOrbits(count: number, seed: number): Float64Array {
  const random = uniform(seed);
  const states = new Float64Array(6 * count);
  for (let k = 0; k < count; k++) {
    const q = 0.2 + 1.1 * random();
    const a = Math.max(q / 0.95, 0.8 + 2.2 * random());
    states.set(stateOf(a, 1 - q / a, 0.5 * random() * random(), 6.3 * random(), 6.3 * random(), 6.3 * random()), 6 * k);
  }
  return states;
}

/** Orbits of the main belt. */
export function beltOrbits(count: number, seed: number): Float64Array {
  const random = uniform(seed);
  const states = new Float64Array(6 * count);
  for (let k = 0; k < count; k++) {
    const a = 2.1 + 1.2 * random();
    const e = Math.min(0.3, 0.15 * Math.sqrt(-2 * Math.log(1 - random())));
    states.set(stateOf(a, a * (1 - e) < 1.67 ? 0.1 : e, 0.2 * random(), 6.3 * random(), 6.3 * random(), 6.3 * random()), 6 * k);
  }
  return states;
}
