import { RandomStream } from '@sardonyx/data';

/** A question as text with the text of its answer. */
export interface TextQuestion {
  readonly prompt: string;
  readonly answer: string;
}

/** The kinds of sentences of the text, each a task of its own. */
export const questionKinds = ['closed-book', 'open-book', 'arithmetic'] as const;
export type QuestionKind = (typeof questionKinds)[number];

const people = ['Ada', 'Ben', 'Eva', 'Ian', 'Kim', 'Leo', 'Mia', 'Tom'];
const consonants = 'bdfgklmnprstv';
const vowels = 'aeiou';

/** What the sentences are about: rivers of towns, which stand in no question and must be learned by heart. */
export interface World {
  readonly towns: readonly string[];
  /** The river of each town. */
  readonly rivers: readonly string[];
}

/** A world of so many towns, the same for the same seed. */
export function generatedWorld(towns: number, seed: number): World {
  const stream = new RandomStream(seed, 'generated world');
  const names = new Set<string>();
  while (names.size < 2 * towns) names.add(word(stream));
  const all = [...names];
  return { towns: all.slice(0, towns), rivers: all.slice(towns) };
}

const pick = <T>(stream: RandomStream, items: ArrayLike<T>): T => items[stream.integer(items.length)]!;

/** Three syllables, such as `Gatilo`. */
function word(stream: RandomStream): string {
  const letters = Array.from({ length: 3 }, () => pick(stream, consonants) + pick(stream, vowels)).join('');
  return letters[0]!.toUpperCase() + letters.slice(1);
}

/**
 * A question of a kind: `closed-book` asks for a river, which only the weights can know; `open-book` for where one of three
 * people went, which stands before it; `arithmetic` for a sum of two digits.
 */
export function drawTextQuestion(stream: RandomStream, world: World, kind: QuestionKind): TextQuestion {
  switch (kind) {
    case 'closed-book': {
      const town = stream.integer(world.towns.length);
      return { prompt: `The river of ${world.towns[town]} is`, answer: ` ${world.rivers[town]}.` };
    }
    case 'open-book': {
      const who = distinct(stream, people, 3);
      const where = distinct(stream, world.towns, 3);
      const asked = stream.integer(3);
      const journeys = who.map((name, i) => `${name} went to ${where[i]}.`).join(' ');
      return { prompt: `${journeys} Where is ${who[asked]}?`, answer: ` ${where[asked]}.` };
    }
    case 'arithmetic': {
      const [a, b] = [stream.integer(10), stream.integer(10)];
      return { prompt: `${a} plus ${b} is`, answer: ` ${a + b}.` };
    }
  }
}

function distinct<T>(stream: RandomStream, items: readonly T[], count: number): T[] {
  const found = new Set<T>();
  while (found.size < count) found.add(pick(stream, items));
  return [...found];
}

/** At least so many characters of questions with their answers, one a line, all kinds alike often. */
export function generatedText(stream: RandomStream, world: World, characters: number): string {
  const lines: string[] = [];
  for (let length = 0; length < characters; length += lines.at(-1)!.length + 1) {
    const { prompt, answer } = drawTextQuestion(stream, world, pick(stream, questionKinds));
    lines.push(prompt + answer);
  }
  return `${lines.join('\n')}\n`;
}
