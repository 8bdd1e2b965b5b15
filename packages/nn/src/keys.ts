import { random, type Tensor, unstack } from '@sardonyx/tensor';

/** `count` independent keys from one. */
export const splitKey = (key: Tensor, count: number): Tensor[] => unstack(random.split(key, count));
