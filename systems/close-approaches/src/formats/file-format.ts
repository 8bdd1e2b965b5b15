import { isCatalogue } from './catalogue-file.js';
import { type ByteSource, firstBytes } from './byte-source.js';
import { isCadHeader } from './cad.js';
import { csvFields } from './csv.js';
import { isDaf } from './daf.js';
import { FormatError, quoted } from './format-error.js';
import { jsonItems } from './json-items.js';
import { mercuryKind } from './mercury-files.js';
import { endsHeader, looksLikeOrbitLine } from './mpcorb.js';
import { mpcOrbMembers } from './mpc-orb.js';
import { isSbdbHeader } from './sbdb.js';
import { isStatesHeader } from './states-csv.js';
import { expandTabs, linesOf } from './text-lines.js';

/** Formats that files are recognised as. */
export const fileFormats = {
  catalogue: 'binary catalogue of Sardonyx',
  mpcorb: 'MPCORB.DAT',
  'mpcorb-json': 'MPCORB as JSON, plain, extended or nested (mpc_orb)',
  'sbdb-json': 'SBDB query as JSON',
  'sbdb-csv': 'SBDB query as CSV',
  cad: 'close approaches of JPL (CAD)',
  horizons: 'vectors of Horizons',
  'states-csv': 'states as CSV (targetname, mjd_tdb, x … vz)',
  astdys: 'AstDyS catalogue or orbit (OEF2.0)',
  spk: 'SPK kernel',
  'mercury-bodies': 'big.in or small.in of MERCURY',
  'mercury-parameters': 'param.in of MERCURY',
  yarkovsky: 'yarkovsky.in of MERCURY',
} as const;

export type FileFormat = keyof typeof fileFormats;

/** As much of a file as its kind shows in: the header of MPCORB.DAT has 3 kB, that of Horizons up to 20. */
const headBytes = 65_536;

/** The format of a file, by its content. @throws {FormatError} `unknown-format`, with the first line; `no-data` for an empty file */
export async function recognizeFormat(source: ByteSource): Promise<FileFormat> {
  const head = await firstBytes(source, headBytes);
  if (head.length === 0)
    throw new FormatError(
      'no-data',
      { file: source.name },
      { expected: 'a file of orbits', given: 'an empty file', remedy: 'download it again' },
    );
  if (isCatalogue(head)) return 'catalogue';
  const text = new TextDecoder().decode(head);
  if (isDaf(text)) return 'spk';
  const plain = text.replace(/^\uFEFF/, '');
  if (plain.trimStart().startsWith('{')) return (await formatOfAnswer(source)) ?? unknown(source.name, text);
  return formatOfText(plain) ?? unknown(source.name, text);
}

function unknown(file: string, text: string): never {
  throw new FormatError(
    'unknown-format',
    { file, line: 1 },
    {
      expected: `one of: ${Object.values(fileFormats).join('; ')}`,
      given: quoted(text.split('\n')[0]!.trim()),
      remedy: 'check that the file is what its name says',
    },
  );
}

function formatOfText(text: string): FileFormat | undefined {
  const trimmed = text.trimStart();
  if (trimmed.startsWith('[')) return 'mpcorb-json';
  const lines = linesOf(text).map((line) => line.text);
  const mercury = mercuryKind(lines[0] ?? '');
  if (mercury !== undefined) return mercury === 'param' ? 'mercury-parameters' : 'mercury-bodies';
  if (lines.some((line) => /^\s*format\s*=\s*'OEF/.test(line))) return 'astdys';
  if (text.includes('$$SOE')) return 'horizons';
  // A table of states may have elements beside them.
  if (isStatesHeader(csvFields(lines[0] ?? ''))) return 'states-csv';
  if (isSbdbHeader(csvFields(lines.find((line) => line.trim() !== '' && !line.startsWith('#')) ?? ''))) return 'sbdb-csv';
  if (isSbdbHeader(csvFields((lines[0] ?? '').replace(/^#\s*/, '')))) return 'sbdb-csv';
  if (lines.some((line) => endsHeader(line) || looksLikeOrbitLine(expandTabs(line)))) return 'mpcorb';
  const first = (lines.find((line) => line.trim() !== '' && !line.startsWith(')')) ?? '').trim().split(/\s+/);
  return first.length === 9 && first.slice(1).every((value) => Number.isFinite(Number(value))) ? 'yarkovsky' : undefined;
}

/** A nested orbit of the MPC, or an answer of JPL's services, whose kind shows in the names of its fields: they may come after all data. */
async function formatOfAnswer(source: ByteSource): Promise<FileFormat | undefined> {
  const fields: string[] = [];
  let signature = '';
  for await (const items of jsonItems(source)) {
    for (const { member, value } of items) {
      if (mpcOrbMembers.some((name) => name === member)) return 'mpcorb-json';
      if (member === 'fields') fields.push(String(value));
      else if (fields.length > 0) return formatOfFields(fields);
      if (member === 'signature') signature = JSON.stringify(value);
    }
  }
  if (fields.length > 0) return formatOfFields(fields);
  // An answer without rows has no fields.
  return /Close Approach/i.test(signature) ? 'cad' : signature === '' ? undefined : 'sbdb-json';
}

const formatOfFields = (fields: readonly string[]): FileFormat => (isCadHeader(fields) ? 'cad' : 'sbdb-json');
