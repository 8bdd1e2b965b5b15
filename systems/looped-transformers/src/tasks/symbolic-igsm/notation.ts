import { TaskError } from '../task-error.js';
import { type Lexeme, lexemes, marks } from './lexer.js';
import { lettersPerLevel, type QuestionShape } from './sampler.js';
import { edgeRange } from './structure-graph.js';

/**
 * How text becomes tokens: every letter, number and mark by itself, as in arXiv:2502.17416; or a parameter as one token,
 * a definition as its name and its formula, and the question mark before what is asked for. `A#E := 3. A#F := A#E. A#F?` is
 * then `A#E 3 A#F A#E ? A#F`, a third of the tokens, and the answer follows the name itself.
 */
export const notations = ['text', 'compact'] as const;
export type Notation = (typeof notations)[number];

/** The tokens of a task's questions. */
export interface QuestionTokens {
  /** Token id → text. */
  readonly vocabulary: readonly string[];
  /**
   * @throws {TaskError} `syntax` with the position of what is no token of the vocabulary
   */
  encode(text: string): number[];
  /** A parameter as what is asked for after another one; its value follows the last of these tokens. */
  encodeFurther(parameter: string): number[];
  /** Tokens of the longest definitions with their question, and of a further question. */
  readonly longest: { readonly question: number; readonly further: number };
}

/** The tokens of questions of a shape. */
export function questionTokens(shape: QuestionShape, notation: Notation): QuestionTokens {
  const compact = notation === 'compact';
  const vocabulary = [...(compact ? parameterNames(shape) : letters(shape)), ...(compact ? compactMarks : marks), ...endings(shape)];
  const tokenOf = new Map(vocabulary.map((text, token) => [text, token]));
  const encode = (text: string): number[] =>
    (compact ? compactLexemes(lexemes(text)) : lexemes(text)).map(({ text, position }) => {
      const token = tokenOf.get(text);
      if (token !== undefined) return token;
      throw new TaskError('syntax', `i-GSM text, position ${position}: expected a token of the vocabulary, found ${JSON.stringify(text)}`, {
        position,
      });
    });
  return {
    vocabulary,
    encode,
    encodeFurther: (parameter) => encode(compact ? parameter : `${parameter}?`),
    longest: { question: longestQuestion(shape, compact), further: compact ? 1 : 4 },
  };
}

/** What stands between a name and its formula, or ends it, says nothing that the order of the tokens does not. */
const leftOut = [':=', '.'];

const compactMarks = ['+', '-', '*', '(', ')', '?'];

/** The letters of the items, level by level. */
const letters = (shape: QuestionShape): string[] =>
  Array.from({ length: shape.levels * lettersPerLevel(shape) }, (_, item) => String.fromCharCode(65 + item));

/** All parameters that a structure of the shape may have. */
function parameterNames(shape: QuestionShape): string[] {
  const all = letters(shape);
  const itemsOf = (level: number): string[] => all.slice(level * lettersPerLevel(shape)).slice(0, shape.maxItems);
  return Array.from({ length: shape.levels - 1 }, (_, level) =>
    itemsOf(level).flatMap((parent) => itemsOf(level + 1).map((child) => `${parent}#${child}`)),
  ).flat();
}

/** Numbers below the modulus (and the factor 2), the end and the padding. */
const endings = ({ modulus }: QuestionShape): string[] => [
  ...Array.from({ length: Math.max(3, modulus) }, (_, number) => String(number)),
  '<eos>',
  '<pad>',
];

/** Puts the letters of a name together and its question mark before it, and leaves out what {@link leftOut} lists. */
function compactLexemes(all: readonly Lexeme[]): Lexeme[] {
  return all.flatMap((lexeme, index) => {
    const [mark, child, after] = all.slice(index + 1);
    if ([...leftOut, '#', '?'].includes(lexeme.text) || all[index - 1]?.text === '#') return [];
    if (mark?.text !== '#') return [lexeme];
    const name = { text: `${lexeme.text}#${child?.text ?? ''}`, position: lexeme.position };
    return after?.text === '?' ? [after, name] : [name];
  });
}

/** Positions of the longest question: as many edges as there can be, each defined by as many as come before. */
function longestQuestion(shape: QuestionShape, compact: boolean): number {
  const [, edges] = edgeRange(shape);
  const name = compact ? 1 : 3;
  // := and the point.
  const around = compact ? 0 : 2;
  let question = name + 1;
  for (let earlier = 0; earlier < edges; earlier++) {
    const operands = Math.min(earlier, shape.maxOperands);
    // A name each, a mark between two, and 2 * ( ) around a sum that is doubled; without operands there is a constant.
    const formula = operands === 0 ? 1 : (name + 1) * operands - 1;
    question += name + around + formula + (operands > 1 && shape.forms.includes('double') ? 4 : 0);
  }
  return question;
}
