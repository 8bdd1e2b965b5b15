import { RandomStream } from '@sardonyx/data';
import { haarOrthogonal } from '@sardonyx/linalg';
import { drawIndex } from './draw-index.js';

/** Examples of a classification problem, dense and row by row. */
export interface ClassificationExamples {
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  /** count × features */
  readonly inputs: Float32Array;
  /** count × classes: one-hot where a label was observed. */
  readonly probabilities: Float32Array;
  /** Cross-entropy of the probabilities from themselves, nats an example; 0 of observed labels. */
  readonly entropy: number;
}

export interface TeacherSizes {
  readonly features: number;
  readonly classes: number;
  /** Hidden units of the teacher. */
  readonly units: number;
  /** a of the inputs' variances k^−a. */
  readonly decay: number;
}

/** How sharp the teacher is: the standard deviation of its logits, about. */
const logitScale = 4;

/**
 * A teacher network and its inputs: z ~ N(0, I), x = Q·diag(k^{−a/2})·z with Q a Haar rotation, and class probabilities
 * softmax(W₂·tanh(W₁·z)) with normal weights. The student sees x: directions of little variance count as much as the
 * others, and no coordinate is special.
 */
export class Teacher {
  readonly #sizes: TeacherSizes;
  readonly #rotation: Float64Array;
  readonly #first: Float64Array;
  readonly #second: Float64Array;

  constructor(sizes: TeacherSizes, seed: number) {
    const { features, classes, units } = sizes;
    const rotations = new RandomStream(seed, 'teacher: rotation');
    const weights = new RandomStream(seed, 'teacher: weights');
    const normals = (count: number, deviation: number) => Float64Array.from({ length: count }, () => deviation * weights.normal());
    this.#sizes = sizes;
    this.#rotation = Float64Array.from(haarOrthogonal(features, () => rotations.normal()).data);
    this.#first = normals(units * features, 2 / Math.sqrt(features));
    this.#second = normals(classes * units, logitScale / Math.sqrt(units));
  }

  /** Examples with labels drawn from the teacher's probabilities. */
  labelled(count: number, stream: RandomStream): ClassificationExamples {
    const { features, classes, inputs, probabilities } = this.judged(count, stream);
    const observed = new Float32Array(probabilities.length);
    for (let example = 0; example < count; example++) {
      const label = drawIndex(probabilities.subarray(example * classes, (example + 1) * classes), stream.uniform());
      observed[example * classes + label] = 1;
    }
    return { count, features, classes, inputs, probabilities: observed, entropy: 0 };
  }

  /** Examples with the teacher's probabilities themselves: the expectation over labels, without their noise. */
  judged(count: number, stream: RandomStream): ClassificationExamples {
    const { features, classes } = this.#sizes;
    const inputs = new Float32Array(count * features);
    const probabilities = new Float32Array(count * classes);
    const z = new Float64Array(features);
    let entropy = 0;
    for (let example = 0; example < count; example++) {
      for (let k = 0; k < features; k++) z[k] = stream.normal();
      inputs.set(this.#seen(z), example * features);
      const p = this.#probabilities(z);
      probabilities.set(p, example * classes);
      for (const value of p) entropy -= value === 0 ? 0 : value * Math.log(value);
    }
    return { count, features, classes, inputs, probabilities, entropy: entropy / count };
  }

  /** x = Q·diag(k^{−a/2})·z */
  #seen(z: Float64Array): Float64Array {
    const scaled = z.map((value, k) => value * (k + 1) ** (-this.#sizes.decay / 2));
    return product(this.#rotation, scaled);
  }

  #probabilities(z: Float64Array): Float64Array {
    const logits = product(this.#second, product(this.#first, z).map(Math.tanh));
    const top = Math.max(...logits);
    const weights = logits.map((logit) => Math.exp(logit - top));
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / total);
  }
}

/** A·x of a row-major matrix. */
function product(a: Float64Array, x: Float64Array): Float64Array {
  const y = new Float64Array(a.length / x.length);
  for (let i = 0; i < y.length; i++) {
    let total = 0;
    for (let j = 0; j < x.length; j++) total += a[i * x.length + j]! * x[j]!;
    y[i] = total;
  }
  return y;
}
