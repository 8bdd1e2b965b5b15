import { BinaryHeap } from './binary-heap.js';
import { bytesByCharacter, characterOfByte } from './byte-alphabet.js';
import { ByteLevelBpeTokenizer } from './byte-level-bpe.js';
import { numberSpecialTokens } from './special-tokens.js';
import { endOfText } from './tokenizer.js';
import { TokenizerError } from './tokenizer-error.js';
import { utf8Bytes, requireWellFormed } from './utf8.js';
import { splitWords } from './words.js';

export interface ByteLevelBpeTrainingOptions {
  /** Tokens in all: 256 bytes, merges and special tokens. Fewer come out where the text has no more pairs to merge. */
  readonly vocabularySize: number;
  /** Times a pair must occur to be merged; 2 by default. */
  readonly minimumCount?: number;
  /** The last ids; `<|endoftext|>` by default. */
  readonly specialTokens?: readonly string[];
}

/** Neighbouring tokens and where they occur. */
interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Words that have, or once had, the pair. */
  readonly words: Set<number>;
}

/** A pair as it was when it came into the queue. */
interface Candidate {
  readonly pair: Pair;
  readonly count: number;
}

const keyOf = (left: number, right: number): number => left * 2 ** 26 + right;

/**
 * Learns byte-level BPE: gather the words of all texts with `add`, then `train`. The most frequent pair of neighbouring
 * tokens is merged, again and again; of equally frequent ones that with the lower ids, left first, so that the same texts
 * in any order give the same tokenizer. The work per merge is that of the words that hold the pair.
 */
export class ByteLevelBpeTrainer {
  private readonly counts = new Map<string, number>();

  /** @throws {TokenizerError} `ill-formed-text` */
  add(text: string): void {
    requireWellFormed(text);
    for (const word of splitWords(text)) this.counts.set(word, (this.counts.get(word) ?? 0) + 1);
  }

  /** @throws {TokenizerError} `empty-text` where no text was added; `invalid-option` */
  train(options: ByteLevelBpeTrainingOptions): ByteLevelBpeTokenizer {
    const { vocabularySize, minimumCount = 2, specialTokens = [endOfText] } = options;
    const least = 256 + specialTokens.length;
    if (!Number.isInteger(vocabularySize) || vocabularySize < least || vocabularySize > 2 ** 22) {
      const expected = `an integer from ${least} (256 bytes and ${specialTokens.length} special tokens) to ${2 ** 22}`;
      throw new TokenizerError('invalid-option', 'vocabulary size', expected, String(vocabularySize), 'correct it');
    }
    if (this.counts.size === 0) {
      throw new TokenizerError('empty-text', 'training', 'text', 'none', 'add a text that is not empty');
    }
    numberSpecialTokens(specialTokens, 0);
    const learned = learnMerges(this.counts, vocabularySize - specialTokens.length, Math.max(1, minimumCount));
    return new ByteLevelBpeTokenizer([...learned.vocabulary, ...specialTokens], learned.merges);
  }
}

/**
 * Byte-level BPE of the given texts; see {@link ByteLevelBpeTrainer}.
 * @throws {TokenizerError} `ill-formed-text`, `empty-text`, `invalid-option`
 */
export function trainByteLevelBpe(texts: string | Iterable<string>, options: ByteLevelBpeTrainingOptions): ByteLevelBpeTokenizer {
  const trainer = new ByteLevelBpeTrainer();
  for (const text of typeof texts === 'string' ? [texts] : texts) trainer.add(text);
  return trainer.train(options);
}

function learnMerges(counts: ReadonlyMap<string, number>, vocabularySize: number, minimumCount: number) {
  const vocabulary = bytesByCharacter.map((byte) => characterOfByte[byte]!);
  const idOfToken = new Map(vocabulary.map((token, id) => [token, id]));
  const merges: [string, string][] = [];
  const corpus = new PairCounts(counts);
  while (vocabulary.length < vocabularySize) {
    const pair = corpus.mostFrequent();
    if (pair === undefined || pair.count < minimumCount) break;
    const [left, right] = [vocabulary[pair.left]!, vocabulary[pair.right]!];
    // Two ways of merging may spell one token, which then keeps its id.
    const id = idOfToken.get(left + right) ?? vocabulary.push(left + right) - 1;
    idOfToken.set(left + right, id);
    merges.push([left, right]);
    corpus.merge(pair, id);
  }
  return { vocabulary, merges };
}

/** The words of a text as tokens, and how often each pair of neighbours occurs in them. */
class PairCounts {
  private readonly words: number[][] = [];
  private readonly wordCounts: number[] = [];
  private readonly pairs = new Map<number, Pair>();
  private readonly queue = new BinaryHeap<Candidate>(
    (a, b) =>
      a.count > b.count ||
      (a.count === b.count && (a.pair.left < b.pair.left || (a.pair.left === b.pair.left && a.pair.right < b.pair.right))),
  );

  constructor(counts: ReadonlyMap<string, number>) {
    const idOfByte = new Uint8Array(256);
    for (const [id, byte] of bytesByCharacter.entries()) idOfByte[byte] = id;
    for (const [word, count] of counts) {
      const tokens = Array.from(utf8Bytes(word), (byte) => idOfByte[byte]!);
      const index = this.words.push(tokens) - 1;
      this.wordCounts.push(count);
      for (let i = 1; i < tokens.length; i++) this.change(tokens[i - 1]!, tokens[i]!, count, index);
    }
    for (const pair of this.pairs.values()) this.queue.push({ pair, count: pair.count });
  }

  /** Counts in the queue lag behind; a candidate whose count has changed goes back with the true one. */
  mostFrequent(): Pair | undefined {
    for (let candidate = this.queue.pop(); candidate !== undefined; candidate = this.queue.pop()) {
      const { pair, count } = candidate;
      if (pair.count === count) return pair;
      if (pair.count > 0 && pair.count < count) this.queue.push({ pair, count: pair.count });
    }
    return undefined;
  }

  /** Replaces the pair by the token `id` wherever it occurs. */
  merge(pair: Pair, id: number): void {
    const { left, right } = pair;
    const grown = new Set<Pair>();
    for (const index of pair.words) {
      const tokens = this.words[index]!;
      const count = this.wordCounts[index]!;
      let write = 0;
      for (let read = 0; read < tokens.length; read++, write++) {
        if (tokens[read] !== left || tokens[read + 1] !== right) {
          tokens[write] = tokens[read]!;
          continue;
        }
        const [before, after] = [write > 0 ? tokens[write - 1] : undefined, tokens[read + 2]];
        if (before !== undefined) {
          this.change(before, left, -count, index);
          grown.add(this.change(before, id, count, index));
        }
        if (after !== undefined) {
          this.change(right, after, -count, index);
          grown.add(this.change(id, after, count, index));
        }
        tokens[write] = id;
        read++;
      }
      tokens.length = write;
    }
    // In runs of one token its pairs overlap, and are not all counted down.
    pair.count = 0;
    this.pairs.delete(keyOf(left, right));
    for (const changed of grown) if (changed.count > 0) this.queue.push({ pair: changed, count: changed.count });
  }

  private change(left: number, right: number, by: number, word: number): Pair {
    const key = keyOf(left, right);
    let pair = this.pairs.get(key);
    if (pair === undefined) this.pairs.set(key, (pair = { left, right, count: 0, words: new Set() }));
    pair.count += by;
    if (by > 0) pair.words.add(word);
    return pair;
  }
}
