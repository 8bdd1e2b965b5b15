import type { Catalogue } from './catalogue.js';

/** What a catalogue holds, for a person who has just made it. */
export interface CatalogueReport {
  readonly orbits: number;
  readonly numbered: number;
  /** Orbits of hyperbolas and parabolas. */
  readonly open: number;
  /** Bodies without absolute magnitude. */
  readonly withoutMagnitude: number;
  /** Bodies whose designation an earlier row has, and the first few designations. */
  readonly duplicates: number;
  readonly duplicateExamples: readonly string[];
  /** Different epochs, the commonest, and how many orbits have another. */
  readonly epochs: number;
  readonly commonEpoch: number;
  readonly atOtherEpochs: number;
  /** Least, median and largest values of some columns. */
  readonly ranges: Readonly<Record<string, readonly [number, number, number]>>;
}

const reported = ['semiMajorAxis', 'eccentricity', 'inclination', 'absoluteMagnitude'] as const;

export function catalogueReport(catalogue: Catalogue): CatalogueReport {
  const { count, designations } = catalogue;
  const duplicates = designations.repeated();
  let numbered = 0;
  for (let k = 0; k < count; k++) if (designations.isNumber(k)) numbered++;
  const epochs = new Map<number, number>();
  for (const epoch of catalogue.column('epoch')) epochs.set(epoch, (epochs.get(epoch) ?? 0) + 1);
  const [commonEpoch, atCommon] = [...epochs].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [NaN, 0]);
  return {
    orbits: count,
    numbered,
    open: catalogue.column('eccentricity').reduce((sum, e) => sum + (e >= 1 ? 1 : 0), 0),
    withoutMagnitude: catalogue.column('absoluteMagnitude').reduce((sum, h) => sum + (Number.isNaN(h) ? 1 : 0), 0),
    duplicates: duplicates.length,
    duplicateExamples: Array.from(duplicates.subarray(0, 5), (index) => designations.at(index)),
    epochs: epochs.size,
    commonEpoch,
    atOtherEpochs: count - atCommon,
    ranges: Object.fromEntries(reported.map((column) => [column, rangeOf(catalogue.column(column))])),
  };
}

/** Least, median and largest of the finite values. `filter` would box every number on its way. */
function rangeOf(values: Float64Array): [number, number, number] {
  const known = values.slice();
  let count = 0;
  for (const value of values) if (Number.isFinite(value)) known[count++] = value;
  if (count === 0) return [NaN, NaN, NaN];
  const sorted = known.subarray(0, count).sort();
  return [sorted[0]!, sorted[count >> 1]!, sorted[count - 1]!];
}
