import { groupNamed } from '../../tasks/named-groups.js';
import { measureCompositionError, measureCompositionLoops } from './composition-measurements.js';
import type { Theorem } from './theorem.js';

/** Groups with the lengths they are tried at: powers of two, one more, one less, and the largest. */
const cases: readonly (readonly [group: string, lengths: readonly number[]])[] = [
  ['Z_7', [1, 2, 3, 4, 5, 8, 9, 33, 128]],
  ['S_3', [5, 16, 17, 31, 64, 65, 128]],
  ['D_4', [7, 32, 100]],
  ['Z_2 x S_3', [6, 33, 128]],
  ['S_4', [13, 64, 128]],
  ['A_5', [8, 31, 128]],
  ['S_5', [9, 128]],
];

const problems = 8;

/** Products in ⌈log2 n⌉ loops, none of them right one loop earlier, and how exact they are at B = 20 and at B = 5. */
export const groupCompositionTheorem: Theorem = {
  name: 'group-composition',
  paper: 'one layer, ⌈log2 n⌉ loops for n elements of any finite group',
  statement: 'one layer multiplies n group elements in ⌈log2 n⌉ loops, and not in fewer',
  async verify(stream) {
    let [right, total, early, models] = [0, 0, 0, 0];
    for (const [name, lengths] of cases) {
      const group = groupNamed(name);
      for (const n of lengths) {
        const { rightAfter } = await measureCompositionLoops(group, n, problems, stream);
        right += rightAfter.at(-1)!;
        early += rightAfter.at(-2) ?? 0;
        total += problems;
        models++;
      }
    }
    const group = groupNamed('S_3');
    const exact = await measureCompositionError(group, 33, { scale: 20, dtype: 'float64', problems }, stream);
    const loose = await measureCompositionError(group, 33, { scale: 5, dtype: 'float64', problems }, stream);
    return {
      holds: right === total && early === 0 && exact.error === 0 && loose.error > 1e-3,
      checked:
        `${right} of ${total} products right by ${models} models of ${cases.length} groups, n up to 128, ${early} right one loop earlier; ` +
        `error at B = 20 ${exact.error.toExponential(1)}, at B = 5 ${loose.error.toExponential(1)}`,
      measured: {
        models,
        products: total,
        right,
        'right one loop earlier': early,
        'error at B = 20': exact.error,
        'error at B = 5': loose.error,
      },
    };
  },
};
