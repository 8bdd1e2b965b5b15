/** Consecutive coordinates of the residual stream. */
export interface Slot {
  readonly offset: number;
  readonly size: number;
}

/** Names of slots with their sizes to slots laid side by side, and the width they take in all. */
export function residualLayout<Name extends string>(
  sizes: Readonly<Record<Name, number>>,
): { readonly width: number; readonly slots: Readonly<Record<Name, Slot>> } {
  const slots = {} as Record<Name, Slot>;
  let width = 0;
  for (const [name, size] of Object.entries(sizes) as [Name, number][]) {
    slots[name] = { offset: width, size };
    width += size;
  }
  return { width, slots };
}

/** The coordinates of a slot, in order. */
export const coordinates = ({ offset, size }: Slot): number[] => Array.from({ length: size }, (_, at) => offset + at);

/** A linear function of a vector: pairs of a coordinate and its coefficient. Coordinates left out have coefficient 0. */
export type LinearForm = readonly (readonly [coordinate: number, coefficient: number])[];

/** The coordinates of a slot, each times `factor`: the linear forms that read it. */
export const readSlot = (slot: Slot, factor = 1): LinearForm[] => coordinates(slot).map((coordinate) => [[coordinate, factor]]);

/** Every form of `forms` as part of a function of more summands. */
export const addForms = (...summands: readonly (readonly LinearForm[])[]): LinearForm[] =>
  summands[0]!.map((_, at) => summands.flatMap((forms) => [...forms[at]!]));

/** A dense vector as the linear form with these coefficients, from coordinate `offset` on. */
export const denseForm = (coefficients: ArrayLike<number>, offset = 0): LinearForm =>
  Array.from(coefficients, (coefficient, at) => [offset + at, coefficient] as const).filter(([, coefficient]) => coefficient !== 0);
