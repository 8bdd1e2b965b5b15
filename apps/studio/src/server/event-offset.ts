import type { LogPosition } from '@sardonyx/study';

/** Beyond this, an offset with five decimals is no exact number any more; such logs are followed without the check. */
const greatestChecked = 1e10;

/**
 * A place in a log as clients keep it: the offset, and a check of the bytes before it as decimals, so that it is a number
 * in the same order. The last decimal is never zero, so that a client that goes through a number gives the same text back.
 */
export function encodePosition({ offset, before }: LogPosition): string {
  if (offset === 0 || offset >= greatestChecked) return String(offset);
  const hash = fnv1a(before);
  return `${offset}.${String(hash % 10_000).padStart(4, '0')}${1 + (hash % 9)}`;
}

/** The offset of what {@link encodePosition} gave; undefined when the text is nothing of the kind. */
export function decodeOffset(text: string): number | undefined {
  const offset = /^(\d{1,15})(\.\d{1,5})?$/.exec(text)?.[1];
  return offset === undefined ? undefined : Number(offset);
}

/** Whether the place is the one that the client keeps, with what stood before it then. A plain offset is taken as it is. */
export function isPosition(text: string, position: LogPosition): boolean {
  return text.includes('.') ? text === encodePosition(position) : Number(text) === position.offset;
}

/** The 32-bit hash FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo, RFC 9923). */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
