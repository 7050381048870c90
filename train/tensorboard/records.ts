/**
 * TFRecord, the form in which TensorBoard's event files hold their messages: length, checksum of the
 * length, message, checksum of the message, all little-endian.
 *
 * https://www.tensorflow.org/tutorials/load_data/tfrecord, "TFRecords format details"
 *
 * @module
 */

/** Castagnoli's polynomial, its bits reversed. */
const polynomial = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
  }
  return remainder;
});

/** CRC-32C (RFC 3720, appendix B.4). Node's `zlib.crc32` has another polynomial. */
export function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = (table[(remainder ^ byte) & 0xff] ?? 0) ^ (remainder >>> 8);
  return (remainder ^ 0xffffffff) >>> 0;
}

/** A checksum of data that hold checksums themselves: turned by 15 bits, and moved by a constant. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const lengthBytes = 8;
const checksumBytes = 4;

/** A message as one record. */
export function record(message: Uint8Array): Uint8Array {
  const dataStart = lengthBytes + checksumBytes;
  const bytes = new Uint8Array(dataStart + message.byteLength + checksumBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(message.byteLength), true);
  view.setUint32(lengthBytes, maskedCrc(bytes.subarray(0, lengthBytes)), true);
  bytes.set(message, dataStart);
  view.setUint32(dataStart + message.byteLength, maskedCrc(message), true);
  return bytes;
}
