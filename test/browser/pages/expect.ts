/* The few of vitest's assertions that the conformance checks make, for pages, where vitest is not. */

interface Assertions {
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
}

function assertions(actual: unknown, what = 'value'): Assertions {
  const fail = (expected: unknown): never => expect.fail(`${what}: expected ${JSON.stringify(expected)}, given ${JSON.stringify(actual)}`);
  return {
    toBe(expected) {
      if (!Object.is(actual, expected)) fail(expected);
    },
    toEqual(expected) {
      if (JSON.stringify(actual) !== JSON.stringify(expected)) fail(expected);
    },
  };
}

export const expect = Object.assign(assertions, {
  fail(message: string): never {
    throw new Error(message);
  },
});
