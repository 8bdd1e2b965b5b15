/*
 * The p-hop induction function (arXiv:2502.17416, §3.2 and definition B.2, after Sanford et al., arXiv:2402.09268).
 *
 * For a sequence v₁ … v_n, find₁(v, i) = max({0} ∪ {j ≤ i : j ≥ 2, v_{j−1} = v_i}): the place after the latest earlier
 * occurrence of the symbol at i. find_p(v, i) = find₁(v, find_{p−1}(v, i)), with find₁(v, 0) = 0, and hop_p(v) is the symbol
 * at find_p(v, n), undefined where that is 0. Positions count from 1; position 0 stands for "nowhere".
 */

/** find₁(v, i) as the definition reads, in time proportional to i. */
export function findByDefinition(sequence: ArrayLike<number>, position: number): number {
  let found = 0;
  for (let j = 2; j <= position; j++) if (sequence[j - 2] === sequence[position - 1]) found = j;
  return found;
}

/** find_p(v, n) as the definition reads. */
export function hopsByDefinition(sequence: ArrayLike<number>, hops: number): number {
  let position = sequence.length;
  for (let hop = 0; hop < hops; hop++) position = position === 0 ? 0 : findByDefinition(sequence, position);
  return position;
}

/** find₁(v, i) for all i = 0 … n in one pass: element i of the n + 1 is the first hop from i. */
export function firstHops(sequence: ArrayLike<number>): Int32Array {
  const found = new Int32Array(sequence.length + 1);
  /** The place after the latest occurrence of every symbol so far. */
  const after = new Map<number, number>();
  for (let i = 1; i <= sequence.length; i++) {
    // j = i is allowed: a symbol equal to the one before it points at itself.
    if (i >= 2) after.set(sequence[i - 2]!, i);
    found[i] = after.get(sequence[i - 1]!) ?? 0;
  }
  return found;
}

/** The places of the first `hops` hops from the end, find₁ … find_p(v, n); shorter where the chain ends in nowhere. */
export function hopChain(sequence: ArrayLike<number>, hops: number): number[] {
  const found = firstHops(sequence);
  const chain: number[] = [];
  let position = sequence.length;
  for (let hop = 0; hop < hops; hop++) {
    position = found[position]!;
    if (position === 0) break;
    chain.push(position);
  }
  return chain;
}

/**
 * find_p(v, i) for all i = 0 … n by pointer doubling: find_{2u} is find_u of find_u, so the binary digits of p need
 * ⌊log₂ p⌋ doublings.
 */
export function hopsByDoubling(sequence: ArrayLike<number>, hops: number): Int32Array {
  let power = firstHops(sequence);
  let composed = power.map((_, position) => position);
  for (let remaining = hops; remaining > 0; remaining = Math.floor(remaining / 2)) {
    if (remaining % 2 === 1) {
      const earlier = composed;
      composed = power.map((position) => earlier[position]!);
    }
    const step = power;
    power = step.map((position) => step[position]!);
  }
  return composed;
}

/**
 * The probability that hop_p of a uniform sequence is defined, given v_n ≠ v_{n−1}. No symbol is looked at twice on the way
 * back and every hop goes back by a geometric number of places with success probability 1/|Σ|; all p fit if and only if
 * n − 2 fresh symbols hold p successes: P(Binomial(n − 2, 1/|Σ|) ≥ p).
 */
export function hopAcceptance(length: number, hops: number, alphabet: number): number {
  const trials = Math.max(0, length - 2);
  const [success, failure] = [1 / alphabet, 1 - 1 / alphabet];
  let term = failure ** trials;
  let below = 0;
  for (let successes = 0; successes < Math.min(hops, trials + 1); successes++) {
    below += term;
    term *= ((trials - successes) / (successes + 1)) * (success / failure);
  }
  return Math.max(0, 1 - below);
}
