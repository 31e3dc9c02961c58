import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { BoardPage, BoardStage } from './board-stage.ts';
import { describeInChromium, launchChromium } from './chromium.ts';

/** What a lost server looks like from a browser, whose console tells of every connection that fails. */
const OUTAGE = /WebSocket connection|net::ERR_CONNECTION|Failed to load resource/;

describeInChromium('the live leaderboard in a browser', () => {
  let stage: BoardStage;
  let browser: Browser;

  beforeAll(async () => {
    stage = await BoardStage.open();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('says what to do while there is no board, and shows the first one by itself, empty and then filled', async () => {
    const board = await BoardPage.open(browser, stage.url);
    await board.page.getByText('An administrator makes one with the mutation saveLeaderboard').waitFor();
    await stage.saveBoard('month', 'This month');
    await board.page.getByRole('heading', { level: 1, name: 'This month' }).waitFor();
    await board.page.getByText('Nobody has scored yet').waitFor();
    await stage.enrol('Astrid Lindqvist');
    await stage.attend('Astrid Lindqvist');
    await board.reads(['1 Astrid Lindqvist 100']);
    expect(board.troubles).toEqual([]);
    await board.close();
  }, 60_000);

  it('moves in every browser that watches when an activity is recorded', async () => {
    await stage.enrol('Bo Ek');
    const boards = await Promise.all([BoardPage.open(browser, stage.url), BoardPage.open(browser, stage.url)]);
    await Promise.all(boards.map((board) => board.reads(['1 Astrid Lindqvist 100'])));
    await stage.attend('Bo Ek', 2);
    for (const board of boards) {
      await board.reads(['1 Bo Ek 200', '2 Astrid Lindqvist 100']);
      await board.tells(/Bo Ek.*Came to an event.*\+100/);
      await board.says(/^\s*Live\s*$/);
      // Screen readers hear one sentence about it.
      const spoken = board.page
        .locator('[aria-live="polite"]')
        .filter({ hasText: /^Bo Ek is in the lead with [12]00 points\.$/ });
      await spoken.waitFor({ state: 'attached' });
      expect(board.troubles).toEqual([]);
      await board.close();
    }
  }, 60_000);

  it('says when it lost the server, recovers without a reload, and shows what happened meanwhile', async () => {
    const boards = await Promise.all([BoardPage.open(browser, stage.url), BoardPage.open(browser, stage.url)]);
    await Promise.all(boards.map((board) => board.reads(['1 Bo Ek 200', '2 Astrid Lindqvist 100'])));
    await stage.attend('Astrid Lindqvist', 2);
    for (const board of boards) await board.tells(/Astrid Lindqvist/);
    for (const { page } of boards) await page.evaluate('window.neverReloaded = true');

    await stage.stopServer();
    for (const board of boards) await board.says(/Reconnecting|Last seen \d\d:\d\d/);
    await stage.onAnotherNode(async () => {
      await stage.enrol('Cia Dahl');
      await stage.attend('Cia Dahl', 5);
    });
    await stage.startServer();

    for (const board of boards) {
      await board.reads(['1 Cia Dahl 500', '2 Astrid Lindqvist 300', '3 Bo Ek 200']);
      await board.says(/^\s*Live\s*$/);
      await board.tells(/Cia Dahl/);
      await board.page.waitForFunction(`document.querySelectorAll('.award').length === 7`);
      expect(await board.page.evaluate('window.neverReloaded')).toBe(true);
      expect(board.troubles.filter((trouble) => !OUTAGE.test(trouble))).toEqual([]);
      await board.close();
    }
  }, 90_000);

  it('tells since when it has been out of touch when the server stays away', async () => {
    const board = await BoardPage.open(browser, stage.url);
    await board.says(/Live/);
    await stage.stopServer();
    await board.says(/Last seen \d\d:\d\d/);
    await stage.startServer();
    await board.says(/^\s*Live\s*$/);
    await board.close();
  }, 60_000);

  it('shows a member where they stand, and takes the token out of the address at once', async () => {
    const id = await stage.enrol('Disa Falk', { visibility: 'HIDDEN' });
    await stage.attend('Disa Falk');
    const token = await stage.app.token({ role: 'MEMBER', subject: id });
    const board = await BoardPage.open(browser, `${stage.url}/#token=${token}`);
    const mine = board.page.getByRole('region', { name: 'Your place' });
    await mine.getByText('Place 4').waitFor();
    await mine.getByText(/points to overtake the next/).waitFor();
    await board.reads(['1 Cia Dahl 500', '2 Astrid Lindqvist 300', '3 Bo Ek 200', '4 Hidden member 100']);
    expect(board.page.url()).not.toContain(token.slice(0, 12));
    expect(await board.page.locator('.place[data-mine]').textContent()).toContain('You');
    // The browser tab remembers; signing out forgets.
    await board.page.reload();
    await mine.getByText('Place 4').waitFor();
    await board.page.getByRole('button', { name: 'Sign out' }).click();
    await mine.waitFor({ state: 'detached' });
    await board.page.reload();
    await board.page.getByRole('button', { name: 'See your place' }).waitFor();
    expect(board.troubles).toEqual([]);
    await board.close();
  }, 60_000);

  it('says that a token is not valid, and shows the board all the same', async () => {
    const board = await BoardPage.open(browser, stage.url);
    await board.page.getByRole('button', { name: 'See your place' }).click();
    await board.page.getByLabel('Access token').fill('Bearer nonsense');
    await board.page.keyboard.press('Enter');
    await board.page.getByText('That token is not valid').waitFor();
    await board.page.keyboard.press('Escape');
    await board.says(/^\s*Live\s*$/);
    await board.close();
  }, 60_000);

  it('speaks the language of the browser, and another when asked', async () => {
    const board = await BoardPage.open(browser, stage.url, { locale: 'sv-SE' });
    await board.page.getByText('på listan').waitFor();
    expect(await board.page.getAttribute('html', 'lang')).toBe('sv');
    await board.page.getByRole('button', { name: 'In English' }).click();
    await board.page.getByText('on the board').waitFor();
    expect(await board.page.getAttribute('html', 'lang')).toBe('en');
    await board.page.reload();
    await board.page.getByText('on the board').waitFor();
    expect(board.troubles).toEqual([]);
    await board.close();
  }, 60_000);

  it('is handled by keyboard alone: to the board, to other boards, through the sign-in and out again', async () => {
    await stage.saveBoard('ever', 'Of all time', { period: 'ALL_TIME' });
    const { page, troubles, ...board } = await BoardPage.open(browser, stage.url);
    await page.getByRole('navigation', { name: 'Leaderboards' }).waitFor();
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    await page.keyboard.press('Tab');
    expect(await focused()).toContain('Skip to the leaderboard');
    const seen: string[] = [];
    while (!seen.includes('This month') || !seen.includes('Of all time')) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
      expect(seen.length).toBeLessThan(8);
    }
    const next = seen.at(-1) ?? '';
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: next }).waitFor();
    await page.getByRole('button', { name: 'See your place' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'See your place' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('See your place');
    expect(troubles).toEqual([]);
    expect(board).toBeDefined();
    await page.context().close();
  }, 60_000);
});

describeInChromium('earlier seasons', () => {
  let stage: BoardStage;
  let browser: Browser;

  beforeAll(async () => {
    stage = await BoardStage.open();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('stay to be looked at, and while a page is open a new season takes the place of the old one', async () => {
    await stage.saveBoard('week', 'This week', { period: 'WEEK' });
    for (const name of ['Astrid Lindqvist', 'Bo Ek']) await stage.enrol(name);
    await stage.attend('Astrid Lindqvist', 3);
    const board = await BoardPage.open(browser, stage.url);
    await board.reads(['1 Astrid Lindqvist 300']);
    stage.app.clock.advance(7 * 86_400_000);
    await stage.app.core.seasons.closeDue();
    await stage.attend('Bo Ek');
    await board.reads(['1 Bo Ek 100']);
    const seasons = board.page.getByLabel('Period');
    await seasons.locator('option').nth(1).waitFor({ state: 'attached' });
    await seasons.selectOption({ index: 1 });
    await board.reads(['1 Astrid Lindqvist 300']);
    await board.page.getByText('Final standings').waitFor();
    // The address says it too, so that a link shows the same.
    await board.page.reload();
    await board.reads(['1 Astrid Lindqvist 300']);
    await seasons.selectOption({ index: 0 });
    await board.reads(['1 Bo Ek 100']);
    expect(board.troubles).toEqual([]);
    await board.close();
  }, 90_000);
});

describeInChromium('the movements of the live leaderboard', () => {
  let stage: BoardStage;
  let browser: Browser;

  beforeAll(async () => {
    stage = await BoardStage.open();
    browser = await launchChromium();
    await stage.saveBoard('month', 'This month');
    for (const name of ['Astrid Lindqvist', 'Bo Ek']) await stage.enrol(name);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  let turn = 0;
  beforeEach(async () => {
    turn += 1;
    await stage.attend('Astrid Lindqvist', turn === 1 ? 1 : 2);
  });

  /** Overtakes, and counts the places that glided to where they belong. */
  async function glides(options: { reducedMotion: 'reduce' | 'no-preference' }): Promise<number> {
    const board = await BoardPage.open(browser, stage.url, options);
    await board.page.locator('.place').first().waitFor();
    await board.page.evaluate(COUNT_GLIDES);
    await stage.attend('Bo Ek', 2);
    await board.page.locator('.place[data-seat="1"]').filter({ hasText: 'Bo Ek' }).waitFor();
    const count = await board.page.evaluate<number>('window.glides');
    await board.close();
    return count;
  }

  it('are smooth when places change', async () => {
    expect(await glides({ reducedMotion: 'no-preference' })).toBeGreaterThan(0);
  }, 60_000);

  it('are left out for visitors who prefer less motion', async () => {
    expect(await glides({ reducedMotion: 'reduce' })).toBe(0);
  }, 60_000);
});

const COUNT_GLIDES = `
  window.glides = 0;
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (...given) {
    window.glides += 1;
    return animate.apply(this, given);
  };
`;
