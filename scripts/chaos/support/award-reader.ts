import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Findings } from './findings.ts';

/** Follows the awards of everybody on one connection and reads at once; it shares its stream with all who ask the same. */
export class AwardReader {
  /** Cursors, as they came. */
  readonly received: string[] = [];
  readonly #client: Client;
  #stopped = false;

  /** @param query a subscription to `pointAwards` with at least its cursor. */
  constructor(url: string, query: string, findings: Findings) {
    this.#client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      onNonLazyError: () => {},
      on: {
        closed: (event) => {
          const { code } = event as { code: number };
          if (!this.#stopped) findings.violate(`A client that reads at once was closed with ${code}.`);
        },
      },
    });
    this.#client.subscribe<{ pointAwards: { cursor: string } }>(
      { query },
      {
        next: ({ data }) => {
          if (data != null) this.received.push(data.pointAwards.cursor);
        },
        error: (error) => {
          if (!this.#stopped) findings.violate(`A client that reads at once was told: ${JSON.stringify(error)}`);
        },
        complete: () => {},
      },
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#client.dispose();
  }
}
