import { defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { dataSetStatistics, type DataSetStatistics } from '../tasks/data-set.js';
import { asBadDataSet, readParameters } from './data-verify.js';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

function lines({ difficulty, answers, shortcuts, overlap, ...s }: DataSetStatistics): string[] {
  const total = Math.max(1, s.problems);
  return [
    `${s.problems} problems of ${s.task}, ${s.split}`,
    `repeated             ${percent(s.repeated)}`,
    ...(overlap === null ? [] : [`in the other, too    ${percent(overlap)}`]),
    `positions            ${s.meanLength.toFixed(1)} on average, ${s.longest} at most; ${s.meanTargets.toFixed(1)} targets on average`,
    `different answers    ${s.differentAnswers}`,
    ...answers.map(
      ([answer, share]) => `  ${answer.length > 24 ? `${answer.slice(0, 23)}…` : answer}`.padEnd(28) + percent(share).padStart(8),
    ),
    difficulty.name,
    ...difficulty.counts.map(([value, problems]) => `  ${value}`.padEnd(28) + percent(problems / total).padStart(8)),
    'shortcuts: targets right, problems wholly right',
    ...shortcuts.map(
      ({ name, accuracy, exactMatch }) => `  ${name}`.padEnd(44) + percent(accuracy).padStart(8) + percent(exactMatch).padStart(10),
    ),
  ];
}

/** Describes a data set: answers, difficulty, what shortcuts reach, and what another data set shares with it. */
export const dataStats = defineCommand({
  name: 'data-stats',
  summary: 'answers, difficulty, lengths and shortcut levels of a data set, and its overlap with another',
  arguments: [
    { name: 'folder', summary: 'what data-gen wrote' },
    { name: 'other', summary: 'another data set of the task, to count problems that both hold', optional: true },
  ],
  examples: ['data-stats hops', 'data-stats hops other-hops --limit 1000'],
  params: z.object(readParameters),
  async run(ctx, { limit, skipBad }) {
    const [folder, other] = ctx.arguments as [string, string | undefined];
    let bad = 0;
    const skip = (): void => {
      bad += 1;
    };
    try {
      const statistics = await dataSetStatistics(folder, other, { ...(limit !== undefined && { limit }), ...(skipBad && { skip }) });
      if (ctx.json) {
        ctx.print(JSON.stringify({ ...statistics, bad }));
        return;
      }
      for (const line of lines(statistics)) ctx.print(line);
      if (bad > 0) ctx.print(`${bad} lines skipped`);
    } catch (cause) {
      throw asBadDataSet(cause);
    }
  },
});
