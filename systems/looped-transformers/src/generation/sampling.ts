import type { RandomStream } from '@sardonyx/data';
import { ModelError } from '../model/model-error.js';

/** How the next token is chosen. */
export interface SamplingOptions {
  /** Divides the logits; 0 (default) takes the most likely token, the first of equals. */
  readonly temperature?: number;
  /** Choose among the k most likely only; all by default. */
  readonly topK?: number;
  /** Choose among the fewest most likely tokens that hold this probability together (arXiv:1904.09751); 1 by default. */
  readonly topP?: number;
}

/** Throws ModelError `option` where sampling is asked for that cannot be. */
export function checkSampling({ temperature = 0, topK, topP = 1 }: SamplingOptions): void {
  if (!(temperature >= 0 && temperature < Number.POSITIVE_INFINITY)) {
    throw new ModelError('option', `temperature must be 0 (greedy) or more, given ${temperature}`);
  }
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1)) {
    throw new ModelError('option', `topK must be a positive integer, given ${topK}; leave it out to choose among all tokens`);
  }
  if (!(topP > 0 && topP <= 1)) throw new ModelError('option', `topP must be above 0 and at most 1, given ${topP}`);
}

/**
 * The next token by its logits. First the temperature, then the k most likely, then the nucleus of these, renormalised. Draws
 * one number of the stream, or none where the temperature is 0. Throws ModelError `option` for logits that are NaN or infinite.
 */
export function sampleToken(logits: Float32Array, options: SamplingOptions, stream: RandomStream): number {
  const { temperature = 0, topK = logits.length, topP = 1 } = options;
  const best = mostLikely(logits);
  if (temperature === 0) return best;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - logits[best]!) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const isWhole = topK >= logits.length && topP === 1;
  const candidates = isWhole ? undefined : nucleus(weights, total, topK, topP);
  return draw(weights, candidates, stream.uniform());
}

function mostLikely(logits: Float32Array): number {
  let best = 0;
  for (let token = 0; token < logits.length; token++) {
    if (logits[token]! > logits[best]!) best = token;
    if (!(logits[token]! < Number.POSITIVE_INFINITY)) {
      throw new ModelError('option', `logits must be finite, given ${logits[token]} for token ${token}; the model has diverged`);
    }
  }
  return best;
}

/** The candidates, most likely first. */
function nucleus(weights: Float64Array, total: number, topK: number, topP: number): number[] {
  // Weights below this sum to less than 1 − p of the total together, so that the nucleus needs none of them.
  const negligible = topK < weights.length ? 0 : (total * (1 - topP)) / weights.length;
  const sorted: number[] = [];
  for (let token = 0; token < weights.length; token++) if (weights[token]! >= negligible) sorted.push(token);
  sorted.sort((a, b) => weights[b]! - weights[a]! || a - b);
  const kept = sorted.slice(0, topK);
  const wanted = topP * (topK < weights.length ? kept.reduce((sum, token) => sum + weights[token]!, 0) : total);
  let held = 0;
  const count = kept.findIndex((token) => (held += weights[token]!) >= wanted);
  return count < 0 ? kept : kept.slice(0, count + 1);
}

/** The token whose part of the candidates' weight holds the point `uniform` of [0, 1). */
function draw(weights: Float64Array, candidates: readonly number[] | undefined, uniform: number): number {
  const tokens = candidates ?? Array.from(weights.keys());
  let left = uniform * tokens.reduce((sum, token) => sum + weights[token]!, 0);
  // Rounding may leave a little at the end: it belongs to the last token that has any weight.
  let last = tokens[0]!;
  for (const token of tokens) {
    const weight = weights[token]!;
    if (weight === 0) continue;
    last = token;
    left -= weight;
    if (left < 0) return token;
  }
  return last;
}
