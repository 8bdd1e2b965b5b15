import { ParameterError, StudyError } from '@sardonyx/study';
import type { ApiError } from '../api/index.js';

/** Statuses of answers that are not a success. */
export type ProblemStatus = 400 | 403 | 404 | 409 | 413 | 415 | 416 | 500;

/** An answer that is not a success: its status, a stable code, and words for a person. */
export class Problem extends StudyError {
  readonly status: ProblemStatus;

  constructor(status: ProblemStatus, code: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.status = status;
  }
}

const statuses: Readonly<Record<string, ProblemStatus>> = {
  'not-a-run': 404,
  'unknown-system': 404,
  'unknown-study': 404,
  'unknown-parameter': 400,
  'parameter-value': 400,
  'run-exists': 409,
  'run-locked': 409,
  'storage-missing': 404,
};

/** The status and body for anything thrown. */
export function describeProblem(thrown: unknown): { status: ProblemStatus; body: ApiError } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = error instanceof StudyError ? error.code : 'unexpected';
  const status = error instanceof Problem ? error.status : (statuses[code] ?? 500);
  const parameters = error instanceof ParameterError ? { parameters: { ...error.problems } } : {};
  return { status, body: { error: { code, message: error.message, ...parameters } } };
}
