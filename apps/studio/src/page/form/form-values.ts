import { flagOf, itemSchemaAt, type ValueSchema, valueOfText, withArticle } from '@sardonyx/study/parameter-text';
import type { FormParameter } from '../../api/index.js';

/** What stands in the fields of a form: text, whatever the parameter's kind; lists with commas. */
export type FieldTexts = Readonly<Record<string, string>>;

/** What a field's text means, or what is wrong with it. */
export type FieldReading = { readonly value: unknown } | { readonly problem: string };

/** A value as it stands in a field. */
export function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(', ') : String(value ?? '');
}

/** All fields filled with a set of values. */
export function textsOf(parameters: readonly FormParameter[], values: Readonly<Record<string, unknown>>): FieldTexts {
  return Object.fromEntries(parameters.map(({ name }) => [name, textOf(values[name])]));
}

/** Reads a field's text as the parameter's kind and holds it against the limits. */
export function readField(parameter: FormParameter, text: string): FieldReading {
  const value = valueOfText(parameter.schema, text);
  const fits = value !== undefined && isWithin(parameter.schema, value);
  return fits
    ? { value }
    : { problem: `Expected ${withArticle(parameter.accepts)}; this is ${text.trim() === '' ? 'empty' : `“${text}”`}.` };
}

/** The choices of a parameter, or of the items of a list; undefined where the values are free. */
export function choicesOf(parameter: FormParameter): readonly string[] | undefined {
  const schema: ValueSchema = parameter.schema;
  const items = schema.items === false ? undefined : schema.items;
  return (schema.enum ?? items?.enum)?.map(String);
}

/** The values that differ from the preset's: what a run is started with. Fields that cannot be read are left out. */
export function changedValues(parameters: readonly FormParameter[], texts: FieldTexts, preset: Readonly<Record<string, unknown>>) {
  const changed: Record<string, unknown> = {};
  for (const parameter of parameters) {
    const reading = readField(parameter, texts[parameter.name] ?? '');
    if ('value' in reading && !isSame(reading.value, preset[parameter.name])) changed[parameter.name] = reading.value;
  }
  return changed;
}

/** The command that starts the same run from a terminal, in parts that should each stay on one line. */
export function commandParts(study: string, preset: string, seed: number, changed: Readonly<Record<string, unknown>>): string[] {
  const flags = Object.entries(changed).map(
    ([name, value]) => `--${flagOf(name)} ${quoted(Array.isArray(value) ? value.join(',') : String(value))}`,
  );
  return ['npm run sardonyx --', `run ${study}`, `--preset ${preset}`, `--seed ${seed}`, ...flags];
}

function isWithin(schema: ValueSchema, value: unknown): boolean {
  if (typeof value === 'number') {
    if (schema.type === 'integer' && !Number.isSafeInteger(value)) return false;
    if (schema.multipleOf !== undefined && value % schema.multipleOf !== 0) return false;
    if (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)) return false;
    return value > (schema.exclusiveMinimum ?? -Infinity) && value < (schema.exclusiveMaximum ?? Infinity);
  }
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity)) return false;
    return value.every((item, index) => isWithin(itemSchemaAt(schema, index) ?? {}, item));
  }
  if (typeof value === 'string') return value.length >= (schema.minLength ?? 0) && value.length <= (schema.maxLength ?? Infinity);
  return true;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** An argument as a POSIX shell takes it. */
function quoted(argument: string): string {
  return /^[\w.,:/+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
