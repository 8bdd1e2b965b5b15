import { RandomStream } from '@sardonyx/data';
import { drawIndex } from './draw-index.js';

/**
 * A source of text with known entropy: a Markov chain over words, each spelt out in letters and ended by a space. Words
 * are distinct, so that the text says which words it is made of, and its entropy is the chain's.
 */
export interface WordSource {
  /** Distinct, without spaces. */
  readonly words: readonly string[];
  /** P(next word | word), a row a word, all above 0. */
  readonly transitions: readonly Float64Array[];
  /** The stationary distribution of words. */
  readonly stationary: Float64Array;
  /** The letters, and the space as the last. */
  readonly alphabet: string;
}

/** A window of text that begins with a whole word, of the stationary distribution, and ends anywhere. */
export interface TextWindow {
  /** Indices in the alphabet: the space before the window, and its characters. */
  readonly characters: Int32Array;
  /** −log of the window's probability under the source, nats. */
  readonly surprisal: number;
}

const letters = 'abcdefghijklmnop';

/** Shortest and longest words drawn. */
const [shortest, longest] = [2, 6];

/**
 * Words of 2 to 6 random letters, and logits of transitions −log(rank of the next word) + deviation·normal: few words
 * are frequent, as in languages, and every word has its own successors.
 */
export function drawWordSource(wordCount: number, seed: number, deviation = 2): WordSource {
  const stream = new RandomStream(seed, 'word source');
  const words = new Set<string>();
  while (words.size < wordCount) {
    const length = shortest + stream.integer(longest - shortest + 1);
    words.add(Array.from({ length }, () => letters[stream.integer(letters.length)]).join(''));
  }
  const transitions = Array.from(words, () =>
    normalized(Float64Array.from({ length: wordCount }, (_, next) => Math.exp(deviation * stream.normal()) / (next + 1))),
  );
  return wordSource([...words], transitions);
}

/** The source of these words and transitions, rows of which must sum to 1. */
export function wordSource(words: readonly string[], transitions: readonly Float64Array[]): WordSource {
  const alphabet = [...new Set(words.join(''))].sort().join('') + ' ';
  return { words, transitions, stationary: stationaryDistribution(transitions), alphabet };
}

/** Entropy rate in nats a character: Σ_w π_w·H(P(·|w)) over the mean length Σ_w π_w·(|w| + 1). */
export function entropyRate({ words, transitions, stationary }: WordSource): number {
  const perWord = transitions.reduce((sum, row, w) => sum + stationary[w]! * entropyOf(row), 0);
  return perWord / words.reduce((sum, word, w) => sum + stationary[w]! * (word.length + 1), 0);
}

/**
 * Entropy of a window of `length` characters, nats a character: above the entropy rate, since the first word has no word
 * before it. Sums, over where words begin and the word before, the entropy of what the next word adds to the window.
 */
export function windowEntropy(source: WordSource, length: number): number {
  const { words, transitions, stationary } = source;
  // begins[t][w]: the probability that a word begins at t after the word w.
  const begins = Array.from({ length }, () => new Float64Array(words.length));
  const addWord = (at: number, probability: number, next: Float64Array): number => {
    next.forEach((p, v) => {
      const end = at + words[v]!.length + 1;
      if (end < length) begins[end]![v] = begins[end]![v]! + probability * p;
    });
    return probability === 0 ? 0 : probability * entropyOf(visibleProbabilities(words, next, length - at));
  };
  let total = addWord(0, 1, stationary);
  for (let at = 1; at < length; at++) begins[at]!.forEach((probability, w) => (total += addWord(at, probability, transitions[w]!)));
  return total / length;
}

/** Draws a window of `length` characters. */
export function drawWindow({ words, transitions, stationary, alphabet }: WordSource, length: number, stream: RandomStream): TextWindow {
  let text = '';
  let surprisal = 0;
  for (let next = stationary; text.length < length; ) {
    const word = drawIndex(next, stream.uniform());
    const visible = `${words[word]} `.slice(0, length - text.length);
    surprisal -= Math.log(next.reduce((sum, p, v) => (`${words[v]} `.startsWith(visible) ? sum + p : sum), 0));
    text += visible;
    next = transitions[word]!;
  }
  return { characters: Int32Array.from(` ${text}`, (character) => alphabet.indexOf(character)), surprisal };
}

/** Probabilities of what can be seen of the next word in `room` characters: words that begin alike are one where they are cut. */
function visibleProbabilities(words: readonly string[], next: Float64Array, room: number): Float64Array {
  const seen = new Map<string, number>();
  next.forEach((p, v) => {
    const visible = `${words[v]} `.slice(0, room);
    seen.set(visible, (seen.get(visible) ?? 0) + p);
  });
  return Float64Array.from(seen.values());
}

const entropyOf = (probabilities: Float64Array): number => probabilities.reduce((sum, p) => (p === 0 ? sum : sum - p * Math.log(p)), 0);

function normalized(weights: Float64Array): Float64Array {
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

/** π = π·P by powers; all transitions are possible, so that they converge, and a thousand exceed float64 for these chains. */
function stationaryDistribution(transitions: readonly Float64Array[]): Float64Array {
  let distribution: Float64Array = new Float64Array(transitions.length).fill(1 / transitions.length);
  for (let power = 0; power < 1000; power++) {
    const next = new Float64Array(transitions.length);
    transitions.forEach((row, w) => row.forEach((p, v) => (next[v] = next[v]! + distribution[w]! * p)));
    distribution = normalized(next);
  }
  return distribution;
}
