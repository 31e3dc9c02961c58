import { createSourceEventStream, type GraphQLFormattedError } from 'graphql';
import { TooSlowError } from '../platform/hub.ts';
import { newId } from '../platform/ids.ts';
import type { Variables } from './compiled-operation.ts';
import { RequestContext, type Viewer } from './context.ts';
import type { Passed } from './document-gate.ts';
import { formatExecutionError, refusalIn } from './errors.ts';
import type { Answer } from './executor.ts';
import type { ServerParts } from './server-parts.ts';
import type { Sink } from './sink.ts';

/** A subscription that passed the gate. */
export interface LiveOperation {
  passed: Passed;
  variables: Variables | undefined;
  viewer: Viewer;
}

/** What `Renderer.open` gives: the stream of events, or the errors for which there is none. */
export type Opened = { source: AsyncIterator<unknown> } | { errors: readonly GraphQLFormattedError[] };

/** Turns events of one operation into results, each with a fresh context so that loaders never serve an earlier event's values. */
export class Renderer {
  readonly #parts: ServerParts;
  readonly #operation: LiveOperation;

  constructor(parts: ServerParts, operation: LiveOperation) {
    this.#parts = parts;
    this.#operation = operation;
  }

  /** Starts the resolver's stream. */
  async open(): Promise<Opened> {
    const { passed, variables } = this.#operation;
    const { document, operation } = passed.prepared;
    const contextValue = this.#context();
    const { schema, executor } = this.#parts;
    const names = { operationName: operation.name?.value, variableValues: variables };
    const opened = await createSourceEventStream({ schema, document, contextValue, ...names });
    if (Symbol.asyncIterator in opened) return { source: opened[Symbol.asyncIterator]() };
    return { errors: executor.answerOf(opened, passed.prepared, variables, contextValue).errors ?? [] };
  }

  /** The result of one event, as JSON. */
  async render(event: unknown): Promise<Buffer> {
    const { passed, variables } = this.#operation;
    const context = this.#context();
    const answer: Answer = await this.#parts.executor.execute(passed.prepared, variables, context, event);
    const extensions = { cost: context.cost, requestId: context.requestId };
    return Buffer.from(JSON.stringify({ ...answer, extensions }));
  }

  /** Tells a follower that the stream broke, as far as a client may know. */
  fail(error: unknown, sink: Sink): void {
    if (error instanceof TooSlowError) sink.tooSlow();
    else sink.error([formatExecutionError(refusalIn(error) ?? error, newId(), this.#parts.rules)]);
  }

  #context(): RequestContext {
    const context = new RequestContext(this.#operation.viewer, newId(), this.#parts.log);
    context.cost = this.#operation.passed.cost;
    return context;
  }
}
