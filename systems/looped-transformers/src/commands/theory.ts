import { RandomStream } from '@sardonyx/data';
import { BadInputError, defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { theorems } from '../theory/verification/theorems.js';

const names = theorems.map(({ name }) => name) as [string, ...string[]];

/** Executes the paper's theorems as weights of the ordinary model and prints what came out. */
export const theory = defineCommand({
  name: 'theory',
  summary: 'executes the theorems as weights of the ordinary model: one line each; fails where one does not hold',
  arguments: [{ name: 'action', summary: 'verify' }],
  examples: ['theory verify', 'theory verify --only group-composition,p-hop --json'],
  params: z.object({
    only: z.array(z.enum(names)).min(1).default(names).describe('theorems to execute'),
  }),
  async run(ctx, { only }) {
    if (ctx.arguments[0] !== 'verify') {
      throw new BadInputError('argument', `Cannot use "${ctx.arguments[0]}": expected verify, as in: theory verify --only p-hop.`);
    }
    const failed: string[] = [];
    for (const { name, statement, verify } of theorems.filter((theorem) => only.includes(theorem.name))) {
      if (ctx.signal.aborted) return;
      const { holds, checked, measured } = await verify(new RandomStream(0, `theory ${name}`));
      if (ctx.json) ctx.print(JSON.stringify({ name, statement, holds, checked, measured }));
      else ctx.print(`${holds ? 'holds' : 'FAILS'}  ${name.padEnd(17)}  ${statement}: ${checked}`);
      if (!holds) failed.push(name);
    }
    if (failed.length === 0) return;
    throw new Error(`theory: expected every theorem to hold, got failures of ${failed.join(', ')}; this is a bug`);
  },
});
