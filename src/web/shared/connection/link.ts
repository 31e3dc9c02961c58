import { type Client, createClient } from 'graphql-ws/client';
import { backoffMs } from './backoff.ts';
import type { Endpoint } from './endpoint.ts';
import type { LinkStatus } from './link-status.ts';

/** One subscription that outlives connections: it is made again on each, with the variables of that moment. */
export interface Stream {
  query: string;
  variables(): Record<string, unknown>;
  next(data: unknown): void;
  /** The server will not give this stream. Return true to ask again at once, with other variables. */
  refused(code: string): boolean;
}

export interface LinkEvents {
  /** Called at each change of status. */
  status(status: LinkStatus): void;
  /** Called when a connection stands, the first and every later one. */
  connected(): void;
  /** The server does not accept the credential (any more). The link goes on with what the endpoint holds then. */
  unauthenticated(): void;
}

const AWAY_AFTER_MS = 10_000;
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
const CONNECT_WITHIN_MS = 10_000;
const FORBIDDEN = 4403;
/** Answers that asking again will not change; for all others the link reconnects and asks again. */
const FINAL = new Set([
  'FORBIDDEN',
  'UNAUTHENTICATED',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'CURSOR_EXPIRED',
  'QUERY_TOO_COMPLEX',
]);

/**
 * The one socket of a page. It never gives up: after a loss it waits a little longer each time and tries again for ever,
 * and at once when the browser says that the network is back or the page is looked at again.
 */
export class Link {
  /** When the server was last heard, epoch milliseconds; null before the first time. */
  lastSeenAt: number | null = null;
  readonly #endpoint: Endpoint;
  readonly #events: LinkEvents;
  readonly #streams = new Map<Stream, () => void>();
  readonly #awaken = () => document.visibilityState === 'visible' && this.#tryNow();
  #client: Client | null = null;
  #status: LinkStatus = 'connecting';
  #attempt = 0;
  #stopped = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #away: ReturnType<typeof setTimeout> | undefined;
  #answer: ReturnType<typeof setTimeout> | undefined;

  constructor(endpoint: Endpoint, events: LinkEvents) {
    this.#endpoint = endpoint;
    this.#events = events;
    addEventListener('online', this.#awaken);
    document.addEventListener('visibilitychange', this.#awaken);
  }

  /** Connects. Call it once. */
  start(): void {
    this.#open();
  }

  /** Ends everything; the link cannot be used again. */
  stop(): void {
    this.#stopped = true;
    removeEventListener('online', this.#awaken);
    document.removeEventListener('visibilitychange', this.#awaken);
    clearTimeout(this.#away);
    this.#close();
  }

  /** Connects anew at once, for example with another token. */
  restart(): void {
    this.#close();
    this.#attempt = 0;
    this.#open();
  }

  /** Follows a stream until the returned function is called. */
  follow(stream: Stream): () => void {
    this.#streams.set(stream, () => {});
    if (this.#status === 'live') this.#subscribe(stream);
    return () => {
      const end = this.#streams.get(stream);
      this.#streams.delete(stream);
      end?.();
    };
  }

  #open(): void {
    const { authorization } = this.#endpoint;
    // Retrying is this class's own, so that each attempt asks with fresh cursors and its state can be shown as it is.
    const client = createClient({
      url: this.#endpoint.socketUrl,
      lazy: false,
      retryAttempts: 0,
      keepAlive: PING_EVERY_MS,
      connectionAckWaitTimeout: PONG_WITHIN_MS,
      connectionParams: authorization === null ? {} : { authorization },
      onNonLazyError: () => {},
      on: {
        connected: () => this.#opened(client),
        message: () => this.#heard(),
        pong: (received) => received && clearTimeout(this.#answer),
        ping: (received) => received || this.#expectAnswer(client, PONG_WITHIN_MS),
        closed: (event) => this.#lost(client, (event as CloseEvent).code),
      },
    });
    this.#client = client;
    this.#expectAnswer(client, CONNECT_WITHIN_MS);
  }

  #opened(client: Client): void {
    if (client !== this.#client) return;
    this.#heard();
    clearTimeout(this.#answer);
    clearTimeout(this.#away);
    this.#away = undefined;
    this.#become('live');
    for (const stream of this.#streams.keys()) this.#subscribe(stream);
    this.#events.connected();
  }

  #heard(): void {
    this.lastSeenAt = Date.now();
  }

  /** A network that went away without a word shows only by silence. */
  #expectAnswer(client: Client, withinMs: number): void {
    clearTimeout(this.#answer);
    this.#answer = setTimeout(() => client.terminate(), withinMs);
  }

  #lost(client: Client, code: number): void {
    if (client !== this.#client) return;
    this.#close();
    if (this.#status === 'live') this.#become('reconnecting');
    this.#away ??= setTimeout(() => this.#become('away'), AWAY_AFTER_MS);
    if (code === FORBIDDEN) this.#events.unauthenticated();
    this.#retry = setTimeout(() => this.#tryNow(), backoffMs(this.#attempt));
    this.#attempt += 1;
  }

  #tryNow(): void {
    if (this.#client !== null || this.#stopped) return;
    clearTimeout(this.#retry);
    this.#open();
  }

  #close(): void {
    const client = this.#client;
    this.#client = null;
    clearTimeout(this.#retry);
    clearTimeout(this.#answer);
    // A connection that never stood has nothing to be closed, and says so by rejecting.
    Promise.resolve(client?.dispose()).catch(() => {});
  }

  #become(status: LinkStatus): void {
    this.#status = status;
    this.#events.status(status);
  }

  #subscribe(stream: Stream): void {
    const client = this.#client;
    if (client === null) return;
    const { query } = stream;
    let ended = false;
    const end = client.subscribe(
      { query, variables: stream.variables() },
      {
        next: ({ data, errors }) => {
          // News is the proof that all is well; a connection that dies before it counts as another failure.
          this.#attempt = 0;
          if (errors !== undefined && errors.length > 0) this.#failed(client, stream, errors);
          else if (!ended) stream.next(data);
        },
        error: (error) => ended || !Array.isArray(error) || this.#failed(client, stream, error),
        complete: () => ended || client.terminate(),
      },
    );
    this.#streams.set(stream, () => {
      ended = true;
      end();
    });
  }

  #failed(client: Client, stream: Stream, errors: readonly { extensions?: Record<string, unknown> }[]): void {
    const code = String(errors[0]?.extensions?.code ?? 'INTERNAL');
    if (!FINAL.has(code)) client.terminate();
    else if (stream.refused(code) && this.#streams.has(stream)) this.#subscribe(stream);
  }
}
