import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { type Grant, requireGrant } from './authorisation.ts';
import { acceptJsonLines, refuseUnstorable } from './bodies.ts';
import { type Context, RequestContext } from './context.ts';
import type { ServerParts } from './server-parts.ts';

/** What became of one item; JSON, in the order of the items. */
export type IngestResult = Record<string, unknown>;

export interface IngestOptions {
  /** Where it is served, for example `/v1/activities`. */
  path: string;
  /** Who may send. */
  grants: readonly Grant[];
  /** At most so many in one request. */
  mostItems: number;
  /** What one costs of the rate limit; a mutation costs 10. */
  itemCost: number;
  /** Takes the parsed items, each any JSON value, and gives one result for each. One bad item must not fail the others. */
  handle: (items: readonly unknown[], context: Context) => Promise<readonly IngestResult[]>;
  /** The result of an item that is refused before `handle` could see it, in the shape of all others. */
  refuse: (refusal: Refusal) => IngestResult;
}

/** Serves a plain HTTP door for batches: a JSON array or newline-delimited JSON in, `{ results }` out. */
export async function serveIngest(app: FastifyInstance, options: IngestOptions, parts: ServerParts): Promise<void> {
  acceptJsonLines(app);
  app.post(options.path, async (request, reply) => {
    const startedAt = performance.now();
    requireGrant(request.viewer, ...options.grants);
    const { items, refused } = itemsOf(request, options);
    const cost = Math.ceil((items.length + refused.size) * options.itemCost);
    await parts.limits.take(request.viewer, request.ip, cost);
    const context = new RequestContext(request.viewer, request.id, parts.log);
    const handled = items.length === 0 ? [] : await options.handle(items, context);
    parts.metrics.request('ingest', 'batch', 'ok', (performance.now() - startedAt) / 1_000);
    reply.type('application/json; charset=utf-8');
    return { results: interleave(handled, refused), extensions: { requestId: request.id } };
  });
}

interface Items {
  items: unknown[];
  /** Results of lines that are not JSON, by their place among all lines. */
  refused: Map<number, IngestResult>;
}

function itemsOf({ body }: FastifyRequest, { refuse, mostItems }: IngestOptions): Items {
  if (Array.isArray(body)) return within({ items: body, refused: new Map() }, mostItems);
  if (typeof body === 'string') return within(linesOf(body, refuse), mostItems);
  throw new Refusal(
    ErrorCode.BAD_USER_INPUT,
    'Send a JSON array, or one JSON object on each line as application/x-ndjson.',
  );
}

function within(parsed: Items, mostItems: number): Items {
  const count = parsed.items.length + parsed.refused.size;
  if (count > mostItems) {
    throw new Refusal(ErrorCode.BAD_USER_INPUT, `Send at most ${mostItems} items at once, not ${count}.`);
  }
  return parsed;
}

function linesOf(text: string, refuse: IngestOptions['refuse']): Items {
  const items: unknown[] = [];
  const refused = new Map<number, IngestResult>();
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (const [place, line] of lines.entries()) {
    try {
      const item: unknown = JSON.parse(line);
      refuseUnstorable(line, item);
      items.push(item);
    } catch (error) {
      const noJson = () => new Refusal(ErrorCode.BAD_USER_INPUT, 'This line is not valid JSON.');
      refused.set(place, refuse(error instanceof Refusal ? error : noJson()));
    }
  }
  return { items, refused };
}

function interleave(
  handled: readonly IngestResult[],
  refused: ReadonlyMap<number, IngestResult>,
): readonly IngestResult[] {
  if (refused.size === 0) return handled;
  const rest = handled.values();
  return Array.from(
    { length: handled.length + refused.size },
    (_, place) => refused.get(place) ?? rest.next().value ?? {},
  );
}
