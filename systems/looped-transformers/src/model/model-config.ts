import type { ActivationName, NormKind } from '@sardonyx/nn';
import type { RotaryLayout } from '@sardonyx/tensor';
import { ModelError } from './model-error.js';

/**
 * A (k⊗L) transformer: a block of `layers` distinct layers applied `loops` times (arXiv:2502.17416, §2), with `prelude`
 * layers of its own before and `coda` layers after it: (a⊗1, k⊗L, c⊗1). Whatever is optional is the paper's plain
 * loop where it is left out.
 */
export interface LoopedTransformerConfig {
  /** k, distinct layers of the block. */
  readonly layers: number;
  /** L, times the block is applied; 1 makes an ordinary transformer. */
  readonly loops: number;
  readonly width: number;
  readonly heads: number;
  /** Hidden width of every layer's perceptron. */
  readonly hidden: number;
  readonly vocabulary: number;
  /** Longest sequence. */
  readonly length: number;
  readonly positions: 'learned' | 'rotary' | 'none';
  /**
   * How the loop's input X_0 enters later loops. `add`: X_t = f(X_{t−1} + X_0) from the second loop on. `concatLinear`:
   * X_t = f(W·[X_{t−1}; X_0]) in every loop (arXiv:2502.05171). The paper's loop has `none`.
   */
  readonly inject: 'none' | 'add' | 'concatLinear';
  readonly activation: ActivationName;
  /** Layers before the block, applied once; 0 by default. */
  readonly prelude?: number;
  /** Layers after the block, applied once; 0 by default. */
  readonly coda?: number;
  /** `hard` (default): every loop has the same weights. `soft`: k·L layers of their own, for a regulariser to pull together. */
  readonly tieBlocks?: 'hard' | 'soft';
  /** Whether every loop ends in a normalization of its own, shared by the loops; false by default. */
  readonly loopNorm?: boolean;
  /** What loop t adds to its input to tell which it is; `sinusoidal` as in arXiv:1807.03819. `none` by default. */
  readonly loopEmbedding?: 'none' | 'learned' | 'sinusoidal';
  /**
   * Loop embeddings past the configured `loops`: `refuse` (default of learned ones), `repeatLast`, or `extrapolate` (default
   * of sinusoidal ones, impossible for learned ones).
   */
  readonly beyondLoops?: 'refuse' | 'repeatLast' | 'extrapolate';
  /** `rms` by default; `none` leaves out the final norm as well. */
  readonly norm?: NormKind;
  /** Added before the root; 1e-6 by default, 1e-5 for `layer`. */
  readonly normEpsilon?: number;
  /** Whether the four maps of an attention have biases; false by default. */
  readonly attentionBias?: boolean;
  /** Which maps of a perceptron have biases: `hidden` (default) the first, `both`, or `none`. */
  readonly mlpBias?: 'none' | 'hidden' | 'both';
  /** Whether the rows of the token embedding are the output head; false by default. */
  readonly tiedHead?: boolean;
  /** Width of a head; width / heads by default. */
  readonly headWidth?: number;
  /** `interleaved` by default. */
  readonly rotaryLayout?: RotaryLayout;
  /** 10,000 by default. */
  readonly rotaryBase?: number;
  /** Whether the parameters hold a gate that gives every loop a probability of being the last; false by default. */
  readonly exitGate?: boolean;
  /** What is computed anew for the gradients instead of kept: nothing (default), each loop, or each layer. */
  readonly checkpoint?: 'none' | 'perLoop' | 'perLayer';
  /** Back-propagate through the last m loops only; all by default. Earlier loops count as constants. */
  readonly bpttLoops?: number;
}

/** The parts of a configuration that say what is computed, with every default filled in. */
export type CompleteConfig = Required<LoopedTransformerConfig>;

/** The configuration with its defaults written out. */
export const completeConfig = (config: LoopedTransformerConfig): CompleteConfig => ({
  prelude: 0,
  coda: 0,
  tieBlocks: 'hard',
  loopNorm: false,
  loopEmbedding: 'none',
  beyondLoops: config.loopEmbedding === 'learned' ? 'refuse' : 'extrapolate',
  norm: 'rms',
  normEpsilon: config.norm === 'layer' ? 1e-5 : 1e-6,
  attentionBias: false,
  mlpBias: 'hidden',
  tiedHead: false,
  headWidth: config.width / config.heads,
  rotaryLayout: 'interleaved',
  rotaryBase: 10_000,
  exitGate: false,
  checkpoint: 'none',
  bpttLoops: config.loops,
  ...config,
});

const fail = (message: string): never => {
  throw new ModelError('config', message);
};

const expectCount = (name: string, value: number, least: number): void => {
  if (Number.isInteger(value) && value >= least) return;
  const kind = least === 0 ? 'an integer of at least 0' : 'a positive integer';
  fail(`${name} must be ${kind}, given ${value}`);
};

/** Throws ModelError `config` where the configuration contradicts itself. */
export function checkConfig(config: LoopedTransformerConfig): void {
  const complete = completeConfig(config);
  const { layers, loops, width, heads, hidden, vocabulary, length, prelude, coda, bpttLoops } = complete;
  const counts = { layers, loops, width, heads, hidden, vocabulary, length, bpttLoops };
  for (const [name, value] of Object.entries(counts)) expectCount(name, value, 1);
  for (const [name, value] of Object.entries({ prelude, coda })) expectCount(name, value, 0);
  if (config.headWidth === undefined && width % heads !== 0) {
    fail(`width ${width} is not divisible by ${heads} heads; choose a width that is a multiple of the heads`);
  }
  expectCount('headWidth', complete.headWidth, 1);
  if (config.positions === 'rotary' && complete.headWidth % 2 !== 0) {
    fail(`rotary positions need an even head width, given ${complete.headWidth}; choose other heads or learned positions`);
  }
  if (complete.loopEmbedding === 'sinusoidal' && width % 2 !== 0) {
    fail(`sinusoidal loop embeddings need an even width, given ${width}; choose another width or learned loop embeddings`);
  }
  if (complete.loopEmbedding === 'learned' && complete.beyondLoops === 'extrapolate') {
    fail(`learned loop embeddings have no row beyond loop ${loops}; set beyondLoops to refuse or repeatLast`);
  }
  if (complete.loopNorm && complete.norm === 'none') {
    fail('loopNorm needs a kind of normalization, given norm none; set norm to rms or layer');
  }
}

/**
 * Throws ModelError `config` where the layers applied, a + kL + c, are not the depth that was declared: for configurations
 * made of several options.
 */
export function expectDepth(config: LoopedTransformerConfig, declared: number): void {
  const depth = effectiveDepth(config);
  if (depth === declared) return;
  const { prelude, coda, layers, loops } = completeConfig(config);
  const extra = prelude + coda > 0 ? `${prelude} + ${layers}·${loops} + ${coda}` : `${layers}·${loops}`;
  fail(`${extra} layers make a depth of ${depth}, declared ${declared}; change layers, loops or the declared depth`);
}

/** D = a + kL + c, the layers that a token passes. */
export const effectiveDepth = (config: LoopedTransformerConfig): number =>
  (config.prelude ?? 0) + config.layers * config.loops + (config.coda ?? 0);

/**
 * The number of loops of one application: `requested`, or the configured one.
 * Throws ModelError `loops` where it is no positive integer, or beyond what the parameters or loop embeddings provide.
 */
export function loopsOf(config: LoopedTransformerConfig, requested: number | undefined): number {
  const loops = requested ?? config.loops;
  if (!Number.isInteger(loops) || loops < 1) {
    throw new ModelError('loops', `loops must be a positive integer, given ${loops}`);
  }
  if (loops <= config.loops) return loops;
  if (config.tieBlocks === 'soft') {
    throw new ModelError(
      'loops',
      `${loops} loops asked for, but softly tied blocks have layers of their own for ${config.loops}; ask for at most ${config.loops}`,
    );
  }
  const { loopEmbedding, beyondLoops } = completeConfig(config);
  if (loopEmbedding !== 'none' && beyondLoops === 'refuse') {
    throw new ModelError(
      'loops',
      `${loops} loops asked for, but ${loopEmbedding} loop embeddings are for ${config.loops}; ask for at most ${config.loops}, or set beyondLoops to repeatLast${loopEmbedding === 'sinusoidal' ? ' or extrapolate' : ''}`,
    );
  }
  return loops;
}

/** Written the paper's way: `(2⊗3)` for two layers looped three times, `(1⊗1, 2⊗3, 1⊗1)` with layers before and after. */
export function loopedName(config: Pick<LoopedTransformerConfig, 'layers' | 'loops' | 'prelude' | 'coda'>): string {
  const parts = [config.prelude && `${config.prelude}⊗1`, `${config.layers}⊗${config.loops}`, config.coda && `${config.coda}⊗1`];
  return `(${parts.filter(Boolean).join(', ')})`;
}

/** Options that only loops have, and the layers that the ordinary transformer takes into its block. */
const loopOptions: ReadonlySet<string> = new Set<keyof LoopedTransformerConfig>([
  'prelude',
  'coda',
  'loopNorm',
  'loopEmbedding',
  'beyondLoops',
  'tieBlocks',
  'bpttLoops',
  'exitGate',
]);

/** The ordinary transformer of `layers` layers that is otherwise the same. */
function ordinary(config: LoopedTransformerConfig, layers: number): LoopedTransformerConfig {
  const kept = Object.entries(config).filter(([name]) => !loopOptions.has(name));
  return { ...(Object.fromEntries(kept) as unknown as LoopedTransformerConfig), layers, loops: 1, inject: 'none' };
}

/**
 * The ordinary transformer with as many parameters: the same layers applied once, (a+k+c ⊗ 1) for a middle loop; all
 * k·L layers where blocks are tied softly.
 */
export function isoParameter(config: LoopedTransformerConfig): LoopedTransformerConfig {
  const distinct = config.tieBlocks === 'soft' ? config.layers * config.loops : config.layers;
  return ordinary(config, (config.prelude ?? 0) + distinct + (config.coda ?? 0));
}

/** The ordinary transformer of the same depth and cost: a + kL + c different layers. */
export const isoFlop = (config: LoopedTransformerConfig): LoopedTransformerConfig => ordinary(config, effectiveDepth(config));
