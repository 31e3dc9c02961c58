import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';

/** An access token for one role of the demo, offered by the playground's role switcher. */
export interface DemoToken {
  role: string;
  /** What the switcher calls it, for example `Admin`. */
  label: string;
  /** The bare JWT, without the word Bearer. */
  token: string;
}

export interface PagesOptions {
  /** Where the built pages lie: `index.html`, `me.html`, `counter.html`, `start.html`, `playground.html`, `assets/` and `embed/`. */
  directory: string;
  /** False withholds the demo tokens, whatever `tokens` says. */
  development: boolean;
  /** Makes the demo tokens, fresh for each call. Left out where there is no demo. */
  tokens?: () => Promise<readonly DemoToken[]> | readonly DemoToken[];
  /** Host names, besides this machine's own, under which demo tokens may be asked for. */
  demoHosts?: readonly string[];
}

export interface Pages {
  /** Registers `/`, `/me`, `/counter`, `/start`, `/assets/*`, `/embed/*` and `/playground/tokens`. */
  routes: FastifyPluginAsync;
  /** Answers with the playground; for the GraphQL path, when {@link prefersPage} says that a browser is asking. */
  playground(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
}

type Page = 'index.html' | 'me.html' | 'counter.html' | 'start.html' | 'playground.html';

/** Makes the handlers that serve what Vite built. Nothing is read before the first request. */
export function pages(options: PagesOptions): Pages {
  const send = (page: Page, request: FastifyRequest, reply: FastifyReply) => sendPage(options, page, request, reply);
  return {
    playground: (request, reply) => send('playground.html', request, reply),
    async routes(app) {
      app.get('/', (request, reply) => send('index.html', request, reply));
      app.get('/me', (request, reply) => send('me.html', request, reply));
      app.get('/counter', (request, reply) => send('counter.html', request, reply));
      app.get('/start', (request, reply) => send('start.html', request, reply));
      app.get('/playground/tokens', (request, reply) => sendTokens(options, request, reply));
      await registerAssets(app, resolve(options.directory, 'assets'));
      await registerEmbed(app, resolve(options.directory, 'embed'));
    },
  };
}

/** True when a GET comes from a browser's address bar: it names `text/html` and prefers it to any kind of JSON. */
export function prefersPage(request: FastifyRequest): boolean {
  if (request.method !== 'GET' || request.headers.upgrade !== undefined) return false;
  const accepted = weights(request.headers.accept ?? '');
  const html = accepted.get('text/html') ?? 0;
  const json = Math.max(accepted.get('application/json') ?? 0, accepted.get('application/graphql-response+json') ?? 0);
  return html > 0 && html >= json;
}

/** The media types of an Accept header with their weights from 0 to 1. */
function weights(accept: string): Map<string, number> {
  const entries = accept.split(',').map((part): [string, number] => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return [type, weight === undefined ? 1 : Number(weight) || 0];
  });
  return new Map(entries);
}

/** A worker obeys the policy it is sent with, not its page's: the editor's load further scripts of their own. */
const ASSET_HEADERS = {
  'content-security-policy': "default-src 'none'; script-src 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

async function registerAssets(app: Parameters<FastifyPluginAsync>[0], root: string): Promise<void> {
  if (!existsSync(root)) return;
  // The build puts a hash of its content into every name, so a name never changes its meaning.
  await app.register(fastifyStatic, {
    root,
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    setHeaders: (reply) => {
      reply.headers(ASSET_HEADERS);
    },
  });
}

/** What other sites may load: nothing in it is anybody's secret, and it asks the API under the API's own rules. */
const EMBED_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'cross-origin',
  'access-control-allow-origin': '*',
};

async function registerEmbed(app: Parameters<FastifyPluginAsync>[0], root: string): Promise<void> {
  if (!existsSync(root)) return;
  // The name stays while the content changes, so browsers ask again after an hour whether theirs is still right.
  await app.register(fastifyStatic, {
    root,
    prefix: '/embed/',
    decorateReply: false,
    index: false,
    preCompressed: true,
    maxAge: '1h',
    setHeaders: (reply) => {
      reply.headers(EMBED_HEADERS);
    },
  });
}

async function sendPage(
  options: PagesOptions,
  page: Page,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const nonce = randomBytes(16).toString('base64url');
  reply.headers(pageHeaders(page, nonce, request.headers.host ?? '')).type('text/html; charset=utf-8');
  const html = await readFile(join(options.directory, page), 'utf8').catch(() => null);
  if (html === null) return reply.code(503).send(NOT_BUILT);
  const demoTokens = options.development && options.tokens ? 'offered' : 'none';
  return reply.send(html.replaceAll('__POKAL_NONCE__', nonce).replaceAll('__POKAL_DEMO_TOKENS__', demoTokens));
}

async function sendTokens(options: PagesOptions, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store').header('cross-origin-resource-policy', 'same-origin');
  if (!options.development || !options.tokens || !asksForItself(options, request)) {
    return reply.code(404).send({ message: 'This server hands out no demo tokens.' });
  }
  return reply.send({ roles: await options.tokens() });
}

/**
 * True when the playground of this very server asks. An administrator's token must not reach a foreign page that a
 * developer happens to have open, neither by a request across origins nor through a host name rebound to this machine.
 */
function asksForItself(options: PagesOptions, request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  const sameOrigin = site === undefined || site === 'same-origin' || site === 'none';
  const own = ['localhost', '127.0.0.1', '[::1]', ...(options.demoHosts ?? [])];
  const name = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  return sameOrigin && request.headers.origin === undefined && own.includes(name);
}

/** The headers of one page, above all a Content-Security-Policy that lets it reach this server and nothing else. */
function pageHeaders(page: Page, nonce: string, host: string): Record<string, string> {
  const policy = { ...STRICT_POLICY, ...extraPolicy(page, nonce, host) };
  return {
    'content-security-policy': Object.entries(policy)
      .map(([directive, sources]) => `${directive} ${sources}`)
      .join('; '),
    'cache-control': 'no-store',
    vary: 'accept',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // The counter reads codes with the camera; no other page has any use for one.
    'permissions-policy': `camera=(${page === 'counter.html' ? 'self' : ''}), geolocation=(), microphone=(), payment=(), usb=()`,
  };
}

const STRICT_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

function extraPolicy(page: Page, nonce: string, host: string): Record<string, string> {
  if (page === 'start.html') return {};
  return page === 'playground.html' ? { ...connectPolicy(host), ...editorPolicy(nonce) } : connectPolicy(host);
}

/** The WebSocket's address is spelt out for browsers whose 'self' means http only. */
function connectPolicy(host: string): Record<string, string> {
  const socket = /^[a-z0-9.:[\]-]+$/i.test(host) ? ` ws://${host} wss://${host}` : '';
  return { 'connect-src': `'self'${socket}` };
}

/**
 * What the code editor needs on top. It places every line of code by a style attribute in markup that it hands to
 * innerHTML, so style attributes cannot be forbidden; style elements it makes while running carry the nonce, and its
 * workers come from this server as files.
 */
function editorPolicy(nonce: string): Record<string, string> {
  return {
    'style-src': `'self' 'nonce-${nonce}'`,
    'style-src-attr': "'unsafe-inline'",
    'font-src': "'self' data:",
    'worker-src': "'self'",
  };
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Pokal: pages not built</title>
<h1>The pages have not been built yet</h1>
<p>Run <code>npm run build</code> and start the server again. The API at <a href="/graphql">/graphql</a> works meanwhile.</p>
</html>
`;
