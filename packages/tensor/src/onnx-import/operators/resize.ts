import { resolveAxis } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { matmul } from '../../ops/matmul.js';
import { take } from '../../ops/indexing.js';
import { moveAxis } from '../../ops/structure.js';
import { Constant } from '../constant.js';
import type { NodeCall } from '../node-call.js';
import type { OperatorTable } from '../operator.js';

/*
 * Resize works axis by axis: each output element is a weighted sum of input elements around its coordinate. The weights
 * are constants, so an axis is resized by a gather (nearest) or by a product with a matrix of weights (linear, cubic).
 */

interface AxisResize {
  readonly axis: number;
  readonly size: number;
  readonly target: number;
  readonly scale: number;
}

function axesToResize(call: NodeCall): AxisResize[] {
  const { shape } = call.value(0);
  const [scalesInput, sizesInput] = call.opset < 11 ? [1, 3] : [2, 3];
  const axes = call.integers('axes')?.map((axis) => resolveAxis('Resize', axis, shape.length)) ?? shape.map((_, i) => i);
  const scales = call.numbers(scalesInput);
  const sizes = call.numbers(sizesInput);
  const isBySize = scales === undefined || scales.length === 0;
  if (isBySize && sizes === undefined) throw call.error('expected scales or sizes, given neither');
  return axes.map((axis, i) => {
    const size = shape[axis]!;
    const target = isBySize ? sizes![i]! : Math.floor(size * scales[i]!);
    if (!Number.isInteger(target) || target < 0 || target >= 2 ** 31) {
      throw call.error(`expected sizes from 0 to 2³¹ − 1 after resizing, given ${target} for axis ${axis}`);
    }
    return { axis, size, target, scale: isBySize ? target / size : scales[i]! };
  });
}

/** The input coordinate of output element i, by the attribute `coordinate_transformation_mode`. */
function coordinate(mode: string, i: number, { size, target, scale }: AxisResize): number {
  switch (mode) {
    case 'asymmetric':
      return i / scale;
    case 'align_corners':
      return target === 1 ? 0 : (i * (size - 1)) / (target - 1);
    case 'pytorch_half_pixel':
      return target > 1 ? (i + 0.5) / scale - 0.5 : 0;
    case 'half_pixel_symmetric': {
      const adjustment = target / (scale * size);
      return (size / 2) * (1 - adjustment) + (i + 0.5) / scale - 0.5;
    }
    default:
      return (i + 0.5) / scale - 0.5;
  }
}

function nearestPlace(rounding: string, x: number): number {
  switch (rounding) {
    case 'floor':
      return Math.floor(x);
    case 'ceil':
      return Math.ceil(x);
    case 'round_prefer_ceil':
      return Math.floor(x + 0.5);
    default:
      return Math.ceil(x - 0.5);
  }
}

/** Weights of the elements around a coordinate: offset from its floor, and weight. */
function kernelWeights(kind: string, fraction: number, a: number): readonly (readonly [number, number])[] {
  if (kind === 'linear')
    return [
      [0, 1 - fraction],
      [1, fraction],
    ];
  // Keys' cubic convolution (1981), with the attribute cubic_coeff_a.
  const near = (t: number) => ((a + 2) * t - (a + 3)) * t * t + 1;
  const far = (t: number) => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  return [
    [-1, far(fraction + 1)],
    [0, near(fraction)],
    [1, near(1 - fraction)],
    [2, far(2 - fraction)],
  ];
}

function resizeAxis(call: NodeCall, x: Tensor, resize: AxisResize): Tensor {
  const { axis, size, target } = resize;
  const mode = call.opset < 11 ? 'asymmetric' : call.text('coordinate_transformation_mode', 'half_pixel');
  const inside = (place: number) => Math.min(Math.max(place, 0), size - 1);
  const coordinates = Array.from({ length: target }, (_, i) => coordinate(mode, i, resize));
  const kind = call.text('mode', 'nearest');
  if (kind === 'nearest') {
    const rounding = call.opset < 11 ? 'floor' : call.text('nearest_mode', 'round_prefer_floor');
    return take(x, Constant.integers(coordinates.map((at) => inside(nearestPlace(rounding, at)))).tensor(), axis);
  }
  const weights = new Array<number>(size * target).fill(0);
  coordinates.forEach((at, i) => {
    const floor = Math.floor(at);
    for (const [offset, weight] of kernelWeights(kind, at - floor, call.float('cubic_coeff_a', -0.75))) {
      weights[inside(floor + offset) * target + i]! += weight;
    }
  });
  const matrix = Constant.of(x.dtype, [size, target], weights).tensor();
  return moveAxis(matmul(moveAxis(x, axis, -1), matrix), -1, axis);
}

function resized(call: NodeCall): Tensor {
  return axesToResize(call)
    .filter(({ size, target }) => size !== target)
    .reduce((x, resize) => resizeAxis(call, x, resize), call.tensor(0));
}

const attributeText = (
  attributes: Readonly<Record<string, { readonly kind: string; readonly value?: unknown }>> | undefined,
  name: string,
) => (attributes?.[name]?.kind === 'string' ? attributes[name].value : undefined);

export const resizeOperators: OperatorTable = {
  Resize: {
    trace: resized,
    known: [1, 2, 3],
    refuses({ attributes }) {
      const antialias = attributes?.['antialias'];
      if (antialias?.kind === 'int' && Number(antialias.value) === 1) return 'antialiased resizing is not translated';
      if (attributeText(attributes, 'coordinate_transformation_mode') === 'tf_crop_and_resize')
        return 'tf_crop_and_resize is not translated';
      const policy = attributeText(attributes, 'keep_aspect_ratio_policy');
      return policy === undefined || policy === 'stretch' ? undefined : `keep_aspect_ratio_policy ${String(policy)} is not translated`;
    },
  },
};
