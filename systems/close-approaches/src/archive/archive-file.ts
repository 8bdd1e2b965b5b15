import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { Archive, type ArchiveOptions, type RandomAccess } from './archive.js';
import { ArchiveError } from './archive-error.js';
import { type ArchiveHeader, blockHeaderLength, encodeArchiveHeader, encodeBlockHeader, padded } from './archive-layout.js';
import { type BlockContent, type BlockType, encodeContent, rowCount, writingOrder } from './block-content.js';
import { requireSameConfig } from './config-difference.js';

/**
 * Opens the archive at `path` for reading; `file` is to be closed after use.
 * @throws {ArchiveError} `storage`, and as {@link Archive}
 */
export function openArchive(path: string, options: ArchiveOptions = {}): { readonly archive: Archive; readonly file: number } {
  const file = stored(path, 'open', () => openSync(path, 'r'));
  try {
    return { archive: new Archive(fileSource(path, file), options), file };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/**
 * Opens the archive at `path`, hands it to `body` and closes it.
 * @throws {ArchiveError} as {@link openArchive}
 */
export function withArchive<T>(path: string, body: (archive: Archive) => T, options: ArchiveOptions = {}): T {
  const { archive, file } = openArchive(path, options);
  try {
    return body(archive);
  } finally {
    closeSync(file);
  }
}

/** What is written at one step. */
export interface ArchiveRecord {
  readonly type: BlockType;
  readonly content: BlockContent;
}

/** Writes an archive. One process at a time; readers may read while it grows. */
export class ArchiveWriter {
  /** Where interim blocks begin that the next regular block replaces. */
  private interimOffset: number | undefined;

  private constructor(
    private readonly path: string,
    private readonly file: number,
    private length: number,
  ) {}

  /**
   * Begins an archive; an existing file is refused.
   * @throws {ArchiveError} `storage`
   */
  static create(path: string, header: ArchiveHeader): ArchiveWriter {
    const file = stored(path, 'create', () => openSync(path, 'wx+'));
    const writer = new ArchiveWriter(path, file, 0);
    writer.write([encodeArchiveHeader(header)]);
    return writer;
  }

  /**
   * Continues an archive from its last snapshot: what was written after that, whole or torn, is cut off.
   * @returns the writer, the archive as it is now, and messages about what was cut off
   * @throws {ArchiveError} `changed-config` with the keys where `config` is not that of the archive; `no-snapshot`; `storage`, and as
   *   {@link Archive}
   */
  static resume(
    path: string,
    config: Readonly<Record<string, unknown>>,
  ): { writer: ArchiveWriter; archive: Archive; warnings: readonly string[] } {
    const file = stored(path, 'open', () => openSync(path, 'r+'));
    try {
      const found = new Archive(fileSource(path, file));
      requireSameConfig(found.header.config, config);
      const { offset, payloadLength } = found.snapshotBlock();
      const end = offset + blockHeaderLength + padded(payloadLength);
      stored(path, 'truncate', () => ftruncateSync(file, end));
      const archive = new Archive(fileSource(path, file));
      const writer = new ArchiveWriter(path, file, end);
      writer.interimOffset = archive.blocks.find(({ interim }) => interim)?.offset;
      return { writer, archive, warnings: found.warnings };
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  /**
   * Appends what belongs to the end of a step. Contents without rows are left out, except snapshots.
   * @param interim whether the run stops here between two regular records: what is written is read on resuming and then
   *   replaced, so that the archive of an interrupted run ends up with the bytes of one that was not
   * @throws {ArchiveError} `content`, `storage`; the file then ends before this record
   */
  append(step: number, records: readonly ArchiveRecord[], { interim = false }: { interim?: boolean } = {}): void {
    if (this.interimOffset !== undefined) {
      const offset = this.interimOffset;
      stored(this.path, 'truncate', () => ftruncateSync(this.file, offset));
      this.length = offset;
      this.interimOffset = undefined;
    }
    const start = this.length;
    const recorded = records
      .filter(({ type, content }) => type === 'snapshot' || rowCount(content) > 0)
      .sort((a, b) => writingOrder.indexOf(a.type) - writingOrder.indexOf(b.type));
    this.write(
      recorded.flatMap(({ type, content }) => {
        const payload = encodeContent(type, content);
        const padding = new Uint8Array(padded(payload.length) - payload.length);
        return [encodeBlockHeader({ type, step, interim }, payload), payload, padding];
      }),
    );
    if (interim) this.interimOffset = start;
  }

  /** Writes through to the disk and closes. */
  close(): void {
    stored(this.path, 'close', () => {
      fsyncSync(this.file);
      closeSync(this.file);
    });
  }

  private write(chunks: readonly Uint8Array[]): void {
    let position = this.length;
    try {
      for (const chunk of chunks) {
        let written = 0;
        while (written < chunk.length) written += writeSync(this.file, chunk, written, chunk.length - written, position + written);
        position += chunk.length;
      }
    } catch (cause) {
      ftruncateSync(this.file, this.length);
      throw storageError(this.path, 'write', cause);
    }
    this.length = position;
  }
}

function fileSource(path: string, file: number): RandomAccess {
  return {
    length: stored(path, 'read', () => fstatSync(file).size),
    read(offset, length) {
      const bytes = new Uint8Array(length);
      let count = 0;
      stored(path, 'read', () => {
        for (let got = -1; got !== 0 && count < length; count += got) got = readSync(file, bytes, count, length - count, offset + count);
      });
      return bytes.subarray(0, count);
    },
  };
}

function stored<T>(path: string, action: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    throw storageError(path, action, cause);
  }
}

function storageError(path: string, action: string, cause: unknown): ArchiveError {
  const { code } = cause as { readonly code?: unknown };
  const said = cause instanceof Error ? cause.message : String(cause);
  const reason =
    code === 'ENOENT' ? 'there is no such file. Check the path' : code === 'EEXIST' ? 'it is there already. Name another' : said;
  return new ArchiveError('storage', `Cannot ${action} "${path}": ${reason}.`, {}, { cause });
}
