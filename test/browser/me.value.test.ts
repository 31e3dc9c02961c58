import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { BoardStage } from './board-stage.ts';
import { describeInChromium, launchChromium } from './chromium.ts';
import { MePage, NARROWEST, OVERFLOWING } from './me-stage.ts';
import { change, goTo, openShop, redemptionsOf, reward } from './me-value-stage.ts';

const DOCUMENTS = 'src/web/me/data/documents';

describeInChromium('rewards, vouchers and the card on the member page', () => {
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

  async function memberWith(name: string, evenings: number): Promise<{ id: string; me: MePage }> {
    const id = await stage.enrol(name);
    await stage.attend(name, evenings);
    return { id, me: await MePage.open(browser, stage, id) };
  }

  it('show what can be had, what is nearest and how far it is, and why the rest cannot be had', async () => {
    const { me } = await memberWith('Anna Berg', 2);
    await me.page.getByRole('link', { name: /Birch cup.*50 points to go/ }).waitFor();
    await goTo(me, 'Rewards');
    await me.page
      .getByRole('region', { name: 'Nearest in reach' })
      .filter({ hasText: /Birch cup.*50 to go/ })
      .waitFor();
    const takeable = me.page.getByRole('region', { name: 'Yours to take now' });
    expect(await takeable.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['Fika', 'The last poster']);
    await me.page.getByText('Not for you right now (1)').click();
    await reward(me, 'tour').getByText('For members from Guld on.').waitFor();
    // It becomes affordable by itself while somebody looks.
    await stage.attend('Anna Berg');
    await reward(me, 'cup').getByRole('button', { name: 'Redeem Birch cup' }).waitFor();
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('redeem once, however often the button is tapped, and show the voucher with its code at once', async () => {
    const { id, me } = await memberWith('Bo Ek', 2);
    await goTo(me, 'Rewards');
    await reward(me, 'fika').getByRole('button').click();
    const dialog = me.page.getByRole('dialog', { name: 'Redeem Fika?' });
    await dialog.getByText('140 points').waitFor();
    await dialog.getByRole('button', { name: 'Redeem for 60 points' }).waitFor();
    await me.page.evaluate(TAP_TWICE);
    const voucher = me.page.getByRole('dialog', { name: 'Fika', exact: true });
    await voucher.waitFor();
    const [redemption, ...others] = await redemptionsOf(stage, id);
    expect(others).toEqual([]);
    await voucher.getByText(redemption?.voucherCode ?? '', { exact: true }).waitFor();
    await voucher.getByRole('img', { name: `QR code of the voucher ${redemption?.voucherCode}` }).waitFor();
    expect(await me.page.evaluate(IS_DRAWN)).toBe(true);
    await voucher.getByRole('button', { name: 'Close' }).click();
    await me.page.getByRole('button', { name: 'Show the voucher Fika' }).waitFor();
    await me.page.getByText('140 points to spend').waitFor();
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('redeem once when the answer is lost, also when the dialog was closed in between', async () => {
    const { id, me } = await memberWith('Cia Dahl', 2);
    await goTo(me, 'Rewards');
    let isLost = false;
    await me.page.route('**/graphql', async (route) => {
      if (isLost || !route.request().postData()?.includes('redeemReward')) return route.fallback();
      isLost = true;
      await route.fetch();
      return route.abort();
    });
    const dialog = me.page.getByRole('dialog', { name: 'Redeem Fika?' });
    await reward(me, 'fika').getByRole('button').click();
    await dialog.getByRole('button', { name: 'Redeem for 60 points' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'No answer came' }).waitFor();
    await dialog.getByRole('button', { name: 'Not now' }).click();
    await reward(me, 'fika').getByRole('button').click();
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await me.page.getByRole('dialog', { name: 'Fika', exact: true }).getByText('Show this at the counter.').waitFor();
    expect((await redemptionsOf(stage, id)).map(({ name }) => name)).toEqual(['Fika']);
    // What comes after an answer is another wish: a second one is redeemed.
    await me.page.keyboard.press('Escape');
    await reward(me, 'fika').getByRole('button').click();
    await dialog.getByRole('button', { name: 'Redeem for 60 points' }).click();
    await me.page.getByRole('dialog', { name: 'Fika', exact: true }).waitFor();
    expect(await redemptionsOf(stage, id)).toHaveLength(2);
    await me.close();
  }, 60_000);

  it('say in words why it did not work, and take nothing', async () => {
    const { id, me } = await memberWith('Disa Falk', 1);
    await goTo(me, 'Rewards');
    await reward(me, 'last').getByRole('button').click();
    const dialog = me.page.getByRole('dialog', { name: 'Redeem The last poster?' });
    await dialog.getByText('Terms: One is left.').waitFor();
    const faster = await stage.enrol('Elin Berg');
    await stage.attend('Elin Berg');
    await change(stage, 'redeemReward', { idempotencyKey: 'faster', reward: 'last', memberId: faster });
    await dialog.getByRole('button', { name: 'Redeem for 50 points' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'None are left.' }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await me.page.getByText('100 points to spend').waitFor();
    expect(await redemptionsOf(stage, id)).toEqual([]);
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('show a voucher as used in the moment in which the counter takes it', async () => {
    const { id, me } = await memberWith('Frej Holm', 3);
    await change(stage, 'redeemReward', { idempotencyKey: 'by-hand', reward: 'cup', memberId: id });
    await me.page.getByRole('link', { name: /Birch cup.*Being prepared for you/ }).click();
    await me.page.getByRole('button', { name: 'Show the voucher Birch cup' }).click();
    const voucher = me.page.getByRole('dialog', { name: 'Birch cup', exact: true });
    await voucher.getByText('The shop is getting it ready.').waitFor();
    await voucher.getByRole('img').waitFor();
    const [redemption] = await redemptionsOf(stage, id);
    await change(stage, 'fulfilRedemption', { voucherCode: redemption?.voucherCode });
    await voucher.getByText('Used. Enjoy!').waitFor();
    expect(await voucher.getByRole('img').count()).toBe(0);
    expect(await voucher.getByRole('button', { name: 'Cancel this voucher' }).count()).toBe(0);
    await me.hears(/^Your voucher Birch cup was used\.$/);
    await voucher.getByRole('button', { name: 'Close' }).click();
    await me.page.getByText('Earlier vouchers (1)').click();
    await me.page
      .locator('.earlier')
      .filter({ hasText: /Birch cup\s*Used/ })
      .waitFor();
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('cancel a voucher for its points, after asking once more', async () => {
    const { id, me } = await memberWith('Gun Lund', 1);
    await change(stage, 'redeemReward', { idempotencyKey: 'gun', reward: 'fika', memberId: id });
    await goTo(me, 'Rewards');
    await me.page.getByText('40 points to spend').waitFor();
    await me.page.getByRole('button', { name: 'Show the voucher Fika' }).click();
    const voucher = me.page.getByRole('dialog', { name: 'Fika', exact: true });
    await voucher.getByRole('button', { name: 'Cancel this voucher' }).click();
    await voucher.getByText('You get your 60 points back').waitFor();
    await voucher.getByRole('button', { name: 'Cancel it' }).click();
    await voucher.getByText(/Cancelled .*points returned/).waitFor();
    await me.page.keyboard.press('Escape');
    await me.page.getByText('100 points to spend').waitFor();
    expect((await redemptionsOf(stage, id)).map(({ status }) => status)).toEqual(['CANCELLED']);
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('say plainly what is owed when points are taken back that were spent, and what was taken back', async () => {
    const { id, me } = await memberWith('Hanna Vik', 1);
    await change(stage, 'redeemReward', { idempotencyKey: 'hanna', reward: 'fika', memberId: id });
    await me.has('40');
    type Found = { member: { activities: { edges: { node: { id: string } }[] } } };
    const document = 'query ($id: ID!) { member(id: $id) { activities { edges { node { id } } } } }';
    const { member } = await stage.app.client({ role: 'STAFF' }).data<Found>(document, { id });
    const activityId = member.activities.edges[0]?.node.id;
    await change(stage, 'reverseActivity', {
      idempotencyKey: 'back',
      activityId,
      reason: 'The evening was called off.',
    });
    await me.page.getByText('You owe 60 points; the next ones you earn cover them first.').waitFor();
    await me.has('0');
    const points = me.page.getByRole('region', { name: 'Latest points' });
    await points
      .getByRole('listitem')
      .filter({ hasText: /Taken back.*The evening was called off.*−100/s })
      .waitFor();
    await goTo(me, 'Rewards');
    await me.page.getByText('You owe 60 points').waitFor();
    await stage.attend('Hanna Vik');
    await me.page.getByText('40 points to spend').waitFor();
    expect(await me.page.getByText('You owe').count()).toBe(0);
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('have addresses of their own, which survive a reload, the way back and the way past the head', async () => {
    const { id, me } = await memberWith('Ivar Ask', 1);
    await goTo(me, 'Card');
    await me.page.getByRole('img', { name: 'QR code of your member number' }).waitFor();
    expect(await me.page.evaluate(IS_DRAWN)).toBe(true);
    await me.page.reload();
    const { member } = await stage.app
      .client({ role: 'STAFF' })
      .data<{ member: { memberNumber: string } }>('query ($id: ID!) { member(id: $id) { memberNumber } }', { id });
    const [one, other] = [member.memberNumber.slice(0, 4), member.memberNumber.slice(4)];
    await me.page.getByRole('article', { name: 'Your card' }).getByText(`${one} ${other}`).waitFor();
    await goTo(me, 'Rewards');
    await me.page.getByRole('heading', { level: 1, name: 'Rewards' }).waitFor();
    expect(await me.page.evaluate('document.activeElement.id')).toBe('main');
    await me.page.goBack();
    await me.page.getByRole('heading', { level: 1, name: 'Your card' }).waitFor();
    await me.page.getByRole('link', { name: 'Skip to your page' }).focus();
    await me.page.keyboard.press('Enter');
    await me.page.waitForFunction("document.activeElement.id === 'main' && location.hash === '#card'");
    await me.page.getByRole('heading', { level: 1, name: 'Your card' }).waitFor();
    expect(me.troubles).toEqual([]);
    await me.close();
  }, 60_000);

  it('stay well within what members may ask for at once', async () => {
    const id = await stage.enrol('Jon Kvist');
    const client = stage.app.client({ role: 'MEMBER', subject: id });
    for (const name of ['page', 'rewards', 'vouchers', 'friends', 'card']) {
      const { data, extensions } = await client.query(readFileSync(`${DOCUMENTS}/me-${name}.graphql`, 'utf8'));
      expect({ name, isAnswered: data !== null }).toEqual({ name, isAnswered: true });
      expect({ name, isDear: Number(extensions?.cost) > 700 }).toEqual({ name, isDear: false });
    }
  }, 60_000);

  it('fit the narrowest phone in both languages, dialogs included', async () => {
    const { id, me: wide } = await memberWith('Maximiliana Wachtmeister af Johannishus', 2);
    await wide.close();
    await change(stage, 'redeemReward', { idempotencyKey: 'narrow', reward: 'fika', memberId: id });
    const phone = { viewport: { width: NARROWEST, height: 640 }, isMobile: true, hasTouch: true };
    for (const locale of ['sv-SE', 'en-GB']) {
      const me = await MePage.open(browser, stage, id, { ...phone, locale });
      for (const [part, sign] of [
        ['rewards', '.ticket'],
        ['friends', '.grove'],
        ['card', '.member-card img'],
      ]) {
        await me.page.evaluate(`location.hash = '${part}'`);
        await me.page.locator(sign ?? '').waitFor();
        expect({ part, sticksOut: await me.page.evaluate(OVERFLOWING) }).toEqual({ part, sticksOut: [] });
      }
      await me.page.evaluate("location.hash = 'rewards'");
      await me.page.locator('.ticket').click();
      await me.page.locator('.voucher-code img').waitFor();
      expect(await me.page.evaluate(OVERFLOWING)).toEqual([]);
      expect(me.troubles).toEqual([]);
      await me.close();
    }
  }, 60_000);
});

/** Two taps before anything is drawn anew. Texts, since they run in the browser, whose names this type check does not know. */
const TAP_TWICE = `(() => {
  const button = document.querySelector('.redeem .button:not(.quiet-button)');
  button.click();
  button.click();
})()`;
/** Tells whether the QR code that is shown is a picture that the browser can draw. */
const IS_DRAWN = `document.querySelector('main img').decode().then(() => document.querySelector('main img').naturalWidth > 0)`;
