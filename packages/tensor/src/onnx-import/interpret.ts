import { Constant, constantOf, type OnnxValueOrSequence } from './constant.js';
import { OnnxImportError } from './errors.js';
import { NodeCall } from './node-call.js';
import { describeNode, type PreparedGraph, type PreparedNode } from './prepare.js';

/** Values by name: those of a graph, and behind them those of the graphs around it. */
export class Scope {
  private readonly values = new Map<string, OnnxValueOrSequence>();

  constructor(private readonly around?: Scope) {}

  get(name: string): OnnxValueOrSequence | undefined {
    return this.values.get(name) ?? this.around?.get(name);
  }

  set(name: string, value: OnnxValueOrSequence): void {
    if (name !== '') this.values.set(name, value);
  }
}

/**
 * Writes a graph in operators of ours and returns its outputs.
 * @throws {OnnxImportError} `data-dependent-shape`, `operator-failed`, `malformed-graph`
 */
export function interpret(graph: PreparedGraph, scope: Scope): OnnxValueOrSequence[] {
  for (const stored of graph.initializers) {
    if (scope.get(stored.name) === undefined) scope.set(stored.name, constantOf(stored));
  }
  for (const prepared of graph.nodes) {
    const values = prepared.node.inputs.map((name) => valueOf(scope, name, prepared));
    const outputs = prepared.branches ? runBranch(prepared, values, scope) : runNode(prepared, values);
    prepared.node.outputs.forEach((name, i) => {
      const output = outputs[i];
      if (output) scope.set(name, output);
    });
  }
  return graph.outputs.map((name) => {
    const output = scope.get(name);
    if (output) return output;
    throw new OnnxImportError('malformed-graph', `no node makes the output ${JSON.stringify(name)}; export the model again`);
  });
}

function valueOf(scope: Scope, name: string, prepared: PreparedNode): OnnxValueOrSequence | undefined {
  if (name === '') return undefined;
  const value = scope.get(name);
  if (value) return value;
  throw new OnnxImportError(
    'malformed-graph',
    `${describeNode(prepared)} reads ${JSON.stringify(name)}, which is no input, no initializer and no output of a node before it; export the model again`,
  );
}

function runNode(prepared: PreparedNode, values: readonly (OnnxValueOrSequence | undefined)[]): readonly OnnxValueOrSequence[] {
  const { trace, fold } = prepared.operator!;
  const call = new NodeCall(prepared, values);
  try {
    const present = values.filter((value) => value !== undefined);
    const known = present.filter((value) => value instanceof Constant);
    const folded = fold && known.length === present.length && known.every((value) => value.isNumeric) ? fold(call, known) : undefined;
    return listOf(folded ?? trace(call));
  } catch (cause) {
    throw call.failed(cause);
  }
}

/** The branch that the condition chooses; it must be known while tracing. */
function runBranch(prepared: PreparedNode, values: readonly (OnnxValueOrSequence | undefined)[], scope: Scope): OnnxValueOrSequence[] {
  const condition = new NodeCall(prepared, values).number(0);
  const { whenTrue, whenFalse } = prepared.branches!;
  return interpret(condition ? whenTrue : whenFalse, new Scope(scope));
}

const listOf = (outputs: OnnxValueOrSequence | readonly OnnxValueOrSequence[]): readonly OnnxValueOrSequence[] =>
  Array.isArray(outputs) ? (outputs as readonly OnnxValueOrSequence[]) : [outputs as OnnxValueOrSequence];
