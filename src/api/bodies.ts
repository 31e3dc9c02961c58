import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import type { Viewer } from './context.ts';
import { LIMITS } from './document-gate.ts';
import { tooLarge } from './http-errors.ts';
import { isPrivileged } from './rate-limits.ts';
import { holdsUnstorableText } from './text-safety.ts';

/** What the edge knows of a request before its body is read. */
declare module 'fastify' {
  interface FastifyRequest {
    viewer: Viewer;
    /** Size of the body in bytes, once it has been read. */
    bodyBytes: number;
  }
}

/** The largest body this caller may send. */
function limitFor(request: FastifyRequest): number {
  return isPrivileged(request.viewer) ? LIMITS.ingestBytes : LIMITS.bodyBytes;
}

function parsed(body: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Refusal(ErrorCode.BAD_USER_INPUT, 'The body is not valid JSON.');
  }
  refuseUnstorable(body, value);
  return value;
}

/** Throws BAD_USER_INPUT for text that no database column can hold. */
export function refuseUnstorable(body: string, value: unknown): void {
  if (!holdsUnstorableText(body, value)) return;
  throw new Refusal(ErrorCode.BAD_USER_INPUT, 'Text may not hold the character U+0000 or half of a surrogate pair.');
}

/**
 * Reads the body as text, stopping at the caller's limit: an anonymous caller cannot make the server hold five megabytes,
 * whatever its content-length says.
 */
function read(request: FastifyRequest, payload: IncomingMessage): Promise<string> {
  const limit = limitFor(request);
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // Listeners instead of an async iterator: most bodies are one chunk, and an iterator costs more than that chunk.
    payload.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) reject(tooLarge(limit));
      else chunks.push(chunk);
    });
    payload.once('error', reject);
    payload.once('end', () => {
      request.bodyBytes = size;
      const [only] = chunks;
      resolve(
        chunks.length === 1 && only !== undefined ? only.toString('utf8') : Buffer.concat(chunks).toString('utf8'),
      );
    });
  });
}

/** Accepts JSON, and nothing a form can send. */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const json = async (request: FastifyRequest, payload: IncomingMessage) => parsed(await read(request, payload));
  app.addContentTypeParser('application/json', json);
}

/** Accepts JSON and newline-delimited JSON; the latter reaches the handler as text. */
export function acceptJsonLines(app: FastifyInstance): void {
  acceptJson(app);
  app.addContentTypeParser(['application/x-ndjson', 'application/jsonl', 'application/ndjson'], read);
}
