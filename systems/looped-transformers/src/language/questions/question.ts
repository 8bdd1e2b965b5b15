/** A question whose prompt ends where the answer begins. */
export interface Question {
  readonly id: string;
  readonly prompt: string;
  /** Answers to choose from, the right one among them. */
  readonly choices?: readonly string[];
  /** Every answer that counts as right, the one to show first. */
  readonly answers: readonly [string, ...string[]];
  /** What kind of question this is; scores are given for each. */
  readonly group?: string;
}

/** What the harness needs of a model, however it decodes. */
export interface LanguageModel {
  /** What the model writes after the prompt; the harness cuts it where the answer ends. */
  complete(prompt: string): Promise<string>;
  /** ln p(continuation | prompt), in nats. */
  logLikelihood(prompt: string, continuation: string): Promise<number>;
}

/** The answer to questions that their passage does not answer. */
export const unanswerable = 'unanswerable';

/** A question by itself. */
export const closedBookPrompt = (question: string): string => `Q: ${question.trim()}\nA:`;

/** A question about a passage. */
export const openBookPrompt = (passage: string, question: string): string => `${passage.trim()}\n${closedBookPrompt(question)}`;

/** The space that an answer starts with after this prompt: none after white space or `=`. */
export const leadingSpace = (prompt: string): string => (/[\s=]$/.test(prompt) ? '' : ' ');
