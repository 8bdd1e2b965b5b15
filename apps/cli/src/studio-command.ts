import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Studio } from '@sardonyx/studio';
import { BadInputError } from '@sardonyx/study';
import type { Environment } from './environment.js';
import { type Output, printJson, printLine } from './output.js';

interface StudioFlags {
  readonly port?: string;
  readonly runs: string;
  readonly open?: true;
  readonly json?: true;
}

const helpEnd = `
Examples:
  sardonyx studio
  sardonyx studio --open
  sardonyx studio --port 8080 --runs /data/runs

The page is for this machine alone. Ctrl-C closes it; runs that are working go on.`;

/** The script of the command line: what the studio starts for each run. */
const mainScript = fileURLToPath(new URL('main.js', import.meta.url));

/** `sardonyx studio`. */
export function addStudioCommand(program: Command, environment: Environment): void {
  program
    .command('studio')
    .summary('start, watch and read runs on a page')
    .description('Serves a page to start, watch, stop, resume and compare runs.')
    .option('--port <integer>', 'port to listen on (default: the first free one from 7310 on)')
    .option('--runs <folder>', 'the folder that holds the runs', 'runs')
    .option('--open', 'open the page in the browser')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', helpEnd)
    .action(async (flags: StudioFlags) => {
      const { systems, output } = environment;
      // Loaded here because no other command needs a server.
      const { startStudio } = await import('@sardonyx/studio');
      const modules = systems.modules.flatMap((module) => ['--systems', module]);
      const studio = await startStudio({
        systems,
        runs: flags.runs,
        launch: { command: process.execPath, args: [...process.execArgv, mainScript, ...modules] },
        ...(flags.port === undefined ? {} : { port: parsePort(flags.port) }),
      });
      const interruption = interrupted();
      const json = flags.json === true;
      if (json) printJson(output.stdout, { type: 'listening', url: studio.url });
      else printLine(output.stdout, `The studio is at ${studio.url}  (Ctrl-C closes it, runs go on)`);
      if (flags.open === true) openInBrowser(output, studio.url);
      await interruption;
      await closeStudio(studio, output, json);
    });
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new BadInputError('flag-value', `--port: expected an integer from 0 to 65535, got "${text}". Choose a value that fits.`);
}

async function interrupted(): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]);
  // The losing wait is given up, so that another Ctrl-C ends the process as usual; that it was is no failure.
  waiting.abort();
}

async function closeStudio(studio: Studio, { stdout, stderr }: Output, json: boolean): Promise<void> {
  const running = studio.runningCount();
  await studio.close();
  if (json) {
    printJson(stdout, { type: 'closed', running });
    return;
  }
  const runs = running === 1 ? '1 run goes on' : `${running} runs go on`;
  printLine(stderr, running === 0 ? 'The studio is closed. No run is working.' : `The studio is closed. ${runs}: sardonyx runs ls`);
}

/** Says so where there is no browser to open; the address stands above. */
function openInBrowser({ stderr }: Output, url: string): void {
  const [command, args] = browserCommand(url);
  const child = spawn(command, args, { detached: true, stdio: 'ignore' });
  child.once('error', (error) => printLine(stderr, `Cannot open a browser (${error.message}). Open the address yourself.`));
  child.unref();
}

function browserCommand(url: string): [string, string[]] {
  if (process.platform === 'darwin') return ['open', [url]];
  if (process.platform === 'win32') return ['explorer', [url]];
  return ['xdg-open', [url]];
}
