import type { Tensor } from '../core/tensor.js';
import { reshape } from './structure.js';

/** A function of images [N, C, H, W], given them with a batch before the axes: batches of images are more images. */
export function overImages(x: Tensor, f: (images: Tensor) => Tensor): Tensor {
  const [batch, images, ...rest] = x.shape;
  const y = f(reshape(x, [batch! * images!, ...rest]));
  return reshape(y, [batch!, images!, ...y.shape.slice(1)]);
}
