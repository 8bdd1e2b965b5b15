import { z } from 'zod';
import { acceptsOf, itemsOf } from './accepted-values.js';
import { DefinitionError, ParameterError } from './errors.js';
import { nearestName, suggestion } from './nearest-name.js';
import { hasOwnMessage, shownValue, valueAt } from './schema-problems.js';
import { flagOf, type ValueSchema, valueOfText, withArticle } from './parameter-text.js';

/** A parameter of a study as a person meets it: its flag, what it takes, its default. Made from the schema. */
export interface Parameter {
  /** Name in the schema: `batchSize`. */
  readonly name: string;
  /** Name on the command line, without dashes: `batch-size`. */
  readonly flag: string;
  readonly description: string;
  readonly kind: 'integer' | 'number' | 'boolean' | 'choice' | 'text' | 'file' | 'folder' | 'list';
  /** What it takes, in words: `integer from 1 to 64`, `one of adam, sgd`. */
  readonly accepts: string;
  readonly default: unknown;
  /** Its JSON Schema. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Flags of the command line itself, which no parameter may take. */
const reservedFlags = [
  'preset',
  'seed',
  'workers',
  'params',
  'checkpoint-seconds',
  'out',
  'nats',
  'dry-run',
  'json',
  'help',
  'debug',
  'systems',
  'version',
];

/** The parameters of a schema, in its order. Throws {@link DefinitionError} for types that no flag can express. */
export function describeParameters(schema: z.ZodObject): Parameter[] {
  const parameters = Object.entries(propertiesOf(schema)).map(([name, value]) => ({
    name,
    flag: checkedFlag(name),
    description: value.description ?? '',
    kind: kindOf(name, value),
    accepts: acceptsOf(value),
    default: value.default,
    schema: { ...value },
  }));
  const flags = parameters.map(({ flag }) => flag);
  const twice = parameters.find(({ flag }, index) => flags.indexOf(flag) !== index);
  if (twice !== undefined)
    throw new DefinitionError(
      `Cannot use the parameter name "${twice.name}": another one has the flag --${twice.flag} too. Choose another.`,
    );
  return parameters;
}

function checkedFlag(name: string): string {
  const flag = flagOf(name);
  if (reservedFlags.includes(flag)) {
    throw new DefinitionError(`Cannot use the parameter name "${name}": the flag --${flag} belongs to the command line. Choose another.`);
  }
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(flag) || flag.startsWith('no-')) {
    throw new DefinitionError(
      `Cannot use the parameter name "${name}": expected a camelCase name that does not begin with "no". Choose another.`,
    );
  }
  return flag;
}

/** The value that a flag's text stands for. Throws {@link ParameterError}; ranges are checked by {@link checkParameters}. */
export function parseParameter(schema: z.ZodObject, parameter: Parameter, text: string): unknown {
  const value = propertiesOf(schema)[parameter.name];
  const parsed = value === undefined ? undefined : valueOfText(value, text);
  if (parsed === undefined) throw refusal([[parameter, problemOf(parameter, text)]]);
  return parsed;
}

/** Checks parameters against their schema. Throws {@link ParameterError}. */
export function checkParameters<P extends z.ZodObject>(schema: P, given: Readonly<Record<string, unknown>>): z.output<P> {
  const parameters = describeParameters(schema);
  const names = parameters.map((parameter) => parameter.name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const problem = `There is no parameter "${unknown}". ${suggestion(unknown, names)}`;
    throw new ParameterError('unknown-parameter', problem, { [unknown]: problem });
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw refusal(
    parsed.error.issues.map((issue) => {
      const parameter = parameters.find(({ name }) => name === issue.path[0]);
      return [parameter, parameter === undefined ? issue.message : problemOf(parameter, given[parameter.name], issue)] as const;
    }),
  );
}

/** The error that tells problems; one without its parameter concerns several at once. */
export function refusal(problems: readonly (readonly [Parameter | undefined, string])[]): ParameterError {
  const lines = problems.map(([parameter, problem]) => (parameter === undefined ? problem : `--${parameter.flag}: ${problem}`));
  const byName = problems.flatMap(([parameter, problem]) => (parameter === undefined ? [] : [[parameter.name, problem] as const]));
  return new ParameterError('parameter-value', [...new Set(lines)].join('\n'), Object.fromEntries(byName));
}

function problemOf(parameter: Parameter, given: unknown, issue?: z.core.$ZodIssue): string {
  const choices = parameter.kind === 'choice' ? parameter.accepts.replace('one of ', '').split(', ') : [];
  const nearest = nearestName(String(given), choices);
  const advice = nearest === undefined ? 'Choose a value that fits.' : `Did you mean ${nearest}?`;
  const isOwn = issue !== undefined && hasOwnMessage(issue);
  // A pattern says nothing to people; the message that its author wrote for it does.
  if (isOwn && issue.code === 'invalid_format')
    return `${issue.message}, got ${shownValue(valueAt(given, issue.path.slice(1)))}. ${advice}`;
  const detail = isOwn ? ` (${issue.message})` : '';
  return `expected ${withArticle(parameter.accepts)}, got ${shownValue(given)}${detail}. ${advice}`;
}

function propertiesOf(schema: z.ZodObject): Readonly<Record<string, ValueSchema>> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, ValueSchema> };
  return json.properties ?? {};
}

function kindOf(name: string, value: ValueSchema): Parameter['kind'] {
  if (value.enum !== undefined || value.const !== undefined) return 'choice';
  if (value.type === 'integer' || value.type === 'number' || value.type === 'boolean') return value.type;
  if (value.type === 'string') return value.format === 'file' || value.format === 'folder' ? value.format : 'text';
  const items = itemsOf(value);
  if (value.type === 'array' && items.length > 0 && items.every((item) => item.type !== 'array' && item.type !== 'object')) return 'list';
  throw new DefinitionError(
    `Cannot make a flag for the parameter "${name}": expected a number, boolean, string, enum, or an array of these, got ${value.type ?? 'another type'}.`,
  );
}
