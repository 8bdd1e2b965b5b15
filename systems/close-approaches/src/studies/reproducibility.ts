import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { defineStudy } from '@sardonyx/study';
import { z } from 'zod';
import { checkedRunConfig } from '../archive/run-config.js';
import { daysPerYear, j2000 } from '../constants.js';
import { withArchive } from '../archive/archive-file.js';
import { eventsOfRows } from '../archive/archived-events.js';
import { planetsAt2000 } from '../planets/solar-system.js';
import { runIntoArchive } from '../runs/archived-run.js';
import { rateOfPeriod } from '../yarkovsky/yarkovsky-drift.js';
import { nearEarthStates } from './near-earth-orbits.js';

const params = z.object({
  particles: z.int().min(2).max(100_000).default(60).describe('near-Earth orbits'),
  years: z.number().positive().max(1e6).default(50).describe('length of the run'),
  step: z.number().positive().max(64).default(16).describe('days of the longest step'),
  levels: z.int().min(1).max(8).default(5).describe('lengths of steps, each half of the one before; 1 for one step for all'),
  workerCounts: z.array(z.int().min(1)).min(1).default([1, 2, 7]).describe('numbers of worker threads to try'),
  batches: z.array(z.int().min(1)).min(1).default([1, 1000]).describe('particles moved together to try'),
  interruptions: z.int().min(0).max(100).default(3).describe('interruptions of every second run'),
});

const snapshots = 4;

/** Stops a run, as Ctrl-C would after its snapshot. */
class Stop extends Error {}

/** The same run in every way that it can be divided. */
export const reproducibility = defineStudy({
  name: 'reproducibility',
  title: 'A run has the same bytes however it is divided',
  paper: { arxiv: '2502.13489', where: 'numerical integration' },
  summary: 'archives of one run with 1, 2 and 7 workers, in batches of 1 and 1000, uninterrupted and with three interruptions',
  params,
  presets: { quick: {}, standard: { particles: 400, years: 300 }, paper: { particles: 2000, years: 3000 } },
  async run(ctx, { particles, years, step, levels, workerCounts, batches, interruptions }) {
    const snapshotSteps = Math.round((years * daysPerYear) / step / snapshots);
    const { config } = checkedRunConfig({
      seed: ctx.seed,
      start: j2000,
      step,
      levels,
      steps: snapshots * snapshotSteps,
      snapshotSteps,
      particles: { to: particles },
      relativity: true,
      yarkovsky: { evolution: true, lookSteps: Math.max(1, Math.round(daysPerYear / step)) },
    });
    const setup = {
      config,
      bodies: planetsAt2000(),
      states: nearEarthStates(particles, ctx.seed),
      drift: new Float64Array(particles),
      // Stones of a metre: light turns them, and their drifts, within the run.
      spins: {
        diameter: new Float64Array(particles).fill(1),
        obliquity: Float64Array.from({ length: particles }, (_, k) => (Math.PI * k) / particles),
        rate: new Float64Array(particles).fill(rateOfPeriod(6)),
      },
      build: 'reproducibility',
    };
    const table = ctx.table('archives', {
      workers: 'int32',
      batch: 'int32',
      interruptions: 'int32',
      approaches: 'int32',
      bytes: 'int32',
      sha256: 'utf8',
    });
    const variants = workerCounts.flatMap((workers) =>
      batches.flatMap((batch) => [0, interruptions].map((stops) => ({ workers, batch, stops }))),
    );
    let { first, equal } = (ctx.restored?.state ?? { first: '', equal: 0 }) as { first: string; equal: number };
    for (let k = ctx.restored?.step ?? 0; k < variants.length; k++) {
      const { workers, batch, stops } = variants[k]!;
      const path = ctx.place('archives/run.caph');
      rmSync(path, { force: true });
      // At uneven places between the snapshots, so that what is under way and what is pending has to be kept.
      const places = Array.from({ length: stops }, (_, n) => Math.floor((config.steps * (n + 0.63)) / (stops + 0.5)));
      const stretch = Math.max(1, Math.floor(config.steps / 37)) * particles;
      for (let isDone = false; !isDone; ) {
        let at = 0;
        isDone = await runIntoArchive(path, setup, {
          workers,
          batch,
          stretch,
          pause: () => ctx.yield(),
          progress: (done) => (at = done),
          isDue: () => places.length > 0 && at >= places[0]!,
          saved: () => {
            places.shift();
            return Promise.reject(new Stop());
          },
        }).then(
          () => true,
          (reason: unknown) => {
            if (reason instanceof Stop) return false;
            throw reason;
          },
        );
      }
      const bytes = readFileSync(path);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const approaches = withArchive(path, (archive) => eventsOfRows(archive.rows('approaches')).length);
      table.append({ workers, batch, interruptions: stops, approaches, bytes: bytes.length, sha256 });
      if (k === 0) {
        first = sha256;
        ctx.result('approaches', approaches);
      }
      if (sha256 === first) equal++;
      ctx.progress(k + 1, variants.length, `${workers} workers, batches of ${batch}, ${stops} interruptions`);
      if (ctx.dueCheckpoint()) await ctx.checkpoint({ step: k + 1, arrays: {}, state: { first, equal } });
    }
    ctx.result('archives', variants.length);
    ctx.result('equal archives', equal);
  },
  figures: [],
  expect: [
    {
      name: 'bytes',
      paper: 'identical bytes with 1, 2, 7 workers, batches of 1 and 1000, 3 interruptions',
      claim: 'every archive equal to the first, and approaches in it',
      evaluate: (results) => {
        const [all, equal, approaches] = [results.number('archives'), results.number('equal archives'), results.number('approaches')];
        return {
          ours: `${equal} of ${all} equal, ${approaches} approaches each`,
          verdict: equal === all && approaches > 0 ? 'holds' : 'fails',
        };
      },
    },
  ],
});
