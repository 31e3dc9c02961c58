import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Context } from './context.ts';
import type { Passed } from './document-gate.ts';
import { refusalIn } from './errors.ts';
import type { Answer } from './executor.ts';
import type { ServerParts } from './server-parts.ts';

/** What the socket puts into graphql-ws's context value: the operation, and a fresh context for each event. */
export interface SubscriptionStart {
  passed: Passed;
  contextFor: () => Context;
}

/**
 * Starts a subscription: the resolver's stream of events, each executed with a fresh context, so that loaders never serve
 * an earlier event's values. Gives a result with errors when the stream cannot be started.
 */
export async function startSubscription(
  args: ExecutionArgs,
  parts: ServerParts,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const { passed, contextFor } = args.contextValue as SubscriptionStart;
  const variables = args.variableValues ?? undefined;
  const source = await createSourceEventStream({ ...args, contextValue: contextFor() });
  if (!(Symbol.asyncIterator in source)) {
    const context = contextFor();
    return asResult(parts.executor.answerOf(source, passed.prepared, variables, context), context);
  }
  parts.metrics.subscriptions(1);
  return new EventStream(
    source[Symbol.asyncIterator](),
    async (event) => {
      const context = contextFor();
      return asResult(await parts.executor.execute(passed.prepared, variables, context, event), context);
    },
    () => parts.metrics.subscriptions(-1),
  );
}

/** graphql-ws calls `toJSON` on errors that are still to be formatted; ours are ready. */
function asResult(answer: Answer, { cost, requestId }: Context): ExecutionResult {
  const errors = answer.errors?.map((error) => ({ ...error, toJSON: () => error }));
  const extensions = { cost, requestId };
  return { ...answer, ...(errors === undefined ? {} : { errors }), extensions } as unknown as ExecutionResult;
}

/**
 * The answers to a stream of events. Not an async generator on purpose: a generator's `return` waits for the `next` in
 * progress, so a client that leaves a quiet stream would hold its source until the next event, perhaps for ever.
 */
class EventStream implements AsyncIterableIterator<ExecutionResult> {
  private ended = false;

  constructor(
    private readonly source: AsyncIterator<unknown>,
    private readonly answer: (event: unknown) => Promise<ExecutionResult>,
    private readonly onEnd: () => void,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.ended) return { done: true, value: undefined };
    try {
      const event = await this.source.next();
      if (event.done !== true && !this.ended) return { done: false, value: await this.answer(event.value) };
    } catch (error) {
      this.end();
      throw refusalIn(error) ?? error;
    }
    this.end();
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    if (!this.ended) {
      this.end();
      await this.source.return?.();
    }
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult>> {
    await this.return();
    throw error;
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd();
  }
}
