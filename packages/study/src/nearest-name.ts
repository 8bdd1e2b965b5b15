/**
 * The candidate nearest to `name`, or undefined when none is near enough to be what was meant: at most a third of the
 * longer name's letters may differ.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    if (distance <= allowed && distance < least) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

/**
 * The candidates that `name` may have meant: the nearest one, or else those with a word that begins with it, as `data-gen`
 * and `data-stats` for `data`. Fewer than three letters begin too many words to mean any.
 */
export function nearNames(name: string, candidates: readonly string[]): string[] {
  const nearest = nearestName(name, candidates);
  if (nearest !== undefined) return [nearest];
  const start = name.toLowerCase();
  if (start.length < 3) return [];
  return candidates.filter((candidate) => `-${candidate.toLowerCase()}`.includes(`-${start}`));
}

/** "Did you mean X?", or what there is when nothing is near. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const near = nearNames(name, candidates);
  if (near.length > 0) return didYouMean(near);
  return candidates.length > 0 ? `There is: ${candidates.join(', ')}.` : 'There is none.';
}

/** "Did you mean X?", "Did you mean X, Y or Z?" */
export function didYouMean(names: readonly string[]): string {
  const last = names.slice(-1).join('');
  return `Did you mean ${names.length > 1 ? `${names.slice(0, -1).join(', ')} or ` : ''}${last}?`;
}

/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours, each counting one
 * (F. J. Damerau, 1964, doi:10.1145/363958.363994).
 */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
