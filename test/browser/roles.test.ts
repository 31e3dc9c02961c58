import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { buildSchema, graphql } from 'graphql';
import type { Browser } from 'playwright-core';
import { pages } from '../../src/api/pages.ts';
import { describeInChromium, launchChromium, openPage } from './chromium.ts';
import { PlaygroundPage } from './playground-page.ts';

const TOKENS = ['Member', 'Staff', 'Admin'].map((label) => ({
  role: label.toUpperCase(),
  label,
  token: `token-of-${label.toLowerCase()}`,
}));

/** A server whose whole API tells which authorization a request carried. */
async function startEcho(): Promise<{ app: FastifyInstance; url: string; seen: (string | undefined)[] }> {
  const schema = buildSchema('type Query { program: String }');
  const seen: (string | undefined)[] = [];
  const app = fastify();
  const web = pages({ directory: 'dist/web', development: true, tokens: () => TOKENS });
  await app.register(web.routes);
  app.get('/graphql', web.playground);
  app.post<{ Body: { query: string } }>('/graphql', (request) => {
    seen.push(request.headers.authorization);
    return graphql({ schema, source: request.body.query });
  });
  return { app, seen, url: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

describeInChromium('the role switcher of the playground', () => {
  let server: Awaited<ReturnType<typeof startEcho>>;
  let browser: Browser;

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, ['scripts/build-web.ts']);
    server = await startEcho();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await server?.app.close();
  });

  it('sends the chosen role’s demo token, and nothing for Anonymous', async () => {
    const { page } = await openPage(browser, server.url);
    const playground = new PlaygroundPage(page, server.url);
    await playground.open();
    await playground.run('See the programme');
    expect(server.seen.at(-1)).toBeUndefined();
    await playground.actAs('Staff');
    await playground.run('See the programme');
    expect(server.seen.at(-1)).toBe('Bearer token-of-staff');
    await playground.actWith('Bearer of-my-own');
    await playground.run('See the programme');
    expect(server.seen.at(-1)).toBe('Bearer of-my-own');
    await playground.actAs('Anonymous');
    await playground.run('See the programme');
    expect(server.seen.at(-1)).toBeUndefined();
  });

  it('remembers the role in this browser tab, and writes no token into any storage', async () => {
    const { page, troubles } = await openPage(browser, server.url);
    const playground = new PlaygroundPage(page, server.url);
    await playground.open();
    await playground.actWith('a-pasted-token');
    await playground.run('See the programme');
    await playground.actAs('Admin');
    await playground.run('See the programme');
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('[aria-label="Headers"] textarea').last().focus();
    await page.keyboard.insertText('{"authorization": "Bearer a-typed-token"}');
    await playground.run('See the programme');
    expect(server.seen.at(-1)).toBe('Bearer a-typed-token');
    // The editor stores its tabs half a second after a change, and its history with each request.
    await page.waitForFunction("localStorage.getItem('graphiql:tabState') && localStorage.getItem('graphiql:queries')");
    await page.reload();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    expect(await page.getByLabel('Acting as').inputValue()).toBe('ADMIN');
    const stored = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
    expect(stored).toContain('ADMIN');
    expect(stored).not.toMatch(/token-of|pasted|typed/);
    expect(troubles).toEqual([]);
  }, 60_000);
});
