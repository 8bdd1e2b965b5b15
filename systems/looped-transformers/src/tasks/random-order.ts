import type { RandomStream } from '@sardonyx/data';

/** `count` different elements in a random order, every choice and order alike (Fisher and Yates). */
export function drawWithoutRepetition<T>(stream: RandomStream, values: readonly T[], count: number): T[] {
  const rest = [...values];
  for (let next = 0; next < count; next++) {
    const chosen = next + stream.integer(rest.length - next);
    [rest[next], rest[chosen]] = [rest[chosen]!, rest[next]!];
  }
  return rest.slice(0, count);
}

/** All elements in a random order. */
export const shuffled = <T>(stream: RandomStream, values: readonly T[]): T[] => drawWithoutRepetition(stream, values, values.length);
