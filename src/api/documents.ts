import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ANONYMOUS } from './context.ts';
import type { ServerParts } from './server-parts.ts';

/** What is asked of a public document. */
export interface DocumentQuestion {
  /** What stands in the place of `:name` in the path. */
  parameters: Readonly<Record<string, string>>;
  /** The query; of several values of one name, the first. */
  query: Readonly<Record<string, string>>;
  /** True when a browser's address bar asks: it prefers a page to data. */
  prefersPage: boolean;
  /** The `accept-language` header; empty when there is none. */
  languages: string;
}

/** A public document as it is sent. */
export interface DocumentAnswer {
  /** 200 unless told. */
  status?: number;
  /** The media type. */
  type: string;
  body: string;
  /** What the document itself needs of the content security policy, for example `img-src 'self'`; nothing unless told. */
  policy?: readonly string[];
  /** How long anybody may keep it, in seconds; not at all unless told. */
  keepFor?: number;
  /** True when the pages of other sites may show or read it. */
  everywhere?: boolean;
}

/** Something that everybody may fetch with GET, without a credential. */
export interface PublicDocument {
  /** For example `/badges/awards/:id`. */
  path: string;
  /** True when the path is a code that could be guessed: asking for what is not there counts as a refused credential. */
  guessable?: boolean;
  /** Null: there is nothing of the kind. */
  answer(question: DocumentQuestion): Promise<DocumentAnswer | null> | DocumentAnswer | null;
}

/** What fetching one costs of an address's allowance, in cost points: about as much as a query for one object. */
const COST = 5;

/** Serves public documents. They are no part of the API and obey no API's limits but that of the address. */
export function serveDocuments(
  app: FastifyInstance,
  documents: readonly PublicDocument[],
  { limits }: Pick<ServerParts, 'limits'>,
  prefersPage: (request: FastifyRequest) => boolean,
): void {
  for (const document of documents) {
    app.get(document.path, async (request, reply) => {
      await limits.take(ANONYMOUS, request.ip, COST);
      const question: DocumentQuestion = {
        parameters: request.params as Record<string, string>,
        query: firstsOf(request.query as Record<string, string | string[]>),
        prefersPage: prefersPage(request),
        languages: request.headers['accept-language'] ?? '',
      };
      const look = async () => document.answer(question);
      const answer = await (document.guessable === true ? limits.guess(request.ip, look) : look());
      if (answer === null) return reply.callNotFound();
      const { status = 200, type, body, policy = [], keepFor = 0, everywhere = false } = answer;
      // An answer in two forms must not be kept for whoever asks for the other.
      reply.header('vary', 'accept').header('cache-control', keepFor === 0 ? 'no-store' : `public, max-age=${keepFor}`);
      reply.header('content-security-policy', ["default-src 'none'", ...policy, ...NOWHERE].join('; '));
      if (everywhere)
        reply.header('cross-origin-resource-policy', 'cross-origin').header('access-control-allow-origin', '*');
      return reply.code(status).type(type).send(body);
    });
  }
}

const NOWHERE = ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];

function firstsOf(query: Record<string, string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? (value[0] ?? '') : value]),
  );
}
