import { RandomStream } from '@sardonyx/data';
import { tensor } from '@sardonyx/tensor';
import { PreconditionerError } from '../errors.js';
import {
  type CharacterBatch,
  initTransformer,
  transformerFlops,
  transformerLoss,
  type TransformerParameters,
  type TransformerSizes,
} from './character-transformer.js';
import type { TrainingProblem } from './training-problem.js';
import { drawWindow, type WordSource } from './word-source.js';

/** Windows of length + 1 characters for a transformer to learn and to be judged on. */
export interface WindowedText {
  readonly vocabulary: number;
  /** A window of training text. */
  draw(stream: RandomStream): Int32Array;
  /** Windows of validation text. */
  readonly validation: readonly Int32Array[];
  /** Validation loss of the process that made the text, nats a character; 0 where it is not known. */
  readonly floor: number;
  /** Its standard error as an estimate over all text; 0 where the floor is not known. */
  readonly floorError: number;
}

/** Windows of a source; its own surprisal of the validation text is the floor. */
export function generatedText(source: WordSource, length: number, validationWindows: number, seed: number): WindowedText {
  const stream = new RandomStream(seed, 'validation text');
  const validation = Array.from({ length: validationWindows }, () => drawWindow(source, length, stream));
  const rates = validation.map(({ surprisal }) => surprisal / length);
  const floor = rates.reduce((a, b) => a + b, 0) / validationWindows;
  const variance = rates.reduce((sum, rate) => sum + (rate - floor) ** 2, 0) / Math.max(1, validationWindows - 1);
  return {
    vocabulary: source.alphabet.length,
    draw: (from) => drawWindow(source, length, from).characters,
    validation: validation.map(({ characters }) => characters),
    floor,
    floorError: Math.sqrt(variance / validationWindows),
  };
}

/** Most distinct characters of a given text. */
const largestVocabulary = 4096;

/** Share of a given text, its end, that is held out. */
const heldOut = 0.1;

/**
 * Windows of a given text: any of its first nine tenths to learn, and evenly spaced ones of the rest to be judged on.
 * @throws {PreconditionerError} `empty` for a text whose tenth is shorter than a window; `too-large` for too many distinct characters
 */
export function givenText(text: string, length: number, validationWindows: number, name = 'text'): WindowedText {
  const characters = Array.from(text);
  const alphabet = [...new Set(characters)].sort();
  if (alphabet.length > largestVocabulary) {
    throw new PreconditionerError(
      'too-large',
      `${name}: expected at most ${largestVocabulary} distinct characters, got ${alphabet.length}; give plain text in UTF-8`,
    );
  }
  const end = Math.floor(characters.length * (1 - heldOut));
  const room = characters.length - end - length;
  if (room < 1 || end <= length) {
    throw new PreconditionerError(
      'empty',
      `${name}: expected a text of which a tenth is longer than a window of ${length} characters, got ${characters.length} characters; give a longer one or lower --length`,
    );
  }
  const index = new Map(alphabet.map((character, i) => [character, i]));
  const all = Int32Array.from(characters, (character) => index.get(character)!);
  return {
    vocabulary: alphabet.length,
    draw(stream) {
      const start = stream.integer(end - length);
      return all.subarray(start, start + length + 1);
    },
    validation: Array.from({ length: validationWindows }, (_, i) => {
      const start = end + Math.floor((i * room) / validationWindows);
      return all.subarray(start, start + length + 1);
    }),
    floor: 0,
    floorError: 0,
  };
}

/** A character-level transformer on windows of text. */
export function languageModelling(
  sizes: Omit<TransformerSizes, 'vocabulary'>,
  text: WindowedText,
  batchSize: number,
): TrainingProblem<TransformerParameters, CharacterBatch> {
  const network = { ...sizes, vocabulary: text.vocabulary };
  return {
    init: (key) => initTransformer(key, network),
    loss: (params, batch) => transformerLoss(params, batch, network),
    batch(seed, step) {
      const stream = new RandomStream(seed, `text of step ${step}`);
      return batchOf(Array.from({ length: batchSize }, () => text.draw(stream)));
    },
    validation: () => batchOf(text.validation),
    floor: text.floor,
    flopsPerStep: 3 * batchSize * sizes.length * transformerFlops(network),
  };
}

/** From windows of length + 1 characters, every character and the one that follows it. */
function batchOf(windows: readonly Int32Array[]): CharacterBatch {
  const length = windows[0]!.length - 1;
  const gather = (from: number): Int32Array => {
    const gathered = new Int32Array(windows.length * length);
    windows.forEach((window, i) => gathered.set(window.subarray(from, from + length), i * length));
    return gathered;
  };
  const shape = [windows.length, length];
  return { characters: tensor(gather(0), shape), following: tensor(gather(1), shape) };
}
