import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { BoardStage } from './board-stage.ts';
import { watchPage } from './chromium.ts';

const SAVE = {
  tier: 'mutation ($input: SaveTierInput!) { saveTier(input: $input) { userErrors { message } } }',
  badge: 'mutation ($input: SaveBadgeInput!) { saveBadge(input: $input) { userErrors { message } } }',
  challenge: 'mutation ($input: SaveChallengeInput!) { saveChallenge(input: $input) { userErrors { message } } }',
} as const;

const EVENINGS = { activityTypes: ['event-attended'] };

/** Three tiers, on which three club evenings of 100 points lift a member to Silver. */
const TIERS = [
  { code: 'bas', name: 'Bas', rank: 1, threshold: '0' },
  {
    ...{
      code: 'silver',
      name: 'Silver',
      rank: 2,
      threshold: '300',
      window: 'P365D',
      grace: 'P30D',
      multiplier: '1.25',
    },
    benefits: [{ code: 'free-delivery', name: 'Free delivery', description: 'Whatever you order.' }],
  },
  { code: 'guld', name: 'Guld', rank: 3, threshold: '1000', window: 'P365D' },
];

const BADGES = [
  {
    code: 'campfire',
    name: 'Campfire',
    description: 'Came to three club evenings.',
    goal: { ...EVENINGS, target: '3' },
  },
  { code: 'regular', name: 'Regular', description: 'Came to ten club evenings.', goal: { ...EVENINGS, target: '10' } },
  { code: 'honorary', name: 'Honorary member', description: 'Given by hand.' },
];

const CHALLENGES = [
  {
    ...{ code: 'four-evenings', name: 'Four evenings', description: 'Come to four club evenings.' },
    ...{ goal: { ...EVENINGS, target: '4' }, points: 10 },
  },
  {
    ...{
      code: 'all-together',
      name: 'All together',
      description: 'Twenty evenings, whoever comes.',
      mode: 'COMMUNITY',
    },
    ...{ goal: { ...EVENINGS, target: '20' }, points: 5 },
  },
  {
    ...{ code: 'out-daily', name: 'Out every day', description: 'Something every day for a week.' },
    ...{ goal: { ...EVENINGS, target: '1' }, streak: { every: 'DAY', length: 7, freezes: 2 }, points: 70 },
  },
];

interface Saved {
  [mutation: string]: { userErrors: unknown[] };
}

/** Builds the pages and starts a club with tiers, badges and challenges. */
export async function openClub(): Promise<BoardStage> {
  const stage = await BoardStage.open();
  for (const tier of TIERS) await save(stage, 'tier', tier);
  for (const badge of BADGES) await save(stage, 'badge', badge);
  for (const challenge of CHALLENGES) await save(stage, 'challenge', challenge);
  return stage;
}

/** Saves one thing as an administrator does. */
export async function save(stage: BoardStage, what: keyof typeof SAVE, input: object): Promise<void> {
  const saved = await stage.app.client({ role: 'ADMIN' }).data<Saved>(SAVE[what], { input });
  const errors = Object.values(saved).flatMap(({ userErrors }) => userErrors);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}

const RECORD = 'mutation ($input: RecordActivityInput!) { recordActivity(input: $input) { userErrors { message } } }';

/** The member came to a club evening at some time. */
export async function attendedAt(stage: BoardStage, memberExternalId: string, at: number): Promise<void> {
  const occurredAt = new Date(at).toISOString();
  const input = {
    ...{ idempotencyKey: `${memberExternalId} ${occurredAt}`, type: 'event-attended' },
    ...{ memberExternalId, occurredAt },
  };
  const recorded = await stage.app.client({ role: 'STAFF' }).data<Saved>(RECORD, { input });
  const errors = Object.values(recorded).flatMap(({ userErrors }) => userErrors);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}

/** The member page as a member sees it. */
export class MePage {
  private constructor(
    readonly page: Page,
    /** What a visitor should never meet; empty when all is well. */
    readonly troubles: string[],
  ) {}

  /** Opens the page as the shop does, with a member's token; without one as a stranger. English unless told. */
  static async open(browser: Browser, stage: BoardStage, member: string | null, options: BrowserContextOptions = {}) {
    const viewport = { width: 1280, height: 900 };
    const context = await browser.newContext({ viewport, locale: 'en-GB', timezoneId: 'Europe/Stockholm', ...options });
    const page = await context.newPage();
    const troubles = await watchPage(page, stage.url);
    const token = member === null ? '' : `#token=${await stage.app.token({ role: 'MEMBER', subject: member })}`;
    await page.goto(`${stage.url}/me${token}`);
    return new MePage(page, troubles);
  }

  /** Waits until the sign of who stands on the ladder says so. */
  async stands(where: RegExp): Promise<void> {
    await this.page.locator('.sign').filter({ hasText: where }).waitFor();
  }

  /** Waits until there are so many points to spend. */
  async has(points: string): Promise<void> {
    await this.page.locator('.balance .unseen').getByText(points, { exact: true }).waitFor({ state: 'attached' });
  }

  /** Waits until a challenge tells of this. */
  async challenge(code: string, text: RegExp): Promise<void> {
    await this.page.locator(`.challenge[data-code="${code}"]`).filter({ hasText: text }).waitFor();
  }

  /** Waits until a badge is among those that are earned, near or neither. */
  async badge(name: string, is: 'earned' | 'near' | 'other'): Promise<void> {
    await this.page.locator(`.pin[data-is="${is}"]`).filter({ hasText: name }).waitFor({ state: 'attached' });
  }

  /** Waits until a screen reader is told. */
  async hears(text: RegExp): Promise<void> {
    await this.page.locator('[aria-live]').filter({ hasText: text }).waitFor({ state: 'attached' });
  }

  /** Waits until the connection is told in these words. */
  async says(status: RegExp): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: status }).waitFor();
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** The narrowest phones, in pixels. A phone shrinks what is wider, so its own idea of its width proves nothing. */
export const NARROWEST = 320;

/** The elements that stick out of the page sideways with everything unfolded, decoration aside. Runs in the browser. */
export const OVERFLOWING = `for (const folded of document.querySelectorAll('details')) folded.open = true;
[...document.querySelectorAll('body *')]
  .filter((one) => one.closest('svg, .unseen, .leaves, .grove') === null && !one.matches('.unseen'))
  .filter((one) => one.getBoundingClientRect().right > ${NARROWEST} + 0.5 || one.getBoundingClientRect().left < -0.5)
  .map((one) => one.tagName + '.' + one.className)
  .concat(document.documentElement.scrollWidth > ${NARROWEST} ? ['page'] : [])`;
