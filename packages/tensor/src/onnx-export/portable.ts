import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '../onnx/model.js';
import { OnnxExportError } from './errors.js';
import { portableCachedAttention } from './portable-cached-attention.js';
import { int, integers, ints, numberOf, type Replacement, type Rewriter, scalar } from './rewriter.js';
import { typesOf } from './value-types.js';

/** The last two axes exchanged: by Transpose, which runtimes fuse into the product, where the rank is known. */
function transposed(name: string, { types, emit }: Rewriter): string {
  const rank = types.rankOf(name);
  if (rank === undefined) return emit('Einsum', [name], { equation: { kind: 'string', value: '...ij->...ji' } });
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return emit('Transpose', [name], { perm: ints([...axes.slice(0, -2), rank - 1, rank - 2]) });
}

/** α·op(A)·op(B) as Transpose, MatMul and Mul. */
const fusedMatMul: Replacement = (node, rewriter) => {
  const [a, b] = node.inputs as [string, string];
  const left = numberOf(node, 'transA', 0) ? transposed(a, rewriter) : a;
  const right = numberOf(node, 'transB', 0) ? transposed(b, rewriter) : b;
  const alpha = numberOf(node, 'alpha', 1);
  const [output] = node.outputs;
  if (alpha === 1) return void rewriter.emit('MatMul', [left, right], {}, output);
  const product = rewriter.emit('MatMul', [left, right]);
  const scale = rewriter.emit('CastLike', [scalar(rewriter, alpha), product]);
  rewriter.emit('Mul', [product, scale], {}, output);
};

/** Root-mean-square normalization of float32; where the inverse root itself is wanted, by its parts. */
const simplifiedLayerNormalization: Replacement = (node, rewriter) => {
  const [x, gain] = node.inputs as [string, string];
  const [y, inverseRoot] = node.outputs as [string, string | undefined];
  const epsilon = numberOf(node, 'epsilon', 1e-5);
  if (!inverseRoot || !rewriter.types.isRead(inverseRoot)) {
    const attributes: Record<string, OnnxAttribute> = { axis: int(-1), epsilon: { kind: 'float', value: epsilon } };
    return void rewriter.emit('RMSNormalization', [x, gain], attributes, y);
  }
  const meanSquare = rewriter.emit('ReduceMean', [rewriter.emit('Mul', [x, x]), integers(rewriter, -1)], { keepdims: int(1) });
  const root = rewriter.emit('Sqrt', [rewriter.emit('Add', [meanSquare, scalar(rewriter, epsilon)])]);
  rewriter.emit('Reciprocal', [root], {}, inverseRoot);
  rewriter.emit('Mul', [rewriter.emit('Mul', [x, inverseRoot]), gain], {}, y);
};

const gelu: Replacement = (node, { emit }) => void emit('Gelu', node.inputs, {}, node.outputs[0]);

/** Operators of ONNX Runtime alone that the lowerings use; it keeps SimplifiedLayerNormalization in ONNX's domain. */
const replacements: Readonly<Record<string, Replacement>> = {
  'com.microsoft:FusedMatMul': fusedMatMul,
  'com.microsoft:Gelu': gelu,
  'com.microsoft:GroupQueryAttention': portableCachedAttention,
  ':SimplifiedLayerNormalization': simplifiedLayerNormalization,
};

const keyOf = ({ domain = '', opType }: OnnxNode): string => `${domain}:${opType}`;

/**
 * The same model in operators of the ONNX standard, with types of its intermediate values recorded.
 * @throws {OnnxExportError} `not-portable` where an operator has no such form, with all of them named
 */
export function toPortable(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const left = graph.nodes.filter((node) => (node.domain ?? '') !== '' && !(keyOf(node) in replacements));
  if (left.length > 0) {
    throw new OnnxExportError(
      'not-portable',
      `the operators ${[...new Set(left.map(keyOf))].join(', ')} exist only in ONNX Runtime; expected operators of the ONNX standard; pass portable: false to export for ONNX Runtime`,
    );
  }
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];
  let counter = 0;
  const fresh = () => `portable${counter++}`;
  const rewriter: Rewriter = {
    types: typesOf(graph),
    emit(opType, inputs, attributes = {}, output = fresh()) {
      nodes.push({ opType, inputs, outputs: [output], attributes });
      return output;
    },
    constant(tensor) {
      const name = fresh();
      constants.push({ ...tensor, name });
      return name;
    },
  };
  for (const node of graph.nodes) {
    const replace = replacements[keyOf(node)];
    if (replace) replace(node, rewriter);
    else nodes.push(node);
  }
  return {
    ...model,
    opsets: model.opsets.filter(({ domain }) => domain === ''),
    graph: { ...graph, nodes, initializers: [...graph.initializers, ...constants] },
  };
}
