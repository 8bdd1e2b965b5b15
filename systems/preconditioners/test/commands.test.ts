import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkParameters, type Command } from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { system } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'preconditioners-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(contents: unknown): string {
  const path = join(folder, `${files++}.json`);
  writeFileSync(path, typeof contents === 'string' ? contents : JSON.stringify(contents));
  return path;
}

async function run(name: string, args: readonly string[], params: object = {}): Promise<Record<string, unknown>[]> {
  const command = system.commands!.find((candidate) => candidate.name === name) as unknown as Command;
  const lines: string[] = [];
  await command.run(
    { signal: new AbortController().signal, arguments: args, json: true, print: (text) => void lines.push(text), log: () => undefined },
    checkParameters(command.params, params as Record<string, unknown>),
  );
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const diagonalUnits = [
  [
    [1, 0],
    [0, 0],
  ],
  [
    [0, 0],
    [0, 1],
  ],
];

describe('audit', () => {
  test.each([
    [{ kind: 'scalar', n: 4 }, 'scalar', 1],
    [{ kind: 'diag', n: 4 }, 'diagonal', 4],
    [{ kind: 'left', rows: 2, columns: 3 }, 'left', 4],
    [{ kind: 'rows', rows: 2, columns: 3 }, 'row-scalar', 2],
    [{ kind: 'mode', shape: [2, 2, 2], mode: 2 }, 'mode 2 of 2×2×2', 4],
    [
      {
        kind: 'blocks',
        blocks: [
          { kind: 'full', n: 2 },
          { kind: 'scalar', n: 3 },
        ],
      },
      'blocks(full, scalar)',
      5,
    ],
    [
      {
        kind: 'rotate',
        U: [
          [0, 1],
          [1, 0],
        ],
        inner: { kind: 'diag', n: 2 },
      },
      'rotated diagonal',
      2,
    ],
    [{ kind: 'kronId', n: 3, inner: { kind: 'full', n: 2 } }, 'full ⊗ I_3', 4],
    [{ kind: 'custom', generators: diagonalUnits }, 'custom', 4],
  ])('%j is well structured', async (description, name, stored) => {
    const [report] = await run('audit', [file(description)], { pairs: 20 });
    expect(report).toMatchObject({ set: name, wellStructured: true, stored });
    expect(report!['gap']).toBeGreaterThan(-1e-9);
  });

  test('names the pair that leaves the space, and shows roots that are not monotone', async () => {
    const units = [
      [0, 0],
      [1, 1],
      [2, 2],
      [0, 1],
      [1, 2],
    ].map(([i, j]) =>
      [0, 1, 2].map((row) => [0, 1, 2].map((column) => Number((row === i && column === j) || (row === j && column === i)))),
    );
    const [report] = await run('audit', [file({ kind: 'custom', generators: units })]);
    expect(report).toMatchObject({ wellStructured: false, audit: { closedUnderProducts: false, worstProduct: { first: 3, second: 4 } } });
    expect(report!['gap']).toBeLessThan(-1e-3);
    const [closed] = await run('audit', [file({ kind: 'custom', generators: units, closure: true })]);
    expect(closed).toMatchObject({ wellStructured: true, audit: { dimension: 9 } });
  });

  test.each([
    ['{', 'json'],
    [{ kind: 'nothing' }, 'description'],
    [{ kind: 'left', rows: 0, columns: 1 }, 'description'],
    [
      {
        kind: 'rotate',
        U: [
          [1, 1],
          [1, 1],
        ],
        inner: { kind: 'diag', n: 2 },
      },
      'argument',
    ],
    [{ kind: 'custom', generators: [[[1, 2]]] }, 'not-square'],
    [{ kind: 'commutant', permutations: [[0, 0]] }, 'argument'],
  ])('%j is refused with %s', async (contents, code) => {
    await expect(run('audit', [file(contents)])).rejects.toMatchObject({ name: 'BadInputError', code });
  });

  test('a file that is not there is bad input', async () => {
    await expect(run('audit', [join(folder, 'absent.json')])).rejects.toMatchObject({ code: 'file' });
  });
});

describe('bound', () => {
  const quadratic = {
    type: 'quadratic',
    shape: [2, 3],
    data: [
      [2, 1],
      [1, 3],
    ],
    star: [1, -2, 0.5, 0.3, 0.8, -1],
    rounds: 30,
  };

  test('meters every standard set where none is given, all under their bounds', async () => {
    const reports = await run('bound', [file(quadratic)]);
    expect(new Set(reports.map(({ set }) => set))).toEqual(new Set(['scalar', 'diagonal', 'full', 'left', 'right']));
    for (const { ratio } of reports) expect(ratio).toBeLessThanOrEqual(1 + 1e-9);
    expect(Math.max(...reports.map(({ ratio }) => Number(ratio)))).toBeGreaterThan(0.2);
  });

  test('takes domains, starting points, sequences and examples', async () => {
    const set = { kind: 'left', rows: 2, columns: 3 };
    const bounded = await run('bound', [file({ ...quadratic, set, domain: { radius: 2 }, x0: [0.1, 0, 0, 0, 0, 0], epsilon: 0.01 })]);
    expect(bounded.map(({ name }) => name)).toEqual(['master inequality', 'regret, measured diameter', 'regret, bounded domain']);
    const linear = await run('bound', [
      file({
        type: 'linear-sequence',
        shape: [1, 2],
        data: [
          [1, 2],
          [-1, 0.5],
        ],
        set: { kind: 'diag', n: 2 },
        rounds: 10,
        star: [-0.2, -0.3],
      }),
    ]);
    expect(linear).toHaveLength(2);
    const text = '1 1:0.5\n2 2:1\n1 1:0.2 2:0.1\n';
    const [weighted] = await run('bound', [
      file({ type: 'hinge', data: { text }, set: { kind: 'left', rows: 2, columns: 3 }, beta2: 0.9, rounds: 9 }),
    ]);
    expect(weighted).toMatchObject({ name: 'weighted regret, measured diameter' });
    writeFileSync(join(folder, 'examples.txt'), text);
    expect(await run('bound', [file({ type: 'logistic', data: { libsvm: 'examples.txt' }, set, rounds: 9 })])).toHaveLength(2);
  });

  test.each([
    [{ ...quadratic, set: { kind: 'diag', n: 5 } }, 'shape'],
    [{ ...quadratic, star: [1] }, 'shape'],
    [{ ...quadratic, data: [[1]] }, 'shape'],
    [{ ...quadratic, domain: { radius: 0.1 } }, 'outside-domain'],
    [{ ...quadratic, domain: { radius: -1 } }, 'description'],
    [{ ...quadratic, rounds: 0 }, 'description'],
    [{ type: 'linear-sequence', shape: [1, 2], data: [[1, 2], [1]] }, 'shape'],
    [{ type: 'logistic', data: { text: '1 0:1' } }, 'format'],
    [{ type: 'hinge', data: { text: '1 1:1' } }, 'empty'],
    [{ type: 'hinge', data: [[1]] }, 'format'],
  ])('%j is refused with %s', async (contents, code) => {
    await expect(run('bound', [file(contents)])).rejects.toMatchObject({ name: 'BadInputError', code });
  });
});

test('roots measures every method', async () => {
  const reports = await run('roots', [], { orders: [6], condition: 100 });
  expect(reports).toHaveLength(7);
  // Iterations stop at a distance of 1e-6 of one quantity or another, which conditions of 100 enlarge at most so.
  for (const { residual } of reports) expect(residual).toBeLessThan(1e-4);
});

test('explain states what is stored', async () => {
  const reports = await run('explain', [], { rows: 4, columns: 3 });
  expect(reports.find(({ method }) => method === 'one-sided Shampoo, smaller')).toMatchObject({ stored: 9 });
  expect(reports.find(({ method }) => method === 'full-matrix AdaGrad')).toMatchObject({ stored: 144 });
});
