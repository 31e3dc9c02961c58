import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { describeInChromium, launchChromium, openPage } from './chromium.ts';
import { PlaygroundPage } from './playground-page.ts';

interface Answer<Data> {
  data?: Data;
  errors?: unknown[];
}
interface Saved {
  saveEarningRule: { earningRule: { code: string; version: number }; userErrors: unknown[] };
}
interface Recorded {
  recordActivity: {
    replayed: boolean;
    activity: { id: string };
    member: { id: string; wallet: { active: number } };
    userErrors: unknown[];
  };
}
interface Redeemed {
  redeemReward: { redemption: { status: string } | null; userErrors: { code: string; path: string[] }[] };
}
interface Previewed {
  previewReversal: { wallet: { active: number; deficit: number }; effects: { __typename: string }[] };
}
interface Reversed {
  reverseActivity: {
    replayed: boolean;
    activity: { id: string; reversedFraction: string };
    member: { wallet: { active: number; deficit: number } };
    userErrors: unknown[];
  };
}

describeInChromium('the playground in a browser', () => {
  let app: Awaited<ReturnType<typeof startTestApp>>;
  let browser: Browser;

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, ['scripts/build-web.ts']);
    app = await startTestApp();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('lets an admin see the programme, make a rule, record an activity, read why it earned points, redeem them as the member, and take it back', async () => {
    const { page, troubles } = await openPage(browser, app.url);
    const playground = new PlaygroundPage(page, app.url);
    await playground.open();
    await playground.actWith(await app.token({ role: 'ADMIN' }));

    const welcome = await playground.run<Answer<{ program: { name: string } }>>('See the programme');
    expect(welcome.errors).toBeUndefined();
    await playground.shown(new RegExp(`"name".*${welcome.data?.program.name}`));

    const saved = await playground.run<Answer<Saved>>('Make a rule');
    expect(saved.data?.saveEarningRule).toMatchObject({ earningRule: { code: 'guided-tour' }, userErrors: [] });

    const recorded = await playground.run<Answer<Recorded>>('Record it');
    expect(recorded.data?.recordActivity).toMatchObject({ replayed: false, userErrors: [] });
    expect(recorded.data?.recordActivity.member.wallet.active).toBeGreaterThanOrEqual(50);
    await playground.shown(/"replayed".*false/);

    const again = await playground.run<Answer<Recorded>>('Record it');
    expect(again.data?.recordActivity).toMatchObject({
      replayed: true,
      member: recorded.data?.recordActivity.member,
    });

    const receipt = await playground.run<Answer<unknown>>('Read the receipt');
    expect(receipt.errors).toBeUndefined();
    expect(JSON.stringify(receipt.data)).toContain('guided-tour');

    await playground.run('Make a reward');
    const nobodys = await playground.run<Answer<Redeemed>>('Redeem it');
    expect(nobodys.data?.redeemReward.userErrors).toMatchObject([{ path: ['input', 'memberId'] }]);
    await playground.actWith(
      await app.token({ role: 'MEMBER', subject: recorded.data?.recordActivity.member.id ?? '' }),
    );
    const redeemed = await playground.run<Answer<Redeemed>>('Redeem it');
    expect(redeemed.data?.redeemReward).toMatchObject({ redemption: { status: 'ISSUED' }, userErrors: [] });

    await playground.actWith(await app.token({ role: 'ADMIN' }));
    // The id of the recorded activity is there without anybody copying it.
    const preview = await playground.run<Answer<Previewed>>('Preview a reversal');
    expect(preview.data?.previewReversal).toMatchObject({ wallet: { active: 0, deficit: 40 } });
    const reversed = await playground.run<Answer<Reversed>>('Take it back');
    expect(reversed.data?.reverseActivity).toMatchObject({
      ...{ replayed: false, userErrors: [] },
      activity: { id: recorded.data?.recordActivity.activity.id, reversedFraction: '1' },
      member: { wallet: preview.data?.previewReversal.wallet },
    });
    const repeated = await playground.run<Answer<Reversed>>('Take it back');
    expect(repeated.data?.reverseActivity).toMatchObject({ replayed: true, member: { wallet: { deficit: 40 } } });

    expect(troubles).toEqual([]);
  }, 60_000);

  it('runs every first step without an error for an admin', async () => {
    const { page, troubles } = await openPage(browser, app.url);
    const playground = new PlaygroundPage(page, app.url);
    await playground.open();
    await playground.actWith(await app.token({ role: 'ADMIN' }));
    for (const title of await page.getByRole('region', { name: 'First steps' }).locator('strong').allTextContents()) {
      const answer = await playground.run<Answer<unknown>>(title);
      expect({ title, errors: answer.errors }).toEqual({ title, errors: undefined });
    }
    expect(troubles).toEqual([]);
  }, 60_000);

  it('is linked from the start page, which tells that the server is ready', async () => {
    const { page, troubles } = await openPage(browser, app.url);
    await page.goto(`${app.url}/start`);
    await page
      .getByRole('status')
      .filter({ hasText: /^\s*Ready\s*$/ })
      .waitFor();
    await page.getByRole('link', { name: /Open the playground/ }).click();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    expect(troubles).toEqual([]);
  });
});
