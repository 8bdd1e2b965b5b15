import { join } from 'node:path';
import { BadInputError, type RunOutcome } from '@sardonyx/study';
import { alignColumns, formatValue, type Output, type OutputStream, printLine, styled } from './output.js';
import { shortPath } from './short-path.js';

const verdictStyle = { holds: 'green', fails: 'red', reported: 'dim' } as const;

/** Prints how a run ended: its numbers beside the paper's, where the report is, or how to go on. */
export function printSummary({ stdout, stderr }: Output, outcome: RunOutcome): void {
  const directory = shortPath(outcome.directory);
  if (outcome.status === 'interrupted') {
    printLine(stderr, `Interrupted. Go on with: sardonyx resume ${directory}`);
    return;
  }
  if (outcome.status === 'failed') {
    printLine(stderr, `${styled(stderr, 'red', 'error:')} ${outcome.error?.message ?? 'The run failed.'}`);
    const isInput = outcome.error instanceof BadInputError;
    const advice = isInput ? 'Mend it and start again, or, where a file was at fault,' : 'Once the cause is mended,';
    printLine(stderr, `The run stopped; what it saved is whole. ${advice} go on with: sardonyx resume ${directory}`);
    return;
  }
  printValues(stdout, outcome);
  printExpectations(stdout, outcome);
  printLine(stdout, `report  ${join(directory, 'report.html')}`);
}

function printValues(stdout: OutputStream, { metrics }: RunOutcome): void {
  const rows = Object.entries(metrics).map(([name, value]) => [name, formatValue(value)]);
  if (rows.length > 0) printLine(stdout, `${alignColumns(rows).join('\n')}\n`);
}

function printExpectations(stdout: OutputStream, { expect }: RunOutcome): void {
  if (expect.length === 0) return;
  const rows = expect.map(({ name, paper, ours, verdict }) => [name, formatValue(paper), formatValue(ours), verdict]);
  const [head = '', ...lines] = alignColumns([['expectation', 'paper', 'ours', 'verdict'], ...rows]);
  printLine(stdout, styled(stdout, 'dim', head));
  lines.forEach((line, index) => {
    const verdict = expect[index]?.verdict ?? 'reported';
    // The verdict is the last column, so that colouring it does not disturb the alignment.
    printLine(stdout, `${line.slice(0, -verdict.length)}${styled(stdout, verdictStyle[verdict], verdict)}`);
  });
  printLine(stdout);
}
