/** Castagnoli's polynomial, bits reversed (Castagnoli, Bräuer, Herrmann, IEEE Trans. Commun. 41, 1993; RFC 3720, appendix B.4). */
const polynomial = 0x82f63b78;

/** Remainders of every byte followed by 0 … 7 zero bytes: eight bytes are taken at once ("slicing by eight"). */
const tables = (() => {
  const all = Array.from({ length: 8 }, () => new Uint32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    all[0]![byte] = remainder;
  }
  for (let zeros = 1; zeros < 8; zeros++) {
    for (let byte = 0; byte < 256; byte++) {
      const shorter = all[zeros - 1]![byte]!;
      all[zeros]![byte] = (shorter >>> 8) ^ all[0]![shorter & 0xff]!;
    }
  }
  return all;
})();

/**
 * CRC-32C of `bytes`, as an unsigned 32-bit integer.
 * @param previous the checksum of the bytes before these, to continue it
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  let crc = ~previous;
  let k = 0;
  for (; k + 8 <= bytes.length; k += 8) {
    const low = crc ^ (bytes[k]! | (bytes[k + 1]! << 8) | (bytes[k + 2]! << 16) | (bytes[k + 3]! << 24));
    crc =
      t7[low & 0xff]! ^
      t6[(low >>> 8) & 0xff]! ^
      t5[(low >>> 16) & 0xff]! ^
      t4[low >>> 24]! ^
      t3[bytes[k + 4]!]! ^
      t2[bytes[k + 5]!]! ^
      t1[bytes[k + 6]!]! ^
      t0[bytes[k + 7]!]!;
  }
  for (; k < bytes.length; k++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[k]!) & 0xff]!;
  return ~crc >>> 0;
}
