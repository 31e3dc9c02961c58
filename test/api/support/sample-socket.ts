import { once } from 'node:events';
import { WebSocket } from 'ws';

interface Message {
  type: string;
  id?: string;
  payload?: unknown;
}

/** A bare graphql-transport-ws client that shows every message and the close code. */
export class SampleSocket {
  private readonly waiting: ((message: Message | null) => void)[] = [];
  private readonly arrived: Message[] = [];
  readonly closed: Promise<number>;

  private constructor(readonly webSocket: WebSocket) {
    this.closed = new Promise((resolve) => {
      webSocket.once('close', (code) => {
        resolve(code);
        for (const wait of this.waiting.splice(0)) wait(null);
      });
    });
    webSocket.on('error', () => {});
    webSocket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message;
      const wait = this.waiting.shift();
      if (wait === undefined) this.arrived.push(message);
      else wait(message);
    });
  }

  /** Connects; with `params` it also sends `connection_init` and waits for the answer. */
  static async open(
    url: string,
    params?: Record<string, unknown>,
    headers: Record<string, string> = {},
  ): Promise<SampleSocket> {
    const webSocket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
    const socket = new SampleSocket(webSocket);
    await once(webSocket, 'open');
    if (params !== undefined) {
      socket.send({ type: 'connection_init', payload: params });
      await socket.next();
    }
    return socket;
  }

  /** The HTTP status with which the server refuses the upgrade. */
  static async refusal(url: string, headers: Record<string, string>): Promise<number> {
    const webSocket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
    webSocket.on('error', () => {});
    const [, response] = (await once(webSocket, 'unexpected-response')) as [unknown, { statusCode: number }];
    return response.statusCode;
  }

  send(message: unknown): void {
    this.webSocket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: unknown): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** The next message; null when the socket closes first. */
  async next(): Promise<Message | null> {
    const ready = this.arrived.shift();
    if (ready !== undefined) return ready;
    if (this.webSocket.readyState === WebSocket.CLOSED) return null;
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The code of the error that answers an operation, or the type of the message when it is not an error. */
  async outcome(): Promise<unknown> {
    const message = await this.next();
    if (message?.type !== 'error') return message?.type ?? 'closed';
    return (message.payload as { extensions: { code: string } }[])[0]?.extensions.code;
  }

  close(): void {
    this.webSocket.close();
  }
}
