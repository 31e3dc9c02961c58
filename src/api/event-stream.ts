import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import type { Viewer } from './context.ts';
import type { Line, Lines } from './lines.ts';
import { isRefused, type LiveOperations } from './live-operations.ts';
import type { Origins } from './origins.ts';
import type { Running, Sink } from './sink.ts';
import { readOperation } from './socket-messages.ts';
import { StallWatch } from './stall-watch.ts';
import type { Subscriptions } from './subscription.ts';

/** Proxies close what has been quiet for a minute, some after 30 s. */
const COMMENT_EVERY_MS = 15_000;

/** What event streams need of the server. */
export interface EventStreamParts {
  lines: Lines;
  origins: Origins;
  operations: LiveOperations;
  subscriptions: Subscriptions;
}

/** Tells whether a request asks for an event stream. */
export function wantsEventStream({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/event-stream') === true;
}

/**
 * Serves one subscription as an event stream, for networks that let no WebSocket pass: GraphQL over SSE in "distinct
 * connections mode", with the same gate, limits and sharing as a socket's subscriptions. Whatever is wrong with the operation comes
 * as a `next` event with errors, since a browser's EventSource shows no other answer.
 */
export async function serveEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  { lines, origins, operations, subscriptions }: EventStreamParts,
): Promise<void> {
  if (lines.draining) throw new Refusal(ErrorCode.SERVICE_UNAVAILABLE, 'The server is stopping.', { retryable: true });
  if (!origins.allows(request.headers.origin)) {
    throw new Refusal(ErrorCode.FORBIDDEN, 'Pages of this origin may not follow this server.');
  }
  if (!lines.hasRoom(request.ip)) throw tooMany();
  const line = new EventStreamLine(reply, lines, request.ip);
  lines.open(line, request.ip);
  const answer = await operations.admit(request.viewer, line);
  if (isRefused(answer)) {
    lines.closed(line, request.ip);
    throw answer.forbidden ? new Refusal(ErrorCode.FORBIDDEN, `${answer.reason}.`) : tooMany();
  }
  line.begin();
  try {
    const asked = readOperation(request.method === 'GET' ? readUrl(request.query) : request.body);
    if (asked === null) throw new Refusal(ErrorCode.BAD_USER_INPUT, 'Send a `query`, and `variables` as an object.');
    const bytes = request.method === 'GET' ? request.url.length : request.bodyBytes;
    const operation = await operations.pass(answer, request.ip, { ...asked, bytes });
    line.carry(subscriptions.start(operation, line));
  } catch (error) {
    line.error([operations.format(error)]);
  }
}

function tooMany(): Refusal {
  return new Refusal(ErrorCode.RATE_LIMITED, 'Too many connections are open.', { retryable: true });
}

function readUrl(query: unknown): unknown {
  const { variables, ...rest } = query as Record<string, unknown>;
  if (typeof variables !== 'string') return rest;
  try {
    return { ...rest, variables: JSON.parse(variables) };
  } catch {
    return null;
  }
}

const NEXT = Buffer.from('event: next\ndata: ');
const COMPLETE = 'event: complete\ndata:\n\n';

/** One event stream: a line that carries one operation. */
class EventStreamLine implements Line, Sink {
  viewer: Viewer | null = null;
  readonly gone: Promise<void>;
  readonly #reply: FastifyReply;
  readonly #response: ServerResponse;
  readonly #stall = new StallWatch();
  #running: Running | null = null;
  #ended = false;
  #written = 0;
  #wroteAt = Date.now();

  constructor(reply: FastifyReply, lines: Lines, address: string) {
    this.#reply = reply;
    this.#response = reply.raw;
    this.gone = new Promise((resolve) => {
      this.#response.once('close', () => {
        this.#stop();
        lines.closed(this, address);
        resolve();
      });
    });
  }

  /** Answers with the head. From here on fastify has nothing more to do with it. */
  begin(): void {
    const headers = this.#reply.getHeaders() as Record<string, string>;
    this.#reply.hijack();
    this.#response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // nginx gathers answers unless told otherwise.
      'x-accel-buffering': 'no',
    });
    // Something must be sent, or the client does not learn that it is connected.
    this.#write(':\n\n');
  }

  carry(running: Running): void {
    this.#running = running;
    if (this.#ended) running.stop();
  }

  get backlog(): number {
    return this.#response.writableLength;
  }

  get congested(): boolean {
    return this.#response.writableNeedDrain;
  }

  drained(): Promise<void> {
    if (!this.congested || this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#response.off('drain', done).off('close', done);
        resolve();
      };
      this.#response.on('drain', done).on('close', done);
    });
  }

  next(payload: Buffer): void {
    this.#write(Buffer.concat([NEXT, payload, Buffer.from('\n\n')]));
  }

  error(errors: readonly GraphQLFormattedError[]): void {
    this.next(Buffer.from(JSON.stringify({ errors })));
    this.complete();
  }

  complete(): void {
    this.#write(COMPLETE);
    this.end();
  }

  /** Without a `complete` event the client knows that there is more, and comes back. */
  tooSlow(): void {
    this.end();
  }

  end(): void {
    this.#stop();
    this.#response.end();
  }

  terminate(): void {
    this.#response.destroy();
  }

  look(nowMs: number): void {
    if (this.#ended) return;
    const expiresAt = this.viewer?.expiresAt ?? null;
    const stalled = this.#stall.isStalled(nowMs, this.congested, this.#written - this.backlog);
    if (expiresAt !== null && expiresAt <= nowMs) this.end();
    else if (stalled) this.terminate();
    else if (nowMs - this.#wroteAt >= COMMENT_EVERY_MS) this.#write(':\n\n');
  }

  #write(data: string | Buffer): void {
    if (this.#ended) return;
    this.#written += data.length;
    this.#wroteAt = Date.now();
    this.#response.write(data);
  }

  #stop(): void {
    this.#ended = true;
    this.#running?.stop();
    this.#running = null;
  }
}
