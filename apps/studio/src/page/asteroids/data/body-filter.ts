import type { ElementsTable } from './elements-table.js';

/** Elements that bodies are told apart and filtered by. */
export const filteredElements = ['a', 'e', 'i', 'H'] as const;
export type FilteredElement = (typeof filteredElements)[number];

/** Least and greatest value of each element that is let through; open where undefined. Without H a body passes only an open filter of H. */
export type BodyFilter = { readonly [element in FilteredElement]?: { readonly least?: number; readonly most?: number } };

/** 1 for each body that passes, 0 for the others. */
export function passing(table: ElementsTable, filter: BodyFilter): Uint8Array {
  const mask = new Uint8Array(table.a.length).fill(1);
  for (const element of filteredElements) {
    const { least = -Infinity, most = Infinity } = filter[element] ?? {};
    if (least === -Infinity && most === Infinity) continue;
    const column = table[element];
    for (let index = 0; index < mask.length; index++) if (!(column[index]! >= least && column[index]! <= most)) mask[index] = 0;
  }
  return mask;
}

/** Indices of the bodies that pass. */
export function indicesOf(mask: Uint8Array): Uint32Array {
  const indices = new Uint32Array(mask.length);
  let count = 0;
  for (let index = 0; index < mask.length; index++) if (mask[index] === 1) indices[count++] = index;
  return indices.slice(0, count);
}

/** The first bodies that pass and whose name has a text in it, in the table's order. */
export function foundBodies(table: ElementsTable, mask: Uint8Array, text: string, most: number): number[] {
  const wanted = text.trim().toLowerCase();
  const found: number[] = [];
  for (let index = 0; index < mask.length && found.length < most; index++) {
    if (mask[index] === 1 && (wanted === '' || table.name(index).toLowerCase().includes(wanted))) found.push(index);
  }
  return found;
}
