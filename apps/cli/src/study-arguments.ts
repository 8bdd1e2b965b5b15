import { availableParallelism } from 'node:os';
import { BadInputError, nearestName, type PresetName, presetNames } from '@sardonyx/study';

/** Flags of `run` and of all commands that take no value; every other flag takes one. */
const flagsWithoutValue = ['--json', '--dry-run', '--open', '--help', '-h', '--debug'];

/** The first argument that is neither a flag nor a flag's value; its flags depend on it, so it is needed before parsing. */
export function firstPositional(args: readonly string[]): string | undefined {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (!arg.startsWith('-')) return arg;
    if (!arg.includes('=') && !flagsWithoutValue.includes(arg)) index++;
  }
  return undefined;
}

export function parsePreset(text: string): PresetName {
  const preset = presetNames.find((name) => name === text);
  if (preset !== undefined) return preset;
  const nearest = nearestName(text, presetNames);
  throw new BadInputError(
    'preset',
    `--preset: expected one of ${presetNames.join(', ')}, got "${text}". ${nearest === undefined ? 'Choose one of them.' : `Did you mean ${nearest}?`}`,
  );
}

/** Seeds are 32-bit, so that every generator takes them whole. */
export function parseSeed(text: string): number {
  return parseInteger('seed', text, 0, 2 ** 32 - 1);
}

export function parseWorkers(text: string | undefined): number {
  return text === undefined ? availableParallelism() : parseInteger('workers', text, 1, 1024);
}

/** Undefined where it is not given. A day is more than anybody wants to lose. */
export function parseCheckpointSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value <= 86_400) return value;
  throw new BadInputError(
    'flag-value',
    `--checkpoint-seconds: expected a number from 0 to 86400, got "${text}". Choose a value that fits.`,
  );
}

function parseInteger(flag: string, text: string, low: number, high: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= low && value <= high) return value;
  throw new BadInputError('flag-value', `--${flag}: expected an integer from ${low} to ${high}, got "${text}". Choose a value that fits.`);
}

/** `--params`: the faithful way for programs, since flags cannot carry every text in a list. Names and values are checked later. */
export function parseParametersJson(text: string): Record<string, unknown> {
  const parsed = parseJson(text);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  throw new BadInputError(
    'flag-value',
    `--params: expected a JSON object such as '{"learningRate":0.1}', got ${text.slice(0, 80)}. Mend it.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
