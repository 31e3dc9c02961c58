import { once } from 'node:events';
import { WebSocket } from 'ws';

interface Message {
  type: string;
  id?: string;
  payload?: unknown;
}

/** What a subscription delivered: one result. */
export interface Result<Data> {
  data: Data | null;
  errors?: { message: string; extensions: Record<string, unknown> }[];
  extensions: { cost: number; requestId: string };
}

/** A bare client of graphql-transport-ws with one subscription, which shows every result and the close code. */
export class Follower<Data> {
  readonly webSocket: WebSocket;
  /** Every result so far, oldest first. */
  readonly results: Result<Data>[] = [];
  /** Every frame as it came. */
  readonly frames: string[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** The errors with which the operation failed, or null. */
  failure: { message: string; extensions: Record<string, unknown> }[] | null = null;
  completed = false;
  #changed: (() => void)[] = [];

  private constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    webSocket.on('error', () => {});
    webSocket.on('message', (data: Buffer) => this.#take(String(data)));
    this.closed = new Promise((resolve) => {
      webSocket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#tell();
      });
    });
  }

  /** Connects and introduces itself. */
  static async connect<Data>(url: string, params: Record<string, unknown> = {}): Promise<Follower<Data>> {
    const webSocket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const follower = new Follower<Data>(webSocket);
    await once(webSocket, 'open');
    follower.send({ type: 'connection_init', payload: params });
    await follower.until('the server to accept the connection', () => follower.#ready || follower.isClosed);
    return follower;
  }

  /** Connects and subscribes. */
  static async start<Data>(
    url: string,
    query: string,
    {
      variables = {},
      params = {},
      id = 'one',
    }: { variables?: object; params?: Record<string, unknown>; id?: string } = {},
  ): Promise<Follower<Data>> {
    const follower = await Follower.connect<Data>(url, params);
    follower.subscribe(id, query, variables);
    return follower;
  }

  #ready = false;

  get isClosed(): boolean {
    return this.webSocket.readyState === WebSocket.CLOSED;
  }

  /** The data of every result so far. */
  get data(): Data[] {
    return this.results.flatMap(({ data }) => (data === null ? [] : [data]));
  }

  send(message: object): void {
    this.webSocket.send(JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** Resolves with the n-th result's data, counted from 0. */
  async at(place: number): Promise<Data> {
    await this.until(`result ${place}`, () => this.results.length > place || this.failure !== null || this.isClosed);
    const data = this.results[place]?.data;
    if (data == null) throw new Error(`There is no result ${place}: ${JSON.stringify(this.failure ?? this.results)}`);
    return data;
  }

  /** Resolves when the condition holds, which is looked at after each message. @throws Error after 20 seconds. */
  async until(what: string, condition: () => boolean, deadlineMs = 20_000): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    while (!condition()) {
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) throw new Error(`Waited in vain for ${what}.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#changed.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  close(): void {
    this.webSocket.close();
  }

  #take(frame: string): void {
    this.frames.push(frame);
    const { type, payload } = JSON.parse(frame) as Message;
    if (type === 'connection_ack') this.#ready = true;
    else if (type === 'next') this.results.push(payload as Result<Data>);
    else if (type === 'error') this.failure = payload as NonNullable<typeof this.failure>;
    else if (type === 'complete') this.completed = true;
    this.#tell();
  }

  #tell(): void {
    for (const tell of this.#changed.splice(0)) tell();
  }
}
