import { BadInputError, defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { sunGm } from '../constants.js';
import { astdysHeader, formatAstdysLine } from '../formats/astdys.js';
import { readCad } from '../formats/cad.js';
import { type Catalogue, stateOfRecord } from '../formats/catalogue.js';
import { encodeCatalogue } from '../formats/catalogue-file.js';
import { writeWhole } from '../formats/write-whole.js';
import { csvLine } from '../formats/csv.js';
import { recognizeFormat } from '../formats/file-format.js';
import { FormatError } from '../formats/format-error.js';
import { formatMercuryBodies, type MercuryBody, type MercuryStyle, mercuryStyles } from '../formats/mercury-files.js';
import { formatMpcorbLine, mpcorbHeader } from '../formats/mpcorb.js';
import { formatMpcorbObject } from '../formats/mpcorb-json.js';
import { meanMotion, type OrbitRecord } from '../formats/orbit-record.js';
import { sbdbFields, sbdbRow } from '../formats/sbdb.js';
import { axesOf, axesParameter, openSource, readCatalogue } from './read-catalogue.js';

const formats = ['catalogue', 'mpcorb', 'mpcorb-json', 'sbdb-csv', 'sbdb-json', 'astdys', 'mercury'] as const;
type OrbitFormat = (typeof formats)[number];

const extensions: readonly [ending: string, format: OrbitFormat][] = [
  ['.orbits', 'catalogue'],
  ['.dat', 'mpcorb'],
  ['.json', 'mpcorb-json'],
  ['.csv', 'sbdb-csv'],
  ['.cat', 'astdys'],
  ['.in', 'mercury'],
];

/** One file of orbits as another. */
export const convert = defineCommand({
  name: 'convert',
  summary: 'write a file of orbits in another format; a table of close approaches as CSV',
  arguments: [
    { name: 'from', summary: 'a file of any known format' },
    { name: 'to', summary: 'the file to write; its ending names the format where --format does not' },
  ],
  params: z.object({
    format: z
      .enum(['', ...formats])
      .default('')
      .describe('format to write; empty goes by the ending'),
    style: z.enum(mercuryStyles).default('Asteroidal').describe('of a small.in'),
    axes: axesParameter,
    skipBad: z.boolean().default(false).describe('leave out rows that cannot be read or written, and count them'),
  }),
  examples: ['convert MPCORB.DAT belt.csv', 'convert belt.orbits small.in --style Cartesian', 'convert cad-2020.json approaches.csv'],
  async run(ctx, { format, style, skipBad, axes }) {
    const [from, to] = ctx.arguments as [string, string];
    const source = await openSource(from);
    if ((await recognizeFormat(source)) === 'cad') {
      const approaches = await readCad(source);
      const names = Object.keys(approaches[0] ?? { designation: '' });
      await writeWhole(to, [
        [
          names,
          ...approaches.map((approach) => Object.values(approach).map((value) => (Number.isNaN(value) ? '' : (value as string | number)))),
        ]
          .map((row) => `${csvLine(row)}\n`)
          .join(''),
      ]);
      return ctx.print(
        ctx.json
          ? JSON.stringify({ type: 'converted', to, format: 'csv', rows: approaches.length, bad: 0 })
          : `${approaches.length} close approaches in ${to}`,
      );
    }
    const target = format === '' ? formatByEnding(to) : format;
    const { catalogue, files } = await readCatalogue(ctx, [from], skipBad, axesOf(axes));
    let bad = files[0]!.bad;
    function* each<T>(write: (record: OrbitRecord) => T): Generator<T> {
      for (let i = 0; i < catalogue.count; i++) {
        try {
          yield write(catalogue.record(i));
        } catch (cause) {
          if (!(cause instanceof FormatError) || !skipBad) throw cause instanceof FormatError ? cause.at({ file: to, line: i + 1 }) : cause;
          bad++;
        }
      }
    }
    await writeWhole(to, write(target, catalogue, each, style));
    const orbits = files[0]!.orbits + files[0]!.bad - bad;
    ctx.print(
      ctx.json
        ? JSON.stringify({ type: 'converted', to, format: target, rows: orbits, bad })
        : `${orbits} orbits in ${to}${bad === 0 ? '' : `; ${bad} rows left out`}`,
    );
  },
});

function formatByEnding(path: string): OrbitFormat {
  const found = extensions.find(([ending]) => path.toLowerCase().endsWith(ending));
  if (found !== undefined) return found[1];
  throw new BadInputError(
    'argument',
    `Cannot convert to "${path}": expected an ending of ${extensions.map(([ending]) => ending).join(', ')}, or --format. Name the format.`,
  );
}

type Each = <T>(write: (record: OrbitRecord) => T) => Generator<T>;

/** The file's content, in pieces that are made as they are written. */
function* write(format: OrbitFormat, catalogue: Catalogue, each: Each, style: MercuryStyle): Generator<string | Uint8Array> {
  const motion = (record: OrbitRecord): number => meanMotion(record.semiMajorAxis!, sunGm);
  switch (format) {
    case 'catalogue':
      yield* encodeCatalogue(catalogue);
      return;
    case 'mpcorb':
      yield mpcorbHeader;
      yield* inPieces(each((record) => `${formatMpcorbLine(record, motion(record))}\n`));
      return;
    case 'mpcorb-json':
      yield '[\n';
      yield* inPieces(separated(each((record) => JSON.stringify(formatMpcorbObject(record, motion(record))))));
      yield '\n]\n';
      return;
    case 'sbdb-csv':
      yield `${csvLine(sbdbFields)}\n`;
      yield* inPieces(each((record) => `${csvLine(sbdbRow(record))}\n`));
      return;
    case 'sbdb-json': {
      let count = 0;
      yield `{"signature":{"source":"Sardonyx","version":"1.0"},"fields":${JSON.stringify(sbdbFields)},"data":[\n`;
      const row = (record: OrbitRecord): string => {
        const text = JSON.stringify(sbdbRow(record));
        count++;
        return text;
      };
      yield* inPieces(separated(each(row)));
      yield `\n],"count":${count}}\n`;
      return;
    }
    case 'astdys':
      yield astdysHeader;
      yield* inPieces(each((record) => `${formatAstdysLine(record)}\n`));
      return;
    case 'mercury':
      yield formatMercuryBodies({ kind: 'small', style, bodies: [...each(mercuryBody)] });
  }
}

function* separated(items: Iterable<string>): Generator<string> {
  let isFirst = true;
  for (const item of items) {
    yield isFirst ? item : `,\n${item}`;
    isFirst = false;
  }
}

/** Ten thousand lines at a time: a write for each would be slow, one string of all too long. */
function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece: string[] = [];
  for (const line of lines) {
    piece.push(line);
    if (piece.length < 10_000) continue;
    yield piece.join('');
    piece = [];
  }
  yield piece.join('');
}

function mercuryBody(record: OrbitRecord): MercuryBody {
  const force = (value: number | undefined): number => (value === undefined || Number.isNaN(value) ? 0 : value);
  return {
    name: record.designation.replaceAll(' ', '_'),
    state: stateOfRecord(record),
    epoch: record.epoch!,
    mass: 0,
    nongravitational: [force(record.a1), force(record.a2), force(record.a3)],
    spin: [0, 0, 0],
  };
}
