import type { RandomStream } from '@sardonyx/data';
import { LanguageDataError } from '../language-data-error.js';
import type { Question } from '../questions/question.js';

/** Something to know by heart: nothing but the table says which value belongs to a key. */
export interface Fact {
  readonly key: string;
  readonly value: string;
}

export interface FactTable {
  readonly facts: readonly Fact[];
  /** Values that each fact was drawn from, all equally likely. */
  readonly values: number;
}

export interface FactOptions {
  readonly facts: number;
  /** Letters of a key, which is unlike all others. */
  readonly keyLetters: number;
  /** Letters of a value. */
  readonly valueLetters: number;
  /** Letters that keys and values are made of; the 26 small ones by default. */
  readonly alphabet?: string;
}

const smallLetters = 'abcdefghijklmnopqrstuvwxyz';

/**
 * A table of different random keys, each with a random value. It holds facts · log2(alphabet^valueLetters) bits.
 * @throws {LanguageDataError} `invalid-option` where there are not twice as many keys as facts
 */
export function drawFactTable(stream: RandomStream, { facts, keyLetters, valueLetters, alphabet = smallLetters }: FactOptions): FactTable {
  const keys = alphabet.length ** keyLetters;
  if (keys < 2 * facts) {
    // Drawing until a key is new takes two draws in the mean at most.
    const expected = `at most ${Math.floor(keys / 2)} facts for keys of ${keyLetters} letters`;
    throw new LanguageDataError('invalid-option', 'fact table', expected, String(facts), 'make keys longer');
  }
  const word = (length: number): string => Array.from({ length }, () => alphabet[stream.integer(alphabet.length)]!).join('');
  const table = new Map<string, string>();
  while (table.size < facts) {
    const key = word(keyLetters);
    if (!table.has(key)) table.set(key, word(valueLetters));
  }
  return { facts: Array.from(table, ([key, value]) => ({ key, value })), values: alphabet.length ** valueLetters };
}

/** A fact as training text: `dkqz=mv`. */
export const factText = ({ key, value }: Fact): string => `${key}=${value}`;

/** Closed-book: the key alone, `dkqz=`; only a model that was trained on the fact can answer. */
export const closedBookQuestion = (fact: Fact): Question => ({
  id: fact.key,
  prompt: `${fact.key}=`,
  answers: [fact.value],
  group: 'closed-book',
});

/** Open-book: fresh facts and one of their keys, `dkqz=mv ptra=xo dkqz=`; memory of other facts does not help. */
export function openBookQuestion(stream: RandomStream, options: FactOptions): Question {
  const { facts } = drawFactTable(stream, options);
  const asked = facts[stream.integer(facts.length)]!;
  const prompt = `${facts.map(factText).join(' ')} ${asked.key}=`;
  return { id: prompt, prompt, answers: [asked.value], group: 'open-book' };
}
