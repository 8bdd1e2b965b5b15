import type { Question } from './model-messages.js';

/** The numbers of a question as they were typed. */
export type QuestionTexts = Readonly<Record<'loops' | 'maxTokens' | 'temperature' | 'seed', string>>;

/** The question, or what is wrong with its numbers. */
export function questionOf(prompt: string, texts: QuestionTexts): Question | string {
  const [loops, maxTokens, temperature, seed] = [texts.loops, texts.maxTokens, texts.temperature, texts.seed].map((text) =>
    text.trim() === '' ? NaN : Number(text.trim().replace(',', '.')),
  ) as [number, number, number, number];
  const wrong = (name: string, expected: string, given: string): string => `${name}: expected ${expected}, given “${given.trim()}”.`;
  if (!Number.isInteger(loops) || loops < 1) return wrong('Loops', 'a whole number from 1', texts.loops);
  if (!Number.isInteger(maxTokens) || maxTokens < 1) return wrong('Tokens of the answer', 'a whole number from 1', texts.maxTokens);
  if (!(temperature >= 0 && temperature < Infinity)) return wrong('Temperature', '0 or a number above it', texts.temperature);
  if (!Number.isInteger(seed) || seed < 0) return wrong('Seed', 'a whole number from 0', texts.seed);
  return { prompt, loops, maxTokens, temperature, seed };
}
