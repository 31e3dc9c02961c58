import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { BoardStage } from './board-stage.ts';
import { describeInChromium, launchChromium } from './chromium.ts';
import { MePage } from './me-stage.ts';
import { codeOf, goTo, openShop } from './me-value-stage.ts';

/** More friends than anybody wants to see at once. */
const MANY = 40;

describeInChromium('inviting friends on the member page', () => {
  let stage: BoardStage;
  let browser: Browser;

  beforeAll(async () => {
    stage = await openShop();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  /** Enrols somebody who comes through another member. */
  async function join(name: string, through: string, more: object = {}): Promise<string> {
    return stage.enrol(name, { referralCode: await codeOf(stage, through), ...more });
  }

  it('hands on the code and the link, and says what there is for both', async () => {
    const anna = await stage.enrol('Anna Berg');
    const code = await codeOf(stage, anna);
    const me = await MePage.open(browser, stage, anna, { permissions: ['clipboard-read', 'clipboard-write'] });
    await me.page.addInitScript('navigator.share = async (shared) => { window.shared = shared; };');
    await me.page.reload();
    await goTo(me, 'Friends');
    await me.page.getByText(code, { exact: true }).waitFor();
    await me.page.getByText('You get 150 points when your friend has done this for the first time').waitFor();
    await me.page.getByText('Your friend gets 30 points to begin with.').waitFor();
    await me.page.getByText('And 50 more when somebody comes through your friend, 20 further out.').waitFor();
    await me.page.getByText('At most 1,500 points a month.').waitFor();
    await me.page.getByText('Your tree begins with the first friend').waitFor();
    await me.page.getByRole('button', { name: 'Copy link' }).click();
    await me.page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' });
    const link = await me.page.evaluate<string>('navigator.clipboard.readText()');
    expect(link).toMatch(new RegExp(`^http.*/r/${code}$`));
    await me.page.getByRole('button', { name: 'Share' }).click();
    expect(await me.page.evaluate('window.shared.url')).toBe(link);
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('grows the tree while somebody looks, names people as they want, and tells members of no suspicion', async () => {
    const top = await stage.enrol('Torsten Topp');
    const bo = await join('Bo Ek', top);
    const me = await MePage.open(browser, stage, bo);
    await goTo(me, 'Friends');
    await me.page.getByText('You came through Torsten Topp.').waitFor();
    await me.page.getByText('Live', { exact: true }).waitFor();
    const hidden = await join('Hilde Dold', bo, { visibility: 'HIDDEN' });
    await me.page.getByRole('status').filter({ hasText: 'Hidden member came through you.' }).waitFor();
    // Two on the same device, so somebody of the staff looks at them; to the member they wait like any other.
    await join('Cia Dahl', bo, { deviceFingerprint: 'one' });
    await join('Cilla Dahl', bo, { deviceFingerprint: 'one' });
    const list = me.page.getByRole('list', { name: 'Everybody who came through you' });
    await list.getByText('Cia Dahl').waitFor();
    await join('Disa Falk', hidden);
    await list.getByRole('button', { name: 'Hidden member' }).click();
    await list.getByRole('list').getByText('Disa Falk').waitFor();
    await stage.attend('Hilde Dold');
    await list.getByText('Rewarded').waitFor();
    await list.getByText('+150 points').waitFor();
    await me.page.getByText('4 came through you').waitFor();
    const text = await me.page.locator('main').textContent();
    expect(text).toContain('On the way');
    expect(text).not.toMatch(/flag|review|suspic|Hilde/i);
    const leaves = me.page.locator('.leaf-spot');
    expect(await leaves.count()).toBe(4);
    expect(await me.page.locator('.leaf-spot[data-standing="rewarded"]').count()).toBe(1);
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('stays handy with many friends: some at first, more on demand, and nobody forgotten in the drawing', async () => {
    const erik = await stage.enrol('Erik Ask');
    const first = await join('First Friend', erik);
    for (let number = 1; number < MANY; number += 1) await join(`Friend ${number}`, erik);
    await join('Friend of First', first);
    const me = await MePage.open(browser, stage, erik, { reducedMotion: 'reduce' });
    await goTo(me, 'Friends');
    const list = me.page.getByRole('list', { name: 'Everybody who came through you' });
    await list.getByRole('button', { name: `and ${MANY - 5} more` }).waitFor();
    expect(await list.getByRole('listitem').count()).toBe(6);
    await me.page.getByText(`${MANY + 1} came through you`).waitFor();
    expect(await me.page.evaluate('document.getAnimations().length')).toBe(0);
    // Whoever brought others has a place of their own in the drawing, and can be looked at from there.
    const others = me.page.locator('.leaf-face[data-is="others"]');
    const shown = (await me.page.locator('button.leaf-spot').count()) + Number((await others.textContent())?.slice(1));
    expect(shown).toBe(MANY + 1);
    await me.page.setViewportSize({ width: 390, height: 844 });
    await me.page.waitForFunction('document.querySelectorAll("button.leaf-spot").length < 8');
    await me.page.locator('button.leaf-spot[title="First Friend"]').click();
    const way = me.page.getByRole('navigation', { name: 'Where you are in the tree' });
    await way.getByRole('button', { name: 'First Friend' }).waitFor();
    await me.page.locator('button.leaf-spot[title="Friend of First"]').waitFor();
    await way.getByRole('button', { name: 'You' }).click();
    await way.waitFor({ state: 'detached' });
    // By keyboard the list does it all.
    await list.getByRole('button', { name: `and ${MANY - 5} more` }).press('Enter');
    await list.getByRole('button', { name: `and ${MANY - 30} more` }).press('Enter');
    const unfold = list.getByRole('button', { name: 'First Friend' });
    expect(await unfold.getAttribute('aria-expanded')).toBe('false');
    await unfold.press('Enter');
    await list.getByText('Friend of First').waitFor();
    expect(await unfold.getAttribute('aria-expanded')).toBe('true');
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);
});
