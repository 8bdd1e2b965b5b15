import { SafetensorsError } from './safetensors-error.js';
import { headerLength, parseHeader, prefixBytes, type SafetensorsEntry, type SafetensorsHeader } from './safetensors-header.js';
import { tensorOver, type SafetensorsTensor } from './safetensors-types.js';

/** Bytes that can be read from any place, one stretch at a time. */
export interface ByteSource {
  readonly size: number;
  /** Bytes read so far. */
  readonly bytesRead: number;
  /** @throws {SafetensorsError} `truncated` where the source ends within the range */
  read(start: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** An open safetensors file; close it, or declare it with `await using`. Made by {@link openSafetensors}. */
export class SafetensorsFile implements AsyncDisposable {
  private closed = false;

  private constructor(
    readonly path: string,
    private readonly source: ByteSource,
    private readonly header: SafetensorsHeader,
    private readonly dataStart: number,
  ) {}

  /** @internal Reads the header. Throws SafetensorsError where it breaks the format. */
  static async over(path: string, source: ByteSource): Promise<SafetensorsFile> {
    const { size } = source;
    const length = headerLength(await source.read(0, Math.min(prefixBytes, size)), size);
    const header = parseHeader(await source.read(prefixBytes, length), size - prefixBytes - length);
    return new SafetensorsFile(path, source, header, prefixBytes + length);
  }

  get names(): readonly string[] {
    return [...this.header.entries.keys()];
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.header.metadata;
  }

  /** Bytes taken from the file so far, the header included. */
  get bytesRead(): number {
    return this.source.bytesRead;
  }

  /**
   * Type, shape and place of a tensor, without reading it.
   * @throws {SafetensorsError} `unknown-name`
   */
  entry(name: string): SafetensorsEntry {
    const entry = this.header.entries.get(name);
    if (entry !== undefined) return entry;
    const known = this.names
      .slice(0, 5)
      .map((other) => `"${other}"`)
      .join(', ');
    const more = this.names.length > 5 ? `, … (${this.names.length} in all)` : '';
    throw new SafetensorsError('unknown-name', this.path, `one of ${known}${more}`, `"${name}"`, 'see names');
  }

  /**
   * Reads one tensor into memory of its own, and no other byte of the file.
   * @throws {SafetensorsError} `unknown-name`, `closed`, `truncated` where the file shrank since it was opened
   */
  async read(name: string): Promise<SafetensorsTensor> {
    const { dtype, shape, begin, end } = this.entry(name);
    if (this.closed) {
      throw new SafetensorsError('closed', this.path, 'an open file', 'a closed one', 'read before closing');
    }
    return tensorOver(dtype, shape, await this.source.read(this.dataStart + begin, end - begin));
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.source.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
