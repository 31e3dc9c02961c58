import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { type PagesOptions, pages, prefersPage } from '../../src/api/pages.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const TOKENS = [{ role: 'ADMIN', label: 'Admin', token: 'of-an-admin' }];

describe('the pages', () => {
  let directory: string;
  const apps: FastifyInstance[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pokal-pages-'));
    await mkdir(join(directory, 'assets'));
    await mkdir(join(directory, 'embed'));
    await writeFile(join(directory, 'index.html'), '<title>board</title>');
    await writeFile(join(directory, 'me.html'), '<title>me</title>');
    await writeFile(join(directory, 'counter.html'), '<title>counter</title>');
    await writeFile(join(directory, 'start.html'), '<title>start</title>');
    await writeFile(join(directory, 'embed', 'pokal-leaderboard.js'), '{}');
    await writeFile(join(directory, 'playground.html'), '<i nonce="__POKAL_NONCE__">__POKAL_DEMO_TOKENS__</i>');
    await writeFile(join(directory, 'assets', 'code-abc123.js'), 'export {};');
  });

  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await rm(directory, { recursive: true });
  });

  async function serve(options: Partial<PagesOptions> = {}): Promise<FastifyInstance> {
    const app = fastify();
    // What the server says of every answer unless a route knows better.
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers({ 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'" });
    });
    const web = pages({ directory, development: false, ...options });
    await app.register(web.routes);
    app.get('/graphql', (request, reply) => (prefersPage(request) ? web.playground(request, reply) : { data: null }));
    apps.push(app);
    return app;
  }

  it('give a browser the playground where a program gets JSON', async () => {
    const app = await serve();
    const answers = await Promise.all(
      [BROWSER, '*/*', 'application/json', 'application/graphql-response+json, text/html;q=0.5'].map(async (accept) => {
        const response = await app.inject({ url: '/graphql', headers: { accept } });
        return response.headers['content-type']?.toString().split(';')[0];
      }),
    );
    expect(answers).toEqual(['text/html', 'application/json', 'application/json', 'application/json']);
  });

  it('carry a fresh nonce each time, the same in the page and in its policy', async () => {
    const app = await serve();
    const load = () => app.inject({ url: '/graphql', headers: { accept: BROWSER } });
    const [one, other] = await Promise.all([load(), load()]);
    const nonce = /nonce="([\w-]{22})"/.exec(one.body)?.[1];
    expect(one.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
    expect(other.body).not.toContain(nonce);
    expect(one.headers['cache-control']).toBe('no-store');
  });

  it('allow scripts from this server alone, and no page to frame them', async () => {
    const app = await serve();
    for (const url of ['/', '/me', '/counter', '/start', '/graphql']) {
      const { headers } = await app.inject({ url, headers: { accept: BROWSER, host: 'pokal.example' } });
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toEqual(
        expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]),
      );
      expect(policy.join(' ').match(/https?:|unsafe-eval|\*/)).toBeNull();
    }
  });

  it('give the counter a camera, and no other page', async () => {
    const app = await serve();
    const policies = await Promise.all(
      ['/', '/me', '/counter', '/start', '/graphql'].map(async (url) => {
        const { headers } = await app.inject({ url, headers: { accept: BROWSER } });
        return String(headers['permissions-policy']).split(', ')[0];
      }),
    );
    expect(policies).toEqual(['camera=()', 'camera=()', 'camera=(self)', 'camera=()', 'camera=()']);
  });

  it('let no host name smuggle a directive into the policy', async () => {
    const app = await serve();
    const { headers } = await app.inject({
      url: '/graphql',
      headers: { accept: BROWSER, host: "x; script-src 'none'" },
    });
    expect(headers['content-security-policy']).not.toContain('x;');
  });

  it('are kept by browsers for ever where the name changes with the content', async () => {
    const app = await serve();
    const { headers } = await app.inject({ url: '/assets/code-abc123.js' });
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
  });

  it('give the custom element to any site, and let browsers ask soon whether theirs is still right', async () => {
    const app = await serve();
    const { headers, statusCode } = await app.inject({ url: '/embed/pokal-leaderboard.js' });
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'public, max-age=3600',
      'x-content-type-options': 'nosniff',
    });
    expect(headers.etag).toBeDefined();
  });

  it('say what to do when they have not been built', async () => {
    const app = await serve({ directory: join(directory, 'missing') });
    const response = await app.inject({ url: '/' });
    expect(response.statusCode).toBe(503);
    expect(response.body).toContain('npm run build');
  });

  it('hand out demo tokens to the playground of this machine only', async () => {
    const app = await serve({ development: true, tokens: () => TOKENS, demoHosts: ['demo.example'] });
    const ask = async (headers: Record<string, string>) =>
      (await app.inject({ url: '/playground/tokens', headers })).statusCode;
    expect(await ask({ host: 'localhost:4000', 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await ask({ host: 'demo.example' })).toBe(200);
    expect(await ask({ host: 'localhost:4000', 'sec-fetch-site': 'cross-site' })).toBe(404);
    expect(await ask({ host: 'localhost:4000', origin: 'https://elsewhere.example' })).toBe(404);
    expect(await ask({ host: 'rebound.example', 'sec-fetch-site': 'same-origin' })).toBe(404);
  });

  it('hand out no token outside development, and say so in the playground', async () => {
    const app = await serve({ development: false, tokens: () => TOKENS });
    expect((await app.inject({ url: '/playground/tokens' })).statusCode).toBe(404);
    expect((await app.inject({ url: '/graphql', headers: { accept: BROWSER } })).body).toContain('none');
  });
});
