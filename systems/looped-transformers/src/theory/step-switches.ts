import type { HandSetNeuron } from './layer-weights.js';
import type { LinearForm } from './residual-layout.js';

/**
 * Neurons that count the loops in coordinate `step`, 0 at the start, and set switches to what the next loop asks for:
 * `values[l][k]` is switch k in loop l, where loop 0 finds it in its input, and the last row stays. What is added to a
 * switch is a function of the whole number l, written through its values as f(0) + Σ_j c_j·relu(l − j), j = 0 … L − 2; in
 * whole numbers throughout where the values are whole. L neurons.
 */
export function switchNeurons(values: readonly (readonly number[])[], switches: readonly number[], step: number): HandSetNeuron[] {
  const loops = values.length;
  const change = (k: number, l: number): number => (l + 1 < loops ? values[l + 1]![k]! - values[l]![k]! : 0);
  const bend = (k: number, j: number): number => change(k, j + 1) - (j === 0 ? change(k, 0) : 2 * change(k, j) - change(k, j - 1));
  const toSwitches = (coefficient: (k: number) => number): LinearForm =>
    switches.map((coordinate, k) => [coordinate, coefficient(k)] as const);
  return [
    { input: [], bias: 1, output: [[step, 1], ...toSwitches((k) => change(k, 0))] },
    ...Array.from({ length: loops - 1 }, (_, j) => ({ input: [[step, 1]] as LinearForm, bias: -j, output: toSwitches((k) => bend(k, j)) })),
  ];
}
