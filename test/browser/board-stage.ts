import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/app.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { watchPage } from './chromium.ts';

const SAVE_RULE = `mutation { saveEarningRule(input: { code: "event", name: "Club evening", trigger: "event-attended", points: { fixed: 100 } }) { userErrors { message } } }`;
const SAVE_BOARD = `mutation ($input: SaveLeaderboardInput!) { saveLeaderboard(input: $input) { userErrors { message } } }`;
const ENROL = `mutation ($input: EnrollMemberInput!) { enrollMember(input: $input) { member { id } userErrors { message } } }`;
const RECORD = `mutation ($input: RecordActivityInput!) { recordActivity(input: $input) { userErrors { message } } }`;

interface Outcome {
  [mutation: string]: { member?: { id: string }; userErrors: unknown[] };
}

/** A club with a running server that can be stopped and started at the same address, as an operator does. */
export class BoardStage {
  readonly #database: TestDatabase;
  #app: TestApp;
  #recorded = 0;

  private constructor(database: TestDatabase, app: TestApp) {
    this.#database = database;
    this.#app = app;
  }

  /** Builds the pages and starts a club with a rule of 100 points for a club evening. */
  static async open(config: { allowedOrigins?: readonly string[] } = {}): Promise<BoardStage> {
    await promisify(execFile)(process.execPath, ['scripts/build-web.ts']);
    const database = await createTestDatabase();
    const stage = new BoardStage(database, await startTestApp({ databaseUrl: database.url, config }));
    await stage.#mutate('ADMIN', SAVE_RULE, {});
    return stage;
  }

  get app(): TestApp {
    return this.#app;
  }

  get url(): string {
    return this.#app.url;
  }

  async close(): Promise<void> {
    await this.#app.stop();
    await this.#database.drop();
  }

  stopServer(): Promise<void> {
    return this.#app.stop();
  }

  /** Starts the server again at the address it had. */
  async startServer(): Promise<void> {
    const port = Number(new URL(this.#app.url).port);
    this.#app = await startTestApp({ databaseUrl: this.#database.url, config: { port } });
  }

  /** Runs `work` against another node on the same database. */
  async onAnotherNode(work: () => Promise<void>): Promise<void> {
    const usual = this.#app;
    this.#app = await startTestApp({ databaseUrl: this.#database.url });
    try {
      await work();
      await this.#app.settled();
    } finally {
      await this.#app.stop();
      this.#app = usual;
    }
  }

  async saveBoard(code: string, name: string, more: object = {}): Promise<void> {
    const input = { code, name, metric: 'POINTS_EARNED', period: 'MONTH', ...more };
    await this.#mutate('ADMIN', SAVE_BOARD, { input });
  }

  /** Enrols a member and gives the id. */
  async enrol(displayName: string, more: object = {}): Promise<string> {
    const input = { idempotencyKey: displayName, externalId: displayName, displayName, ...more };
    const outcome = await this.#mutate('STAFF', ENROL, { input });
    return outcome.enrollMember?.member?.id ?? '';
  }

  /** The member comes to that many club evenings, for 100 points each. */
  async attend(externalId: string, times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      this.#recorded += 1;
      const input = {
        idempotencyKey: `evening-${this.#recorded}`,
        type: 'event-attended',
        memberExternalId: externalId,
      };
      await this.#mutate('STAFF', RECORD, { input });
    }
  }

  async #mutate(role: 'ADMIN' | 'STAFF', document: string, variables: object): Promise<Outcome> {
    const outcome = await this.#app.client({ role }).data<Outcome>(document, variables);
    const errors = Object.values(outcome).flatMap(({ userErrors }) => userErrors);
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return outcome;
  }
}

/** The live page as a visitor sees it. */
export class BoardPage {
  private constructor(
    readonly page: Page,
    /** What a visitor should never meet; empty when all is well. */
    readonly troubles: string[],
  ) {}

  /** Opens the page in a browser profile of its own, English and with motion unless told. */
  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<BoardPage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options });
    const page = await context.newPage();
    const troubles = await watchPage(page, url);
    await page.goto(url);
    return new BoardPage(page, troubles);
  }

  /** The names on the board, best first. */
  async names(): Promise<string[]> {
    return this.page.locator('#standings > .places .name-text').allTextContents();
  }

  /** Waits until the board reads so, each place as `rank name score`. */
  async reads(places: readonly string[]): Promise<void> {
    await this.page.waitForFunction(READS, places);
  }

  /** Waits until the connection is told in these words. */
  async says(status: RegExp): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: status }).waitFor();
  }

  /** Waits for an award in the ticker. */
  async tells(award: RegExp): Promise<void> {
    await this.page.locator('.award').filter({ hasText: award }).first().waitFor();
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** Runs in the browser, whose names this project's own type check does not know, so it is a text. */
const READS = `(wanted) => {
  const text = (item, part) => item.querySelector(part).textContent.trim();
  const items = [...document.querySelectorAll('#standings > .places > .place')];
  const places = items.map((item) => [item.querySelector('.rank [aria-hidden]').textContent, text(item, '.name-text'), text(item, '.figure')].join(' '));
  return JSON.stringify(places) === JSON.stringify(wanted);
}`;
