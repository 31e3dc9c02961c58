import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import type { Browser } from 'playwright-core';
import { BoardStage } from './board-stage.ts';
import { describeInChromium, launchChromium, watchPage } from './chromium.ts';

const EXAMPLE = /<!-- page -->\n```html\n([\s\S]*?)```/;
const POLICY = /```\n(script-src .*)\n```/;

/** Another site, that serves the page which the guide gives as an example, under the policy which the guide asks for. */
class OtherSite {
  readonly #app: FastifyInstance = fastify();
  #pokal = '';
  url = '';

  async start(): Promise<void> {
    const guide = await readFile('docs/embed.md', 'utf8');
    const page = EXAMPLE.exec(guide)?.[1] ?? '';
    const policy = POLICY.exec(guide)?.[1] ?? '';
    this.#app.get('/', (_request, reply) => {
      const here = (text: string) =>
        text
          .replaceAll('https://club.example', this.#pokal)
          .replaceAll('wss://club.example', this.#pokal.replace('http', 'ws'));
      return reply
        .header('content-security-policy', `default-src 'none'; img-src data:; ${here(policy)}`)
        .type('text/html')
        .send(here(page).replace('<head>', '<head><link rel="icon" href="data:," />'));
    });
    this.url = await this.#app.listen({ host: '127.0.0.1', port: 0 });
  }

  embeds(pokal: string): void {
    this.#pokal = pokal;
  }

  close(): Promise<void> {
    return this.#app.close();
  }
}

describeInChromium('the leaderboard inside another site', () => {
  const site = new OtherSite();
  let stage: BoardStage;
  let browser: Browser;

  beforeAll(async () => {
    await site.start();
    stage = await BoardStage.open({ allowedOrigins: [site.url] });
    site.embeds(stage.url);
    browser = await launchChromium();
    await stage.saveBoard('month', 'This month');
    await stage.enrol('Astrid Lindqvist');
    await stage.attend('Astrid Lindqvist');
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stage?.close();
    await site.close();
  });

  async function open() {
    const page = await browser.newPage();
    const troubles = await watchPage(page, site.url);
    await page.goto(site.url);
    // Asking the club's server is what the element is for; any other host would still be told.
    return {
      page,
      foreign: () => troubles.filter((trouble) => !trouble.startsWith(`request to another host: ${stage.url}/`)),
    };
  }

  it('follows the board live under the policy of the guide, and leaves no name in the page', async () => {
    const { page, foreign } = await open();
    const first = page.locator('pokal-leaderboard .place').first();
    await first.filter({ hasText: /Astrid Lindqvist\s*100/ }).waitFor();
    await page.getByText('Slutar').waitFor();
    await stage.attend('Astrid Lindqvist');
    await first.filter({ hasText: /Astrid Lindqvist.*200/ }).waitFor();
    // What a fresh frame has is the browser's own; the rest is what scripts left behind.
    const left = await page.evaluate<string[]>(`(() => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      return Object.keys(window).filter((name) => !(name in frame.contentWindow) && !/^\\d+$/.test(name));
    })()`);
    expect(left.filter((name) => !name.startsWith('__playwright'))).toEqual([]);
    expect(foreign()).toEqual([]);
    await page.close();
  }, 60_000);

  it('changes with its attributes, and shows the own place of a member whose token it is given', async () => {
    const id = await stage.enrol('Bo Ek');
    await stage.attend('Bo Ek', 5);
    const token = await stage.app.token({ role: 'MEMBER', subject: id });
    const { page, foreign } = await open();
    await page.evaluate(`document.querySelector('pokal-leaderboard').token = ${JSON.stringify(token)}`);
    await page.locator('pokal-leaderboard .place[data-mine]').filter({ hasText: 'Bo Ek' }).waitFor();
    await page.evaluate(`document.querySelector('pokal-leaderboard').setAttribute('lang', 'en')`);
    await page.evaluate(`document.querySelector('pokal-leaderboard').setAttribute('first', '1')`);
    await page.getByText('Your place').waitFor();
    await page.waitForFunction(
      `document.querySelector('pokal-leaderboard').shadowRoot.querySelectorAll('.place').length === 1`,
    );
    expect(await page.content()).not.toContain(token);
    expect(foreign()).toEqual([]);
    await page.close();
  }, 60_000);
});
