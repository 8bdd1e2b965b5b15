import { measureBounds, type MeasuredBounds } from './calibration.js';
import { assembleModel, type Construction, put } from './construction.js';
import { columnForm, hostMatrix, rowForms, transcribeLayer } from './dense-forms.js';
import type { HandSetHead, HandSetNeuron, WeightDType } from './layer-weights.js';
import { expectPlainModel, type ScheduledModel, scheduleOf } from './plain-model.js';
import { coordinates, type LinearForm, residualLayout, type Slot } from './residual-layout.js';
import { switchNeurons } from './step-switches.js';
import { expectWhole, TheoryError } from './theory-error.js';

export interface ImitationOptions {
  /** Shift of attention scores at the dummy position; well above the measured bound by default. */
  readonly B?: number;
  /** Taken off the inputs of neurons that are switched off; twice the measured bound and one by default. */
  readonly C?: number;
  /** Makes the model even where B or C are below the measured bounds, to see it fail; false by default. */
  readonly unchecked?: boolean;
}

/** Problems are token sequences of the imitated model, answers its logits [length, vocabulary], row by row. */
export interface LoopedImitation extends Construction<ArrayLike<number>, Float64Array> {
  readonly B: number;
  readonly C: number;
  /** Least B and C that switch layers off to within rounding, on the sequences of the calibration. */
  readonly requiredB: number;
  readonly requiredC: number;
}

/** Bits of the significand: a probability of 2^−bits beside 1 is lost in rounding. */
const significandBits = { float32: 24, float64: 53 } as const;

/**
 * A weight of n·exp(S − B) is all that an inactive head leaves off the dummy position, and exp(S − B) all that an active
 * one puts on it, where S bounds its scores; both are below rounding from here on.
 */
const leastB = ({ score, length }: MeasuredBounds, dtype: WeightDType): number =>
  score + Math.log(length) + significandBits[dtype] * Math.LN2;

/**
 * One looped layer that imitates an L-layer model with R distinct layers in L loops (arXiv:2502.17416, section 5). The
 * state is (x, 1 − e_{r(l)}, l, 1[i=0]), with a dummy # before the sequence whose x stays 0. Of the heads of all layers
 * side by side, those of inactive layers are pulled entirely to the dummy, whose value is 0, and those of the active one
 * are pushed off it; neurons of inactive layers lie C below their threshold. The paper's factors, 1 − 1[r = r(l)] times
 * −B, do neither: here an extra coordinate has query 2(1 − 1[r = r(l)]) − 1 and key B·1[i=0].
 *
 * `calibration` are sequences of the model, on which B and C are measured. Throws TheoryError `bound`, with the measured
 * bound, where B or C were given below it, and `unsupported` where the model has norms or other parts beyond the theorem.
 */
export async function imitateByLooping(
  model: ScheduledModel,
  calibration: readonly ArrayLike<number>[],
  options: ImitationOptions = {},
): Promise<LoopedImitation> {
  expectPlainModel(model, 'imitateByLooping');
  expectWhole(calibration.length, 1, 'imitateByLooping: sequences of the calibration');
  const { config, params } = model;
  const schedule = scheduleOf(model);
  const dtype = params.tokenEmbedding.weight.dtype as WeightDType; // checked above
  const measured = await measureBounds(model, calibration);
  const requiredB = leastB(measured, dtype);
  const requiredC = Math.max(0, measured.preactivation);
  // Beyond exp's underflow, so that no weight is left at all; scores elsewhere do not see B.
  const { B = 2 * measured.score + 1000, C = 2 * requiredC + 1, unchecked = false } = options;
  if (!unchecked) {
    expectBound('B', B, requiredB);
    expectBound('C', C, requiredC);
  }

  const distinct = params.block.length;
  const { width, slots } = residualLayout({ x: config.width, inactive: distinct, step: 1, dummy: 1 });
  const { heads, neurons } = await imitatedLayers(model, slots, B, C);
  const [tokens, positions, logits] = await Promise.all([
    hostMatrix(params.tokenEmbedding.weight),
    hostMatrix(params.positionEmbedding!.weight),
    hostMatrix(params.head!.weight),
  ]);
  const switches = schedule.map((active) => params.block.map((_, layer) => (layer === active ? 0 : 1)));
  const start = put(slots.inactive, switches[0]!);
  const vocabulary = config.vocabulary;
  const assembled = assembleModel(
    {
      width,
      heads: heads.length,
      loops: schedule.length,
      tokens: [...rowForms(tokens), []],
      positions: [[...start, [slots.dummy.offset, 1]], ...rowForms(positions).map((row) => [...row, ...start])],
      layers: [{ heads, neurons: [...neurons, ...switchNeurons(switches, coordinates(slots.inactive), slots.step.offset)] }],
      logits: [...Array.from({ length: vocabulary }, (_, token) => columnForm(logits, token)), []],
    },
    dtype,
  );
  const biased = params.block.filter(({ mlp }) => mlp.down.bias).length;
  return {
    name: `(1⊗${schedule.length}) for ${schedule.length} layers, ${distinct} of them distinct`,
    ...assembled,
    loops: schedule.length,
    claimed: {
      layers: 1,
      loops: schedule.length,
      width: config.width + distinct + 2,
      heads: distinct * config.heads,
      headWidth: params.block[0]!.attention.query.weight.shape[1]! / config.heads + 1,
      hidden: params.block.reduce((sum, { mlp }) => sum + mlp.up.weight.shape[1]!, 0) + biased + schedule.length,
    },
    B,
    C,
    requiredB,
    requiredC,
    encode: (sequence) => Int32Array.of(vocabulary, ...Array.from(sequence)),
    decode: (all, sequence) =>
      Float64Array.from({ length: sequence.length * vocabulary }, (_, at) => {
        const position = 1 + Math.floor(at / vocabulary);
        return all[position * (vocabulary + 1) + (at % vocabulary)]!;
      }),
  };
}

function expectBound(name: 'B' | 'C', given: number, required: number): void {
  if (given >= required) return;
  throw new TheoryError(
    'bound',
    `imitateByLooping: expected ${name} of at least ${required.toPrecision(6)}, measured on the calibration sequences, given ${given}; leave ${name} out or raise it`,
    required,
  );
}

type ImitationSlots = Readonly<Record<'x' | 'inactive' | 'step' | 'dummy', Slot>>;

/** Heads and neurons of all distinct layers side by side, each with its switch. */
async function imitatedLayers(model: ScheduledModel, slots: ImitationSlots, B: number, C: number) {
  const heads: HandSetHead[] = [];
  const neurons: HandSetNeuron[] = [];
  for (const [r, block] of model.params.block.entries()) {
    const layer = await transcribeLayer(block, model.config.heads);
    const inactive = slots.inactive.offset + r;
    const dummy = slots.dummy.offset;
    for (const head of layer.heads) {
      heads.push({
        ...head,
        query: [...head.query, [[inactive, 2]]],
        queryBias: [...head.query.map(() => 0), -1],
        key: [...head.key, [[dummy, B]]],
      });
    }
    for (const neuron of layer.neurons) neurons.push({ ...neuron, input: [...neuron.input, [inactive, -C], [dummy, -C]] });
    // An output bias is added where its layer is active, off the dummy position.
    if (layer.outputBias) {
      const input: LinearForm = [
        [inactive, -1],
        [dummy, -1],
      ];
      neurons.push({ input, bias: 1, output: layer.outputBias });
    }
  }
  return { heads, neurons };
}
