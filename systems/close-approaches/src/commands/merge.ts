import { closeSync } from 'node:fs';
import { defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { openArchive } from '../archive/archive-file.js';
import { configHash } from '../archive/config-difference.js';
import { mergeArchives } from '../archive/merge-archives.js';
import { asBadInput } from './read-input.js';

/** Archives of a run that was split by ranges of particles, as one. */
export const merge = defineCommand({
  name: 'merge',
  summary: 'merge archives of a run split by ranges of particles: the bytes are those of the whole run',
  arguments: [
    { name: 'out', summary: 'the archive to make; an existing file is never overwritten' },
    { name: 'parts...', summary: 'archives of all parts, in any order' },
  ],
  examples: ['merge run.caph part-0.caph part-1.caph part-2.caph'],
  params: z.object({}),
  run: (ctx) =>
    asBadInput(() => {
      const [out = '', ...paths] = ctx.arguments;
      const opened: ReturnType<typeof openArchive>[] = [];
      try {
        for (const path of paths) opened.push(openArchive(path));
        for (const { archive } of opened) for (const warning of archive.warnings) ctx.log(warning);
        const { config } = mergeArchives(
          opened.map(({ archive }) => archive),
          out,
        );
        const hash = configHash(config);
        if (ctx.json) ctx.print(JSON.stringify({ out, parts: paths.length, particles: config['particles'], hash }));
        else ctx.print(`${paths.length} parts merged into ${out}; configuration ${hash}`);
      } finally {
        for (const { file } of opened) closeSync(file);
      }
    }),
});
