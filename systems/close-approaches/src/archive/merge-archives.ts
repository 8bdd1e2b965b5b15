import type { Archive } from './archive.js';
import { ArchiveError } from './archive-error.js';
import type { ArchiveHeader } from './archive-layout.js';
import { type BlockContent, type BlockType, concatenateRows, writingOrder } from './block-content.js';
import { ArchiveWriter } from './archive-file.js';
import { canonicalJson, changedKeys } from './config-difference.js';

/** Particles `from` to `to` − 1, as a part's configuration states them under `particles`. */
export interface ParticleRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Merges archives of one run that was split by ranges of particles. Since a particle's history depends on nothing but itself
 * and the planets, and rows have one order, the file is byte for byte that of the run over the whole range.
 *
 * @param parts in any order
 * @param path of the file to make
 * @throws {ArchiveError} `merge` where ranges have gaps or overlap, configurations differ in more than the range, or steps or planets
 *   differ; `build`; `damaged-block`; `storage`
 */
export function mergeArchives(parts: readonly Archive[], path: string): ArchiveHeader {
  const ordered = parts.toSorted((a, b) => rangeOf(a).from - rangeOf(b).from);
  const header = mergedHeader(ordered);
  const steps = commonSteps(ordered);
  const writer = ArchiveWriter.create(path, header);
  try {
    for (const step of steps) {
      const records = blockOrder(ordered, step).map((type) => ({ type, content: mergedContent(ordered, type, step) }));
      writer.append(step, records);
    }
  } finally {
    writer.close();
  }
  return header;
}

function mergedHeader(ordered: readonly Archive[]): ArchiveHeader {
  const [first] = ordered;
  if (first === undefined) throw new ArchiveError('merge', 'merge: expected at least one archive, got none; name the parts');
  const { from } = rangeOf(first);
  let to = from;
  for (const part of ordered) {
    const range = rangeOf(part);
    if (range.from !== to) {
      const what = range.from > to ? 'a gap' : 'an overlap';
      throw new ArchiveError(
        'merge',
        `merge: expected a part that begins at particle ${to}, got ${what}: one from ${range.from} on; give every part once`,
      );
    }
    to = range.to;
    const changed = changedKeys(first.header.config, part.header.config).filter((key) => !/^particles\.(from|to)$/.test(key));
    if (changed.length > 0) {
      throw new ArchiveError(
        'merge',
        `merge: expected configurations that differ in particles only, got other values of ${changed.join(', ')}; merge parts of one run`,
      );
    }
    if (part.header.build !== first.header.build) {
      throw new ArchiveError(
        'build',
        `merge: expected parts of one build, got "${first.header.build}" and "${part.header.build}"; run the parts with one build`,
      );
    }
  }
  return { config: { ...first.header.config, particles: { from, to } }, build: first.header.build };
}

function rangeOf({ header }: Archive): ParticleRange {
  const range = header.config['particles'] as Partial<ParticleRange> | undefined;
  if (Number.isSafeInteger(range?.from) && Number.isSafeInteger(range?.to) && range!.from! < range!.to!) return range as ParticleRange;
  throw new ArchiveError(
    'merge',
    `merge: expected "particles": {"from", "to"} in the configuration, got ${JSON.stringify(range) ?? 'none'}; merge parts of a split run`,
  );
}

/** Steps of the snapshots. */
function commonSteps(ordered: readonly Archive[]): readonly number[] {
  const stepsOf = (part: Archive): number[] => part.regularBlocks.filter(({ type }) => type === 'snapshot').map(({ step }) => step);
  const steps = stepsOf(ordered[0]!);
  for (const part of ordered) {
    const own = stepsOf(part);
    const { from, to } = rangeOf(part);
    if (part.blocks.some(({ interim }) => interim) || canonicalJson(own) !== canonicalJson(steps)) {
      throw new ArchiveError(
        'merge',
        `merge: expected every part to reach step ${steps.at(-1) ?? 0}, got particles ${from} to ${to - 1} at step ${part.blocks.at(-1)?.step ?? 0} (${own.length} of ${steps.length} snapshots); resume the parts that stopped`,
      );
    }
  }
  return steps;
}

/** The types of block at a step, in the order of writing. */
const blockOrder = (ordered: readonly Archive[], step: number): readonly BlockType[] =>
  writingOrder.filter((type) => ordered.some((part) => part.regularBlocks.some((block) => block.step === step && block.type === type)));

function mergedContent(ordered: readonly Archive[], type: BlockType, step: number): BlockContent {
  const contents = ordered.flatMap((part) =>
    part.regularBlocks.filter((block) => block.type === type && block.step === step).map((block) => part.content(block)),
  );
  const [first] = contents;
  for (const { shared } of contents) requireSameShared(first!.shared, shared, type, step);
  return { rows: concatenateRows(contents.map(({ rows }) => rows)), shared: first!.shared };
}

/** What does not belong to particles must be the same bits in every part. */
function requireSameShared(expected: BlockContent['shared'], given: BlockContent['shared'], type: BlockType, step: number): void {
  const names = new Set([...Object.keys(expected), ...Object.keys(given)]);
  for (const name of names) {
    const [a, b] = [expected[name]?.data, given[name]?.data];
    if (a !== undefined && b !== undefined && sameBytes(a, b)) continue;
    throw new ArchiveError(
      'merge',
      `merge: expected the same "${name}" in every part, got others in the ${type} at step ${step}; merge parts of one run`,
    );
  }
}

function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const [x, y] = [a, b].map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) as [Uint8Array, Uint8Array];
  return x.every((byte, k) => byte === y[k]);
}
