import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Metrics } from '../platform/metrics.ts';

/** Gives null when the server can work, or a few words about what is missing, for example `database away`. */
export type Readiness = () => Promise<string | null>;

/** `/readyz` must say 503 within 2 s of the database going away; a check that takes longer than this has its answer. */
const READY_TIMEOUT_MS = 1_200;

export interface HealthParts {
  ready: Readiness;
  /** True from the moment the server begins to stop. */
  isDraining: () => boolean;
  metrics: Metrics;
}

/** Serves `/livez`, `/readyz` and `/metrics`. */
export function serveHealth(app: FastifyInstance, parts: HealthParts): void {
  app.get('/livez', async (_request, reply) => uncached(reply).send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const problem = await problemOf(parts);
    return uncached(reply)
      .code(problem === null ? 200 : 503)
      .send(problem === null ? { status: 'ok' } : { status: 'unavailable', reason: problem });
  });
  app.get('/metrics', async (_request, reply) => {
    return uncached(reply)
      .type(parts.metrics.registry.contentType)
      .send(await parts.metrics.text());
  });
}

function uncached(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store');
}

async function problemOf({ ready, isDraining }: HealthParts): Promise<string | null> {
  if (isDraining()) return 'draining';
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, READY_TIMEOUT_MS, 'the check took too long');
  });
  try {
    return await Promise.race([ready(), timeout]);
  } catch {
    return 'the check failed';
  } finally {
    clearTimeout(timer);
  }
}
