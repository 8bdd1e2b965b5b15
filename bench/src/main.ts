import { writeFile } from 'node:fs/promises';
import { ourFamily, type Benchmark } from './benchmark.js';
import { browser } from './browser.js';
import { closeApproaches } from './close-approaches.js';
import { parseCommandLine, select, usage, type RunCommand } from './command-line.js';
import { BenchError } from './errors.js';
import { runBenchmark } from './harness.js';
import { linalg } from './linalg.js';
import { loopedTransformers } from './looped-transformers.js';
import { describeLoad, machineFacts, machineLoad } from './machine.js';
import { caseTable, comparisons, type Report } from './report.js';
import { optimizers } from './optimizers.js';
import { training } from './training.js';

const benchmarks: readonly Benchmark[] = [training, browser, optimizers, linalg, loopedTransformers, closeApproaches];

/** Aim for one contender's turn: long enough for a median, short enough that a slow spell spans whole rounds. */
const turnSeconds = 0.75;
/** torch.compile may take minutes for twelve layers on two cores. */
const replySeconds = 900;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.code === 'usage' ? 2 : 1;
}

/** Exit code: 0 measured, 1 a contender failed or two disagree, 2 wrong usage. */
async function main(words: readonly string[]): Promise<number> {
  const command = parseCommandLine(words);
  if (command.action === 'help') process.stdout.write(`${usage}\n`);
  else if (command.action === 'list') process.stdout.write(`${benchmarks.map(describe).join('\n')}\n`);
  else return await run(command);
  return 0;
}

async function run(command: RunCommand): Promise<number> {
  const [chosen] = select(benchmarks, (entry) => entry.name, [command.name], 'benchmark');
  const benchmark = narrow(chosen, command);
  // Leaving through `exit` ends the contenders too, stopped ones included.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const startedAt = new Date().toISOString();
  const machine = machineFacts();
  const loadBefore = await machineLoad();
  const { rounds, threads } = command;
  process.stdout.write(
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${threads} threads, ${rounds} rounds\n${describeLoad(loadBefore)}\n`,
  );

  const cases: Report['cases'][number][] = [];
  for (const benchmarkCase of benchmark.cases) {
    const [result] = await runBenchmark(
      { ...benchmark, cases: [benchmarkCase] },
      { rounds, threads, turnSeconds, replySeconds, onProgress: (line) => void process.stderr.write(`${line}\n`) },
    );
    if (result === undefined) continue;
    cases.push({ ...result, comparisons: comparisons(result) });
    process.stdout.write(`\n${caseTable(result)}\n`);
  }

  const report: Report = {
    benchmark: benchmark.name,
    startedAt,
    machine,
    loadBefore,
    loadAfter: await machineLoad(),
    threads,
    rounds,
    cases,
  };
  if (command.jsonFile !== undefined) await writeFile(command.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  const unsound = cases.some((entry) => entry.disagreements.length > 0 || entry.results.some((result) => result.status === 'failed'));
  return unsound ? 1 : 0;
}

/** Keeps the cases and peers asked for. */
function narrow(benchmark: Benchmark | undefined, { only, peers }: RunCommand): Benchmark {
  if (benchmark === undefined) throw new BenchError('usage', usage);
  const cases = select(benchmark.cases, (entry) => entry.name, only, 'case');
  const ours = benchmark.contenders.filter((entry) => entry.family === ourFamily);
  const others = benchmark.contenders.filter((entry) => entry.family !== ourFamily);
  return { ...benchmark, cases, contenders: [...ours, ...select(others, (entry) => entry.family, peers, 'peer')] };
}

function describe({ name, title, cases, contenders }: Benchmark): string {
  const families = [...new Set(contenders.map((entry) => entry.family))].filter((family) => family !== ourFamily);
  return `${name}: ${title}\n  cases: ${cases.map((entry) => entry.name).join(', ')}\n  peers: ${families.join(', ')}`;
}
