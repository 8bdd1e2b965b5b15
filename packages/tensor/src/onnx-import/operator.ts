import type { OnnxNode } from '../onnx/model.js';
import type { Constant, OnnxValueOrSequence } from './constant.js';
import type { NodeCall } from './node-call.js';

/** How one ONNX operator is written in operators of ours, in all versions of it. */
export interface OnnxOperator {
  /** The outputs, in the order of the operator's own. */
  readonly trace: (call: NodeCall) => OnnxValueOrSequence | readonly OnnxValueOrSequence[];
  /** The outputs of known inputs, computed at once; nothing where that is not worth it and `trace` shall do it. */
  readonly fold?: (call: NodeCall, inputs: readonly Constant[]) => Constant | readonly Constant[] | undefined;
  /** Inputs whose elements must be known while tracing: shapes, axes, counts. */
  readonly known?: readonly number[];
  /** Inputs that hold state, not parameters: gradient descent leaves them alone. */
  readonly state?: readonly number[];
  /** Only the types of the inputs matter, not their elements. */
  readonly typesOnly?: boolean;
  /** Why a node is not supported whatever its inputs are, from its attributes; `undefined` where it is. */
  readonly refuses?: (node: OnnxNode) => string | undefined;
}

/** Operators by name; those of other domains than ONNX's own as `domain:Name`. */
export type OperatorTable = Readonly<Record<string, OnnxOperator>>;
