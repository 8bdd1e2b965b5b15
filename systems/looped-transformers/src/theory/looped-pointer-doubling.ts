import { ceilLog2, codeLength, signedCode } from './binary-code.js';
import { assembleModel, type ClaimedSize, put } from './construction.js';
import { gateNeurons } from './gadgets.js';
import { expectHopSizes, type HopConstruction, hopProblems, type PointerDoublingOptions } from './hop-construction.js';
import { type HandSetHead, type HandSetNeuron, linearNeurons } from './layer-weights.js';
import { doublings, latestScores, oneHot, pointerPart, symbolPart } from './pointer-composition.js';
import { coordinates, type LinearForm, readSlot, residualLayout, type Slot } from './residual-layout.js';
import { switchNeurons } from './step-switches.js';

/**
 * p-hop induction by one looped layer of two heads in ⌈log2 p⌉ + 2 loops: `pointerDoubling` with the same two heads for
 * every step. Head A fetches at the pointer in its query what stands in its value slot, head B likewise; in the first
 * two loops B fetches the symbol before and finds F_1 = (j, v_j), while A fetches its own place, F_0. From then on A and B
 * hold the pair (F_⌊p/2^t⌋, F_⌈p/2^t⌉), and the perceptron sets their queries and values for the next loop from it: A's
 * value is always the lower of the pair and B's query the higher, and two switches, counted out by the loop, choose A's
 * query and B's value, so that A∘B is (F_2u, F_u+v), (F_u+v, F_u+v) or (F_u+v, F_2v).
 *
 * The paper states one layer of at most three heads and ⌊log2 p⌋ + 2 loops (arXiv:2502.17416, section 5).
 *
 * Throws TheoryError `argument` for sizes out of range.
 */
export function loopedPointerDoubling(p: number, n: number, alphabet: number, options: PointerDoublingOptions = {}): HopConstruction {
  const { scale = 40, dtype = 'float32' } = options;
  expectHopSizes(p, n, alphabet, scale);
  const bits = codeLength(n + 1);
  const pair = bits + alphabet;
  const { width, slots } = residualLayout({
    symbol: alphabet,
    position: bits,
    place: 1,
    sink: 1,
    one: 1,
    previousSymbol: alphabet,
    first: 1,
    queryFromHigh: 1,
    valueFromHigh: 1,
    step: 1,
    queryA: bits,
    queryB: bits,
    searchB: alphabet,
    latestB: 1,
    valueA: pair,
    valueB: pair,
    fetchedA: pair,
    fetchedB: pair,
  });
  const loops = ceilLog2(p) + 2;
  const [symbolOfA, symbolOfB] = [symbolPart(slots.valueA, bits), symbolPart(slots.valueB, bits)];
  const assembled = assembleModel(
    {
      width,
      heads: 2,
      loops,
      tokens: [
        ...Array.from({ length: alphabet }, (_, a) => oneHot(a, alphabet)).map((unit) =>
          [slots.symbol, symbolOfA, symbolOfB].flatMap((slot) => put(slot, unit)),
        ),
        [],
      ],
      positions: Array.from({ length: n + 1 }, (_, i) => [
        // Head A fetches its own place first, head B the one before it.
        ...[slots.position, slots.queryA, slots.valueA, slots.valueB].flatMap((slot) => put(slot, signedCode(i, bits))),
        ...put(slots.queryB, signedCode(Math.max(0, i - 1), bits)),
        ...put(slots.place, [i]),
        ...put(slots.sink, [i === 0 ? 1 : 0]),
        ...[slots.one, slots.first].flatMap((slot) => put(slot, [1])),
      ]),
      layers: [{ heads: twoHeads(slots, n, scale), neurons: nextLoop(p, slots) }],
      // ⊥ where the pointer is 0, whose symbol is the zero vector.
      logits: [...readSlot(symbolOfB), [[slots.one.offset, 0.5]]],
    },
    dtype,
  );
  const name = `${p}-hop of ${n} symbols by one looped layer`;
  return { name, ...assembled, loops, claimed: claimedSize(p, n, alphabet), ...hopProblems(n, alphabet) };
}

type LoopSlots = Readonly<
  Record<
    | 'symbol'
    | 'position'
    | 'place'
    | 'sink'
    | 'previousSymbol'
    | 'first'
    | 'queryFromHigh'
    | 'valueFromHigh'
    | 'step'
    | 'queryA'
    | 'queryB'
    | 'searchB'
    | 'latestB'
    | 'valueA'
    | 'valueB'
    | 'fetchedA'
    | 'fetchedB',
    Slot
  >
>;

function twoHeads(slots: LoopSlots, n: number, scale: number): HandSetHead[] {
  const { match, preference } = latestScores(slots, n, scale);
  return [
    {
      query: readSlot(slots.queryA, scale),
      key: readSlot(slots.position),
      value: readSlot(slots.valueA),
      output: readSlot(slots.fetchedA),
    },
    {
      query: [...readSlot(slots.queryB, scale), ...readSlot(slots.searchB, match), ...readSlot(slots.latestB, scale)],
      key: [...readSlot(slots.position), ...readSlot(slots.previousSymbol), preference],
      value: readSlot(slots.valueB),
      output: readSlot(slots.fetchedB),
    },
  ];
}

/** Queries and values of the next loop from what this one fetched, and the switches of the next perceptron. */
function nextLoop(p: number, slots: LoopSlots): HandSetNeuron[] {
  const bits = slots.position.size;
  const [first] = readSlot(slots.first) as [LinearForm];
  const emptied = [slots.valueA, slots.valueB, slots.queryA, slots.queryB, slots.searchB, slots.latestB, slots.fetchedB];
  const [pointerA, pointerB] = [pointerPart(slots.fetchedA, bits), pointerPart(slots.fetchedB, bits)];
  return [
    ...emptied.flatMap((slot) => move(slot, [])),
    ...move(slots.fetchedA, [slots.valueA]),
    ...choose(slots.valueFromHigh, slots.fetchedB, slots.fetchedA, slots.valueB),
    ...choose(slots.queryFromHigh, pointerB, pointerA, slots.queryA),
    // Between −1 and 1, and only after the first loop.
    ...coordinates(pointerB).flatMap((coordinate, at) =>
      linearNeurons([[coordinate, 1]], [[slots.queryB.offset + at, 1]]).map((neuron) => ({
        ...neuron,
        input: [...neuron.input, [slots.first.offset, -1] as const],
      })),
    ),
    ...inFirstLoop(symbolPart(slots.fetchedB, bits), slots.previousSymbol, first),
    ...inFirstLoop(slots.symbol, slots.searchB, first),
    // The first loop ends, and the search for the latest match begins.
    {
      input: first,
      output: [
        [slots.first.offset, -1],
        [slots.latestB.offset, 1],
      ],
    },
    ...switchNeurons(switchValues(p), [slots.queryFromHigh.offset, slots.valueFromHigh.offset], slots.step.offset),
  ];
}

/** Takes a slot's content away and adds it to the targets. */
const move = (from: Slot, targets: readonly Slot[]): HandSetNeuron[] =>
  coordinates(from).flatMap((coordinate, at) =>
    linearNeurons([[coordinate, 1]], [[coordinate, -1], ...targets.map(({ offset }) => [offset + at, 1] as const)]),
  );

/** Adds `high` to the target where the switch is on, else `low`; both between −1 and 1. */
const choose = (on: Slot, high: Slot, low: Slot, target: Slot): HandSetNeuron[] =>
  coordinates(target).flatMap((coordinate, at) =>
    gateNeurons([[high.offset + at, 1]], [[low.offset + at, 1]], [[on.offset, 1]], 1, [[coordinate, 1]]),
  );

/** Adds coordinates between 0 and 1 to the target in the first loop alone. */
const inFirstLoop = (from: Slot, target: Slot, first: LinearForm): HandSetNeuron[] =>
  coordinates(from).map((coordinate, at) => ({ input: [[coordinate, 1], ...first], bias: -1, output: [[target.offset + at, 1]] }));

/**
 * In loop l, whether A's next query and B's next value come from the higher of the pair. The first loop hands on F_0, the
 * last the answer. A's value is always the lower and B's query the higher, as every composition allows.
 */
function switchValues(p: number): number[][] {
  // For a power of two the pair would be F_1 twice, while A holds F_0: B alone doubles.
  const isPower = 2 ** ceilLog2(p) === p;
  return [
    [0, 0],
    ...doublings(p).map(({ low, high }) => [Number(isPower || low[1] === 'high'), Number(isPower || high[0] === 'high')]),
    [1, 1],
  ];
}

/** Two heads, ⌈log2 p⌉ + 2 loops, width 7w + 8 and 22⌈log2(n+1)⌉ + 16|Σ| + ⌈log2 p⌉ + 5 neurons, w = ⌈log2(n+1)⌉ + |Σ|. */
function claimedSize(p: number, n: number, alphabet: number): ClaimedSize {
  const bits = codeLength(n + 1);
  const pair = bits + alphabet;
  const loops = ceilLog2(p) + 2;
  return { layers: 1, loops, width: 7 * pair + 8, heads: 2, headWidth: pair + 1, hidden: 22 * bits + 16 * alphabet + loops + 3 };
}
