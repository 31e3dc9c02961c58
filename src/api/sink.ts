import type { GraphQLFormattedError } from 'graphql';

/** Where the results of one running operation go: an operation on a WebSocket, or an event stream. */
export interface Sink {
  /** Sends one result, given as JSON. */
  next(payload: Buffer): void;
  /** Tells that the operation failed; nothing comes after it. */
  error(errors: readonly GraphQLFormattedError[]): void;
  /** Tells that the operation has ended. */
  complete(): void;
  /** Ends the connection, because the client reads more slowly than things happen and none of them may be left out. */
  tooSlow(): void;
  /** Bytes that wait in this process for the client to read on. */
  readonly backlog: number;
  /** True from the moment the connection asks to wait until all that was written has gone; then `drained` resolves. */
  readonly congested: boolean;
  /** Resolves when the connection takes more, or has ended. */
  drained(): Promise<void>;
}

/** An operation under way. */
export interface Running {
  /** Ends it without a word, because the client or its connection has gone. May be called twice. */
  stop(): void;
}
