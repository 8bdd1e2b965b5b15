import { Command, CommanderError } from 'commander';
import { BadInputError, Interrupted, sardonyxVersion, StudyError, suggestion } from '@sardonyx/study';
import { addBenchCommand } from './bench-command.js';
import { addDoctorCommand } from './doctor-command.js';
import type { Environment } from './environment.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { printJsonError, resultLine } from './json-view.js';
import { addListCommand, printCitations } from './list-command.js';
import { type Output, printJson, printLine, styled } from './output.js';
import { refuseContradictions } from './parameter-flag.js';
import { addResumeCommand, addRunCommand } from './run-command.js';
import { addRunsCommand } from './runs-command.js';
import { firstPositional } from './study-arguments.js';
import { addStudioCommand } from './studio-command.js';
import { addSystemCommands } from './system-command.js';
import { Systems } from './systems.js';

const afterHelp = `
Examples:
  sardonyx list                                      what there is to run
  sardonyx run looped-transformers/addition          run a study, small enough for two minutes
  sardonyx run looped-transformers/addition --help   its parameters
  sardonyx runs ls                                   what has been run here
  sardonyx studio                                    the same on a page

A system's own commands: sardonyx <system> --help.`;

/** Runs the command line with `args` (without node and script) and returns the exit code. Never throws. */
export async function runCommandLine(args: readonly string[], output: Output): Promise<ExitCode> {
  const { rest, modules, debug } = takeGlobalFlags(args);
  let code: ExitCode = exitCode.done;
  try {
    const systems = await Systems.open(modules);
    const environment: Environment = { systems, output, debug, finish: (chosen) => (code = chosen) };
    if (rest[0] === '--cite') {
      await printCitations(environment);
      return code;
    }
    const program = await buildProgram(environment, rest);
    refuseUnknownCommand(program, systems, rest[0]);
    if (rest.length === 0) program.outputHelp();
    else await program.parseAsync(rest, { from: 'user' });
    return code;
  } catch (error) {
    return reportError(output, error, { args: rest, debug });
  }
}

/** Commander knows only the commands that were added; systems whose commands were not loaded count as near names too. */
function refuseUnknownCommand(program: Command, systems: Systems, first: string | undefined): void {
  const known = [...program.commands.map((command) => command.name()), ...systems.names];
  if (first === undefined || first.startsWith('-') || known.includes(first)) return;
  throw new BadInputError('unknown-command', `There is no command or system "${first}". ${suggestion(first, known)} See: sardonyx --help`);
}

/** `--systems` and `--debug` may stand anywhere, and which commands there are depends on the first. */
function takeGlobalFlags(args: readonly string[]): { rest: string[]; modules: string[]; debug: boolean } {
  const rest: string[] = [];
  const modules = (process.env['SARDONYX_SYSTEMS'] ?? '').split(',').filter((module) => module !== '');
  let debug = (process.env['SARDONYX_DEBUG'] ?? '') !== '';
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    const next = args[index + 1];
    if (arg === '--debug') debug = true;
    else if (arg.startsWith('--systems=')) modules.push(arg.slice('--systems='.length));
    else if (arg === '--systems' && next !== undefined) modules.push(args[++index] ?? '');
    else rest.push(arg);
  }
  return { rest, modules, debug };
}

async function buildProgram(environment: Environment, args: readonly string[]): Promise<Command> {
  const { stdout, stderr } = environment.output;
  const program = new Command('sardonyx')
    .description('Sardonyx: a TypeScript laboratory for learning and simulation.')
    .version(sardonyxVersion, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--cite', 'print the papers that the systems reproduce, as BibTeX')
    .option('--systems <module>', 'also use the systems of this module: a path or a package (or SARDONYX_SYSTEMS, comma-separated)')
    .option('--debug', 'print stack traces (or SARDONYX_DEBUG=1)')
    .helpCommand(false)
    .showHelpAfterError(false)
    .exitOverride()
    .configureHelp({ helpWidth: 100, showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: () => undefined,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', afterHelp);
  addListCommand(program, environment);
  await addRunCommand(program, environment, args);
  addResumeCommand(program, environment);
  addRunsCommand(program, environment);
  addStudioCommand(program, environment);
  addDoctorCommand(program, environment);
  addBenchCommand(program, environment);
  const first = firstPositional(args);
  if (first !== undefined && environment.systems.has(first)) {
    addSystemCommands(program, environment, await environment.systems.find(first));
  }
  refuseContradictions(program);
  return program;
}

/** Prints an error for the person or program that asked, and returns its exit code. */
function reportError(output: Output, thrown: unknown, { args, debug }: { args: readonly string[]; debug: boolean }): ExitCode {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  // Commander reports that it printed the help or the version as an error with the code 0.
  if (error instanceof CommanderError && error.exitCode === 0) return exitCode.done;
  // A group without its command (`sardonyx runs`) has been answered with its help.
  if (error instanceof CommanderError && error.code === 'commander.help') return exitCode.usage;
  const shown = error instanceof CommanderError ? usageError(error, args) : error;
  const { stderr } = output;
  const isInterrupted = shown instanceof Interrupted;
  printLine(stderr, isInterrupted ? shown.message : `${styled(stderr, 'red', 'error:')} ${shown.message}`);
  if (debug) printLine(stderr, error.stack ?? String(error));
  else if (!(shown instanceof StudyError)) printLine(stderr, 'This is not expected. Run it again with --debug to see where it happened.');
  if (args.includes('--json')) {
    printJsonError(output, shown, 'unexpected');
    const isRun = args[0] === 'run' || args[0] === 'resume';
    if (isRun) printJson(output.stdout, resultLine({ directory: null, id: null, status: 'failed', metrics: {}, expect: [] }));
  }
  if (isInterrupted) return exitCode.interrupted;
  return shown instanceof BadInputError ? exitCode.usage : exitCode.failure;
}

/** Commander's message with its "Did you mean", and where the help is. */
function usageError(error: CommanderError, args: readonly string[]): BadInputError {
  const message = error.message.replace(/^error: /, '').replace(/\n?\((Did you mean .*\?)\)/, '. $1');
  const command = error.code === 'commander.unknownCommand' ? args.slice(0, 1) : args.slice(0, args[0] === 'runs' ? 2 : 1);
  const help = ['sardonyx', ...command.filter((arg) => !arg.startsWith('-')), '--help'].join(' ');
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return new BadInputError('usage', `${sentence}${/[.?!]$/.test(sentence) ? '' : '.'} See: ${help}`);
}
