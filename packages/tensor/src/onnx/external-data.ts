import { OnnxFormatError } from './errors.js';
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from './model.js';

/** How large tensors leave the model file. */
export interface ExternalDataOptions {
  /** File name relative to the model's directory, by custom the model's name with `.data` appended. */
  readonly file: string;
  /** Initializers from this many bytes on are moved out. Default 1024. */
  readonly thresholdBytes?: number;
  /** Every tensor begins at a multiple of this, so that it can be memory-mapped. Default 4096, a page. */
  readonly alignment?: number;
}

/** A tensor's bytes and where they go in the external file. */
export interface ExternalBlock {
  readonly offset: number;
  readonly data: Uint8Array;
}

/**
 * Moves large initializers, those of subgraphs included, out of the model. Attributes and strings stay where they are.
 * @returns the model with locations in place of data, and the blocks of the external file in ascending order
 * @throws {OnnxFormatError} `external-path`, `invalid-value`
 */
export function separateExternalData(
  model: OnnxModel,
  options: ExternalDataOptions,
): { readonly model: OnnxModel; readonly blocks: readonly ExternalBlock[] } {
  const { file, thresholdBytes = 1024, alignment = 4096 } = options;
  checkLocation(file, 'externalData.file');
  if (!Number.isSafeInteger(alignment) || alignment < 1) {
    throw new OnnxFormatError({
      code: 'invalid-value',
      path: 'externalData.alignment',
      expected: 'a positive number of bytes',
      given: String(alignment),
      remedy: 'leave it out for a page of 4096',
    });
  }
  const blocks: ExternalBlock[] = [];
  let end = 0;
  const moved = mapInitializers(model, (tensor) => {
    const length = tensor.data.byteLength;
    if (tensor.location !== undefined || tensor.elementType === 'string' || length < Math.max(1, thresholdBytes)) {
      return tensor;
    }
    const offset = Math.ceil(end / alignment) * alignment;
    blocks.push({ offset, data: tensor.data });
    end = offset + length;
    return { ...tensor, data: new Uint8Array(0), location: { file, offset, length } };
  });
  return { model: moved, blocks };
}

/** All tensors of the model that are elsewhere: initializers and attributes, those of subgraphs and functions included. */
export function externalTensors(model: OnnxModel): readonly OnnxTensor[] {
  const found: OnnxTensor[] = [];
  mapTensors(model, (tensor) => {
    if (tensor.location !== undefined) found.push(tensor);
    return tensor;
  });
  return found;
}

/** The model with every tensor replaced by `replace(tensor)`. */
export function mapTensors(model: OnnxModel, replace: (tensor: OnnxTensor) => OnnxTensor): OnnxModel {
  return mapModel(model, replace, replace);
}

function mapInitializers(model: OnnxModel, replace: (tensor: OnnxTensor) => OnnxTensor): OnnxModel {
  return mapModel(model, replace, (tensor) => tensor);
}

type Replace = (tensor: OnnxTensor) => OnnxTensor;

function mapModel(model: OnnxModel, initializer: Replace, attribute: Replace): OnnxModel {
  const mapGraph = (graph: OnnxGraph): OnnxGraph => ({
    ...graph,
    nodes: graph.nodes.map(mapNode),
    initializers: graph.initializers.map(initializer),
  });
  const mapNode = (node: OnnxNode): OnnxNode =>
    node.attributes === undefined ? node : { ...node, attributes: mapAttributes(node.attributes) };
  const mapAttributes = (attributes: Readonly<Record<string, OnnxAttribute>>) =>
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, mapAttribute(value)]));
  const mapAttribute = (value: OnnxAttribute): OnnxAttribute => {
    switch (value.kind) {
      case 'tensor':
        return { kind: 'tensor', value: attribute(value.value) };
      case 'tensors':
        return { kind: 'tensors', value: value.value.map(attribute) };
      case 'graph':
        return { kind: 'graph', value: mapGraph(value.value) };
      case 'graphs':
        return { kind: 'graphs', value: value.value.map(mapGraph) };
      default:
        return value;
    }
  };
  const functions = model.functions?.map((definition) => ({
    ...definition,
    nodes: definition.nodes.map(mapNode),
    ...(definition.attributeDefaults && { attributeDefaults: mapAttributes(definition.attributeDefaults) }),
  }));
  return { ...model, graph: mapGraph(model.graph), ...(functions && { functions }) };
}

/**
 * Refuses locations that a model from elsewhere could use to read or write outside its own directory: absolute paths on
 * any system, and any step to a parent.
 * @throws {OnnxFormatError} `external-path`
 */
export function checkLocation(file: string, path: string): void {
  const steps = file.split(/[/\\]/);
  const absolute = steps[0] === '' || /^[A-Za-z]:/.test(file);
  if (file !== '' && !absolute && !steps.includes('..') && !file.includes('\0')) return;
  throw new OnnxFormatError({
    code: 'external-path',
    path,
    expected: "a file in the model's directory or below",
    given: JSON.stringify(file),
    remedy: 'place the file beside the model and name it without ".." or a leading slash',
  });
}
