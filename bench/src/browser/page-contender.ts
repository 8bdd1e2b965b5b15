import { finite, type PreparedCase, type Steps, timeSteps } from '../prepared-case.js';
import type { TrainingCase } from '../training-cases.js';
import { UnsupportedCaseError } from '../unsupported-case.js';

/** A contender inside a page, called from outside with JSON. */
export interface PageContender {
  /** Of what only the page knows, by package name. */
  readonly versions: Readonly<Record<string, string>>;
  prepare(specification: TrainingCase): Promise<{ compileSeconds: number; note?: string } | { unsupported: string }>;
  run(request: { iterations: number; warmup: number }): Promise<Steps | { unsupported: string }>;
  inspect(): Promise<Record<string, number>>;
}

/** Where a page keeps it. */
export const contenderKey = 'sardonyxContender';

/** Offers a library to the benchmark; the last thing a page does, so that it is loaded when it is found. */
export function offerContender(
  prepare: (specification: TrainingCase) => Promise<PreparedCase> | PreparedCase,
  versions: PageContender['versions'] = {},
): void {
  let prepared: PreparedCase | undefined;
  const contender: PageContender = {
    versions,
    prepare: (specification) =>
      refusing(async () => {
        await prepared?.dispose?.();
        const start = performance.now();
        prepared = await prepare(specification);
        const compileSeconds = (performance.now() - start) / 1000;
        return { compileSeconds, ...(prepared.note === undefined ? {} : { note: prepared.note }) };
      }),
    run: ({ iterations, warmup }) => refusing(() => timeSteps(prepared!, iterations, warmup)),
    inspect: async () => finite((await prepared!.inspect?.()) ?? {}),
  };
  Reflect.set(globalThis, contenderKey, contender);
}

async function refusing<T>(body: () => Promise<T>): Promise<T | { unsupported: string }> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof UnsupportedCaseError) return { unsupported: error.message };
    throw error;
  }
}
