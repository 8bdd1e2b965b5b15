import { BinaryHeap } from './binary-heap.js';
import { bytesOfToken, characterOfByte } from './byte-alphabet.js';
import type { TokenizerDescription } from './description.js';
import type { StreamingDecoder, Tokenizer } from './tokenizer.js';
import { TokenizerError, unknownId } from './tokenizer-error.js';
import { ByteStreamDecoder, decodeBytes, requireWellFormed, utf8Bytes } from './utf8.js';
import { splitWords } from './words.js';

/** Words that are remembered; natural text repeats its words, so that most need no merging. */
const rememberedWords = 2 ** 17;

/** Positions in a word share a double with a merge's rank: 31 and 22 bits. */
const positionRange = 2 ** 31;

/**
 * Byte-pair encoding over bytes, as GPT-2's (Sennrich et al., arXiv:1508.07909; Radford et al. 2019): a word's bytes are
 * joined pair by pair, the merge that stands first in the list first, of equal ones the leftmost.
 */
export class ByteLevelBpeTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly specialTokens: ReadonlyMap<string, number>;
  private readonly bytes: readonly Uint8Array[];
  private readonly idOfByte: readonly number[];
  /** Rank of a merge by left · vocabularySize + right. */
  private readonly rankOfPair: ReadonlyMap<number, number>;
  /** The token that a merge makes, by its rank. */
  private readonly mergedId: readonly number[];
  private readonly remembered = new Map<string, readonly number[]>();

  /**
   * @param vocabulary the tokens in the order of their ids, in the alphabet of {@link characterOfByte}. Tokens that are
   *   neither a byte nor made by a merge are special.
   * @param merges pairs of tokens, the first to be merged first
   * @throws {TokenizerError} `vocabulary` where tokens repeat or a byte has none; `merges` where a merge takes or makes an unknown token
   */
  constructor(
    readonly vocabulary: readonly string[],
    readonly merges: readonly (readonly [string, string])[],
  ) {
    const ids = new Map(vocabulary.map((token, id) => [token, id]));
    if (ids.size !== vocabulary.length) {
      const twice = vocabulary.find((token, id) => ids.get(token) !== id);
      throw new TokenizerError('vocabulary', 'tokens', 'each once', `${JSON.stringify(twice)} twice`, 'take the original file');
    }
    this.vocabularySize = vocabulary.length;
    this.idOfByte = characterOfByte.map((character, byte) => {
      const id = ids.get(character);
      if (id !== undefined) return id;
      const expected = `a token for each of the 256 bytes`;
      throw new TokenizerError('vocabulary', 'bytes', expected, `none for byte ${byte} (${character})`, 'take a byte-level vocabulary');
    });
    const rankOfPair = new Map<number, number>();
    this.mergedId = merges.map(([left, right], rank) => {
      const [leftId, rightId, id] = [ids.get(left), ids.get(right), ids.get(left + right)];
      if (leftId === undefined || rightId === undefined || id === undefined) {
        const given = `${left} ${right}`;
        throw new TokenizerError('merges', `merge ${rank + 1}`, 'tokens of the vocabulary', given, 'take both files of one tokenizer');
      }
      const pair = leftId * vocabulary.length + rightId;
      if (!rankOfPair.has(pair)) rankOfPair.set(pair, rank);
      return id;
    });
    this.rankOfPair = rankOfPair;
    const ordinary = new Set([...this.idOfByte, ...this.mergedId]);
    this.specialTokens = new Map([...ids].filter(([, id]) => !ordinary.has(id)));
    this.bytes = vocabulary.map((token, id) => (ordinary.has(id) ? bytesOfToken(token)! : utf8Bytes(token)));
  }

  encode(text: string): number[] {
    requireWellFormed(text);
    const ids: number[] = [];
    for (const word of splitWords(text)) for (const id of this.encodeWord(word)) ids.push(id);
    return ids;
  }

  decode(ids: Iterable<number>): string {
    return decodeBytes(ids, this.bytesOf);
  }

  decodeStream(): StreamingDecoder {
    return new ByteStreamDecoder(this.bytesOf);
  }

  describe(): TokenizerDescription {
    return { kind: 'byte-level-bpe', vocabulary: this.vocabulary, merges: this.merges };
  }

  private encodeWord(word: string): readonly number[] {
    const known = this.remembered.get(word);
    if (known) return known;
    const ids = this.mergePairs(Array.from(utf8Bytes(word), (byte) => this.idOfByte[byte]!));
    if (this.remembered.size >= rememberedWords) this.remembered.clear();
    this.remembered.set(word, ids);
    return ids;
  }

  /** Merges in place, over a linked list of tokens; a queue of possible merges keeps long words at O(n log n). */
  private mergePairs(ids: number[]): number[] {
    const end = ids.length;
    const next = Uint32Array.from(ids, (_, i) => i + 1);
    const previous = Int32Array.from(ids, (_, i) => i - 1);
    const queue = new BinaryHeap<number>((a, b) => a < b);
    const rankAt = (left: number): number | undefined => {
      const right = next[left]!;
      return right < end ? this.rankOfPair.get(ids[left]! * this.vocabularySize + ids[right]!) : undefined;
    };
    const offer = (left: number): void => {
      const rank = rankAt(left);
      if (rank !== undefined) queue.push(rank * positionRange + left);
    };
    for (let i = 0; i < end; i++) offer(i);
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      const left = entry % positionRange;
      const rank = (entry - left) / positionRange;
      // Entries outlive the tokens they were made for: those swallowed (−1) and those that have grown.
      if (ids[left] === -1 || rankAt(left) !== rank) continue;
      const right = next[left]!;
      ids[left] = this.mergedId[rank]!;
      ids[right] = -1;
      next[left] = next[right]!;
      if (next[left]! < end) previous[next[left]!] = left;
      if (previous[left]! >= 0) offer(previous[left]!);
      offer(left);
    }
    return ids.filter((id) => id !== -1);
  }

  private readonly bytesOf = (id: number): Uint8Array => this.bytes[id] ?? unknownId(id, this.vocabularySize);
}
