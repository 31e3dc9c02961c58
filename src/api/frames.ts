/** Begins a result on a WebSocket: the client's own id of the operation, up to the payload. Made once per operation. */
export function nextPrefix(operationId: string): Buffer {
  return Buffer.from(`{"id":${JSON.stringify(operationId)},"type":"next","payload":`);
}

const TEXT = 0x81;
const END = 0x7d;

/**
 * A whole WebSocket text frame of a prefix, a payload that many sockets share, and a closing brace: one allocation, two
 * copies and one write. For 2 kB that costs less than handing the system two pieces. A server's frames are not masked.
 */
export function textFrame(prefix: Buffer, payload: Buffer): Buffer {
  const length = prefix.length + payload.length + 1;
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headLength + length);
  frame[0] = TEXT;
  if (headLength === 2) frame[1] = length;
  else if (headLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(prefix, headLength);
  frame.set(payload, headLength + prefix.length);
  frame[frame.length - 1] = END;
  return frame;
}
