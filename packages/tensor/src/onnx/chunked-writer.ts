import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { OnnxFormatError } from './errors.js';
import { protobufByteLimit } from './schema.js';

/** Byte strings from this size on are referenced, not copied; below, copying is cheaper than one more chunk. */
const referenceThresholdBytes = 4096;

/**
 * Writes a protobuf message as a list of chunks, so that large byte strings are held by reference until the message is
 * laid out once. Small messages go through one growing buffer, inline between `fork` and `join`.
 */
export class ChunkedWriter {
  private readonly buffer = new BinaryWriter();
  private readonly finished: Uint8Array[] = [];
  private finishedBytes = 0;
  private bufferIsEmpty = true;
  private inlineDepth = 0;

  /** The growing buffer, positioned behind the tag of `field`. */
  tag(field: number, type: WireType): BinaryWriter {
    this.bufferIsEmpty = false;
    return this.buffer.tag(field, type);
  }

  string(field: number, value: string): void {
    this.tag(field, WireType.LengthDelimited).string(value);
  }

  /** Integer of type `int32`, `int64` or an enumeration; the value must be an integer of 64 bits. */
  int64(field: number, value: number | bigint): void {
    const writer = this.tag(field, WireType.Varint);
    // The shorter path for what nearly all integers are.
    if (typeof value === 'number' && value >= 0 && value < 2 ** 32) writer.uint32(value);
    else writer.int64(value);
  }

  bytes(field: number, value: Uint8Array): void {
    const writer = this.tag(field, WireType.LengthDelimited);
    if (this.inlineDepth > 0 || value.byteLength < referenceThresholdBytes) {
      writer.bytes(value);
      return;
    }
    writer.uint32(value.byteLength);
    this.flush();
    this.append(value);
  }

  /** A submessage without large byte strings: what `write` adds to this writer is its content. */
  message(field: number, write: () => void): void {
    this.tag(field, WireType.LengthDelimited).fork();
    this.inlineDepth += 1;
    write();
    this.inlineDepth -= 1;
    this.buffer.join();
  }

  /** A submessage that may hold large byte strings, which stay references unless this is inside {@link message}. */
  largeMessage(field: number, content: ChunkedWriter): void {
    const chunks = content.chunks();
    const writer = this.tag(field, WireType.LengthDelimited).uint32(content.finishedBytes);
    if (this.inlineDepth > 0) {
      for (const chunk of chunks) writer.raw(chunk);
      return;
    }
    this.flush();
    for (const chunk of chunks) this.append(chunk);
  }

  /**
   * Ends the message: its bytes, in order. The writer must not be used afterwards.
   * @throws {OnnxFormatError} `too-large` where the message reaches protobuf's limit, here or while it is written
   */
  chunks(): readonly Uint8Array[] {
    this.flush();
    return this.finished;
  }

  private flush(): void {
    if (this.bufferIsEmpty) return;
    this.append(this.buffer.finish());
    this.bufferIsEmpty = true;
  }

  private append(chunk: Uint8Array): void {
    this.finished.push(chunk);
    this.finishedBytes += chunk.byteLength;
    if (this.finishedBytes >= protobufByteLimit) throw tooLarge(this.finishedBytes);
  }
}

function tooLarge(bytes: number): OnnxFormatError {
  return new OnnxFormatError({
    code: 'too-large',
    path: 'model',
    expected: `less than ${protobufByteLimit} bytes, protobuf's limit`,
    given: `at least ${bytes}`,
    remedy: 'store the large tensors as external data: writeOnnxFile(path, model, { externalData: { file } })',
  });
}
