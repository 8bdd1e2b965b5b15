import { parseArgs } from 'node:util';
import { BenchError } from './errors.js';

/** What was asked for on the command line. */
export type Command = { readonly action: 'help' } | { readonly action: 'list' } | ({ readonly action: 'run' } & RunCommand);

export interface RunCommand {
  readonly name: string;
  readonly rounds: number;
  readonly threads: number;
  /** Case names; all cases when absent. */
  readonly only?: readonly string[];
  /** Peer families; all peers when absent, none when empty. */
  readonly peers?: readonly string[];
  /** File that the report is written to as JSON. */
  readonly jsonFile?: string;
}

export const usage = `Usage: npm run bench -- <name> [options]

  --list               names of the benchmarks, their cases and peers
  --runs N             interleaved rounds (default 5)
  --only CASE,...      these cases only
  --peers NAME,...     these peers only; "none" for none
  --threads N          threads for every contender (default 2)
  --json FILE          also write the report, with machine facts, as JSON
  --help               this text`;

/** Reads the arguments after the program's name. @throws BenchError `usage` */
export function parseCommandLine(words: readonly string[]): Command {
  const { values, positionals } = parse(words);
  if (values.help) return { action: 'help' };
  if (values.list) return { action: 'list' };
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0) {
    throw new BenchError(
      'usage',
      `expected the name of one benchmark, got ${positionals.length === 0 ? 'none' : positionals.join(' ')}\n\n${usage}`,
    );
  }
  return {
    action: 'run',
    name,
    rounds: positiveInteger('--runs', values.runs),
    threads: positiveInteger('--threads', values.threads),
    ...(values.only === undefined ? {} : { only: commaList(values.only) }),
    ...(values.peers === undefined ? {} : { peers: values.peers === 'none' ? [] : commaList(values.peers) }),
    ...(values.json === undefined ? {} : { jsonFile: values.json }),
  };
}

/** The items whose key was asked for, in their own order. @throws BenchError `usage` for a key that none has */
export function select<T>(items: readonly T[], keyOf: (item: T) => string, wanted: readonly string[] | undefined, what: string): T[] {
  if (wanted === undefined) return [...items];
  const known = new Set(items.map(keyOf));
  for (const key of wanted) {
    if (!known.has(key)) throw new BenchError('usage', `unknown ${what}: expected one of ${[...known].join(', ')}, got ${key}`);
  }
  return items.filter((item) => wanted.includes(keyOf(item)));
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        runs: { type: 'string', default: '5' },
        threads: { type: 'string', default: '2' },
        only: { type: 'string' },
        peers: { type: 'string' },
        json: { type: 'string' },
      },
    });
  } catch (cause) {
    throw new BenchError('usage', `${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`, { cause });
  }
}

function positiveInteger(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new BenchError('usage', `${option}: expected a whole number from 1 up, got ${text}`);
  return value;
}

function commaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
