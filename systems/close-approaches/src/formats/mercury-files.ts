import { sunGm } from '../constants.js';
import { cometaryOf, keplerianOf } from '../orbit/elements-from-state.js';
import { stateOfCometary, stateOfKeplerian } from '../orbit/state-from-elements.js';
import type { StateVector } from '../planets/initial-states.js';
import { FormatError, quoted } from './format-error.js';
import { parseNumber, type TextLine } from './text-lines.js';

/* Input files of the MERCURY integrator (Chambers 1999): big.in, small.in, param.in, and yarkovsky.in of its augmented forms. */

export const mercuryStyles = ['Cartesian', 'Asteroidal', 'Cometary'] as const;
export type MercuryStyle = (typeof mercuryStyles)[number];

/** A body of big.in or small.in. States are heliocentric: au and au/d on the file's own axes. */
export interface MercuryBody {
  readonly name: string;
  readonly state: StateVector;
  /** JD: the file's epoch (big.in) or the body's own (small.in). */
  readonly epoch: number;
  /** Of the Sun; 0 where not given. */
  readonly mass: number;
  /** g/cm³, Hill radii, components of the non-gravitational force, spin: as given. */
  readonly density?: number;
  readonly closeEncounterRadius?: number;
  readonly nongravitational: readonly [number, number, number];
  readonly spin: readonly [number, number, number];
}

export interface MercuryBodies {
  readonly kind: 'big' | 'small';
  readonly style: MercuryStyle;
  readonly bodies: readonly MercuryBody[];
}

const firstLines = {
  big: ')O+_06 Big-body initial data  (WARNING: Do not delete this line!!)',
  small: ')O+_06 Small-body initial data  (WARNING: Do not delete this line!!)',
};
const parametersFirstLine = ')O+_06 Integration parameters  (WARNING: Do not delete this line!!)';

/** Which of MERCURY's files a first line belongs to. */
export function mercuryKind(firstLine: string): 'big' | 'small' | 'param' | undefined {
  const match = /^\)O\+_0\d\s+(Big|Small|Integration)/i.exec(firstLine);
  return match === null ? undefined : ({ big: 'big', small: 'small', integration: 'param' } as const)[match[1]!.toLowerCase() as 'big'];
}

const isComment = ({ text }: TextLine): boolean => text.startsWith(')') || text.trim() === '';

/**
 * Reads big.in or small.in.
 * @throws {FormatError} `unknown-format`, `missing-value`, `bad-number`; with lines
 */
export function parseMercuryBodies(lines: readonly TextLine[], centralGm = sunGm): MercuryBodies {
  const kind = mercuryKind(lines[0]?.text ?? '');
  if (kind !== 'big' && kind !== 'small') {
    throw new FormatError(
      'unknown-format',
      { line: 1 },
      { expected: quoted(firstLines.big), given: quoted(lines[0]?.text ?? ''), remedy: "restore MERCURY's first line" },
    );
  }
  const content = lines.slice(1).filter((line) => !isComment(line));
  const styleLine = content.shift();
  const style = mercuryStyles.find(
    (name) => name.slice(0, 3).toLowerCase() === (/=\s*(\w{3})/.exec(styleLine?.text ?? '')?.[1] ?? '').toLowerCase(),
  );
  if (style === undefined) {
    throw new FormatError(
      'unknown-format',
      { line: styleLine?.number, column: 'style' },
      { expected: 'style (Cartesian, Asteroidal, Cometary) = one of them', given: quoted(styleLine?.text ?? ''), remedy: 'name the style' },
    );
  }
  let fileEpoch = NaN;
  if (kind === 'big') {
    const line = content.shift();
    fileEpoch = atLine(line, () => parseNumber(/=\s*(\S+)/.exec(line?.text ?? '')?.[1] ?? '', 'epoch'));
  }
  const bodies: MercuryBody[] = [];
  while (content.length > 0) {
    const head = content.shift()!;
    const [name, ...options] = head.text.trim().split(/\s+/) as [string, ...string[]];
    const values: number[] = [];
    // Nine numbers, on as many lines as their writer liked; yet a name may start with a digit, so lines of three words end at nine.
    while (values.length < 9 && content.length > 0) {
      const line = content.shift()!;
      values.push(
        ...atLine(line, () =>
          line.text
            .trim()
            .split(/\s+/)
            .map((text, index) => parseNumber(text, `value ${values.length + index + 1}`)),
        ),
      );
    }
    if (values.length < 6) {
      throw new FormatError(
        'missing-value',
        { line: head.number, column: name },
        { expected: 'six elements and three of the spin', given: `${values.length}`, remedy: 'complete the body' },
      );
    }
    bodies.push(atLine(head, () => bodyOf(name, options, values, style, fileEpoch, centralGm)));
  }
  return { kind, style, bodies };
}

function atLine<T>(line: TextLine | undefined, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof FormatError ? cause.at({ line: line?.number }) : cause;
  }
}

function bodyOf(
  name: string,
  options: readonly string[],
  values: readonly number[],
  style: MercuryStyle,
  fileEpoch: number,
  centralGm: number,
): MercuryBody {
  const given = new Map<string, number>();
  for (const option of options) {
    const [, key, value] = /^(\w+)=(\S+)$/.exec(option) ?? [];
    if (key !== undefined) given.set(key.toLowerCase(), parseNumber(value!, `${key}=`));
  }
  const epoch = given.get('ep') ?? fileEpoch;
  if (Number.isNaN(epoch)) {
    throw new FormatError(
      'missing-value',
      { column: 'ep=' },
      { expected: 'the epoch of a small body', given: quoted(name), remedy: 'add ep=JD to its line' },
    );
  }
  const mass = given.get('m') ?? 0;
  const mu = centralGm * (1 + mass);
  const [a, b, c, d, e, f] = values as [number, number, number, number, number, number];
  const state: StateVector =
    style === 'Cartesian'
      ? [a, b, c, d, e, f]
      : style === 'Asteroidal'
        ? stateOfKeplerian({ semiMajorAxis: a, eccentricity: b, inclination: c, argument: d, node: e, meanAnomaly: f }, mu)
        : stateOfCometary({ perihelionDistance: a, eccentricity: b, inclination: c, argument: d, node: e, perihelionTime: f }, epoch, mu);
  return {
    name,
    state,
    epoch,
    mass,
    ...(given.has('d') && { density: given.get('d')! }),
    ...(given.has('r') && { closeEncounterRadius: given.get('r')! }),
    nongravitational: [given.get('a1') ?? 0, given.get('a2') ?? 0, given.get('a3') ?? 0],
    spin: [values[6] ?? 0, values[7] ?? 0, values[8] ?? 0],
  };
}

/** Writes big.in or small.in. @throws {FormatError} `not-representable`: a name with a blank */
export function formatMercuryBodies({ kind, style, bodies }: MercuryBodies, centralGm = sunGm): string {
  const comment = `)${'-'.repeat(69)}`;
  const lines = [
    firstLines[kind],
    ") Lines beginning with `)' are ignored.",
    comment,
    ` style (Cartesian, Asteroidal, Cometary) = ${style}`,
  ];
  if (kind === 'big') lines.push(` epoch (in days) = ${bodies[0]?.epoch ?? 0}`);
  lines.push(comment);
  for (const body of bodies) {
    const [a1, a2, a3] = body.nongravitational;
    if (/\s/.test(body.name)) {
      throw new FormatError(
        'not-representable',
        { column: body.name },
        { expected: 'a name without blanks', given: quoted(body.name), remedy: 'join its words by _' },
      );
    }
    const options = [
      kind === 'small' ? `ep=${body.epoch}` : '',
      body.mass === 0 ? '' : `m=${body.mass}`,
      body.closeEncounterRadius === undefined ? '' : `r=${body.closeEncounterRadius}`,
      body.density === undefined ? '' : `d=${body.density}`,
      a1 === 0 ? '' : `a1=${a1}`,
      a2 === 0 ? '' : `a2=${a2}`,
      a3 === 0 ? '' : `a3=${a3}`,
    ];
    const values = elementsIn(style, body, centralGm).map((value) => ` ${value}`);
    lines.push(
      [body.name, ...options.filter((option) => option !== '')].join(' '),
      values.slice(0, 3).join(''),
      values.slice(3).join(''),
      ` ${body.spin.join(' ')}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function elementsIn(style: MercuryStyle, { state, mass, epoch }: MercuryBody, centralGm: number): readonly number[] {
  const mu = centralGm * (1 + mass);
  if (style === 'Cartesian') return state;
  if (style === 'Cometary') {
    const { perihelionDistance, eccentricity, inclination, argument, node, perihelionTime } = cometaryOf(state, epoch, mu);
    return [perihelionDistance, eccentricity, inclination, argument, node, perihelionTime];
  }
  const { semiMajorAxis, eccentricity, inclination, argument, node, meanAnomaly } = keplerianOf(state, mu);
  return [semiMajorAxis, eccentricity, inclination, argument, node, meanAnomaly];
}

/** Settings of param.in in their order: what stands left of each `=`, and its value. */
export type MercuryParameters = ReadonlyMap<string, string>;

/** Reads param.in. @throws {FormatError} `unknown-format`, `missing-value` */
export function parseMercuryParameters(lines: readonly TextLine[]): MercuryParameters {
  if (mercuryKind(lines[0]?.text ?? '') !== 'param') {
    throw new FormatError(
      'unknown-format',
      { line: 1 },
      { expected: quoted(parametersFirstLine), given: quoted(lines[0]?.text ?? ''), remedy: "restore MERCURY's first line" },
    );
  }
  const settings = new Map<string, string>();
  for (const line of lines.slice(1).filter((candidate) => !isComment(candidate))) {
    const match = /^\s*(.*?)\s*=\s*(.*?)\s*$/.exec(line.text);
    if (match === null) {
      throw new FormatError(
        'missing-value',
        { line: line.number },
        { expected: 'setting = value', given: quoted(line.text), remedy: 'complete the line, or start it with )' },
      );
    }
    settings.set(match[1]!, match[2]!);
  }
  return settings;
}

export const formatMercuryParameters = (settings: MercuryParameters): string =>
  `${[parametersFirstLine, ...Array.from(settings, ([name, value]) => ` ${name} = ${value}`)].join('\n')}\n`;

/** A line of yarkovsky.in: thermal and spin properties of one body, SI units and degrees. */
export interface YarkovskyInput {
  readonly name: string;
  /** kg/m³. */
  readonly density: number;
  /** W/m/K. */
  readonly conductivity: number;
  /** J/kg/K. */
  readonly heatCapacity: number;
  /** m. */
  readonly diameter: number;
  /** degrees. */
  readonly obliquity: number;
  /** hours. */
  readonly rotationPeriod: number;
  readonly absorption: number;
  readonly emissivity: number;
}

const yarkovskyColumns = [
  'density',
  'conductivity',
  'heatCapacity',
  'diameter',
  'obliquity',
  'rotationPeriod',
  'absorption',
  'emissivity',
] as const;

/** Reads yarkovsky.in. @throws {FormatError} `line-too-short`, `bad-number` */
export function parseYarkovskyInput(lines: readonly TextLine[]): YarkovskyInput[] {
  return lines
    .filter((line) => !isComment(line))
    .map((line) => {
      const [name, ...texts] = line.text.trim().split(/\s+/) as [string, ...string[]];
      if (texts.length < yarkovskyColumns.length) {
        throw new FormatError(
          'line-too-short',
          { line: line.number, column: yarkovskyColumns[texts.length]! },
          {
            expected: 'name, density, conductivity, heat capacity, diameter, obliquity, period, absorption, emissivity',
            given: quoted(line.text),
            remedy: 'complete the line',
          },
        );
      }
      const values = atLine(line, () => yarkovskyColumns.map((column, index) => [column, parseNumber(texts[index]!, column)] as const));
      return { name, ...Object.fromEntries(values) } as unknown as YarkovskyInput;
    });
}

export const formatYarkovskyInput = (bodies: readonly YarkovskyInput[]): string =>
  bodies.map((body) => `${[body.name, ...yarkovskyColumns.map((column) => body[column])].join(' ')}\n`).join('');
