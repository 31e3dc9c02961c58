import { setTimeout as pause } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Random } from '../../../src/demo/random.ts';
import type { ClubMember } from './club.ts';
import type { Findings } from './findings.ts';
import type { ServerProcess } from './server-process.ts';

/** How a socket ended. */
export interface Closing {
  node: string;
  code: number;
  /** `performance.now()`. */
  at: number;
}

export interface SubscriberOptions {
  member: ClubMember;
  nodes: readonly ServerProcess[];
  random: Random;
  findings: Findings;
}

const FOLLOW = 'subscription ($after: String) { memberEvents(after: $after) { id cursor } }';
/** Told by a server that is leaving (1001, 1012), or by nobody: the connection broke (1005, 1006). */
const EXPECTED_CODES = new Set([1001, 1005, 1006, 1012]);
/** With 1013, told to whoever comes while the database is away; with another reason it is for those who read too slowly. */
const TRY_AGAIN = 'Try again later';

/** Follows a member over graphql-ws from its first event on; whenever it is cut off it goes on at the next node. */
export class Subscriber {
  readonly memberId: string;
  /** The ids of the events, as they came. */
  readonly received: string[] = [];
  /** When each came, `performance.now()`. */
  readonly arrivals: number[] = [];
  readonly closings: Closing[] = [];
  readonly #options: SubscriberOptions;
  #after: string;
  #turn: number;
  #client: Client | null = null;
  #webSocket: WebSocket | null = null;
  #stopped = false;
  #running: Promise<void> | null = null;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.memberId = options.member.id;
    this.#after = options.member.cursor;
    this.#turn = options.random.whole(0, options.nodes.length - 1);
  }

  start(): void {
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#client?.dispose();
    await this.#running;
  }

  /** Breaks its connection without a word, as a lost network does. False while it has none. */
  cut(): boolean {
    const webSocket = this.#webSocket;
    this.#webSocket = null;
    webSocket?.terminate();
    return webSocket !== null;
  }

  async #follow(): Promise<void> {
    const { nodes, random } = this.#options;
    while (!this.#stopped) {
      const node = nodes[this.#turn % nodes.length];
      if (node !== undefined && node.url !== null) await this.#followAt(node, node.url);
      this.#turn += 1;
      // Clients that all come back at the same moment would be a load of their own.
      if (!this.#stopped) await pause(50 + random.whole(0, 150));
    }
  }

  async #followAt(node: ServerProcess, url: string): Promise<void> {
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${this.#options.member.token}` },
      retryAttempts: 0,
      on: {
        opened: (socket) => {
          this.#webSocket = socket as WebSocket;
        },
        closed: (event) => {
          this.#webSocket = null;
          this.closings.push({ node: node.name, code: (event as { code: number }).code, at: performance.now() });
        },
      },
    });
    this.#client = client;
    await new Promise<void>((resolve) => {
      client.subscribe<{ memberEvents: { id: string; cursor: string } }>(
        { query: FOLLOW, variables: { after: this.#after } },
        {
          next: ({ data, errors }) => {
            if (errors !== undefined) this.#judge(errors);
            if (data == null) return;
            this.received.push(data.memberEvents.id);
            this.arrivals.push(performance.now());
            this.#after = data.memberEvents.cursor;
          },
          error: (error) => {
            this.#judge(error);
            resolve();
          },
          complete: resolve,
        },
      );
    });
    await client.dispose();
  }

  #judge(error: unknown): void {
    const { findings } = this.#options;
    const { code, reason } = error as { code?: unknown; reason?: unknown };
    if (typeof code === 'number') {
      const isExpected = EXPECTED_CODES.has(code) || (code === 1013 && reason === TRY_AGAIN);
      if (!isExpected) findings.violate(`A socket was closed with ${code}: ${reason}`);
      return;
    }
    const errors = Array.isArray(error) ? (error as { extensions?: { code?: string }; message?: string }[]) : [];
    for (const { extensions, message } of errors) {
      if (extensions?.code === 'SERVICE_UNAVAILABLE') continue;
      findings.violate(`A subscription ended with ${extensions?.code}: ${message}`);
    }
  }
}
