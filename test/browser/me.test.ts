import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { BoardStage } from './board-stage.ts';
import { describeInChromium, launchChromium } from './chromium.ts';
import { attendedAt, MePage, openClub, save } from './me-stage.ts';

/** What a lost server looks like from a browser, whose console tells of every connection that fails. */
const OUTAGE = /WebSocket connection|net::ERR_CONNECTION|Failed to load resource/;

const DAY_MS = 86_400_000;

describeInChromium('the member page in a browser', () => {
  let stage: BoardStage;
  let browser: Browser;

  beforeAll(async () => {
    stage = await openClub();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('shows where a member stands: points, the way up, challenges, the streak, badges and what points were for', async () => {
    const id = await stage.enrol('Astrid Lindqvist');
    await stage.attend('Astrid Lindqvist', 2);
    const me = await MePage.open(browser, stage, id);
    await me.page.getByRole('heading', { level: 1, name: /, Astrid$/ }).waitFor();
    await me.has('200');
    await me.stands(/^100 points from Silver$/);
    const steps = await me.page.getByRole('list', { name: 'Your way up' }).getByRole('listitem').allInnerTexts();
    expect(steps.map((step) => step.replaceAll(/\s+/g, ' ').trim())).toEqual([
      'Bas Reached Start',
      'Silver 100 points to go',
      'Guld 800 points to go',
    ]);
    await me.challenge('four-evenings', /Four evenings.*\+10 points.*50%.*2 of 4/s);
    expect(await me.page.getByRole('progressbar', { name: 'Four evenings' }).getAttribute('value')).toBe('50');
    const streak = me.page.getByRole('region', { name: 'Out every day' });
    await streak.getByText('Done for today').waitFor();
    expect(await streak.locator('.dot[data-is="met"]').count()).toBe(1);
    expect(await streak.locator('.dot').count()).toBe(7);
    await streak.getByText('2 freezes left').waitFor();
    await me.badge('Campfire', 'near');
    await me.badge('Honorary member', 'other');
    const tier = me.page.getByRole('region', { name: 'Your tier' });
    await tier.getByText('Free delivery').waitFor();
    const points = me.page.getByRole('region', { name: 'Latest points' });
    await points.getByText('Club evening · 100 points').first().waitFor();
    expect(await points.getByRole('listitem').count()).toBe(2);
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('moves by itself when an activity is recorded elsewhere, by the member or by others in a challenge of all', async () => {
    const id = await stage.enrol('Bo Ek');
    await stage.enrol('Cia Dahl');
    const me = await MePage.open(browser, stage, id);
    await me.stands(/^300 points from Silver$/);
    await me.challenge('all-together', /You have not added to it yet/);
    await me.page.evaluate('window.neverReloaded = true');
    // Twice, because the first may be seen by chance, by an answer that was on its way.
    await stage.attend('Bo Ek');
    await me.has('100');
    await me.stands(/^200 points from Silver$/);
    await me.challenge('all-together', /Your share: 1/);
    await stage.attend('Bo Ek');
    await me.has('200');
    await me.stands(/^100 points from Silver$/);
    await me.challenge('four-evenings', /2 of 4/);
    await me.challenge('all-together', /Your share: 2/);
    await me.hears(/^100 points: Club evening\. You have 200\.$/);
    const together = await me.page.locator('[data-code="all-together"]').textContent();
    const before = Number(/(\d+) of 20/.exec(together ?? '')?.[1]);
    await stage.attend('Cia Dahl', 3);
    await me.challenge('all-together', new RegExp(`${before + 3} of 20`));
    await me.challenge('all-together', /Your share: 2/);
    await me.page.getByText('Your share: 2').click();
    await me.challenge('all-together', /Cia Dahl\s*3/);
    await stage.attend('Cia Dahl');
    await me.challenge('all-together', /Cia Dahl\s*4/);
    expect(await me.page.evaluate('window.neverReloaded')).toBe(true);
    await me.says(/^\s*Live\s*$/);
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('celebrates what is won and says it aloud, without taking anybody’s place on the page', async () => {
    const id = await stage.enrol('Disa Falk');
    await stage.attend('Disa Falk', 2);
    const me = await MePage.open(browser, stage, id);
    await me.stands(/Silver/);
    const signOut = me.page.getByRole('button', { name: 'Sign out' });
    await signOut.focus();
    await stage.attend('Disa Falk');
    const celebration = me.page.getByRole('complementary', { name: 'Well done!' });
    await celebration.getByText('New tier').waitFor();
    await celebration.getByText('Silver', { exact: true }).waitFor();
    await celebration.getByText('Campfire').waitFor();
    await me.hears(/You reached the tier Silver\./);
    await me.hears(/You earned the badge Campfire\./);
    await me.badge('Campfire', 'earned');
    await me.stands(/^700 points from Guld$/);
    expect(await me.page.evaluate('document.activeElement.textContent')).toBe('Sign out');
    expect(await me.page.locator('.leaf').count()).toBeGreaterThan(0);
    await me.page.keyboard.press('Escape');
    await celebration.waitFor({ state: 'detached' });
    // What has been put away does not come back with a reload.
    await me.page.reload();
    await me.badge('Campfire', 'earned');
    await me.says(/^\s*Live\s*$/);
    await stage.attend('Disa Falk');
    await celebration.getByText('Four evenings').waitFor();
    expect(await celebration.getByText('Campfire').count()).toBe(0);
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('keeps still for visitors who prefer less motion, and celebrates all the same', async () => {
    const id = await stage.enrol('Elin Berg');
    await stage.attend('Elin Berg', 2);
    const me = await MePage.open(browser, stage, id, { reducedMotion: 'reduce' });
    await me.stands(/Silver/);
    await stage.attend('Elin Berg');
    await me.page.getByRole('complementary', { name: 'Well done!' }).getByText('Silver', { exact: true }).waitFor();
    await me.stands(/Guld/);
    expect(await me.page.locator('.leaf').count()).toBe(0);
    expect(await me.page.evaluate('document.getAnimations().length')).toBe(0);
    await me.close();
  }, 60_000);

  it('recovers from a lost server without a reload, and celebrates what was won meanwhile', async () => {
    const id = await stage.enrol('Frej Holm');
    await stage.attend('Frej Holm', 2);
    const me = await MePage.open(browser, stage, id);
    await me.stands(/^100 points from Silver$/);
    await me.page.evaluate('window.neverReloaded = true');
    await stage.stopServer();
    await me.says(/Reconnecting|Last seen \d\d:\d\d/);
    await stage.onAnotherNode(() => stage.attend('Frej Holm', 2));
    await stage.startServer();
    await me.says(/^\s*Live\s*$/);
    await me.stands(/^565 points from Guld$/);
    const celebration = me.page.getByRole('complementary', { name: 'Well done!' });
    for (const won of ['Silver', 'Campfire', 'Four evenings'])
      await celebration.getByText(won, { exact: true }).waitFor();
    expect(await me.page.evaluate('window.neverReloaded')).toBe(true);
    expect(me.troubles.filter((trouble) => !OUTAGE.test(trouble))).toEqual([]);
    await me.close();
  }, 90_000);

  it('tells on the next visit what was won since the last', async () => {
    const id = await stage.enrol('Gun Lund');
    await stage.attend('Gun Lund', 2);
    const me = await MePage.open(browser, stage, id);
    await me.stands(/Silver/);
    await me.page.goto('about:blank');
    await stage.attend('Gun Lund');
    await me.page.goto(`${stage.url}/me`);
    await me.page.getByRole('complementary', { name: 'Well done!' }).getByText('Campfire', { exact: true }).waitFor();
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('keeps a completed streak in sight for as long as it goes on', async () => {
    const streak = { every: 'DAY', length: 2, freezes: 0 };
    const challenge = { code: 'twice', name: 'Twice in a row', description: 'Two days in a row.', points: 5 };
    await save(stage, 'challenge', {
      ...challenge,
      ...{ goal: { activityTypes: ['event-attended'], target: '1' }, streak },
      startsAt: new Date(Date.now() - 3 * DAY_MS).toISOString(),
    });
    const id = await stage.enrol('Hanna Vik', { joinedAt: new Date(Date.now() - 3 * DAY_MS).toISOString() });
    await attendedAt(stage, 'Hanna Vik', Date.now() - DAY_MS);
    await attendedAt(stage, 'Hanna Vik', Date.now());
    const me = await MePage.open(browser, stage, id);
    const running = me.page.getByRole('region', { name: 'Twice in a row' });
    await running.getByText(/All 2 completed/).waitFor();
    await running.getByText('2 days in a row').waitFor();
    await running.getByText('Done for today').waitFor();
    await running.getByText(/unless you keep it going/).waitFor();
    expect(await me.page.locator('.challenge[data-code="twice"]').count()).toBe(0);
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);
});
