import type { Cost, PresetName, Study } from '@sardonyx/study';
import { alignColumns, formatSeconds, formatValue, type OutputStream, printJson, printLine } from './output.js';

/** A run before it starts. */
export interface RunPlan {
  readonly id: string;
  readonly study: Study;
  readonly preset: PresetName;
  readonly seed: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly directory: string;
}

/** Prints what a run would do and need; `json` prints the same as one object. */
export function printPlan(stream: OutputStream, plan: RunPlan, json: boolean): void {
  const { id, study, preset, seed, params, directory } = plan;
  const cost = study.cost?.(params) ?? null;
  if (json) {
    printJson(stream, { type: 'plan', study: id, preset, seed, params, run: directory, cost });
    return;
  }
  printLine(stream, `${id}: ${study.title}`);
  const settings: [string, unknown][] = [['preset', preset], ['seed', seed], ...Object.entries(params)];
  for (const line of alignColumns(settings.map(([name, value]) => [name, formatValue(value)]))) printLine(stream, `  ${line}`);
  printCost(stream, cost);
  printLine(stream, `It would be written to ${directory}`);
}

export function printCost(stream: OutputStream, cost: Cost | null): void {
  if (cost === null) {
    printLine(stream, 'Cost: this study states none.');
    return;
  }
  printLine(stream, 'Cost:');
  const rows = Object.entries(cost).flatMap(([name, value]) => (value === undefined ? [] : [costRow(name, value)]));
  for (const line of alignColumns(rows)) printLine(stream, `  ${line}`);
}

function costRow(name: string, value: number): [string, string] {
  if (name === 'seconds') return ['time', formatSeconds(value)];
  if (name.endsWith('Seconds')) return [words(name.slice(0, -'Seconds'.length)), formatSeconds(value)];
  if (name.endsWith('Bytes')) return [words(name.slice(0, -'Bytes'.length)), withPrefix(value, 'B')];
  if (name === 'flops') return ['floating-point operations', withPrefix(value, '')];
  return [words(name), withPrefix(value, '')];
}

function words(camelCase: string): string {
  return camelCase.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A number with a decimal prefix of the SI: `3.2 GB`, `1.5 P`. */
function withPrefix(value: number, unit: string): string {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z'];
  const power = value < 1000 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(value) / 3));
  return `${Number((value / 1000 ** power).toPrecision(3))} ${prefixes[power]}${unit}`.trimEnd();
}
