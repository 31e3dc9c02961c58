import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import type { BoardStage } from './board-stage.ts';
import { describeInChromium, launchChromium, watchPage } from './chromium.ts';
import { MePage, NARROWEST, OVERFLOWING, openClub } from './me-stage.ts';

describeInChromium('the way into the member page', () => {
  let stage: BoardStage;
  let browser: Browser;
  let astrid: string;

  beforeAll(async () => {
    stage = await openClub();
    browser = await launchChromium();
    astrid = await stage.enrol('Astrid Lindqvist');
    await stage.attend('Astrid Lindqvist', 2);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('is a token in the fragment, which leaves the address at once and lasts as long as the tab', async () => {
    const me = await MePage.open(browser, stage, astrid);
    await me.has('200');
    expect(me.page.url()).toBe(`${stage.url}/me`);
    expect(await me.page.evaluate('history.length')).toBe(2);
    await me.page.reload();
    await me.has('200');
    // The leaderboard of the same club knows the member too.
    await me.page.getByRole('link', { name: 'Leaderboard' }).click();
    await me.page.getByRole('button', { name: 'Sign out' }).waitFor();
    await me.page.getByRole('link', { name: 'My page' }).click();
    await me.has('200');
    await me.page.getByRole('button', { name: 'Sign out' }).click();
    await me.page.getByRole('heading', { name: 'Open it from the shop' }).waitFor();
    expect(await me.page.getByText('Astrid').count()).toBe(0);
    await me.page.reload();
    await me.page.getByRole('heading', { name: 'Open it from the shop' }).waitFor();
    expect(await me.page.evaluate('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])')).toBe('[{},{}]');
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('takes another token while the page is open', async () => {
    const bo = await stage.enrol('Bo Ek');
    const me = await MePage.open(browser, stage, astrid);
    await me.has('200');
    const token = await stage.app.token({ role: 'MEMBER', subject: bo });
    await me.page.evaluate(`location.hash = 'token=${token}'`);
    await me.page.getByRole('heading', { level: 1, name: /, Bo$/ }).waitFor();
    await me.has('0');
    expect(me.page.url()).toBe(`${stage.url}/me`);
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('is explained to those who come without a token, and open to a pasted one', async () => {
    const me = await MePage.open(browser, stage, null);
    await me.page.getByRole('heading', { level: 1, name: 'Your page in the club' }).waitFor();
    await me.page.getByText('Sign in to the club’s shop or app').waitFor();
    await me.page.getByText('Have an access token?').click();
    await me.page.getByLabel('Access token').fill('Bearer nonsense');
    await me.page.keyboard.press('Enter');
    await me.page.getByText('That token is not valid').waitFor();
    const token = await stage.app.token({ role: 'MEMBER', subject: astrid });
    await me.page.getByLabel('Access token').fill(token);
    await me.page.keyboard.press('Enter');
    await me.has('200');
    await me.close();
  }, 60_000);

  it('is one button in a demo, where the members are nobody', async () => {
    // On a database with members a demo is not seeded again; it only hands out tokens.
    const demo = await startTestApp({ databaseUrl: stage.app.databaseUrl, config: { demo: true, demoTrickle: false } });
    const page = await browser.newPage({ locale: 'en-GB' });
    const troubles = await watchPage(page, demo.url);
    await page.goto(`${demo.url}/me`);
    await page.getByRole('button', { name: 'Look as Astrid Lindqvist' }).click();
    await page.getByRole('heading', { level: 1, name: /, Astrid$/ }).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
    await demo.stop();
  }, 60_000);

  it('says so when a token speaks for no member', async () => {
    const me = await MePage.open(browser, stage, null);
    await me.page.evaluate(`location.hash = 'token=${await stage.app.token({ role: 'STAFF' })}'`);
    await me.page.getByRole('heading', { name: 'Signed in, but not as a member' }).waitFor();
    await me.page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('fits a narrow phone in both languages, with every card and the celebration', async () => {
    const id = await stage.enrol('Maximiliana Wachtmeister af Johannishus');
    await stage.attend('Maximiliana Wachtmeister af Johannishus', 2);
    const phone = { viewport: { width: NARROWEST, height: 640 }, isMobile: true, hasTouch: true };
    for (const locale of ['sv-SE', 'en-GB']) {
      const me = await MePage.open(browser, stage, id, { ...phone, locale });
      await me.page.locator('.sign').waitFor();
      await stage.attend('Maximiliana Wachtmeister af Johannishus');
      await me.page.locator('.celebration').waitFor();
      await me.page.locator('.shares').waitFor();
      expect(await me.page.evaluate(OVERFLOWING)).toEqual([]);
      expect(me.troubles).toEqual([]);
      await me.close();
    }
  }, 60_000);

  it('speaks the language of the browser, and the other when asked', async () => {
    const me = await MePage.open(browser, stage, astrid, { locale: 'sv-SE' });
    await me.stands(/^100 poäng till Silver$/);
    expect(await me.page.getAttribute('html', 'lang')).toBe('sv');
    await me.page.getByRole('button', { name: 'In English' }).click();
    await me.stands(/^100 points from Silver$/);
    await me.page.reload();
    await me.stands(/^100 points from Silver$/);
    expect(await me.page.getAttribute('html', 'lang')).toBe('en');
    await me.close();
  }, 60_000);

  it('is handled by keyboard alone: past the head, into a badge and out again', async () => {
    const me = await MePage.open(browser, stage, astrid);
    await me.stands(/Silver/);
    const focused = () => me.page.evaluate<string>('document.activeElement.textContent');
    await me.page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to your page');
    const seen: string[] = [];
    while (!seen.at(-1)?.startsWith('Campfire')) {
      await me.page.keyboard.press('Tab');
      seen.push(await focused());
      expect(seen.length).toBeLessThan(12);
    }
    await me.page.keyboard.press('Enter');
    const badge = me.page.getByRole('dialog', { name: 'Campfire' });
    await badge.getByText('Came to three club evenings.').waitFor();
    await me.page.keyboard.press('Escape');
    await badge.waitFor({ state: 'detached' });
    expect(await focused()).toContain('Campfire');
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);
});
