import { gapsOf, jupiterSemiMajorAxis } from '@sardonyx/close-approaches/population';

/** The six gaps of the belt, inner to outer, as runs near them have them. */
export const beltGaps = gapsOf(jupiterSemiMajorAxis);

/** Semi-major axis of a gap's middle, au. */
export const gapNamed = (name: string): number => beltGaps.find((gap) => gap.name === name)!.semiMajorAxis;
