import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const built = new URL('../../dist/index.js', import.meta.url).href;
const program = `
import { jit, tensor } from ${JSON.stringify(built)};
const y = jit((x) => x.add(x))(tensor([1, 2]));
process.stdout.write(String((await y.data())[1]));
`;

it.each(['c-api', 'node-binding'])('a computation on %s leaves nothing in the home folder', (runtime) => {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  try {
    const { ORT_DISABLE_TELEMETRY: _, XDG_CACHE_HOME: __, ...environment } = process.env;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...environment, HOME: home, SARDONYX_RUNTIME: runtime },
      encoding: 'utf8',
    });
    expect(output).toBe('4');
    expect(readdirSync(home, { recursive: true })).toEqual([]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
