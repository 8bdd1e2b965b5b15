import { codeLength } from './binary-code.js';
import { assembleModel, type Construction, largestAt, put } from './construction.js';
import { columnForm, hostMatrix, rowForm, rowForms, transcribeLayer } from './dense-forms.js';
import { gateNeurons, oneHotNeurons, shiftCodes, shiftHead, shortfallNeurons } from './gadgets.js';
import { type HandSetLayer, type HandSetNeuron, linearNeurons, type WeightDType } from './layer-weights.js';
import { expectPlainModel, type ScheduledModel, scheduleOf } from './plain-model.js';
import { coordinates, type LinearForm, readSlot, residualLayout } from './residual-layout.js';
import { expectWhole, TheoryError } from './theory-error.js';

export interface LoopedChainOptions {
  /** Least lead of a chosen token's logit at which it is chosen exactly, a power of two; 2^−16 by default. */
  readonly gap?: number;
  /** Scale of the shift's attention scores; 40 by default. */
  readonly scale?: number;
}

/** Problems are prompts, answers the tokens of the chain. */
export type LoopedChain = Construction<ArrayLike<number>, number[]>;

/**
 * A block of L + 3 layers whose `steps` loops over a prompt and as many dummies leave the tokens that an L-layer model
 * decodes greedily in `steps` steps (arXiv:2502.17416, section 5). Every loop: the L layers themselves on x; z_v, by
 * how far each token's logit falls short of the largest; the one-hot token of it; its move to the position after, into
 * the dummies alone, and x anew from tokens and positions.
 *
 * The paper rewrites the positions i with i − t ≥ n only, and counts t and i in binary for it. That is not needed: a
 * chain's right beginning is rewritten by itself, so the mask is 1[i ≥ n], which the token # carries.
 *
 * Throws TheoryError `unsupported` where the model has norms or other parts beyond the theorem.
 */
export async function loopedChainOfThought(model: ScheduledModel, steps: number, options: LoopedChainOptions = {}): Promise<LoopedChain> {
  const { gap = 2 ** -16, scale = 40 } = options;
  expectPlainModel(model, 'loopedChainOfThought');
  expectWhole(steps, 1, 'loopedChainOfThought: steps');
  const { config, params } = model;
  const { vocabulary, length } = config;
  const schedule = scheduleOf(model);
  const bits = codeLength(length);
  const { width, slots } = residualLayout({
    x: config.width,
    positionVector: config.width,
    token: vocabulary,
    shortfall: vocabulary,
    oneHot: vocabulary,
    position: bits,
    previous: bits,
    dummy: 1,
  });
  const [tokenVectors, positionVectors, logitMatrix] = await Promise.all([
    hostMatrix(params.tokenEmbedding.weight),
    hostMatrix(params.positionEmbedding!.weight),
    hostMatrix(params.head!.weight),
  ]);
  const tokens = Array.from({ length: vocabulary }, (_, token) => token);
  const transcribed = await Promise.all(params.block.map((block) => transcribeLayer(block, config.heads)));
  const own = transcribed.map(
    ({ heads, neurons, outputBias }): HandSetLayer => ({
      heads,
      neurons: outputBias ? [...neurons, { input: [], bias: 1, output: outputBias }] : neurons,
    }),
  );
  const fallShort: HandSetLayer = {
    neurons: shortfallNeurons(
      tokens.map((token) => columnForm(logitMatrix, token)),
      slots.shortfall,
    ),
  };
  const choose: HandSetLayer = {
    neurons: [...oneHotNeurons(slots.shortfall, slots.oneHot, gap), ...clearNeurons(slots.shortfall), ...clearSigned(slots.x)],
  };
  // The shift's result lands where the shortfall was, which is 0 again.
  const next = slots.shortfall;
  const moveOn: HandSetLayer = {
    heads: [shiftHead(slots.position, slots.previous, slots.oneHot, next, scale)],
    neurons: [
      ...tokens.flatMap((token) =>
        gateNeurons([[next.offset + token, 1]], [[slots.token.offset + token, 1]], readSlot(slots.dummy)[0]!, 1, [
          [slots.token.offset + token, 1],
          ...rowForm(tokenVectors, token, slots.x.offset),
        ]),
      ),
      ...[slots.token, slots.oneHot, next].flatMap(clearNeurons),
      ...coordinates(slots.positionVector).flatMap((from, at) => linearNeurons([[from, 1]], [[slots.x.offset + at, 1]])),
    ],
  };
  const positionRows = rowForms(positionVectors).map((row, i): LinearForm => {
    const { position, previous } = shiftCodes(i, bits);
    return [
      ...row,
      ...row.map(([at, value]) => [at + slots.positionVector.offset, value] as const),
      ...put(slots.position, position),
      ...put(slots.previous, previous),
    ];
  });
  const assembled = assembleModel(
    {
      width,
      heads: config.heads,
      loops: steps,
      tokens: [
        ...tokens.map((token): LinearForm => [...rowForm(tokenVectors, token, slots.x.offset), [slots.token.offset + token, 1]]),
        [[slots.dummy.offset, 1]],
      ],
      positions: positionRows,
      layers: [...schedule.map((layer) => own[layer]!), fallShort, choose, moveOn],
      logits: [...readSlot(slots.token), []],
    },
    params.tokenEmbedding.weight.dtype as WeightDType, // checked above
  );
  return {
    name: `${steps} steps of chain of thought of ${schedule.length} layers as loops of ${schedule.length + 3}`,
    ...assembled,
    loops: steps,
    claimed: {
      layers: schedule.length + 3,
      loops: steps,
      width: 2 * config.width + 3 * vocabulary + 2 * bits + 1,
      heads: config.heads,
      headWidth: Math.max(params.block[0]!.attention.query.weight.shape[1]! / config.heads, bits, vocabulary),
      hidden: Math.max(...own.map(({ neurons }) => neurons!.length), vocabulary * (vocabulary - 1), 7 * vocabulary + 2 * config.width),
    },
    encode(prompt) {
      const symbols = Array.from(prompt);
      if (symbols.length < 1 || symbols.length + steps > length || symbols.some((token) => !tokens.includes(token))) {
        throw new TheoryError(
          'argument',
          `loopedChainOfThought: expected 1 to ${length - steps} tokens from 0 to ${vocabulary - 1}, given ${symbols.length}: ${symbols.join(', ')}`,
        );
      }
      return Int32Array.from([...symbols, ...Array.from({ length: steps }, () => vocabulary)]);
    },
    decode: (logits, prompt) =>
      Array.from({ length: steps }, (_, step) => largestAt(logits, (prompt.length + step) * (vocabulary + 1), vocabulary)),
  };
}

/** Sets coordinates that are never negative to 0. */
const clearNeurons = (slot: { readonly offset: number; readonly size: number }): HandSetNeuron[] =>
  coordinates(slot).map((coordinate) => ({ input: [[coordinate, 1]], output: [[coordinate, -1]] }));

/** Sets coordinates of any sign to 0. */
const clearSigned = (slot: { readonly offset: number; readonly size: number }): HandSetNeuron[] =>
  coordinates(slot).flatMap((coordinate) => linearNeurons([[coordinate, 1]], [[coordinate, -1]]));
