import type { Expectation, Results } from '@sardonyx/study';

type Evaluation = ReturnType<Expectation['evaluate']>;

/** k and L of `(k⊗L)`. */
function shapeIn(name: string): readonly [layers: number, loops: number] {
  const [layers, loops] = /(\d+)⊗(\d+)/.exec(name)!.slice(1).map(Number);
  return [layers!, loops!];
}

/** `(k⊗1)` beside `(k⊗L)`: as many parameters. */
export const onceOf = (name: string): string => `(${shapeIn(name)[0]}⊗1)`;

/** `(kL⊗1)` beside `(k⊗L)`: as many operations. */
export const depthOf = (name: string): string => `(${shapeIn(name)[0] * shapeIn(name)[1]}⊗1)`;

/** Final accuracy of a model, %, the median of its seeds; `undefined` where it was not trained. */
export function finalAccuracy(results: Results, name: string, bucket = ''): number | undefined {
  const value = results.values[`accuracy ${name}${bucket && ` ${bucket}`}`];
  return typeof value === 'number' ? value : undefined;
}

export const percent = (value: number): string => `${value.toFixed(1)} %`;

/** The run's first model beside another; only reported where that was not trained. */
export function besideFirst(
  results: Results,
  otherOf: (first: string) => string,
  holds: (first: number, other: number) => boolean,
  bucket = '',
): Evaluation {
  const first = String(results.values['first model']);
  return beside(results, first, otherOf(first), holds, bucket);
}

/** One model beside another; only reported where either was not trained. */
export function beside(
  results: Results,
  one: string,
  other: string,
  holds: (one: number, other: number) => boolean,
  bucket = '',
): Evaluation {
  const [ours, theirs] = [finalAccuracy(results, one, bucket), finalAccuracy(results, other, bucket)];
  if (ours === undefined || theirs === undefined) {
    return { ours: `${ours === undefined ? one : other} was not trained`, verdict: 'reported' };
  }
  return { ours: `${one} ${percent(ours)}, ${other} ${percent(theirs)}`, verdict: holds(ours, theirs) ? 'holds' : 'fails' };
}
