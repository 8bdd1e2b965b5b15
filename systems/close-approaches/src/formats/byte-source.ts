/** Something that is read from its beginning to its end, piece by piece. */
export interface ByteSource {
  /** Its name in messages. */
  readonly name: string;
  /** Bytes on the disk. */
  readonly size: number;
  /** Bytes of `size` that have been read. */
  readonly bytesRead: number;
  /** The content, decompressed. May be asked for again. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A source over text or bytes in memory, handed out in pieces of `chunkSize`. */
export function memorySource(name: string, content: string | Uint8Array, chunkSize = 1 << 20): ByteSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    name,
    size: bytes.length,
    bytesRead: bytes.length,
    async *chunks() {
      for (let start = 0; start < bytes.length; start += chunkSize) yield bytes.subarray(start, start + chunkSize);
    },
  };
}

/** The first `count` bytes, or all of a shorter source. */
export async function firstBytes(source: ByteSource, count: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source.chunks()) {
    pieces.push(chunk);
    length += chunk.length;
    if (length >= count) break;
  }
  return joined(pieces).subarray(0, count);
}

/** Everything, as one array. */
export async function allBytes(source: ByteSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of source.chunks()) pieces.push(chunk);
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
