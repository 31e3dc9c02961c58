import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { newId } from '../../src/platform/ids.ts';
import { BoardStage } from './board-stage.ts';
import { watchPage } from './chromium.ts';
import { save } from './me-stage.ts';

const RULE = `mutation { saveEarningRule(input: {
  code: "purchase", name: "Purchase", trigger: "purchase", points: { perAmount: { points: 1, per: "10" } } }) { userErrors { message } } }`;
const REWARD = 'mutation ($input: SaveRewardInput!) { saveReward(input: $input) { userErrors { message } } }';
const REDEEM = `mutation ($input: RedeemRewardInput!) { redeemReward(input: $input) {
  redemption { id voucherCode } userErrors { message } } }`;
const LOOK = `query ($id: ID!) { member(id: $id) { memberNumber displayName wallet { active }
  activities(first: 20) { edges { node { type { code } value { amount } } } }
  redemptions(first: 20) { edges { node { status voucherCode cancelReason } } } } }`;

/** What a coffee, and more, costs. */
const REWARDS = [
  { ...{ code: 'coffee', name: 'Coffee', cost: 60 }, value: { amount: '55', currencyCode: 'SEK' } },
  { ...{ code: 'fitting', name: 'Boot fitting', kind: 'ADVICE', cost: 90 }, fulfilment: 'MANUAL' },
  { code: 'jacket', name: 'Jacket', cost: 250 },
  { code: 'sale', name: 'Early sale', kind: 'ACCESS', cost: 10, minimumTier: 'silver' },
];

const EVENINGS = { activityTypes: ['event-attended'] };

/** What the server holds of a member. */
export interface Looked {
  memberNumber: string;
  displayName: string;
  wallet: { active: number };
  activities: { edges: { node: { type: { code: string }; value: { amount: string } | null } }[] };
  redemptions: { edges: { node: { status: string; voucherCode: string; cancelReason: string | null } }[] };
}

/** Builds the pages and starts a shop: a club evening gives 100 points, ten kronor one, and 300 points make Silver. */
export async function openShop(): Promise<BoardStage> {
  const stage = await BoardStage.open();
  const admin = stage.app.client({ role: 'ADMIN' });
  await admin.data(RULE);
  await save(stage, 'tier', { code: 'bas', name: 'Bas', rank: 1, threshold: '0' });
  await save(stage, 'tier', { code: 'silver', name: 'Silver', rank: 2, threshold: '300', window: 'P365D' });
  const goal = { ...EVENINGS, target: '3' };
  await save(stage, 'challenge', { code: 'three', name: 'Three evenings', goal, points: 30 });
  for (const reward of REWARDS) {
    const saved = await admin.data<{ saveReward: { userErrors: unknown[] } }>(REWARD, {
      input: { kind: 'PRODUCT', ...reward },
    });
    if (saved.saveReward.userErrors.length > 0) throw new Error(JSON.stringify(saved));
  }
  return stage;
}

/** What the server says of a member. */
export async function look(stage: BoardStage, id: string): Promise<Looked> {
  return (await stage.app.client({ role: 'STAFF' }).data<{ member: Looked }>(LOOK, { id })).member;
}

/** Enrols somebody who has been to so many club evenings. */
export async function customer(stage: BoardStage, name: string, evenings: number): Promise<{ id: string } & Looked> {
  const id = await stage.enrol(name);
  await stage.attend(name, evenings);
  return { id, ...(await look(stage, id)) };
}

/** Redeems elsewhere, in the web shop say, and gives the voucher's code. */
export async function redeemElsewhere(stage: BoardStage, memberId: string, reward: string): Promise<string> {
  const client = stage.app.client({ role: 'MEMBER', subject: memberId });
  type Redeemed = { redeemReward: { redemption: { voucherCode: string } | null; userErrors: unknown[] } };
  const { redeemReward } = await client.data<Redeemed>(REDEEM, { input: { idempotencyKey: newId(), reward } });
  if (redeemReward.redemption === null) throw new Error(JSON.stringify(redeemReward.userErrors));
  return redeemReward.redemption.voucherCode;
}

/** The counter as somebody behind it sees it. */
export class CounterPage {
  private constructor(
    readonly page: Page,
    /** What nobody should ever meet; empty when all is well. */
    readonly troubles: string[],
  ) {}

  /** Opens the counter with a staff token, or without one. English on a tablet unless told. */
  static async open(browser: Browser, url: string, token: string | null, options: BrowserContextOptions = {}) {
    const viewport = { width: 1180, height: 820 };
    const context = await browser.newContext({ viewport, locale: 'en-GB', timezoneId: 'Europe/Stockholm', ...options });
    const page = await context.newPage();
    const troubles = await watchPage(page, url);
    await page.goto(`${url}/counter${token === null ? '' : `#token=${token}`}`);
    const counter = new CounterPage(page, troubles);
    if (token !== null) await counter.field.waitFor();
    return counter;
  }

  get field(): Locator {
    return this.page.getByRole('combobox', { name: /Member number|Medlemsnummer/ });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** A handheld scanner: as fast as keys go, ended by Enter, wherever the focus is. */
  async scan(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** Waits until the counter serves this member with so many points. */
  async serves(name: string, points?: string): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    if (points !== undefined) await this.page.locator('.balance-figure').getByText(points, { exact: true }).waitFor();
  }

  /** Waits until nobody is served and the field is ready. */
  async isIdle(): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: /Who is it|Vem är det/ }).waitFor();
    await this.page.waitForFunction(`document.activeElement?.matches('.finder-field') === true`);
  }

  /** Waits until the news of what was recorded says this. */
  async tells(text: string | RegExp): Promise<void> {
    await this.page.locator('.won').getByText(text).first().waitFor();
  }

  /** Waits until something is refused in these words. */
  async refuses(text: RegExp): Promise<void> {
    await this.page.getByRole('alert').filter({ hasText: text }).waitFor();
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
