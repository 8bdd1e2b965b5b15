import type { ActivationName, AttentionParameters, LinearParameters, NormParameters, TransformerBlockParameters } from '@sardonyx/nn';
import { type NamedArray, type OnnxModel, type OnnxValueInfo, type Tensor, toArrays, flatten } from '@sardonyx/tensor';
import {
  checkConfig,
  type CompleteConfig,
  completeConfig,
  layersOfLoop,
  type LoopedTransformerConfig,
  type LoopedTransformerParameters,
  loopsOf,
} from './model.js';
import { ModelError } from './model-error.js';
import { float, OnnxWriter } from './onnx-writer.js';

export interface ModelOnnxOptions {
  /** Sequences in a batch; left to the model's user by default, under the name `batch`. */
  readonly batch?: number;
  /** Positions of a sequence; left to the model's user by default, under the name `length`. */
  readonly length?: number;
  /** Loops, unrolled: the configured number by default. */
  readonly loops?: number;
  /**
   * Write the block once, inside ONNX's `Loop`, and take the number of loops as an input `loops` (int64 scalar). The file is
   * small and says what the model is; not every program runs it (`importOnnx` does not), and those that do cannot optimize
   * across loops. False by default.
   */
  readonly loopOperator?: boolean;
}

/**
 * A model as ONNX, opset 23, operators of the standard alone: `tokens` int32 [batch, length] to `logits`
 * [batch, length, vocabulary]. Weights are stored once under their paths, however many loops use them.
 *
 * Throws ModelError `option` for parameters that are not float32, and for softly tied blocks in a `Loop`; `loops`, `length`.
 */
export async function exportModel(
  params: LoopedTransformerParameters,
  config: LoopedTransformerConfig,
  options: ModelOnnxOptions = {},
): Promise<OnnxModel> {
  checkConfig(config);
  const { batch = 'batch', length = 'length', loopOperator = false } = options;
  if (typeof length === 'number' && length > config.length) {
    throw new ModelError('length', `export: ${length} positions are more than the model's ${config.length}`);
  }
  const model = new ModelWriter(await storedWeights(params), params, completeConfig(config));
  const writer = new OnnxWriter();
  const first = model.input(writer);
  const last = loopOperator ? model.looped(writer, first) : model.unrolled(writer, first, loopsOf(config, options.loops));
  model.readOut(writer, last);
  const inputs: OnnxValueInfo[] = [{ name: 'tokens', elementType: 'int32', shape: [batch, length] }];
  if (loopOperator) inputs.push({ name: 'loops', elementType: 'int64', shape: [] });
  const outputs: OnnxValueInfo[] = [{ name: 'logits', elementType: 'float', shape: [batch, length, config.vocabulary] }];
  return {
    irVersion: 11,
    opsets: [{ domain: '', version: 23 }],
    producerName: 'sardonyx',
    graph: writer.graph('looped transformer', inputs, outputs, [...writer.stored.values()]),
    metadata: { 'sardonyx.config': JSON.stringify(config) },
  };
}

type Weights = ReadonlyMap<Tensor, { readonly name: string; readonly array: NamedArray }>;

/** Every parameter with its path and its elements. */
async function storedWeights(params: LoopedTransformerParameters): Promise<Weights> {
  const { leaves, structure } = flatten(params);
  const arrays = await toArrays(params);
  return new Map(
    leaves.map((leaf, i) => {
      const name = structure.paths[i]!;
      const array = arrays[name]!;
      if (array.dtype === 'float32') return [leaf, { name, array }];
      throw new ModelError('option', `export: ${name} is ${array.dtype}, expected float32; cast the parameters`);
    }),
  );
}

const activations: Readonly<Record<ActivationName, (writer: OnnxWriter, x: string) => string>> = {
  relu: (writer, x) => writer.emit('Relu', [x]),
  reluSquared: (writer, x) => {
    const positive = writer.emit('Relu', [x]);
    return writer.emit('Mul', [positive, positive]);
  },
  gelu: (writer, x) => writer.emit('Gelu', [x]),
  geluTanh: (writer, x) => writer.emit('Gelu', [x], { approximate: 'tanh' }),
  silu: (writer, x) => writer.emit('Mul', [x, writer.emit('Sigmoid', [x])]),
  elu: (writer, x) => writer.emit('Elu', [x]),
  tanh: (writer, x) => writer.emit('Tanh', [x]),
  sigmoid: (writer, x) => writer.emit('Sigmoid', [x]),
  identity: (_, x) => x,
};

/** The model of model.ts once more, as ONNX nodes whose shapes are left open. */
class ModelWriter {
  /** int64 [batch, length]: the position of every token, of rotary positions. */
  private positions = '';

  constructor(
    private readonly weights: Weights,
    private readonly params: LoopedTransformerParameters,
    private readonly config: CompleteConfig,
  ) {}

  /** X_0 of the graph's `tokens`. */
  input(writer: OnnxWriter): string {
    const vectors = writer.emit('Gather', [this.weight(writer, this.params.tokenEmbedding.weight), 'tokens']);
    const shape = writer.emit('Shape', ['tokens']);
    const length = writer.emit('Gather', [shape, writer.integers(1)]);
    const range = writer.emit('Range', [writer.integers(0), length, writer.integers(1)]);
    if (this.config.positions === 'rotary') this.positions = writer.emit('Expand', [range, shape]);
    const table = this.params.positionEmbedding;
    const x = table ? writer.emit('Add', [vectors, writer.emit('Gather', [this.weight(writer, table.weight), range])]) : vectors;
    return this.layers(writer, this.params.prelude ?? [], x);
  }

  unrolled(writer: OnnxWriter, first: string, loops: number): string {
    let state = first;
    for (let loop = 1; loop <= loops; loop++) {
      const entry = this.entry(writer, state, first, writer.integers(loop - 1), loop > 1);
      state = this.body(writer, layersOfLoop(this.params, loop, this.config), entry);
    }
    return state;
  }

  looped(writer: OnnxWriter, first: string): string {
    if (this.config.tieBlocks === 'soft') {
      throw new ModelError('option', 'export: softly tied blocks differ from loop to loop and cannot be one Loop; leave out loopOperator');
    }
    const inner = writer.inner();
    const [iteration, go, state] = ['iteration', 'go', 'state'];
    const entry = this.entry(inner, state, first, iteration, undefined);
    const next = this.body(inner, this.params.block, entry);
    const goOn = inner.emit('Identity', [go]);
    const body = inner.graph(
      'loop',
      [
        { name: iteration, elementType: 'int64', shape: [] },
        { name: go, elementType: 'bool', shape: [] },
        { name: state, elementType: 'float', shape: ['batch', 'length', this.config.width] },
      ],
      [
        { name: goOn, elementType: 'bool', shape: [] },
        { name: next, elementType: 'float', shape: ['batch', 'length', this.config.width] },
      ],
      [],
    );
    return writer.emit('Loop', ['loops', '', first], { body });
  }

  /** The logits, as the graph's output. */
  readOut(writer: OnnxWriter, state: string): void {
    const { params } = this;
    const normalized = this.norm(writer, params.norm, this.layers(writer, params.coda ?? [], state));
    if (params.head) return void this.linear(writer, params.head, normalized, 'logits');
    const rows = writer.emit('Transpose', [this.weight(writer, params.tokenEmbedding.weight)]);
    writer.emit('MatMul', [normalized, rows], {}, 'logits');
  }

  /** What a loop's layers are given; `iteration` counts from 0, and whether the loop is a later one may be known. */
  private entry(writer: OnnxWriter, state: string, first: string, iteration: string, isLater: boolean | undefined): string {
    const injected = this.injected(writer, state, first, iteration, isLater);
    const mark = this.mark(writer, iteration);
    return mark === undefined ? injected : writer.emit('Add', [injected, mark]);
  }

  private injected(writer: OnnxWriter, state: string, first: string, iteration: string, isLater: boolean | undefined): string {
    switch (this.config.inject) {
      case 'none':
        return state;
      case 'concatLinear':
        return this.linear(writer, this.params.injection!, writer.emit('Concat', [state, first], { axis: -1 }));
      case 'add': {
        if (isLater === false) return state;
        if (isLater) return writer.emit('Add', [state, first]);
        const later = writer.emit('Greater', [iteration, writer.integers(0)]);
        return writer.emit('Add', [state, writer.emit('Where', [later, first, writer.number(0)])]);
      }
    }
  }

  private mark(writer: OnnxWriter, iteration: string): string | undefined {
    const { loopEmbedding, beyondLoops, loops, width } = this.config;
    if (loopEmbedding === 'none') return undefined;
    const place = beyondLoops === 'repeatLast' ? writer.emit('Min', [iteration, writer.integers(loops - 1)]) : iteration;
    if (loopEmbedding === 'learned') return writer.emit('Gather', [this.weight(writer, this.params.loopEmbedding!.weight), place]);
    const frequencies = Float32Array.from({ length: width / 2 }, (_, m) => 10_000 ** ((-2 * m) / width));
    const loop = writer.emit('Cast', [writer.emit('Add', [place, writer.integers(1)])], { to: 1 });
    const angles = writer.emit('Mul', [loop, writer.floats('loop frequencies', [width / 2], frequencies)]);
    return writer.emit('Concat', [writer.emit('Sin', [angles]), writer.emit('Cos', [angles])], { axis: -1 });
  }

  private body(writer: OnnxWriter, layers: readonly TransformerBlockParameters[], x: string): string {
    const y = this.layers(writer, layers, x);
    return this.config.loopNorm ? this.norm(writer, this.params.loopNorm, y) : y;
  }

  private layers(writer: OnnxWriter, layers: readonly TransformerBlockParameters[], x: string): string {
    return layers.reduce((y, layer) => {
      const middle = writer.emit('Add', [y, this.attention(writer, layer.attention, this.norm(writer, layer.attentionNorm, y))]);
      const hidden = this.linear(writer, layer.mlp.up, this.norm(writer, layer.mlpNorm, middle));
      const change = this.linear(writer, layer.mlp.down, activations[this.config.activation](writer, hidden));
      return writer.emit('Add', [middle, change]);
    }, x);
  }

  private attention(writer: OnnxWriter, params: AttentionParameters, x: string): string {
    const { heads, headWidth } = this.config;
    const [query, key, value] = [params.query, params.key, params.value].map((map) => this.linear(writer, map, x)) as [
      string,
      string,
      string,
    ];
    const attributes = { q_num_heads: heads, kv_num_heads: heads, is_causal: 1, scale: float(1 / Math.sqrt(headWidth)) };
    const inputs = [this.placed(writer, query), this.placed(writer, key), value];
    return this.linear(writer, params.output, writer.emit('Attention', inputs, attributes));
  }

  /** Queries or keys turned to their positions, where those are rotary. */
  private placed(writer: OnnxWriter, x: string): string {
    const { positions, heads, headWidth, length, rotaryBase, rotaryLayout } = this.config;
    if (positions !== 'rotary') return x;
    const half = headWidth / 2;
    const table = (f: (angle: number) => number): Float32Array =>
      Float32Array.from({ length: length * half }, (_, i) => f(Math.floor(i / half) * rotaryBase ** ((-2 * (i % half)) / headWidth)));
    const [cos, sin] = [Math.cos, Math.sin].map((f) => writer.floats(`rotary ${f.name}`, [length, half], table(f)));
    return writer.emit('RotaryEmbedding', [x, cos!, sin!, this.positions], {
      num_heads: heads,
      interleaved: Number(rotaryLayout === 'interleaved'),
    });
  }

  private norm(writer: OnnxWriter, params: NormParameters | undefined, x: string): string {
    const { norm, normEpsilon } = this.config;
    if (norm === 'none' || !params) return x;
    const attributes = { axis: -1, epsilon: float(normEpsilon) };
    const gain = this.weight(writer, params.gain);
    if (norm === 'rms') return writer.emit('RMSNormalization', [x, gain], attributes);
    return writer.emit('LayerNormalization', params.bias ? [x, gain, this.weight(writer, params.bias)] : [x, gain], attributes);
  }

  private linear(writer: OnnxWriter, { weight, bias }: LinearParameters, x: string, output?: string): string {
    if (!bias) return writer.emit('MatMul', [x, this.weight(writer, weight)], {}, output);
    return writer.emit('Add', [writer.emit('MatMul', [x, this.weight(writer, weight)]), this.weight(writer, bias)], {}, output);
  }

  private weight(writer: OnnxWriter, tensor: Tensor): string {
    const { name, array } = this.weights.get(tensor)!;
    return writer.floats(name, array.shape, array.data as Float32Array);
  }
}
