import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory } from './stage.ts';

const PATIENCE_MS = 10_000;
const LINE_END = 10;

/** Why there is no Redis to compare with, or null when there is one. */
export function redisMissing(): string | null {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no redis-server on this machine; Debian and Ubuntu have it in the package of that name';
  }
}

/** Many commands as one piece of bytes, and how many lines their replies take. */
export interface Pipeline {
  bytes: Buffer;
  replies: number;
}

/** One command in the protocol's form. */
export function redisCommand(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/**
 * A Redis of the benchmark's own at its quickest: nothing saved, a socket file instead of the network, and a client that sends
 * ready bytes and counts the lines of the replies instead of reading them.
 */
export class Redis {
  readonly pid: number;
  readonly #server: ChildProcess;
  readonly #socket: Socket;
  readonly #directory: string;
  #left = 0;
  #done: () => void = () => {};
  #kept: Buffer[] | null = null;

  private constructor(server: ChildProcess, socket: Socket, directory: string) {
    this.pid = server.pid ?? 0;
    this.#server = server;
    this.#socket = socket;
    this.#directory = directory;
    socket.on('data', (chunk) => this.#take(chunk));
  }

  static async start(): Promise<Redis> {
    const directory = await temporaryDirectory();
    const path = join(directory, 'redis.sock');
    const settings = ['--save', '', '--appendonly', 'no', '--port', '0', '--unixsocket', path, '--dir', directory];
    const server = spawn('redis-server', settings, { stdio: 'ignore' });
    return new Redis(server, await reach(path), directory);
  }

  /** Sends the commands in one write and waits for all replies. */
  send({ bytes, replies }: Pipeline): Promise<void> {
    return new Promise((resolve) => {
      this.#left = replies;
      this.#done = resolve;
      this.#socket.write(bytes);
    });
  }

  /** The reply to one command, of so many lines, as text. */
  async ask(lines: number, ...words: readonly string[]): Promise<string> {
    this.#kept = [];
    await this.send({ bytes: Buffer.from(redisCommand(...words)), replies: lines });
    const reply = Buffer.concat(this.#kept).toString();
    this.#kept = null;
    return reply;
  }

  /** What the data takes, without the server itself, in bytes. */
  async dataBytes(): Promise<number> {
    const script = `return string.match(redis.call('info', 'memory'), 'used_memory_dataset:(%d+)')`;
    const [, bytes = ''] = (await this.ask(2, 'EVAL', script, '0')).split('\r\n');
    return Number(bytes);
  }

  async stop(): Promise<void> {
    this.#socket.destroy();
    const gone = new Promise((resolve) => this.#server.once('exit', resolve));
    if (this.#server.exitCode === null) {
      this.#server.kill('SIGTERM');
      await gone;
    }
    await rm(this.#directory, { recursive: true, force: true });
  }

  #take(chunk: Buffer): void {
    this.#kept?.push(chunk);
    for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) this.#left -= 1;
    if (this.#left === 0) this.#done();
  }
}

/** Connects as soon as the server listens. */
async function reach(path: string): Promise<Socket> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const socket = connect(path);
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    if (connected) return socket;
    if (performance.now() > end) throw new Error(`redis-server did not listen within ${PATIENCE_MS} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
