import { RandomStream } from '@sardonyx/data';
import { CharacterTokenizer, endOfText } from '@sardonyx/data/tokenizers';
import type { SequenceBatch } from '../sequence-batch.js';
import { closedBookQuestion, drawFactTable, type FactOptions, type FactTable } from './probes/key-value-facts.js';
import { type AssignmentOptions, assignmentQuestion } from './probes/variable-assignment.js';
import type { Question } from './questions/question.js';
import { questionBatch, questionLength } from './questions/question-batch.js';

export interface MemoryAndReasoningOptions {
  /** The table to be learned by heart. */
  readonly memory: FactOptions;
  /** The problems whose answers stand in the prompt. */
  readonly reasoning: AssignmentOptions;
  /** Share of facts among the sequences of training; a half by default. */
  readonly memoryShare?: number;
}

/** Memory and reasoning in one model: the data of a small stand-in for the paper's closed-book and open-book tasks. */
export interface MemoryAndReasoning {
  readonly tokenizer: CharacterTokenizer;
  /** Positions of every batch. */
  readonly length: number;
  readonly table: FactTable;
  /** A mixed batch for training; the same from the same stream whatever the model is. */
  trainingBatch(stream: RandomStream, batchSize: number): SequenceBatch;
  /** The whole table as questions. */
  memoryQuestions(): Question[];
  /** Fresh problems. */
  reasoningQuestions(stream: RandomStream, count: number): Question[];
  batch(questions: readonly Question[]): SequenceBatch;
}

/**
 * (k⊗L) is expected to remember like (k⊗1), which has as many parameters, and to reason like (kL⊗1), which has as many
 * layers (arXiv:2502.17416, section 3.2).
 * @throws {LanguageDataError} `invalid-option`
 */
export function memoryAndReasoning(seed: number, options: MemoryAndReasoningOptions): MemoryAndReasoning {
  const { memory, reasoning, memoryShare = 0.5 } = options;
  const table = drawFactTable(new RandomStream(seed, 'fact table'), memory);
  const facts = table.facts.map(closedBookQuestion);
  const example = assignmentQuestion(new RandomStream(seed, 'length of a problem'), { ...reasoning, values: 1 });
  const longest = { ...example, answers: [String((reasoning.values ?? 10) - 1)] as const };
  // Every number may be the longest: one for each chain, beside the answer.
  const room = (longest.answers[0].length - 1) * reasoning.chains;
  const tokenizer = CharacterTokenizer.of('abcdefghijklmnopqrstuvwxyz0123456789=, ()#\n', [endOfText]);
  const length = Math.max(questionLength(tokenizer, [longest]) + room, questionLength(tokenizer, facts));
  const batch = (questions: readonly Question[]): SequenceBatch => questionBatch(tokenizer, questions, length);
  return {
    tokenizer,
    length,
    table,
    trainingBatch: (stream, batchSize) =>
      batch(
        Array.from({ length: batchSize }, () =>
          stream.uniform() < memoryShare ? facts[stream.integer(facts.length)]! : assignmentQuestion(stream, reasoning),
        ),
      ),
    memoryQuestions: () => facts,
    reasoningQuestions: (stream, count) => Array.from({ length: count }, () => assignmentQuestion(stream, reasoning)),
    batch,
  };
}
