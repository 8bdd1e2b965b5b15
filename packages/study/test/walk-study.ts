import { z } from 'zod';
import { defineStudy } from '../src/study.js';

/** A random walk whose every step depends on all before it: any slip in resuming changes the end. */
export const walk = defineStudy({
  name: 'walk',
  title: 'A random walk',
  paper: { arxiv: '0000.00000', where: 'Figure 1' },
  summary: 'walks and reports where it ends',
  params: z.object({
    steps: z.int().min(1).max(10_000).default(40).describe('steps to walk'),
    saveEvery: z.int().min(1).default(8).describe('steps between checkpoints'),
    expected: z.number().default(0).describe('where the walk should end'),
  }),
  presets: { quick: {}, standard: { steps: 400 }, paper: { steps: 4000 } },
  async run(ctx, { steps, saveEvery, expected }) {
    const restored = ctx.restored;
    const position = (restored?.arrays['position']?.data as Float64Array | undefined) ?? new Float64Array(2);
    let random = (restored?.state as number | undefined) ?? ctx.seed;
    const path = ctx.table('path', { step: 'int32', x: 'float64', side: 'utf8' });
    for (let step = restored?.step ?? 0; step < steps; step++) {
      // The "minimal standard" generator of Park and Miller (1988), doi:10.1145/63039.63042.
      random = (random * 48_271 + 11) % 2_147_483_647;
      position[0] = (position[0] ?? 0) * 0.99 + random / 2_147_483_647 - 0.5;
      path.append({ step, x: position[0], side: position[0] < 0 ? 'left' : 'right' });
      ctx.metric(step, { x: position[0], inverse: 1 / Math.trunc(position[0]) });
      if (step % 10 === 0) ctx.log(`step ${step}`);
      if (step === 5) ctx.result('early', position[0]);
      ctx.progress(step + 1, steps);
      if ((step + 1) % saveEvery === 0 || ctx.dueCheckpoint()) {
        await ctx.checkpoint({ step: step + 1, arrays: { position: { dtype: 'float64', shape: [2], data: position } }, state: random });
      }
    }
    ctx.result('end', position[0] ?? 0);
    ctx.result('expected', expected);
  },
  figures: [
    {
      name: 'path',
      title: 'Path',
      kind: 'line',
      table: 'path',
      x: 'step',
      y: 'x',
      xLabel: 'step',
      yLabel: 'position (m)',
      reference: [{ label: 'start', value: 0 }],
    },
  ],
  expect: [
    {
      name: 'end',
      paper: 'zero',
      claim: 'within 100 of the expected end',
      evaluate: (results) => ({
        ours: results.number('end'),
        verdict: Math.abs(results.number('end') - results.number('expected')) < 100 ? 'holds' : 'fails',
      }),
    },
  ],
});
