import type { Group } from '../tasks/groups.js';
import { ceilLog2, codeLength, signedCode } from './binary-code.js';
import { assembleModel, type ClaimedSize, type Construction, largestAt, put } from './construction.js';
import { type HandSetHead, type HandSetNeuron, linearNeurons, type WeightDType } from './layer-weights.js';
import { addForms, denseForm, readSlot, residualLayout, type Slot } from './residual-layout.js';
import { expectWhole, TheoryError } from './theory-error.js';

export interface GroupCompositionOptions {
  /** Scale of the attention scores; 40 by default. At 20 and above no error is left in float64. */
  readonly scale?: number;
  /** `float32` by default. */
  readonly dtype?: WeightDType;
}

export interface GroupComposition extends Construction<readonly number[], number> {
  /** The element that every position 0 … n holds, from the logits of a sequence after any number of loops. */
  decodeStates(logits: Float64Array): number[];
}

/** Where round t's position i takes its two factors from: max(0, 2i − n − 1) and max(0, 2i − n). */
const sources = (i: number, n: number): [first: number, second: number] => [Math.max(0, 2 * i - n - 1), Math.max(0, 2 * i - n)];

/**
 * The product of n elements by one layer in ⌈log2 n⌉ loops (arXiv:2502.17416, section 5): every loop each position i
 * becomes g_{max(0, 2i−n−1)} ∘ g_{max(0, 2i−n)}, so that the last position holds the product of twice as many elements.
 * Tokens are # and then g_1 … g_n, where token a < |G| is the element a and |G| is #.
 *
 * The paper's query is −code with key code, which looks away from the match, its position code of ⌈log2 n⌉ bits is one
 * short where n is a power of two, and its initial state repeats 2i − n − 1; here query and key agree, the code has
 * ⌈log2(n + 1)⌉ bits, and the second source is 2i − n.
 */
export function groupComposition(
  { name, table, order, identity }: Group,
  n: number,
  options: GroupCompositionOptions = {},
): GroupComposition {
  const { scale = 40, dtype = 'float32' } = options;
  expectWhole(n, 1, 'groupComposition: length');
  if (!(scale > 0)) throw new TheoryError('argument', `groupComposition: expected a scale above 0, given ${scale}`);
  const elementBits = codeLength(order);
  const positionBits = codeLength(n + 1);
  const element = (a: number): number[] => signedCode(a, elementBits);
  const position = (i: number): number[] => signedCode(i, positionBits);

  const { width, slots } = residualLayout({
    element: elementBits,
    position: positionBits,
    firstSource: positionBits,
    secondSource: positionBits,
    first: elementBits,
    second: elementBits,
  });
  const fetch = (from: Slot, to: Slot): HandSetHead => ({
    query: readSlot(from, scale),
    key: readSlot(slots.position),
    value: readSlot(slots.element),
    output: readSlot(to),
  });
  /** 1 exactly where the two fetched elements are a and b, else 0: ⟨ā, g′⟩ + ⟨b̄, g″⟩ is 2m there and at most 2m − 2 elsewhere. */
  const product = (a: number, b: number): HandSetNeuron => ({
    input: [...put(slots.first, element(a)), ...put(slots.second, element(b))],
    bias: 1 - 2 * elementBits,
    output: put(slots.element, element(table[a]![b]!)),
  });
  const everyPair = table.flatMap((row, a) => row.map((_, b) => product(a, b)));
  const erased = [slots.element, slots.first, slots.second].flatMap((slot) =>
    readSlot(slot).flatMap((form) =>
      linearNeurons(
        form,
        form.map(([at]) => [at, -1]),
      ),
    ),
  );

  const loops = Math.max(1, ceilLog2(n));
  const { config, params } = assembleModel(
    {
      width,
      heads: 2,
      loops,
      tokens: [...table.keys(), identity].map((a) => put(slots.element, element(a))),
      positions: Array.from({ length: n + 1 }, (_, i) => {
        const [first, second] = sources(i, n);
        return addForms(
          [put(slots.position, position(i))],
          [put(slots.firstSource, position(first))],
          [put(slots.secondSource, position(second))],
        )[0]!;
      }),
      layers: [
        { heads: [fetch(slots.firstSource, slots.first), fetch(slots.secondSource, slots.second)], neurons: [...everyPair, ...erased] },
      ],
      logits: [...table.keys()].map((a) => denseForm(element(a), slots.element.offset)).concat([[]]),
    },
    dtype,
  );
  const elementAt = (logits: Float64Array, i: number): number => largestAt(logits, i * (order + 1), order);
  return {
    name: `products of ${n} elements of ${name}`,
    config,
    params,
    loops,
    claimed: claimedSize(order, n),
    encode(elements) {
      if (elements.length !== n || elements.some((a) => !Number.isInteger(a) || a < 0 || a >= order)) {
        throw new TheoryError(
          'argument',
          `groupComposition: expected ${n} elements from 0 to ${order - 1}, given ${elements.length}: ${elements.join(', ')}`,
        );
      }
      return Int32Array.of(order, ...elements);
    },
    decode: (logits) => elementAt(logits, n),
    decodeStates: (logits) => Array.from({ length: n + 1 }, (_, i) => elementAt(logits, i)),
  };
}

/** Width 3(⌈log2|G|⌉ + ⌈log2(n+1)⌉), hidden |G|² + 6⌈log2|G|⌉, two heads, ⌈log2 n⌉ loops, at least one. */
function claimedSize(order: number, n: number): ClaimedSize {
  const m = codeLength(order);
  return {
    layers: 1,
    loops: Math.max(1, ceilLog2(n)),
    width: 3 * m + 3 * codeLength(n + 1),
    heads: 2,
    headWidth: Math.max(m, codeLength(n + 1)),
    hidden: order ** 2 + 6 * m,
  };
}

/** The rounds of the construction by the group's table itself: the states of positions 0 … n before the first and after each. */
export function compositionTrace({ table, identity }: Group, elements: readonly number[]): number[][] {
  const n = elements.length;
  const trace = [[identity, ...elements]];
  for (let round = 0; round < ceilLog2(n); round++) {
    const before = trace.at(-1)!;
    trace.push(
      before.map((_, i) => {
        const [first, second] = sources(i, n);
        return table[before[first]!]![before[second]!]!;
      }),
    );
  }
  return trace;
}
