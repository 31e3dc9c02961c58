import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** What comes in on a connection, besides pings, which are answered. */
export interface LiveEvents {
  /** A text frame. Its text lies in the chunk from `from` to `to`. */
  onText(connection: LiveConnection, chunk: Buffer, from: number, to: number): void;
  onEnd(connection: LiveConnection): void;
}

/**
 * One WebSocket that does as little as a client can: on a machine that clients and server share, a client of `ws` costs as
 * much as the server and hides what is to be measured. It takes frames apart and leaves their text alone.
 */
export class LiveConnection {
  readonly place: number;
  readonly #socket: Socket;
  readonly #events: LiveEvents;
  #rest: Buffer | null = null;
  #open = false;
  #onOpen: (() => void) | null = null;

  private constructor(socket: Socket, place: number, events: LiveEvents) {
    this.#socket = socket;
    this.place = place;
    this.#events = events;
    socket.on('data', (chunk: Buffer) => this.#take(this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk])));
    socket.on('close', () => events.onEnd(this));
  }

  /** Connects to a server on the loopback interface and asks for graphql-transport-ws. */
  static open(url: URL, place: number, events: LiveEvents): Promise<LiveConnection> {
    if (!['127.0.0.1', 'localhost'].includes(url.hostname)) {
      throw new Error('The load generator talks to this machine only.');
    }
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: Number(url.port), noDelay: true });
      const connection = new LiveConnection(socket, place, events);
      socket.once('error', reject);
      connection.#onOpen = () => resolve(connection);
      socket.write(
        `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
          `sec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n` +
          `sec-websocket-key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
      );
    });
  }

  /** Sends a JSON message. */
  send(message: object): void {
    this.#write(TEXT, Buffer.from(JSON.stringify(message)));
  }

  close(): void {
    this.#socket.destroy();
  }

  /** A client must mask its frames; a mask of zeroes changes nothing. */
  #write(opcode: number, payload: Buffer): void {
    const long = payload.length > 125;
    const head = Buffer.alloc(long ? 8 : 6);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (long ? 126 : payload.length);
    if (long) head.writeUInt16BE(payload.length, 2);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #take(chunk: Buffer): void {
    this.#rest = null;
    let at = this.#open ? 0 : this.#readHead(chunk);
    while (this.#open && at < chunk.length) {
      const next = this.#readFrame(chunk, at);
      if (next === null) break;
      at = next;
    }
    if (at < chunk.length) this.#rest = chunk.subarray(at);
  }

  #readHead(chunk: Buffer): number {
    const end = chunk.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    const status = chunk.toString('latin1', 0, 12);
    if (status !== 'HTTP/1.1 101') throw new Error(`The server answered ${status} instead of opening a WebSocket.`);
    this.#open = true;
    this.#onOpen?.();
    this.#onOpen = null;
    return end + 4;
  }

  /** Where the next frame begins, or null when this one is not complete. */
  #readFrame(chunk: Buffer, at: number): number | null {
    if (chunk.length - at < 2) return null;
    const opcode = (chunk[at] ?? 0) & 0x0f;
    let length = (chunk[at + 1] ?? 0) & 0x7f;
    let from = at + 2;
    if (length === 126) {
      if (chunk.length < at + 4) return null;
      length = chunk.readUInt16BE(at + 2);
      from = at + 4;
    } else if (length === 127) {
      if (chunk.length < at + 10) return null;
      length = Number(chunk.readBigUInt64BE(at + 2));
      from = at + 10;
    }
    const to = from + length;
    if (chunk.length < to) return null;
    if (opcode === TEXT) this.#events.onText(this, chunk, from, to);
    else if (opcode === PING) this.#write(PONG, chunk.subarray(from, to));
    else if (opcode === CLOSE) this.#socket.end();
    return to;
  }
}
