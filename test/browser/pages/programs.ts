/** What a page offers to the test that opened it, by name: called with JSON, answering with JSON. */
export type Programs = Readonly<Record<string, (argument: never) => unknown>>;

/** Where a page's programs are found. */
export const programsKey = 'sardonyxPrograms';

/** Offers programs to the test; the last thing a page does, so that it is ready when they are there. */
export function offer(programs: Programs): void {
  Reflect.set(globalThis, programsKey, programs);
}
