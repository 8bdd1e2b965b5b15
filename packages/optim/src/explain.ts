import { flatten, type Tensor } from '@sardonyx/tensor';
import type { Optimizer, ParameterTreatment } from './optimizer.js';
import { treatmentOf } from './treatment.js';

/** What an optimizer does with one parameter. */
export interface ParameterCost extends ParameterTreatment {
  readonly path: string;
  readonly shape: readonly number[];
  /** Numbers kept between steps for it, counted in the optimizer's own state. */
  readonly stateFloats: number;
}

/** What an optimizer keeps and computes, by parameter and in all. */
export interface Explanation {
  readonly optimizer: string;
  readonly parameters: readonly ParameterCost[];
  readonly elements: number;
  readonly stateFloats: number;
  readonly flopsPerStep: number;
}

/**
 * State and work of an optimizer for these parameters, whose values are not looked at. State is counted in what `init`
 * makes; operations are those of the formulas, with 10n³ for eigenvectors and 14n³/3 for a change of basis.
 */
export function explain(optimizer: Optimizer, params: unknown): Explanation {
  const { leaves, structure } = flatten(params);
  const state = floatsByPath(optimizer.init(params).slots, structure.paths);
  const parameters = leaves.map((leaf, i): ParameterCost => {
    const path = structure.paths[i]!;
    return { path, shape: leaf.shape, ...treatmentOf(optimizer, path, leaf), stateFloats: state[i]! };
  });
  const total = (of: (cost: ParameterCost) => number) => parameters.reduce((sum, cost) => sum + of(cost), 0);
  return {
    optimizer: optimizer.name,
    parameters,
    elements: leaves.reduce((sum, { size }) => sum + size, 0),
    stateFloats: total(({ stateFloats }) => stateFloats),
    flopsPerStep: total(({ flopsPerStep }) => flopsPerStep),
  };
}

/** The elements of floating-point tensors of a state, by the parameter whose path their own path goes through. */
function floatsByPath(slots: unknown, paths: readonly string[]): number[] {
  const { leaves, structure } = flatten(slots);
  const floats = paths.map(() => 0);
  const longestFirst = paths.map((path, i) => ({ path, i })).sort((a, b) => b.path.length - a.path.length);
  leaves.forEach((leaf: Tensor, slot) => {
    if (!leaf.dtype.startsWith('float')) return;
    const place = `.${structure.paths[slot]!}.`.replaceAll('[', '.[');
    const owner = longestFirst.find(
      ({ path }) => path === '' || place.includes(`.${path}.`.replaceAll('[', '.[').replace(/^\.\.\[/, '.[')),
    );
    if (owner) floats[owner.i]! += leaf.size;
  });
  return floats;
}

/** An explanation as a table of text, one line a parameter. */
export function explanationText({ optimizer, parameters, elements, stateFloats, flopsPerStep }: Explanation): string {
  const rows = [
    ['parameter', 'shape', 'treatment', 'state', 'flops/step'],
    ...parameters.map(({ path, shape, treatment, stateFloats: floats, flopsPerStep: flops }) => [
      path || '(itself)',
      shape.join(' × ') || 'scalar',
      treatment,
      count(floats),
      count(flops),
    ]),
    ['all', count(elements), optimizer, count(stateFloats), count(flopsPerStep)],
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const isNumber = (column: number) => column >= 3;
  return rows
    .map((row) =>
      row
        .map((cell, i) => (isNumber(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `1234` as `1,234`, larger numbers with three digits and a unit. */
function count(x: number): string {
  for (const [unit, size] of [
    ['T', 1e12],
    ['G', 1e9],
    ['M', 1e6],
  ] as const) {
    if (x >= size) return `${(x / size).toPrecision(3)} ${unit}`;
  }
  return Math.round(x).toLocaleString('en-US');
}
