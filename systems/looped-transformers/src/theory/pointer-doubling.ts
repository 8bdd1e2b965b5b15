import { ceilLog2, codeLength, signedCode } from './binary-code.js';
import { assembleModel, type ClaimedSize, put } from './construction.js';
import { expectHopSizes, type HopConstruction, hopProblems, type PointerDoublingOptions } from './hop-construction.js';
import { type HandSetLayer, type HandSetNeuron, linearNeurons } from './layer-weights.js';
import { type ScheduledModel, unrolledModel } from './plain-model.js';
import { doublings, halved, latestScores, oneHot, pointerPart, symbolPart } from './pointer-composition.js';
import { coordinates, type LinearForm, readSlot, residualLayout, type Slot } from './residual-layout.js';

export interface PointerDoubling extends HopConstruction {
  /** The same model by its distinct layers, at most five, as `imitateByLooping` takes it. */
  readonly scheduled: ScheduledModel;
}

/**
 * p-hop induction in ⌈log2 p⌉ + 2 blocks of two heads (after arXiv:2502.17416, section 5, and Sanford et al.,
 * arXiv:2402.09268). The first fetches the symbol before each position; the second finds F_1(i), the latest j ≤ i with
 * v_{j−1} = v_i, or 0; the others double: of the pair (F_⌊p/2^t⌋, F_⌈p/2^t⌉) each one fetches, at one stored pointer, another
 * stored pointer with the symbol it points at. A sink # stands at position 0.
 *
 * The paper states ⌊log2 p⌋ + 2 loops. Where a block composes two stored pointers, the distance at most doubles, so that
 * ⌊·⌋ is enough for powers of two only. `loopedPointerDoubling` does it with one layer.
 *
 * Throws TheoryError `argument` for sizes out of range.
 */
export function pointerDoubling(p: number, n: number, alphabet: number, options: PointerDoublingOptions = {}): PointerDoubling {
  const { scale = 40, dtype = 'float32' } = options;
  expectHopSizes(p, n, alphabet, scale);
  const bits = codeLength(n + 1);
  const pair = bits + alphabet;
  const { width, slots } = residualLayout({
    symbol: alphabet,
    previousSymbol: alphabet,
    position: bits,
    previousPosition: bits,
    place: 1,
    sink: 1,
    one: 1,
    low: pair,
    high: pair,
    newLow: pair,
    newHigh: pair,
  });
  // F_⌊p/2^t⌋ starts as F_0 = i, set by the embeddings, unless p is a power of two and the pair is F_1 twice.
  const startsAtZero = halved(p, ceilLog2(p)).low === 0;
  const { layers, schedule } = blocks(p, n, scale, slots, startsAtZero ? [slots.high] : [slots.low, slots.high]);
  const scheduled = {
    ...assembleModel(
      {
        width,
        heads: 2,
        loops: 1,
        tokens: [
          ...Array.from({ length: alphabet }, (_, a) => oneHot(a, alphabet)).map((unit) => [
            ...put(slots.symbol, unit),
            ...(startsAtZero ? put(symbolPart(slots.low, bits), unit) : []),
          ]),
          [],
        ],
        positions: Array.from({ length: n + 1 }, (_, i) => {
          const code = signedCode(i, bits);
          return [
            ...put(slots.position, code),
            ...put(slots.previousPosition, signedCode(Math.max(0, i - 1), bits)),
            ...put(slots.place, [i]),
            ...put(slots.sink, [i === 0 ? 1 : 0]),
            ...put(slots.one, [1]),
            ...(startsAtZero ? put(slots.low, code) : []),
          ];
        }),
        layers,
        // ⊥ where the pointer is 0, whose symbol is the zero vector.
        logits: [...readSlot(symbolPart(slots.high, bits)), [[slots.one.offset, 0.5]]],
      },
      dtype,
    ),
    schedule,
  };
  return {
    name: `${p}-hop of ${n} symbols`,
    ...unrolledModel(scheduled),
    scheduled,
    loops: 1,
    claimed: claimedSize(p, n, alphabet),
    ...hopProblems(n, alphabet),
  };
}

type HopSlots = Readonly<
  Record<
    'symbol' | 'previousSymbol' | 'position' | 'previousPosition' | 'place' | 'sink' | 'one' | 'low' | 'high' | 'newLow' | 'newHigh',
    Slot
  >
>;

/** The distinct blocks and the order they are applied in; F_1 is written into `found`. */
function blocks(p: number, n: number, scale: number, slots: HopSlots, found: readonly Slot[]) {
  const bits = slots.position.size;
  const fetchPrevious: HandSetLayer = {
    heads: [
      {
        query: readSlot(slots.previousPosition, scale),
        key: readSlot(slots.position),
        value: readSlot(slots.symbol),
        output: readSlot(slots.previousSymbol),
      },
    ],
  };
  const { match, preference } = latestScores(slots, n, scale);
  const findLatest: HandSetLayer = {
    heads: [
      {
        query: [...readSlot(slots.symbol, match), [[slots.one.offset, scale]]],
        key: [...readSlot(slots.previousSymbol), preference],
        value: [...readSlot(slots.position), ...readSlot(slots.symbol)],
        output: coordinates(slots.high).map((_, at) => found.map(({ offset }) => [offset + at, 1] as const)),
      },
    ],
  };
  const distinct = new Map([
    ['previous', fetchPrevious],
    ['latest', findLatest],
  ]);
  const schedule = [0, 1];
  for (const compositions of doublings(p)) {
    const name = JSON.stringify(compositions);
    const head = (which: 'low' | 'high', to: Slot) => {
      const [outer, inner] = compositions[which];
      const query = readSlot(pointerPart(slots[inner], bits), scale);
      return { query, key: readSlot(slots.position), value: readSlot(slots[outer]), output: readSlot(to) };
    };
    const double: HandSetLayer = {
      heads: [head('low', slots.newLow), head('high', slots.newHigh)],
      neurons: [...replaceNeurons(slots.low, slots.newLow), ...replaceNeurons(slots.high, slots.newHigh)],
    };
    if (!distinct.has(name)) distinct.set(name, double);
    schedule.push([...distinct.keys()].indexOf(name));
  }
  return { layers: [...distinct.values()], schedule };
}

/** old ← fresh and fresh ← 0, coordinate by coordinate. */
const replaceNeurons = (old: Slot, fresh: Slot): HandSetNeuron[] =>
  coordinates(old).flatMap((coordinate, at) => {
    const from = fresh.offset + at;
    const moved: LinearForm = [
      [coordinate, 1],
      [from, -1],
    ];
    return [...linearNeurons([[coordinate, 1]], [[coordinate, -1]]), ...linearNeurons([[from, 1]], moved)];
  });

/** Blocks ⌈log2 p⌉ + 2 with two heads, width 6(⌈log2(n+1)⌉ + |Σ|) + 3, hidden 8(⌈log2(n+1)⌉ + |Σ|) where there are doublings. */
function claimedSize(p: number, n: number, alphabet: number): ClaimedSize {
  const pair = codeLength(n + 1) + alphabet;
  return { layers: ceilLog2(p) + 2, loops: 1, width: 6 * pair + 3, heads: 2, headWidth: pair, hidden: p === 1 ? 1 : 8 * pair };
}
