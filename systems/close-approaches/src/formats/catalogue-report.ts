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
  const seen = new Set<string>();
  const duplicates: string[] = [];
  for (const designation of designations) {
    if (seen.has(designation)) duplicates.push(designation);
    seen.add(designation);
  }
  const epochs = new Map<number, number>();
  for (const epoch of catalogue.column('epoch')) epochs.set(epoch, (epochs.get(epoch) ?? 0) + 1);
  const [commonEpoch, atCommon] = [...epochs].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [NaN, 0]);
  return {
    orbits: count,
    numbered: designations.filter((designation) => /^\d+$/.test(designation)).length,
    open: catalogue.column('eccentricity').reduce((sum, e) => sum + (e >= 1 ? 1 : 0), 0),
    withoutMagnitude: catalogue.column('absoluteMagnitude').reduce((sum, h) => sum + (Number.isNaN(h) ? 1 : 0), 0),
    duplicates: duplicates.length,
    duplicateExamples: duplicates.slice(0, 5),
    epochs: epochs.size,
    commonEpoch,
    atOtherEpochs: count - atCommon,
    ranges: Object.fromEntries(reported.map((column) => [column, rangeOf(catalogue.column(column))])),
  };
}

function rangeOf(values: Float64Array): [number, number, number] {
  const known = values.filter((value) => Number.isFinite(value)).sort();
  return known.length === 0 ? [NaN, NaN, NaN] : [known[0]!, known[known.length >> 1]!, known.at(-1)!];
}
