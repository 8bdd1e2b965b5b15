import { z } from 'zod';
import { acceptsOf } from './accepted-values.js';
import { suggestion } from './nearest-name.js';
import { type ValueSchema, withArticle } from './parameter-text.js';

/* What is wrong with values that come as JSON: files of configurations, descriptions, records. For pages too. */

/** JSON Schema as far as it is followed to the value at fault. */
interface JsonSchema extends ValueSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly pattern?: string;
}

type Path = readonly PropertyKey[];

/** Characters of a given value that are shown. */
const shownLength = 60;

/** What a schema refuses in one place of a value. */
export interface SchemaProblem {
  /** Path of the place, `model.loops`; empty for the value itself. */
  readonly at: string;
  /** What was expected there, or which fields are unknown. */
  readonly problem: string;
  /** What stands there, as JSON; absent where the problem names it, or where a list or an object would say nothing. */
  readonly given?: string;
}

/**
 * What a schema refuses in a value, one phrase a problem: `model.loops: expected an integer of at least 1, given 0`. Of a
 * choice between forms, the problems of the form that fits best.
 * @param whole how the value itself is called, where no part of it is at fault
 */
export function schemaProblems(schema: z.ZodType, error: z.ZodError, given: unknown, whole = 'the whole'): string[] {
  return problemsOf(schema, error, given).map(
    ({ at, problem, given: found }) => `${at || whole}: ${problem}${found === undefined ? '' : `, given ${found}`}`,
  );
}

/** As {@link schemaProblems}, in parts. */
export function problemsOf(schema: z.ZodType, error: z.ZodError, given: unknown): SchemaProblem[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return innermost(error.issues).map((issue) => {
    const at = issue.path.map(String).join('.');
    const value = valueAt(given, issue.path);
    const schemas = schemasAt(root, issue.path, given);
    if (issue.code === 'unrecognized_keys') {
      const forms = schemas.filter((form) => hasFixedFieldsOf(form, value));
      return { at, problem: unknownFields(issue.keys, forms) };
    }
    const isScalar = typeof value !== 'object' || value === null;
    if (hasOwnMessage(issue)) return { at, problem: issue.message, ...(isScalar && { given: shownValue(value) }) };
    const phrases = [...new Set(schemas.map(phraseOf))];
    const isKnown = phrases.length > 0 && !phrases.includes(undefined);
    return { at, problem: isKnown ? `expected ${phrases.join(' or ')}` : decapitalized(issue.message), given: shownValue(value) };
  });
}

/** Whether an issue's message was written with the schema, and is not one of zod's own for issues of its kind. */
export function hasOwnMessage(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' || !/^(Invalid|Too (small|big)|Unrecognized)/.test(issue.message);
}

/** A value as JSON, cut where it is long; `nothing` where there is none. */
export function shownValue(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}

/** The part of a value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((parent, key) => (isObject(parent) ? Reflect.get(parent, key) : undefined), value);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Issues with those of the best fitting form in place of "no form fits", their paths from the root. */
function innermost(issues: readonly z.core.$ZodIssue[], prefix: Path = []): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'invalid_union') {
      const [nearest] = [...issue.errors].sort((a, b) => weight(a) - weight(b));
      // Where the value is of no form's type there is nothing further in: the forms themselves are what is expected.
      if (nearest?.some(({ path: inner, code }) => inner.length > 0 || code === 'unrecognized_keys')) return innermost(nearest, path);
    }
    return [{ ...issue, path }];
  });
}

const weight = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);

/** The schemas that may apply at a path: several where forms are open, none where the schema does not say. */
function schemasAt(root: JsonSchema, path: Path, given: unknown): JsonSchema[] {
  return path.reduce(
    (forms, key, depth) => {
      const value = valueAt(given, path.slice(0, depth));
      const partsOf = (schemas: readonly JsonSchema[]): JsonSchema[] => schemas.flatMap((schema) => partOf(schema, key) ?? []);
      // Fixed fields tell forms apart; where one of them is at fault itself, only the others would be left.
      const parts = partsOf(forms.filter((form) => hasFixedFieldsOf(form, value)));
      return (parts.length > 0 ? parts : partsOf(forms)).flatMap((part) => formsOf(root, part));
    },
    formsOf(root, root),
  );
}

function partOf(schema: JsonSchema, key: PropertyKey): JsonSchema | undefined {
  if (typeof key === 'number') return (schema.prefixItems?.[key] ?? (schema.items || undefined)) as JsonSchema | undefined;
  const { properties = {}, additionalProperties } = schema;
  const name = String(key);
  if (Object.hasOwn(properties, name)) return properties[name];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** A schema without references and choices: the forms that it leaves open. */
function formsOf(root: JsonSchema, schema: JsonSchema): JsonSchema[] {
  if (schema.$ref !== undefined) {
    const target = schema.$ref === '#' ? root : root.$defs?.[schema.$ref.split('/').at(-1) ?? ''];
    return target === undefined ? [] : formsOf(root, target);
  }
  const choices = schema.anyOf ?? schema.oneOf;
  return choices === undefined ? [schema] : choices.flatMap((choice) => formsOf(root, choice));
}

/** Whether the fields that a form fixes to one or a few values, such as its kind, have these in the value, or are not there. */
function hasFixedFieldsOf({ properties = {} }: JsonSchema, value: unknown): boolean {
  return Object.entries(properties).every(([key, part]) => {
    const fixed = part.enum ?? (part.const === undefined ? undefined : [part.const]);
    const given = valueAt(value, [key]);
    return fixed === undefined || given === undefined || fixed.some((choice) => choice === given);
  });
}

function unknownFields(keys: readonly string[], schemas: readonly JsonSchema[]): string {
  const names = [...new Set(schemas.flatMap(({ properties = {} }) => Object.keys(properties)))];
  return keys.map((key) => `unknown field "${key}"; ${decapitalized(suggestion(key, names)).replace(/\.$/, '')}`).join(', ');
}

/** What a schema takes, in words with an article; undefined where only its author can say. */
function phraseOf(schema: JsonSchema): string | undefined {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  switch (schema.type) {
    case 'integer':
    case 'number':
    case 'boolean':
      return withArticle(acceptsOf(schema));
    case 'null':
      return 'null';
    case 'string':
      return schema.pattern === undefined
        ? schema.minLength === undefined
          ? 'text'
          : `text of ${counted(schema.minLength, 'character')}`
        : undefined;
    case 'array':
      return listPhrase(schema);
    case 'object':
      return 'an object';
    default:
      return undefined;
  }
}

function listPhrase({ prefixItems, minItems, maxItems }: JsonSchema): string {
  if (prefixItems !== undefined) return `a list of ${prefixItems.length}`;
  const bounds = [minItems === undefined ? '' : `at least ${minItems}`, maxItems === undefined ? '' : `at most ${maxItems}`];
  const range = bounds.filter((bound) => bound !== '').join(' and ');
  return range === '' ? 'a list' : `a list of ${range}`;
}

const counted = (least: number, unit: string): string => `at least ${least} ${unit}${least === 1 ? '' : 's'}`;

const decapitalized = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
