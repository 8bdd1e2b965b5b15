import { orbitClass } from '../orbits/orbit-classes.js';
import type { ElementsTable } from './elements-table.js';

/** What colours tell of bodies; the last only of particles of a run. */
export const colourings = ['orbit class', 'semi-major axis', 'planet met'] as const;
export type Colouring = (typeof colourings)[number];

export type Rgb = readonly [red: number, green: number, blue: number];

/** The range of a that colours of the second kind spread over, au. */
export const axisRange = [1.8, 3.5] as const;

/**
 * Anchors from the inner to the outer edge, for dark and light grounds: cividis (Nuñez, Anderton & Renslow 2018), which everyone
 * reads the same way, without its end that would vanish on the ground.
 */
const ramps: Readonly<Record<'light' | 'dark', readonly Rgb[]>> = {
  light: [
    [0, 34, 78],
    [60, 77, 110],
    [109, 110, 114],
    [155, 143, 95],
    [190, 165, 60],
  ],
  dark: [
    [92, 122, 190],
    [124, 130, 150],
    [165, 156, 116],
    [211, 189, 85],
    [254, 232, 100],
  ],
};

/** The colour of a semi-major axis. */
export function axisColour(a: number, ground: 'light' | 'dark'): Rgb {
  const ramp = ramps[ground];
  const share = Math.min(1, Math.max(0, (a - axisRange[0]) / (axisRange[1] - axisRange[0]))) * (ramp.length - 1);
  const [low, high] = [ramp[Math.floor(share)]!, ramp[Math.ceil(share)]!];
  const mixed = (at: 0 | 1 | 2): number => Math.round(low[at] + (high[at] - low[at]) * (share % 1));
  return [mixed(0), mixed(1), mixed(2)];
}

/** How bodies are coloured. */
export interface TintRule {
  readonly colouring: Colouring;
  /** The innermost planet that each body meets, 1 to 4, or 0; undefined where it is not known. */
  readonly met: Uint8Array | undefined;
  /** Colours of the orbit classes, and of bodies that meet no planet, Mercury, Venus, Earth, Mars. */
  readonly classes: readonly Rgb[];
  readonly planets: readonly Rgb[];
  readonly ground: 'light' | 'dark';
}

/** Red, green, blue and whether it is shown (255 or 0) of every body. */
export function bodyTints(table: ElementsTable, mask: Uint8Array, { colouring, met, classes, planets, ground }: TintRule): Uint8Array {
  const tints = new Uint8Array(4 * mask.length);
  const colourOf = (index: number): Rgb => {
    const a = table.a[index]!;
    if (colouring === 'planet met') return planets[met?.[index] ?? 0]!;
    return colouring === 'orbit class' ? classes[orbitClass(a, table.e[index]!)]! : axisColour(a, ground);
  };
  for (let index = 0; index < mask.length; index++) {
    const colour = colourOf(index);
    tints[4 * index] = colour[0];
    tints[4 * index + 1] = colour[1];
    tints[4 * index + 2] = colour[2];
    tints[4 * index + 3] = mask[index] === 1 ? 255 : 0;
  }
  return tints;
}
