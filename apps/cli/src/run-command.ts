import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  BadInputError,
  describeParameters,
  type EventBody,
  newRunDirectory,
  parseParameter,
  readRunFile,
  resolveParameters,
  resumeRun,
  type RunOutcome,
  startRun,
  type Study,
} from '@sardonyx/study';
import { chooseRunView } from './choose-run-view.js';
import { addParameterFlag } from './parameter-flag.js';
import type { Environment } from './environment.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { findRun } from './find-run.js';
import { interruptible } from './interrupt.js';
import { printLine } from './output.js';
import { printCost, printPlan, type RunPlan } from './run-plan.js';
import type { RunIntroduction, RunView } from './run-view.js';
import { firstPositional, parseCheckpointSeconds, parseParametersJson, parsePreset, parseSeed, parseWorkers } from './study-arguments.js';

interface RunFlags {
  readonly preset: string;
  readonly seed: string;
  readonly workers?: string;
  readonly params?: string;
  readonly checkpointSeconds?: string;
  readonly out?: string;
  readonly dryRun?: true;
  readonly json?: true;
  readonly [parameter: string]: unknown;
}

const checkpointHelp = 'time between checkpoints (default: 30, or more where saving is slow)';

const helpEnd = (id: string): string => `
Examples:
  sardonyx run ${id}
  sardonyx run ${id} --preset standard --seed 7
  sardonyx run ${id} --preset paper --dry-run

Exit codes: 0 done and every expectation holds, 3 done but one fails, 2 wrong usage, 1 failure, 130 interrupted.`;

/** `sardonyx run`. The flags of the study that `args` names are added to it. */
export async function addRunCommand(program: Command, environment: Environment, args: readonly string[]): Promise<void> {
  const named = args[0] === 'run' ? firstPositional(args.slice(1)) : undefined;
  const command = program
    .command('run')
    .summary('run a study')
    .description('Runs a study. "sardonyx run <system>/<study> --help" lists its own parameters too.')
    .argument('<system/study>', 'the study, as "sardonyx list" shows it')
    .option('--preset <name>', 'size of the run: quick, standard or paper', 'quick')
    .option('--seed <integer>', 'seed of every random choice', '0')
    .option('--workers <integer>', 'worker threads (default: one per core); does not change results')
    .option('--params <json>', 'parameters as one JSON object, by their names; flags count over it')
    .option('--checkpoint-seconds <number>', checkpointHelp)
    .option('--out <folder>', 'where to write the run (default: runs/<system>/<study>/<date-time>-<preset>-s<seed>)')
    .option('--dry-run', 'print parameters and cost, write nothing')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', () => helpEnd(named ?? 'looped-transformers/addition'));

  const study = named === undefined ? undefined : await environment.systems.study(named);
  const parameterOf = study === undefined ? new Map<string, string>() : addParameterFlags(command, study);

  command.action(async (id: string, flags: RunFlags) => {
    const chosen = study ?? (await environment.systems.study(id));
    environment.finish(await run(environment, id, chosen, flags, parameterOf));
  });
}

/** Adds a flag for each parameter; returns which parameter each of commander's option names stands for. */
function addParameterFlags(command: Command, study: Study): Map<string, string> {
  command.description(
    `${study.title}\n\n${study.summary} (arXiv:${study.paper.arxiv}${study.paper.where === undefined ? '' : `, ${study.paper.where}`})`,
  );
  command.optionsGroup('Parameters:');
  const names = new Map<string, string>();
  for (const parameter of describeParameters(study.params)) {
    names.set(addParameterFlag(command, parameter), parameter.name);
  }
  return names;
}

async function run(
  environment: Environment,
  id: string,
  study: Study,
  flags: RunFlags,
  parameterOf: ReadonlyMap<string, string>,
): Promise<ExitCode> {
  const preset = parsePreset(flags.preset);
  const seed = parseSeed(flags.seed);
  const workers = parseWorkers(flags.workers);
  const checkpoints = checkpointOptions(flags);
  const params = resolveParameters(study, preset, givenParameters(study, flags, parameterOf));
  const directory = flags.out === undefined ? newRunDirectory('runs', id, preset, seed) : resolve(flags.out);
  const plan: RunPlan = { id, study, preset, seed, params, directory };
  const { output } = environment;
  const json = flags.json === true;
  if (flags.dryRun === true) {
    printPlan(output.stdout, plan, json);
    return exitCode.done;
  }
  // The paper's own size may need days or another machine: what it costs comes first.
  if (preset === 'paper' && json) printPlan(output.stdout, plan, true);
  else if (preset === 'paper') printCost(output.stderr, study.cost?.(params) ?? null);
  const view = chooseRunView(output, json);
  const onEvent = showing(view, plan);
  const outcome = await interruptible(
    (text) => view.notice(text),
    (signal) => startRun({ ...plan, workers }, { signal, onEvent, ...checkpoints }),
  );
  return end(environment, view, outcome);
}

function checkpointOptions(flags: Pick<RunFlags, 'checkpointSeconds'>): { readonly checkpointSeconds?: number } {
  const checkpointSeconds = parseCheckpointSeconds(flags.checkpointSeconds);
  return checkpointSeconds === undefined ? {} : { checkpointSeconds };
}

/** The run is introduced with its first event: not before its folder is made and its lock is taken. */
function showing(view: RunView, run: RunIntroduction): (event: EventBody) => void {
  let isIntroduced = false;
  return (event) => {
    if (!isIntroduced) view.begin(run);
    isIntroduced = true;
    view.event(event);
  };
}

function end({ output, debug }: Environment, view: RunView, outcome: RunOutcome): ExitCode {
  view.end(outcome);
  if (debug && outcome.error?.stack !== undefined) printLine(output.stderr, outcome.error.stack);
  return exitCodeOf(outcome);
}

function givenParameters(study: Study, flags: RunFlags, parameterOf: ReadonlyMap<string, string>): Record<string, unknown> {
  const given = flags.params === undefined ? {} : parseParametersJson(flags.params);
  for (const parameter of describeParameters(study.params)) {
    for (const [attribute, name] of parameterOf) {
      const text = flags[attribute];
      if (name === parameter.name && typeof text === 'string') given[name] = parseParameter(study.params, parameter, text);
    }
  }
  return given;
}

/** `sardonyx resume`. */
export function addResumeCommand(program: Command, environment: Environment): void {
  program
    .command('resume')
    .summary('go on with a run that was interrupted, killed or failed')
    .description('Goes on with a run from its last checkpoint, to the same result as if it had never stopped.')
    .argument('<run>', 'the run: its folder, or its name below runs/')
    .option('--workers <integer>', 'worker threads (default: as before)')
    .option('--checkpoint-seconds <number>', checkpointHelp)
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', '\nExamples:\n  sardonyx resume runs/looped-transformers/addition/2026-01-31-120000-quick-s0')
    .action(async (given: string, flags: Pick<RunFlags, 'workers' | 'checkpointSeconds' | 'json'>) => {
      const workers = flags.workers === undefined ? {} : { workers: parseWorkers(flags.workers) };
      const checkpoints = checkpointOptions(flags);
      const directory = findRun(given);
      const { study: id, preset, seed, params } = readRunFile(directory);
      await environment.systems.study(id);
      const view = chooseRunView(environment.output, flags.json === true);
      const onEvent = showing(view, { directory, id, preset, seed, params });
      const outcome = await interruptible(
        (text) => view.notice(text),
        (signal) => resumeRun(directory, (name) => environment.systems.study(name), { signal, onEvent, ...workers, ...checkpoints }),
      );
      environment.finish(end(environment, view, outcome));
    });
}

function exitCodeOf(outcome: RunOutcome): ExitCode {
  if (outcome.status === 'interrupted') return exitCode.interrupted;
  if (outcome.status === 'failed') return outcome.error instanceof BadInputError ? exitCode.usage : exitCode.failure;
  return outcome.expect.some(({ verdict }) => verdict === 'fails') ? exitCode.expectationFails : exitCode.done;
}
