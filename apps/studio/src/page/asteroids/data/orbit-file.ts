import {
  CatalogueBuilder,
  type FileFormat,
  fileFormats,
  FormatError,
  memorySource,
  readOrbits,
  recognizeFormat,
} from '@sardonyx/close-approaches/orbit-files';
import type { Catalogue } from './elements-table.js';
import { selectBodies } from './elements-table.js';

/** Formats of orbits that the page reads beside its own tables. */
const orbitFormats: readonly FileFormat[] = ['mpcorb', 'mpcorb-json', 'sbdb-json', 'sbdb-csv', 'astdys', 'catalogue'];

/** What they are called. */
export const orbitFormatTitles: readonly string[] = orbitFormats.map((format) => fileFormats[format]);

/**
 * The catalogue that a file's bytes are, or undefined where they are none. Rows that do not fit the format and orbits that are no
 * ellipses of e ≤ 0.99 are left out and counted in the note.
 *
 * @throws {FormatError} where nothing can be read of a file of a known format
 */
export async function catalogueOfBytes(name: string, bytes: Uint8Array): Promise<Catalogue | undefined> {
  if (!(await isOrbitFile(name, bytes))) return undefined;
  const builder = new CatalogueBuilder();
  let unread = 0;
  const format = await readOrbits(memorySource(name, bytes), builder, { skip: () => unread++ });
  const all = builder.build();
  const [a, e, meanAnomaly] = [all.column('semiMajorAxis'), all.column('eccentricity'), all.column('meanAnomaly')];
  const drawn = Uint32Array.from(a.keys()).filter((index) => a[index]! > 0 && e[index]! <= 0.99 && Number.isFinite(meanAnomaly[index]!));
  const left = unread + all.count - drawn.length;
  const label = (index: number): string => [all.designations.at(index), all.names.at(index)].filter(Boolean).join(' ');
  const table = {
    a,
    e,
    i: all.column('inclination'),
    node: all.column('node'),
    peri: all.column('argument'),
    meanAnomaly,
    epoch: all.column('epoch'),
    H: all.column('absoluteMagnitude'),
    name: label,
  };
  const rest = left === 0 ? 'Every row is shown.' : `${left} rows are left out: not readable, or no ellipse with e ≤ 0.99.`;
  return { title: name, note: `${fileFormats[format]}. ${rest}`, table: selectBodies(table, drawn) };
}

async function isOrbitFile(name: string, bytes: Uint8Array): Promise<boolean> {
  try {
    return orbitFormats.includes(await recognizeFormat(memorySource(name, bytes)));
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
