import type { GraphQLFormattedError } from 'graphql';
import type { Viewer } from './context.ts';
import { nextPrefix } from './frames.ts';
import type { LiveOperations, OperationRequest } from './live-operations.ts';
import type { Running, Sink } from './sink.ts';
import type { Subscriptions } from './subscription.ts';

/** What sockets need of the server. */
export interface SocketOwner {
  readonly operations: LiveOperations;
  readonly subscriptions: Subscriptions;
}

/** What an operation sees of its socket. */
export interface SocketDoor extends Pick<Sink, 'backlog' | 'congested' | 'drained' | 'tooSlow'> {
  write(prefix: Buffer, payload: Buffer): void;
  send(message: object): void;
  forget(id: string): void;
}

/** One subscription on a socket. */
export class SocketOperation implements Sink, Running {
  readonly #socket: SocketDoor;
  readonly #id: string;
  #prefix: Buffer | null = null;
  #running: Running | null = null;
  #stopped = false;

  constructor(socket: SocketDoor, id: string) {
    this.#socket = socket;
    this.#id = id;
  }

  async start(
    { operations, subscriptions }: SocketOwner,
    viewer: Viewer,
    address: string,
    request: OperationRequest,
  ): Promise<void> {
    try {
      const operation = await operations.pass(viewer, address, request);
      if (this.#stopped) return;
      this.#prefix = nextPrefix(this.#id);
      this.#running = subscriptions.start(operation, this);
    } catch (error) {
      if (!this.#stopped) this.error([operations.format(error)]);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#socket.forget(this.#id);
    this.#running?.stop();
    this.#running = null;
  }

  next(payload: Buffer): void {
    if (this.#prefix !== null) this.#socket.write(this.#prefix, payload);
  }

  error(errors: readonly GraphQLFormattedError[]): void {
    this.stop();
    this.#socket.send({ id: this.#id, type: 'error', payload: errors });
  }

  complete(): void {
    this.stop();
    this.#socket.send({ id: this.#id, type: 'complete' });
  }

  tooSlow(): void {
    this.#socket.tooSlow();
  }

  get backlog(): number {
    return this.#socket.backlog;
  }

  get congested(): boolean {
    return this.#socket.congested;
  }

  drained(): Promise<void> {
    return this.#socket.drained();
  }
}
