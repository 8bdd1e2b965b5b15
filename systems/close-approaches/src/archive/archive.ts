import { ArchiveError } from './archive-error.js';
import {
  type ArchiveHeader,
  type BlockHeader,
  blockHeaderLength,
  decodeArchiveHeader,
  decodeBlockHeader,
  headerJsonLength,
  padded,
  prefixLength,
} from './archive-layout.js';
import { type BlockContent, type BlockType, type Columns, concatenateRows, decodeContent } from './block-content.js';
import { crc32c } from '../formats/crc32c.js';

/** Bytes that can be read anywhere: a file, or memory. */
export interface RandomAccess {
  readonly length: number;
  /** The bytes from `offset` on, fewer than `length` only at the end. */
  read(offset: number, length: number): Uint8Array;
}

/** Where a block lies. */
export interface ArchiveBlock extends BlockHeader {
  readonly index: number;
  readonly offset: number;
}

export interface ArchiveOptions {
  /** `refuse` throws at a damaged block, `skip` leaves it out and says so in `warnings`. Default `refuse`. */
  readonly damaged?: 'refuse' | 'skip';
}

/** Bytes searched at once for the block after a damaged one. */
const searchLength = 1 << 20;

/**
 * An append-only record of a run: header, then blocks. Opening reads the headers of blocks only; payloads are read and checked
 * when asked for.
 */
export class Archive {
  readonly header: ArchiveHeader;
  readonly blocks: readonly ArchiveBlock[];
  /** Where the last whole block ends: what follows is torn. */
  readonly end: number;
  private readonly messages: string[] = [];
  private readonly skipDamaged: boolean;

  /**
   * @throws {ArchiveError} `not-an-archive`, `version`, `damaged-header`, `damaged-block`
   */
  constructor(
    private readonly source: RandomAccess,
    options: ArchiveOptions = {},
  ) {
    this.skipDamaged = options.damaged === 'skip';
    const jsonLength = headerJsonLength(source.read(0, prefixLength));
    const headerLength = padded(prefixLength + jsonLength + 4);
    this.header = decodeArchiveHeader(source.read(0, headerLength), jsonLength);
    const { blocks, end } = this.indexed(headerLength);
    this.blocks = blocks;
    this.end = end;
  }

  /** What was left out: a torn end, and damaged blocks where those are skipped. */
  get warnings(): readonly string[] {
    return this.messages;
  }

  /** Blocks that make up the record, without those of an interruption. */
  get regularBlocks(): readonly ArchiveBlock[] {
    return this.blocks.filter(({ interim }) => !interim);
  }

  /**
   * The last snapshot not after a step, or the last of all, one written at an interruption included.
   * @throws {ArchiveError} `no-snapshot`
   */
  snapshotBlock(step = Infinity): ArchiveBlock {
    const found = this.blocks.filter((block) => block.type === 'snapshot' && block.step <= step).at(-1);
    if (found !== undefined) return found;
    const steps = this.blocks.filter(({ type }) => type === 'snapshot').map(({ step }) => step);
    const given = steps.length === 0 ? 'an archive without any' : `the first at step ${steps[0]}`;
    throw new ArchiveError('no-snapshot', `archive: expected a snapshot at or before step ${step}, got ${given}; start the run anew`);
  }

  /**
   * The content of a block.
   * @throws {ArchiveError} `damaged-block`
   */
  content(block: ArchiveBlock): BlockContent {
    const payload = this.source.read(block.offset + blockHeaderLength, block.payloadLength);
    if (payload.length === block.payloadLength && crc32c(payload) === block.payloadChecksum) return decodeContent(payload);
    throw damagedBlock(block.index, block.offset, blockHeaderLength + padded(block.payloadLength));
  }

  /**
   * Rows of all blocks of a type, those pending at an interruption included, up to and with `step`.
   * @throws {ArchiveError} `damaged-block`
   */
  rows(type: BlockType, step = Infinity): Columns {
    return concatenateRows([...this.parts(type, step)]);
  }

  /**
   * The same rows block by block, for more of them than memory holds.
   * @throws {ArchiveError} `damaged-block`
   */
  *parts(type: BlockType, step = Infinity): Generator<Columns> {
    for (const block of this.blocks) {
      if (block.type !== type || block.step > step) continue;
      const content = this.contentUnlessSkipped(block);
      if (content !== undefined) yield content.rows;
    }
  }

  /**
   * Reads and checks every block.
   * @throws {ArchiveError} `damaged-block`
   */
  verify(): void {
    for (const block of this.blocks) this.contentUnlessSkipped(block);
  }

  private contentUnlessSkipped(block: ArchiveBlock): BlockContent | undefined {
    try {
      return this.content(block);
    } catch (error) {
      if (!this.skipDamaged || !(error instanceof ArchiveError) || error.code !== 'damaged-block') throw error;
      this.warn(error.message);
      return undefined;
    }
  }

  private warn(message: string): void {
    if (!this.messages.includes(message)) this.messages.push(message);
  }

  /** The headers of all blocks from `start` on. */
  private indexed(start: number): { blocks: ArchiveBlock[]; end: number } {
    const blocks: ArchiveBlock[] = [];
    let offset = start;
    let index = 0;
    while (offset < this.source.length) {
      const header = decodeBlockHeader(this.source.read(offset, blockHeaderLength));
      const next = header === undefined ? this.nextBlock(offset + 8) : offset + blockHeaderLength + padded(header.payloadLength);
      if (next === undefined || next > this.source.length) {
        this.warn(`archive: the last block is torn; ${this.source.length - offset} bytes from byte ${offset} on are left out`);
        return { blocks, end: offset };
      }
      if (header !== undefined) blocks.push({ ...header, index, offset });
      else this.refuse(damagedBlock(index, offset, next - offset));
      index++;
      offset = next;
    }
    return { blocks, end: offset };
  }

  private refuse(error: ArchiveError): void {
    if (!this.skipDamaged) throw error;
    this.warn(error.message);
  }

  /** Where the first whole header from `start` on begins. */
  private nextBlock(start: number): number | undefined {
    for (let base = start; base < this.source.length; base += searchLength) {
      const bytes = this.source.read(base, searchLength + blockHeaderLength);
      for (let k = 0; k < Math.min(searchLength, bytes.length); k += 8) {
        if (decodeBlockHeader(bytes.subarray(k, k + blockHeaderLength)) !== undefined) return base + k;
      }
    }
    return undefined;
  }
}

function damagedBlock(index: number, offset: number, bytesLost: number): ArchiveError {
  return new ArchiveError(
    'damaged-block',
    `archive: expected right checksums, got a damaged block ${index} at byte ${offset}, ${bytesLost} bytes lost; restore the file from a copy, or read it without damaged blocks`,
    { index, offset, bytesLost },
  );
}

/** An archive in memory. */
export const inMemory = (bytes: Uint8Array): RandomAccess => ({
  length: bytes.length,
  // A copy: payloads begin at multiples of eight bytes of the file, and so do their arrays.
  read: (offset, length) => bytes.slice(offset, offset + length),
});
