import { applyNorm, linear } from '@sardonyx/nn';
import {
  add,
  cast,
  clip,
  crossEntropy,
  div,
  evaluate,
  exp,
  expandDims,
  jit,
  log,
  logSoftmax,
  mul,
  ones,
  sigmoid,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  where,
} from '@sardonyx/tensor';
import {
  applyLoop,
  type ForwardOptions,
  loopInput,
  type LoopedTransformerConfig,
  type LoopedTransformerParameters,
  loopsOf,
  loopStates,
  normOptions,
  readOut,
} from './model.js';
import { ModelError } from './model-error.js';
import type { SequenceBatch } from './sequence-batch.js';

/**
 * When a sequence leaves the loop.
 * - `fixed`: after `loops`, the configured number by default.
 * - `stateChange`: once ‖X_t − X_{t−1}‖ / ‖X_t‖ is below `below`.
 * - `divergence`: once KL(p_t ‖ p_{t−1}) of two consecutive read-outs is below `below` (nats a token), from the second loop on
 *   (arXiv:2502.05171).
 * - `gate`: once the gate's probability of having left reaches `threshold`, ½ by default (arXiv:2510.25741).
 */
export type ExitRule =
  | { readonly kind: 'fixed'; readonly loops?: number }
  | { readonly kind: 'stateChange'; readonly below: number }
  | { readonly kind: 'divergence'; readonly below: number }
  | { readonly kind: 'gate'; readonly threshold?: number };

export interface ExitOptions {
  /** Loops after which every sequence leaves; the configured number by default. */
  readonly maximum?: number;
  /** float32 [batch, length]: how much a position counts in a sequence's measure; all alike by default. */
  readonly weights?: Tensor;
}

export interface ExitResult {
  /** [batch, length, vocabulary]: read out where each sequence left. */
  readonly logits: Tensor;
  /** Loops that each sequence went through. */
  readonly loops: Int32Array;
}

/** Applies a model loop by loop, until every sequence has left. */
export interface EarlyExit {
  /**
   * Logits of tokens int32 [batch, length] by a rule. A loop is computed only while some sequence is still in it.
   * Throws ModelError `loops`, `option`.
   */
  run(tokens: Tensor, rule: ExitRule, options?: ExitOptions): Promise<ExitResult>;
  dispose(): void;
}

/** What one loop tells about every sequence, and what the next needs. */
interface LoopStep {
  readonly state: Tensor;
  readonly logits?: Tensor;
  /** Probability of not having left yet, [batch, length]. */
  readonly stays?: Tensor;
  /** [batch] */
  readonly measure?: Tensor;
}

/** A compiled loop of a model, to be left early. */
export function createEarlyExit(params: LoopedTransformerParameters, config: LoopedTransformerConfig): EarlyExit {
  const start = jit((tokens: Tensor) => loopInput(params, tokens, config), { name: 'loop input' });
  const step = jit(
    (before: LoopStep, first: Tensor, weights: Tensor, kind: ExitRule['kind'], loop: number) =>
      measuredLoop(params, before, first, weights, kind, loop, config),
    { name: 'loop' },
  );
  const read = jit((state: Tensor) => readOut(params, state, config), { name: 'read-out' });
  const choose = jit((leaving: Tensor, now: Tensor, kept: Tensor) => where(expandDims(expandDims(leaving, -1), -1), now, kept));

  return {
    async run(tokens, rule, options = {}) {
      const maximum = loopsOf(config, rule.kind === 'fixed' ? (rule.loops ?? options.maximum) : options.maximum);
      checkRule(rule, params);
      const [batch, length] = tokens.shape as [number, number];
      const weights = options.weights ?? ones([batch, length]);
      const first = start(tokens);
      const loops = new Int32Array(batch);
      let current: LoopStep = { state: first, ...(rule.kind === 'gate' && { stays: ones([batch, length]) }) };
      let kept: Tensor | undefined;
      for (let loop = 1; loops.includes(0); loop++) {
        current = step(current, first, weights, rule.kind, variantOf(config, loop, rule.kind));
        const measure = current.measure && ((await current.measure.data()) as Float32Array);
        const leaving = loops.map((left, i) => Number(left === 0 && (loop === maximum || leaves(rule, measure?.[i], loop))));
        if (!leaving.includes(1)) continue;
        const now = current.logits ?? read(current.state);
        kept = kept ? choose(cast(tensor(leaving, [batch]), 'bool'), now, kept) : now;
        for (let i = 0; i < batch; i++) if (leaving[i]) loops[i] = loop;
      }
      return { logits: await evaluate(kept!), loops };
    },
    dispose() {
      for (const compiled of [start, step, read, choose]) compiled.dispose();
    },
  };
}

/** Loops that are computed alike have one compiled variant. */
function variantOf({ inject, tieBlocks, loopEmbedding = 'none' }: LoopedTransformerConfig, loop: number, kind: ExitRule['kind']): number {
  if (tieBlocks === 'soft' || loopEmbedding !== 'none') return loop;
  return inject === 'add' || kind === 'divergence' ? Math.min(loop, 2) : 1;
}

function measuredLoop(
  params: LoopedTransformerParameters,
  before: LoopStep,
  first: Tensor,
  weights: Tensor,
  kind: ExitRule['kind'],
  loop: number,
  config: LoopedTransformerConfig,
): LoopStep {
  const state = applyLoop(params, before.state, first, loop, config);
  switch (kind) {
    case 'fixed':
      return { state };
    case 'stateChange': {
      const lengthOf = (x: Tensor) => sqrt(sum(mul(sum(square(x), -1), weights), -1));
      return { state, measure: div(lengthOf(sub(state, before.state)), lengthOf(state)) };
    }
    case 'divergence': {
      const logits = readOut(params, state, config);
      if (!before.logits) return { state, logits };
      return { state, logits, measure: weightedMean(divergence(logits, before.logits), weights) };
    }
    case 'gate': {
      const stays = mul(before.stays!, sub(1, exitProbability(params, state, config)));
      return { state, stays, measure: weightedMean(sub(1, stays), weights) };
    }
  }
}

const leaves = (rule: ExitRule, measure: number | undefined, loop: number): boolean => {
  if (measure === undefined) return false;
  if (rule.kind === 'gate') return measure >= (rule.threshold ?? 0.5);
  return 'below' in rule && measure < rule.below && loop >= 1;
};

const weightedMean = (x: Tensor, weights: Tensor): Tensor => div(sum(mul(x, weights), -1), sum(weights, -1));

/** KL(p ‖ q) of two sets of logits, over the last axis. */
function divergence(p: Tensor, q: Tensor): Tensor {
  const [logP, logQ] = [logSoftmax(p, -1), logSoftmax(q, -1)];
  return sum(mul(exp(logP), sub(logP, logQ)), -1);
}

/** The gate's probability, for every position of X_t [batch, length, width], that loop t is the last: [batch, length]. */
export function exitProbability(params: LoopedTransformerParameters, state: Tensor, config: LoopedTransformerConfig): Tensor {
  if (!params.exitGate) {
    throw new ModelError('option', 'the model has no exit gate; initialise it with exitGate, or choose another exit rule');
  }
  const normalized = applyNorm(config.norm ?? 'rms', params.norm, state, normOptions(config));
  return sigmoid(linear(params.exitGate, normalized)).squeeze(-1);
}

/**
 * The probability of leaving after each loop, [batch, length] each, from X_1 … X_L: λ_t·∏_{j<t}(1 − λ_j), the last loop taking what
 * is left, so that they sum to 1.
 */
export function exitDistribution(
  params: LoopedTransformerParameters,
  states: readonly Tensor[],
  config: LoopedTransformerConfig,
): Tensor[] {
  let stays: Tensor | undefined;
  return states.map((state, i) => {
    if (i === states.length - 1) return stays ?? ones(state.shape.slice(0, -1), state.dtype);
    const leaves = exitProbability(params, state, config);
    const now = stays ? mul(stays, leaves) : leaves;
    stays = stays ? mul(stays, sub(1, leaves)) : sub(1, leaves);
    return now;
  });
}

/** What trains a gate with its model, in two parts that are minimised together. */
export interface ExitGateLoss {
  /** Σ_t p_t·ℓ_t: the cross-entropy expected under the gate's distribution p over loops. */
  readonly loss: Tensor;
  /** −β·H(p), which keeps the gate from settling on one loop too early. */
  readonly penalty: Tensor;
}

/**
 * The expected loss under the gate's distribution over loops, and its entropy (arXiv:2510.25741): weighted means over
 * positions.
 */
export function exitGateLoss(
  params: LoopedTransformerParameters,
  { tokens, targets, weights }: SequenceBatch,
  config: LoopedTransformerConfig,
  { beta, ...options }: { readonly beta: number } & ForwardOptions,
): ExitGateLoss {
  const states = loopStates(params, tokens, config, options).slice(1);
  const probabilities = exitDistribution(params, states, config);
  const losses = probabilities.map((p, i) => mul(p, crossEntropy(readOut(params, states[i]!, config), targets, { reduction: 'none' })));
  // p·log p tends to 0 with p; float32 has no logarithm of 0.
  const negativeEntropies = probabilities.map((p) => mul(p, log(clip(p, 1e-20, 1))));
  const mean = (terms: readonly Tensor[]): Tensor => {
    const total = terms.reduce((a, b) => add(a, b));
    return div(sum(mul(total, weights)), sum(weights));
  };
  return { loss: mean(losses), penalty: mul(mean(negativeEntropies), beta) };
}

/** The sum of the parts of {@link exitGateLoss}: Σ_t p_t·ℓ_t − β·H(p). */
export function entropyRegularizedLoss(
  params: LoopedTransformerParameters,
  batch: SequenceBatch,
  config: LoopedTransformerConfig,
  options: { readonly beta: number } & ForwardOptions,
): Tensor {
  const { loss, penalty } = exitGateLoss(params, batch, config, options);
  return add(loss, penalty);
}

function checkRule(rule: ExitRule, params: LoopedTransformerParameters): void {
  if ('below' in rule && !(rule.below >= 0)) {
    throw new ModelError('option', `an exit by ${rule.kind} needs a bound of 0 or more, given ${rule.below}`);
  }
  if (rule.kind !== 'gate') return;
  const { threshold = 0.5 } = rule;
  if (!(threshold > 0 && threshold <= 1)) {
    throw new ModelError('option', `the threshold of an exit gate must be above 0 and at most 1, given ${threshold}`);
  }
  if (!params.exitGate) {
    throw new ModelError('option', 'the model has no exit gate; initialise it with exitGate, or choose another exit rule');
  }
}
