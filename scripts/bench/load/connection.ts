import { connect, type Socket } from 'node:net';

/** The longest a request may take before the run fails, in milliseconds. */
const PATIENCE_MS = 30_000;

interface Waiting {
  resolve(body: string): void;
  reject(error: Error): void;
}

/**
 * One kept-alive HTTP/1.1 connection with one request under way at a time, as a browser has it. Node's own client costs
 * as much processor time per request as a fast server; on a machine that both share it would hide differences.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #head: string;
  #chunks: Buffer[] = [];
  #received = 0;
  /** Length of the whole answer; 0 until its head has been read. */
  #expected = 0;
  #bodyAt = 0;
  #waiting: Waiting | null = null;

  private constructor(socket: Socket, head: string) {
    this.#socket = socket;
    this.#head = head;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
    socket.setTimeout(PATIENCE_MS, () => this.#fail(new Error(`No answer within ${PATIENCE_MS} ms.`)));
  }

  /** Connects to a server on the loopback interface; every request goes to the URL's path as POST with these headers. */
  static open(url: URL, headers: Readonly<Record<string, string>>): Promise<Connection> {
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
      throw new Error('The load generator talks to this machine only.');
    }
    const lines = Object.entries({ host: url.host, 'content-type': 'application/json', ...headers });
    const head = `POST ${url.pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: Number(url.port), noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket, head));
      });
    });
  }

  /** Sends a JSON text and gives the answer's body. @throws Error when the status is not 200. */
  send(body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(`${this.#head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#expected === 0) this.#readHead();
    if (this.#expected === 0 || this.#received < this.#expected) return;
    const answer = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const body = answer.toString('utf8', this.#bodyAt, this.#expected);
    const waiting = this.#waiting;
    this.#chunks = [];
    this.#received = 0;
    this.#expected = 0;
    this.#waiting = null;
    waiting?.resolve(body);
  }

  #readHead(): void {
    const received = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    const end = received?.indexOf('\r\n\r\n') ?? -1;
    if (received === undefined || end < 0) return;
    const head = received.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (!head.startsWith('HTTP/1.1 200') || length === undefined) {
      this.#fail(new Error(`Unexpected answer: ${received.toString('utf8', 0, 600)}`));
      return;
    }
    this.#bodyAt = end + 4;
    this.#expected = this.#bodyAt + Number(length);
  }

  #fail(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(error);
  }
}
