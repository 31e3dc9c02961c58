import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import type { Viewer } from './context.ts';
import { writeFrame } from './frames.ts';
import { Close, type Line } from './lines.ts';
import { isRefused, type OperationRequest } from './live-operations.ts';
import { type ClientMessage, readMessage } from './socket-messages.ts';
import { SocketOperation, type SocketOwner } from './socket-operation.ts';
import { StallWatch } from './stall-watch.ts';

const MESSAGES_PER_MINUTE = 100;
const SUBSCRIPTIONS_PER_SOCKET = 20;
const INIT_WAIT_MS = 3_000;
const PING_EVERY_MS = 30_000;
/** A client that has not answered the closing handshake by then is cut off. */
const CLOSE_WAIT_MS = 3_000;
/** Whoever was too slow reads the reason only behind all that waits for it, so it has longer. */
const SLOW_CLOSE_WAIT_MS = 15_000;
const TOO_SLOW = { code: Close.TRY_AGAIN, reason: 'Too slow: resume after the last cursor received' };

/** One open WebSocket: speaks graphql-transport-ws, keeps the limits, and carries up to 20 subscriptions. */
export class LiveSocket implements Line {
  viewer: Viewer | null = null;
  readonly gone: Promise<void>;
  readonly #owner: SocketOwner;
  readonly #webSocket: WebSocket;
  readonly #raw: Duplex;
  readonly #address: string;
  readonly #running = new Map<string, SocketOperation>();
  readonly #stall = new StallWatch();
  readonly #openedAt = Date.now();
  #state: 'new' | 'introducing' | 'ready' | 'ended' = 'new';
  #pingedAt = Date.now();
  #answered = true;
  /** A fixed window of a minute that begins with its first message. */
  #countedSince = 0;
  #messages = 0;
  #cutOffAt = 0;
  #written = 0;
  #drained: Promise<void> | null = null;

  /** @param raw the connection below, for frames that are shared between sockets. */
  constructor(owner: SocketOwner, webSocket: WebSocket, raw: Duplex, address: string) {
    this.#owner = owner;
    this.#webSocket = webSocket;
    this.#raw = raw;
    this.#address = address;
    webSocket.on('message', (data: Buffer, isBinary: boolean) => this.#take(data, isBinary));
    webSocket.on('pong', () => {
      this.#answered = true;
    });
    // An oversized or malformed frame: ws closes the socket itself with the right code.
    webSocket.on('error', () => {});
    this.gone = new Promise((resolve) => {
      webSocket.once('close', () => {
        this.#stopAll();
        resolve();
      });
    });
  }

  get backlog(): number {
    return this.#raw.writableLength;
  }

  get congested(): boolean {
    return this.#raw.writableNeedDrain;
  }

  drained(): Promise<void> {
    if (!this.congested || this.#state === 'ended') return Promise.resolve();
    this.#drained ??= new Promise<void>((resolve) => {
      const done = () => {
        this.#raw.off('drain', done).off('close', done);
        this.#drained = null;
        resolve();
      };
      this.#raw.on('drain', done).on('close', done);
    });
    return this.#drained;
  }

  /** Writes a result's frame, in the same order as everything `ws` itself sends. */
  write(prefix: Buffer, payload: Buffer): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#written += writeFrame(this.#raw, prefix, payload);
  }

  send(message: object): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.send(JSON.stringify(message));
  }

  /** Ends it because the client reads too slowly for what it follows. */
  tooSlow(): void {
    this.end(TOO_SLOW.code, TOO_SLOW.reason);
  }

  forget(id: string): void {
    this.#running.delete(id);
  }

  end(code: number, reason: string): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#cutOffAt = Date.now() + (code === TOO_SLOW.code ? SLOW_CLOSE_WAIT_MS : CLOSE_WAIT_MS);
    this.#stopAll();
    this.#webSocket.close(code, reason);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  look(nowMs: number): void {
    if (this.#state === 'ended') {
      if (nowMs > this.#cutOffAt) this.terminate();
      return;
    }
    const problem = this.#problem(nowMs);
    if (problem !== null) this.end(problem.code, problem.reason);
    else if (nowMs - this.#pingedAt >= PING_EVERY_MS) this.#ping(nowMs);
  }

  #problem(nowMs: number): { code: number; reason: string } | null {
    const expiresAt = this.viewer?.expiresAt ?? null;
    if (expiresAt !== null && expiresAt <= nowMs)
      return { code: Close.FORBIDDEN, reason: 'The credential has expired' };
    // Whoever has introduced itself in time is not to blame for how long looking that up takes.
    if (this.#state === 'new' && nowMs - this.#openedAt >= INIT_WAIT_MS) {
      return { code: Close.INIT_TIMEOUT, reason: 'No connection_init in time' };
    }
    const stalled = this.#stall.isStalled(nowMs, this.congested, this.#written - this.backlog);
    return stalled ? TOO_SLOW : null;
  }

  #ping(nowMs: number): void {
    if (!this.#answered) this.terminate();
    this.#pingedAt = nowMs;
    this.#answered = false;
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.ping();
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (this.#state === 'ended') return;
    const message = isBinary ? null : readMessage(data.toString());
    if (!this.#countMessage()) this.end(Close.TOO_MANY, 'Too many messages');
    else if (isBinary) this.end(Close.TEXT_ONLY, 'Text only');
    else if (message === null) this.end(Close.BAD_REQUEST, 'The message is not of graphql-transport-ws');
    else this.#handle(message, data.length);
  }

  #handle(message: ClientMessage, bytes: number): void {
    if (message.type === 'connection_init') void this.#introduce(message.payload);
    else if (message.type === 'ping') this.send({ type: 'pong' });
    else if (message.type === 'subscribe') this.#subscribe(message.id, { ...message.payload, bytes });
    else if (message.type === 'complete') this.#running.get(message.id)?.stop();
  }

  #countMessage(): boolean {
    const now = Date.now();
    if (now - this.#countedSince >= 60_000) {
      this.#countedSince = now;
      this.#messages = 0;
    }
    this.#messages += 1;
    return this.#messages <= MESSAGES_PER_MINUTE;
  }

  async #introduce({ authorization, apiKey }: Record<string, unknown>): Promise<void> {
    if (this.#state !== 'new') {
      this.end(Close.TOO_MANY, 'connection_init comes once');
      return;
    }
    this.#state = 'introducing';
    const answer = await this.#owner.operations.connect({ authorization, apiKey }, this.#address, this);
    if (isRefused(answer)) this.end(answer.code, answer.reason);
    if (this.#state !== 'introducing') return;
    this.#state = 'ready';
    this.send({ type: 'connection_ack' });
  }

  #subscribe(id: string, request: OperationRequest): void {
    const { viewer } = this;
    if (this.#state !== 'ready' || viewer === null) this.end(Close.UNAUTHORISED, 'Send connection_init first');
    else if (this.#running.has(id)) this.end(Close.DUPLICATE, 'There is an operation of that id already');
    else if (this.#running.size >= SUBSCRIPTIONS_PER_SOCKET) this.#refuse(id);
    else {
      const operation = new SocketOperation(this, id);
      // The id is taken before anything is waited for, so that a second one with it, or its `complete`, finds it.
      this.#running.set(id, operation);
      void operation.start(this.#owner, viewer, this.#address, request);
    }
  }

  #refuse(id: string): void {
    const message = `A socket carries at most ${SUBSCRIPTIONS_PER_SOCKET} subscriptions.`;
    const error = this.#owner.operations.format(new Refusal(ErrorCode.RATE_LIMITED, message));
    this.send({ id, type: 'error', payload: [error] });
  }

  #stopAll(): void {
    this.#state = 'ended';
    for (const operation of this.#running.values()) operation.stop();
    this.#running.clear();
  }
}
