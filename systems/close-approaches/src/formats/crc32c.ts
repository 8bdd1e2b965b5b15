/** The table of CRC-32C: Castagnoli's polynomial 0x1EDC6F41, bits reversed (RFC 3720, appendix B.4). */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

/** CRC-32C of bytes; `before` is that of what came before them. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let value = ~before >>> 0;
  for (let i = 0; i < bytes.length; i++) value = (value >>> 8) ^ table[(value ^ bytes[i]!) & 0xff]!;
  return ~value >>> 0;
}
