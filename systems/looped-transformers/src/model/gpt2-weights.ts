import { bfloat16ToFloat32, float16ToFloat32, type SafetensorsTensor, type SafetensorsTensors } from '@sardonyx/data';
import type { LinearParameters, NormParameters, TransformerBlockParameters } from '@sardonyx/nn';
import { tensor } from '@sardonyx/tensor';
import { checkConfig, type LoopedTransformerConfig, type LoopedTransformerParameters } from './model.js';
import { ModelError } from './model-error.js';

export interface Gpt2ImportOptions {
  /** `n_head` of the model's config.json: the weights do not tell. */
  readonly heads: number;
  /** Times the block is applied; 1 by default, which is the model as it was trained. */
  readonly loops?: number;
  /** First layers that stay outside the loop; 0 by default. */
  readonly prelude?: number;
  /** Last layers that stay outside the loop; 0 by default. */
  readonly coda?: number;
  /** GPT-2's `geluTanh` by default; nanoGPT's exact `gelu` where matrices lie as nanoGPT stores them. */
  readonly activation?: LoopedTransformerConfig['activation'];
  /** Added before the root of every normalization; 1e-5 by default. */
  readonly normEpsilon?: number;
}

export interface ImportedModel {
  readonly config: LoopedTransformerConfig;
  readonly params: LoopedTransformerParameters;
}

/**
 * A GPT-2 as a model whose middle layers can be looped, from weights under Hugging Face's names (`h.0.attn.c_attn.weight`, with or
 * without `transformer.` before them) or from a nanoGPT checkpoint's state. Matrices may be stored as GPT-2's Conv1D does,
 * [inputs, outputs], or as nanoGPT's linear layers, [outputs, inputs]; float16 and bfloat16 are widened. Masks that old files
 * hold as buffers are left out.
 *
 * Throws ModelError `import` with every tensor that is missing, unknown or of another shape, and where layers outside the
 * loop leave none for it.
 */
export function importGpt2(tensors: SafetensorsTensors, options: Gpt2ImportOptions): ImportedModel {
  const { loops = 1, prelude = 0, coda = 0 } = options;
  const weights = new Gpt2Weights(tensors);
  const { depth, width, hidden, vocabulary, length } = weights;
  const layers = depth - prelude - coda;
  if (layers < 1) {
    throw new ModelError(
      'import',
      `GPT-2 weights: ${prelude} layers before and ${coda} after the loop leave ${layers} of ${depth} for it, expected one or more`,
    );
  }
  const config: LoopedTransformerConfig = {
    layers,
    loops,
    width,
    heads: options.heads,
    hidden,
    vocabulary,
    length,
    positions: 'learned',
    inject: 'none',
    activation: options.activation ?? (weights.isConv1d ? 'geluTanh' : 'gelu'),
    ...(prelude > 0 && { prelude }),
    ...(coda > 0 && { coda }),
    norm: 'layer',
    ...(options.normEpsilon !== undefined && { normEpsilon: options.normEpsilon }),
    attentionBias: weights.hasBiases,
    mlpBias: weights.hasBiases ? 'both' : 'none',
    tiedHead: !weights.hasHead,
  };
  checkConfig(config);
  const all = Array.from({ length: depth }, (_, i) => weights.layer(i));
  const params: LoopedTransformerParameters = {
    tokenEmbedding: { weight: weights.table('wte.weight', [vocabulary, width]) },
    positionEmbedding: { weight: weights.table('wpe.weight', [length, width]) },
    ...(prelude > 0 && { prelude: all.slice(0, prelude) }),
    block: all.slice(prelude, depth - coda),
    ...(coda > 0 && { coda: all.slice(depth - coda) }),
    norm: weights.norm('ln_f'),
    ...(weights.hasHead && { head: { weight: weights.head() } }),
  };
  weights.expectComplete();
  return { config, params };
}

/** Buffers of old files that are no weights: causal masks. */
const isMask = (name: string): boolean => /^h\.\d+\.attn\.(bias|masked_bias)$/.test(name);

/** The tensors that tell the sizes of a model. */
const sized = ['wte.weight', 'wpe.weight', 'h.0.attn.c_attn.weight'];

/** The tensors of a file by GPT-2's names, with what is wrong with them collected. */
class Gpt2Weights {
  readonly depth: number;
  readonly width: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly length: number;
  /** Whether matrices are [inputs, outputs]. */
  readonly isConv1d: boolean;
  readonly hasBiases: boolean;
  /** Whether the output head is another matrix than the token embedding. */
  readonly hasHead: boolean;
  private readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  private readonly read = new Set<string>();
  private readonly problems: string[] = [];

  constructor(tensors: SafetensorsTensors) {
    const named = Object.entries(tensors).map(([name, given]) => [name.replace(/^(_orig_mod\.)?(transformer\.)?/, ''), given] as const);
    this.tensors = new Map(named.filter(([name]) => !isMask(name)));
    const shapeOf = (name: string): readonly number[] => this.tensors.get(name)?.shape ?? [];
    const missing = sized.filter((name) => shapeOf(name).length !== 2);
    if (missing.length > 0) {
      const found = [...this.tensors.keys()].slice(0, 5).join(', ') || 'no tensors';
      throw new ModelError(
        'import',
        `GPT-2 weights: expected ${sized.join(', ')} and so on, given ${found} and no matrix ${missing.join(', ')}`,
      );
    }
    const [vocabulary, width] = shapeOf('wte.weight') as [number, number];
    const [length] = shapeOf('wpe.weight') as [number, number];
    const attention = shapeOf('h.0.attn.c_attn.weight');
    this.vocabulary = vocabulary;
    this.width = width;
    this.length = length;
    this.isConv1d = attention[0] === width && attention[1] === 3 * width;
    this.hidden = shapeOf('h.0.mlp.c_fc.weight')[this.isConv1d ? 1 : 0] ?? 4 * width;
    this.hasBiases = this.tensors.has('h.0.attn.c_attn.bias');
    this.depth = 1 + Math.max(0, ...[...this.tensors.keys()].map((name) => Number(/^h\.(\d+)\./.exec(name)?.[1] ?? 0)));
    this.hasHead = this.tensors.has('lm_head.weight') && !this.isTied();
  }

  layer(i: number): TransformerBlockParameters {
    const { width, hidden } = this;
    const [query, key, value] = this.queryKeyValue(`h.${i}.attn.c_attn`);
    return {
      attentionNorm: this.norm(`h.${i}.ln_1`),
      attention: { query: query!, key: key!, value: value!, output: this.linear(`h.${i}.attn.c_proj`, width, width) },
      mlpNorm: this.norm(`h.${i}.ln_2`),
      mlp: { up: this.linear(`h.${i}.mlp.c_fc`, width, hidden), down: this.linear(`h.${i}.mlp.c_proj`, hidden, width) },
    };
  }

  /** A normalization; without a bias in the file, that is zero. */
  norm(name: string): NormParameters {
    const bias = this.hasBiases ? this.elements(`${name}.bias`, [this.width]) : new Float32Array(this.width);
    return { gain: tensor(this.elements(`${name}.weight`, [this.width]), [this.width]), bias: tensor(bias, [this.width]) };
  }

  table(name: string, shape: readonly number[]) {
    return tensor(this.elements(name, shape), shape);
  }

  /** [width, vocabulary] of the file's [vocabulary, width]. */
  head() {
    const rows = this.elements('lm_head.weight', [this.vocabulary, this.width]);
    return tensor(transposed(rows, this.vocabulary, this.width), [this.width, this.vocabulary]);
  }

  /** Throws ModelError `import` where a tensor was missing, of another shape, or is not part of a GPT-2. */
  expectComplete(): void {
    const unknown = [...this.tensors.keys()].filter((name) => !this.read.has(name) && name !== 'lm_head.weight');
    const problems = [...this.problems, ...unknown.map((name) => `${name} is unknown`)];
    if (problems.length === 0) return;
    const rest = problems.length > 8 ? `; and ${problems.length - 8} more` : '';
    throw new ModelError('import', `GPT-2 weights: ${problems.slice(0, 8).join('; ')}${rest}`);
  }

  private linear(name: string, inputs: number, outputs: number): LinearParameters {
    const weight = tensor(this.matrix(`${name}.weight`, inputs, outputs), [inputs, outputs]);
    return this.hasBiases ? { weight, bias: tensor(this.elements(`${name}.bias`, [outputs]), [outputs]) } : { weight };
  }

  /** The three maps that GPT-2 stores side by side. */
  private queryKeyValue(name: string): LinearParameters[] {
    const { width } = this;
    const together = this.matrix(`${name}.weight`, width, 3 * width);
    const bias = this.hasBiases ? this.elements(`${name}.bias`, [3 * width]) : undefined;
    return [0, 1, 2].map((part) => {
      const own = new Float32Array(width * width);
      for (let row = 0; row < width; row++) own.set(together.subarray((3 * row + part) * width, (3 * row + part + 1) * width), row * width);
      const weight = tensor(own, [width, width]);
      return bias ? { weight, bias: tensor(bias.slice(part * width, (part + 1) * width), [width]) } : { weight };
    });
  }

  /** [inputs, outputs], however the file has it. */
  private matrix(name: string, inputs: number, outputs: number): Float32Array {
    if (this.isConv1d) return this.elements(name, [inputs, outputs]);
    return transposed(this.elements(name, [outputs, inputs]), outputs, inputs);
  }

  private elements(name: string, shape: readonly number[]): Float32Array {
    const given = this.tensors.get(name);
    this.read.add(name);
    if (given && given.shape.join() === shape.join()) return widened(name, given);
    this.problems.push(given ? `${name} is [${given.shape.join(', ')}], expected [${shape.join(', ')}]` : `${name} is missing`);
    return new Float32Array(shape.reduce((a, b) => a * b, 1));
  }

  private isTied(): boolean {
    const [head, embedding] = [this.tensors.get('lm_head.weight')!, this.tensors.get('wte.weight')!];
    if (head.shape.join() !== embedding.shape.join()) return false;
    const [a, b] = [widened('lm_head.weight', head), widened('wte.weight', embedding)];
    return a.every((x, i) => x === b[i]);
  }
}

function widened(name: string, { dtype, data }: SafetensorsTensor): Float32Array {
  switch (dtype) {
    case 'F32':
      return data;
    case 'F16':
      return float16ToFloat32(data);
    case 'BF16':
      return bfloat16ToFloat32(data);
    default:
      throw new ModelError('import', `GPT-2 weights: ${name} is ${dtype}, expected F32, F16 or BF16`);
  }
}

function transposed(elements: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(elements, (_, i) => elements[(i % rows) * columns + Math.floor(i / rows)]!);
}
