import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { OnnxFormatError, type OnnxFormatErrorCode } from './errors.js';

/**
 * Messages nested deeper than this are refused, so that a hostile file cannot exhaust the stack. Each subgraph adds three
 * (node, attribute, graph), and real models nest a handful.
 */
const messageDepthLimit = 200;

/** Stands in the trail for the index of a field that is not repeated. */
const notIndexed = -1;

/** Reads the field it is positioned on. Returns `false` to have the field skipped. */
export type FieldVisitor = (field: number, wireType: WireType) => boolean;

/**
 * A protobuf reader that knows where in the model it is, so that its errors can say so. Byte strings are views on the
 * input.
 */
export class MessageReader {
  private readonly reader: BinaryReader;
  /** Names and indices of the fields being read, outermost first. */
  private readonly trail: (string | number)[] = [];
  private end: number;

  private readonly input: Uint8Array;

  constructor(input: Uint8Array) {
    // A plain view, so that what is read from a Node `Buffer` consists of `Uint8Array`s too.
    this.input = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    this.reader = new BinaryReader(this.input);
    this.end = input.byteLength;
  }

  /**
   * Reads the submessage at the reader's position: `read` calls {@link fields} once and returns what it made of them.
   * Errors inside name it `name[index]`.
   */
  message<T>(wireType: WireType, name: string, index: number | undefined, read: () => T): T {
    if (this.trail.length >= 2 * messageDepthLimit) {
      throw this.error('too-deep', `at most ${messageDepthLimit} nested messages`, 'more', 'flatten the subgraphs');
    }
    this.trail.push(name, index ?? notIndexed);
    this.expect(wireType, WireType.LengthDelimited);
    const outerEnd = this.end;
    this.end = this.endOfNext();
    const value = read();
    this.end = outerEnd;
    this.trail.length -= 2;
    return value;
  }

  /** Calls `visit` for every field of the message being read: the innermost {@link message}, or the whole input. */
  fields(visit: FieldVisitor): void {
    const { reader } = this;
    while (reader.pos < this.end) {
      const [number, wireType] = reader.tag();
      if (!visit(number, wireType)) reader.skip(wireType, number);
    }
    if (reader.pos > this.end) {
      throw this.error('malformed', 'fields that end with their message', 'a field that overruns it', damaged);
    }
  }

  /** A 64-bit signed integer: a number where that is exact, else a bigint. */
  integer(wireType: WireType): number | bigint {
    this.expect(wireType, WireType.Varint);
    const value = BigInt(this.reader.int64());
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  /** An integer that must be exact as a number. */
  safeInteger(wireType: WireType, what: string): number {
    const value = this.integer(wireType);
    if (typeof value === 'number') return value;
    throw this.error('invalid-value', `${what} below 2^53 in magnitude`, String(value), 'export the model again');
  }

  /** Calls `take` for each integer of a repeated field, packed or not. */
  integers(wireType: WireType, take: (value: number | bigint) => void): void {
    this.repeated(wireType, WireType.Varint, () => take(this.integer(WireType.Varint)));
  }

  float(wireType: WireType): number {
    this.expect(wireType, WireType.Bit32);
    return this.reader.float();
  }

  /** Calls `take` for each number of a repeated `float`, packed or not. */
  floats(wireType: WireType, take: (value: number) => void): void {
    this.repeated(wireType, WireType.Bit32, () => take(this.float(WireType.Bit32)));
  }

  /** A view on the input. */
  bytes(wireType: WireType): Uint8Array {
    this.expect(wireType, WireType.LengthDelimited);
    const end = this.endOfNext();
    const start = this.reader.pos;
    this.reader.pos = end;
    return this.input.subarray(start, end);
  }

  string(wireType: WireType): string {
    this.expect(wireType, WireType.LengthDelimited);
    try {
      return this.reader.string(true);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw this.error('malformed', 'text in UTF-8', 'other bytes', 'check that the file is an ONNX model', cause);
    }
  }

  /**
   * The elements of a repeated number as one packed stretch of bytes, whether written packed or one at a time.
   * `elementWireType` is the wire type of a single element.
   */
  packed(wireType: WireType, elementWireType: WireType): Uint8Array {
    if (wireType === WireType.LengthDelimited) return this.bytes(wireType);
    this.expect(wireType, elementWireType);
    const start = this.reader.pos;
    this.reader.skip(wireType);
    return this.input.subarray(start, this.reader.pos);
  }

  /** An error at the field being read. */
  error(code: OnnxFormatErrorCode, expected: string, given: string, remedy: string, cause?: unknown): OnnxFormatError {
    return new OnnxFormatError({ code, path: this.path(), expected, given, remedy, cause });
  }

  private repeated(wireType: WireType, elementWireType: WireType, readOne: () => void): void {
    if (wireType !== WireType.LengthDelimited) {
      this.expect(wireType, elementWireType);
      readOne();
      return;
    }
    const end = this.endOfNext();
    while (this.reader.pos < end) readOne();
  }

  private path(): string {
    const parts: string[] = [];
    for (let i = 0; i < this.trail.length; i += 2) {
      const index = this.trail[i + 1];
      parts.push(index === notIndexed ? String(this.trail[i]) : `${this.trail[i]}[${index}]`);
    }
    return parts.length === 0 ? 'model' : parts.join('.');
  }

  private expect(given: WireType, expected: WireType): void {
    if (given === expected) return;
    throw this.error('malformed', `wire type ${expected}`, String(given), damaged);
  }

  /** Reads a length and returns where the bytes it announces end. */
  private endOfNext(): number {
    const length = this.reader.uint32();
    const left = this.end - this.reader.pos;
    if (length > left) throw this.error('truncated', `${length} more bytes`, String(left), damaged);
    return this.reader.pos + length;
  }
}

const damaged = 'check that the file is an ONNX model and complete';

/**
 * Runs `read` and turns what the protobuf reader throws on bad bytes into a typed error. Errors of other kinds are
 * mistakes of the program, not of the file, and pass.
 */
export function withTypedErrors<T>(reader: MessageReader, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw reader.error('truncated', 'a complete protobuf message', cause.message, damaged, cause);
    }
    if (cause instanceof Error && cause.constructor === Error) {
      throw reader.error('malformed', 'a protobuf message', cause.message, damaged, cause);
    }
    throw cause;
  }
}
