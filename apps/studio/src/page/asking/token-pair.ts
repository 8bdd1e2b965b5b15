/** One pair of tokens of a map, from 0. */
export interface Pair {
  readonly query: number;
  readonly key: number;
}

/** The pair that a key leads to; a query sees no key after itself. */
export function movedPair(key: string, { query, key: at }: Pair, length: number): Pair | undefined {
  const within = (value: number, most: number): number => Math.max(0, Math.min(most, value));
  switch (key) {
    case 'ArrowUp': {
      const above = within(query - 1, length - 1);
      return { query: above, key: Math.min(at, above) };
    }
    case 'ArrowDown':
      return { query: within(query + 1, length - 1), key: at };
    case 'ArrowLeft':
      return { query, key: within(at - 1, query) };
    case 'ArrowRight':
      return { query, key: within(at + 1, query) };
    case 'Home':
      return { query, key: 0 };
    case 'End':
      return { query, key: query };
    default:
      return undefined;
  }
}
