import { planets } from '@sardonyx/close-approaches/mechanics';

/** A resonance with Jupiter that empties a part of the belt. */
export interface ResonanceGap {
  readonly name: string;
  /** Revolutions of an asteroid to those of Jupiter. */
  readonly ratio: readonly [asteroid: number, jupiter: number];
  /** Centre, au: a_J·(q/p)^(2/3). */
  readonly a: number;
  /** Half of the width of the emptied zone near e = 0.15, au. */
  readonly halfWidth: number;
}

const resonances: readonly (readonly [asteroid: number, jupiter: number, halfWidth: number])[] = [
  [4, 1, 0.02],
  [3, 1, 0.03],
  [5, 2, 0.02],
  [7, 3, 0.01],
  [9, 4, 0.01],
  [2, 1, 0.03],
];

/** Jupiter's semi-major axis that its gaps are computed from: the mean one, since the osculating one swings by 0.003 au. */
export const jupiterAxis = planets.find(({ name }) => name === 'jupiter')!.semiMajorAxis;

/** The six gaps of the belt, inner to outer; the ν6 secular resonance meets the first at low inclinations. */
export const resonanceGaps: readonly ResonanceGap[] = gapsOf(jupiterAxis);

/** The gaps for a Jupiter at `axis` au. */
export function gapsOf(axis: number): readonly ResonanceGap[] {
  return resonances.map(([asteroid, jupiter, halfWidth]) => ({
    name: `${asteroid}:${jupiter}`,
    ratio: [asteroid, jupiter],
    a: axis * (jupiter / asteroid) ** (2 / 3),
    halfWidth,
  }));
}
