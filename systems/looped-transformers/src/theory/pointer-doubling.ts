import { ceilLog2, codeLength, signedCode } from './binary-code.js';
import { assembleModel, type ClaimedSize, type Construction, largestAt, put } from './construction.js';
import { type HandSetHead, type HandSetLayer, linearNeurons, type WeightDType } from './layer-weights.js';
import { type ScheduledModel, unrolledModel } from './plain-model.js';
import { type LinearForm, readSlot, residualLayout, type Slot } from './residual-layout.js';
import { expectWhole, TheoryError } from './theory-error.js';

export interface PointerDoublingOptions {
  /** Scale of the attention scores; 40 by default. */
  readonly scale?: number;
  /** `float32` by default. */
  readonly dtype?: WeightDType;
}

/** Problems are sequences of symbols 0 … alphabet − 1; the answer is hop_p of the whole sequence, undefined for ⊥. */
export interface PointerDoubling extends Construction<readonly number[], number | undefined> {
  /** hop_p of every prefix, from the logits of a sequence. */
  decodePrefixes(logits: Float64Array): (number | undefined)[];
  /** The same model by its distinct layers, at most five, as `imitateByLooping` takes it. */
  readonly scheduled: ScheduledModel;
}

/** A stored pointer F(i) with the symbol it points at. */
type PointerSlots = Readonly<Record<'pointer' | 'symbol', Slot>>;

/** The next pair of pointers: each is the composition of two of the pair before. */
type Composition = readonly [outer: 'low' | 'high', inner: 'low' | 'high'];

/** Distances of the pair after t halvings: (⌊p/2^t⌋, ⌈p/2^t⌉). */
const halved = (p: number, t: number): { low: number; high: number } => ({ low: Math.floor(p / 2 ** t), high: Math.ceil(p / 2 ** t) });

/** F_{u+v} = F_u ∘ F_v: which two pointers of the pair make one `distance` long. */
function compositionOf(pair: { low: number; high: number }, distance: number): Composition {
  if (distance === pair.low + pair.high) return ['low', 'high'];
  return distance === 2 * pair.low ? ['low', 'low'] : ['high', 'high'];
}

/**
 * p-hop induction in ⌈log2 p⌉ + 2 blocks (after arXiv:2502.17416, Theorem 5.3, and Sanford et al., arXiv:2402.09268). The
 * first fetches the symbol before each position; the second finds F_1(i), the latest j ≤ i with v_{j−1} = v_i, or 0; the
 * others double: of the pair (F_⌊p/2^t⌋, F_⌈p/2^t⌉) each one fetches, at one stored pointer, another stored pointer and
 * its symbol. A sink # stands at position 0. Tokens: a symbol a is a; # is `alphabet`, and as an answer ⊥.
 *
 * Of the blocks at most five are distinct, so that `imitateByLooping` makes one looped layer of them. The paper states
 * ⌊log2 p⌋ + 2 loops; for p not a power of two no construction with ⌊·⌋ is known to us.
 */
export function pointerDoubling(p: number, n: number, alphabet: number, options: PointerDoublingOptions = {}): PointerDoubling {
  const { scale = 40, dtype = 'float32' } = options;
  expectWhole(p, 1, 'pointerDoubling: hops');
  expectWhole(n, 1, 'pointerDoubling: length');
  expectWhole(alphabet, 2, 'pointerDoubling: alphabet');
  if (!(scale > 0)) throw new TheoryError('argument', `pointerDoubling: expected a scale above 0, given ${scale}`);
  const bits = codeLength(n + 1);
  const doublings = ceilLog2(p);
  const start = halved(p, doublings);
  const { width, slots } = residualLayout({
    symbol: alphabet,
    previousSymbol: alphabet,
    position: bits,
    previousPosition: bits,
    place: 1,
    sink: 1,
    one: 1,
    lowPointer: bits,
    lowSymbol: alphabet,
    highPointer: bits,
    highSymbol: alphabet,
    newLowPointer: bits,
    newLowSymbol: alphabet,
    newHighPointer: bits,
    newHighSymbol: alphabet,
  });
  const pair = {
    low: { pointer: slots.lowPointer, symbol: slots.lowSymbol },
    high: { pointer: slots.highPointer, symbol: slots.highSymbol },
  };
  const fresh = {
    low: { pointer: slots.newLowPointer, symbol: slots.newLowSymbol },
    high: { pointer: slots.newHighPointer, symbol: slots.newHighSymbol },
  };
  const all = ({ pointer, symbol }: PointerSlots): LinearForm[] => [...readSlot(pointer), ...readSlot(symbol)];

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
  // F_⌊p/2^t⌋ starts as F_0 = i, set by the embeddings, unless p is a power of two and the pair is F_1 twice.
  const found = start.low === 0 ? [pair.high] : [pair.low, pair.high];
  const findLatest: HandSetLayer = { heads: [latestHead(slots, scale, n, found)] };
  const double = (compositions: Readonly<Record<'low' | 'high', Composition>>): HandSetLayer => ({
    heads: (['low', 'high'] as const).map((which) => {
      const [outer, inner] = compositions[which];
      return {
        query: readSlot(pair[inner].pointer, scale),
        key: readSlot(slots.position),
        value: all(pair[outer]),
        output: all(fresh[which]),
      };
    }),
    neurons: (['low', 'high'] as const).flatMap((which) => replaceNeurons(all(pair[which]), all(fresh[which]))),
  });

  const distinct = new Map<string, HandSetLayer>([
    ['previous', fetchPrevious],
    ['latest', findLatest],
  ]);
  const schedule = [0, 1];
  for (let t = doublings - 1; t >= 0; t--) {
    const [before, after] = [halved(p, t + 1), halved(p, t)];
    const compositions = { low: compositionOf(before, after.low), high: compositionOf(before, after.high) };
    const name = JSON.stringify(compositions);
    if (!distinct.has(name)) distinct.set(name, double(compositions));
    schedule.push([...distinct.keys()].indexOf(name));
  }
  const symbols = Array.from({ length: alphabet }, (_, a) => a);
  const assembled = assembleModel(
    {
      width,
      heads: 2,
      loops: 1,
      tokens: [
        ...symbols
          .map((a) => symbols.map((b) => (a === b ? 1 : 0)))
          .map((unit) => [...put(slots.symbol, unit), ...(start.low === 0 ? put(slots.lowSymbol, unit) : [])]),
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
          ...(start.low === 0 ? put(slots.lowPointer, code) : []),
        ];
      }),
      layers: [...distinct.values()],
      // ⊥ where the pointer is 0, whose symbol is the zero vector.
      logits: [...readSlot(slots.highSymbol), [[slots.one.offset, 0.5]]],
    },
    dtype,
  );
  const scheduled = { ...assembled, schedule };
  const symbolAt = (logits: Float64Array, i: number): number | undefined => {
    const token = largestAt(logits, i * (alphabet + 1), alphabet + 1);
    return token === alphabet ? undefined : token;
  };
  return {
    name: `${p}-hop of ${n} symbols`,
    ...unrolledModel(scheduled),
    scheduled,
    loops: 1,
    claimed: claimedSize(p, n, alphabet),
    encode(sequence) {
      if (sequence.length !== n || sequence.some((a) => !Number.isInteger(a) || a < 0 || a >= alphabet)) {
        throw new TheoryError(
          'argument',
          `pointerDoubling: expected ${n} symbols from 0 to ${alphabet - 1}, given ${sequence.length}: ${sequence.join(', ')}`,
        );
      }
      return Int32Array.of(alphabet, ...sequence);
    },
    decode: (logits) => symbolAt(logits, n),
    decodePrefixes: (logits) => Array.from({ length: n }, (_, i) => symbolAt(logits, i + 1)),
  };
}

/**
 * To the latest j ≤ i with v_{j−1} = v_i, else to position 0. Scores, over the scale: 2(n+2)·1[match] + j, and n + 1 at
 * position 0, so that a match beats the sink by two or more, the sink any mismatch by one, a later match an earlier one by one.
 */
function latestHead(
  slots: Readonly<Record<'symbol' | 'previousSymbol' | 'position' | 'place' | 'sink' | 'one', Slot>>,
  scale: number,
  n: number,
  found: readonly PointerSlots[],
): HandSetHead {
  const preference: LinearForm = [
    [slots.place.offset, 1],
    [slots.sink.offset, n + 1],
  ];
  return {
    query: [...readSlot(slots.symbol, 2 * (n + 2) * scale), [[slots.one.offset, scale]]],
    key: [...readSlot(slots.previousSymbol), preference],
    value: [...readSlot(slots.position), ...readSlot(slots.symbol)],
    output: [...readSlot(slots.position), ...readSlot(slots.symbol)].map((_, at) =>
      found.map(({ pointer, symbol }) => [at < pointer.size ? pointer.offset + at : symbol.offset + at - pointer.size, 1] as const),
    ),
  };
}

/** old ← new and new ← 0, coordinate by coordinate. */
const replaceNeurons = (old: readonly LinearForm[], fresh: readonly LinearForm[]) =>
  old.flatMap((form, at) => {
    const [[oldAt]] = form as readonly [readonly [number, number]];
    const [[newAt]] = fresh[at]! as readonly [readonly [number, number]];
    return [
      ...linearNeurons(form, [[oldAt, -1]]),
      ...linearNeurons(fresh[at]!, [
        [oldAt, 1],
        [newAt, -1],
      ]),
    ];
  });

/** Blocks ⌈log2 p⌉ + 2 with two heads, width 6(⌈log2(n+1)⌉ + |Σ|) + 3, hidden 8(⌈log2(n+1)⌉ + |Σ|) where there are doublings. */
function claimedSize(p: number, n: number, alphabet: number): ClaimedSize {
  const slot = codeLength(n + 1) + alphabet;
  return { layers: ceilLog2(p) + 2, loops: 1, width: 6 * slot + 3, heads: 2, headWidth: slot, hidden: p === 1 ? 1 : 8 * slot };
}
