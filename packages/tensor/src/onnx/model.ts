import type { OnnxElementType } from './element-types.js';

/**
 * An ONNX model as plain immutable data, in the vocabulary of the ONNX IR specification
 * (https://github.com/onnx/onnx/blob/main/docs/IR.md). Absent optional text is left out, never an empty string.
 * Documentation strings, training information, quantization annotations and device configurations are not kept.
 */
export interface OnnxModel {
  readonly irVersion: number;
  readonly opsets: readonly OnnxOpset[];
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly graph: OnnxGraph;
  /** Free key–value pairs (`metadata_props`). */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Operators defined by the model itself. */
  readonly functions?: readonly OnnxFunction[];
}

/** A version of an operator set; the domain `''` is ONNX's own (`ai.onnx`). */
export interface OnnxOpset {
  readonly domain: string;
  readonly version: number;
}

/** Nodes in topological order, with the values that enter, leave and are stored. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: readonly OnnxTensor[];
  /** Types of intermediate values, where the producer recorded them. */
  readonly valueInfo?: readonly OnnxValueInfo[];
}

/** One application of an operator. */
export interface OnnxNode {
  readonly opType: string;
  /** Operator set the operator belongs to; absent for ONNX's own. */
  readonly domain?: string;
  readonly name?: string;
  /** Which overload of a model-defined function, where there are several. */
  readonly overload?: string;
  /** Names of values; `''` stands for an optional input that is absent. */
  readonly inputs: readonly string[];
  /** Names of values; `''` stands for an optional output that is not wanted. */
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/**
 * The value of an attribute. Integers are numbers where exact, else bigints. ONNX strings are bytes: text is of
 * kind `string`, what is not UTF-8 of kind `bytes`. A `reference` occurs only inside a function's body and stands for
 * the attribute `name` of the function, of kind `type`.
 */
export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  | { readonly kind: 'ints'; readonly value: readonly (number | bigint)[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensors'; readonly value: readonly OnnxTensor[] }
  | { readonly kind: 'graphs'; readonly value: readonly OnnxGraph[] }
  | { readonly kind: 'reference'; readonly name: string; readonly type: OnnxReferableKind };

/** Kinds of attribute that a function's body can take over from the function's own attributes. */
export type OnnxReferableKind = Exclude<OnnxAttribute['kind'], 'reference' | 'bytes'>;

/** Name and type of a value. */
export interface OnnxValueInfo {
  readonly name: string;
  /** `undefined` where the model leaves the type to inference, as it may inside subgraphs and functions. */
  readonly elementType: OnnxElementType | undefined;
  /**
   * Each dimension a size, a symbol, or `undefined` where unknown (a negative size counts as unknown);
   * `undefined` in place of the list where the rank is unknown.
   */
  readonly shape: readonly (number | string | undefined)[] | undefined;
}

/** A stored tensor: an initializer or an attribute's value. */
export interface OnnxTensor {
  /** The value's name; `''` is usual for attributes. */
  readonly name: string;
  readonly elementType: OnnxElementType;
  readonly dims: readonly number[];
  /** The elements, row-major and little-endian; empty for strings and where `location` says they are elsewhere. */
  readonly data: Uint8Array;
  /** The elements of a `string` tensor. */
  readonly strings?: readonly string[];
  /** Where the elements are, when they are not in `data`. */
  readonly location?: OnnxDataLocation;
}

/** A stretch of a file beside the model that holds a tensor's raw bytes. */
export interface OnnxDataLocation {
  /** Path relative to the model's directory. */
  readonly file: string;
  /** First byte. */
  readonly offset: number;
  /** Number of bytes. */
  readonly length: number;
}

/** An operator defined by nodes. */
export interface OnnxFunction {
  readonly name: string;
  readonly domain: string;
  readonly overload?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Names of attributes that a caller must give. */
  readonly attributes: readonly string[];
  /** Attributes that a caller may leave out, with their values. */
  readonly attributeDefaults?: Readonly<Record<string, OnnxAttribute>>;
  readonly nodes: readonly OnnxNode[];
  readonly opsets: readonly OnnxOpset[];
  readonly valueInfo?: readonly OnnxValueInfo[];
}
