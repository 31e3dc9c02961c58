import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { BoardStage } from './board-stage.ts';
import { describeInChromium, launchChromium } from './chromium.ts';
import { CounterPage, customer, look, openShop, redeemElsewhere } from './counter-stage.ts';

/** What a lost server looks like from a browser, whose console tells of every connection that fails. */
const OUTAGE = /WebSocket connection|net::ERR_CONNECTION|Failed to load resource|request failed/;

interface Sent {
  query: string;
  variables: { input: { idempotencyKey: string } };
}

describeInChromium('the counter', () => {
  let stage: BoardStage;
  let browser: Browser;
  let token: string;

  beforeAll(async () => {
    stage = await openShop();
    browser = await launchChromium();
    token = await stage.app.token({ role: 'STAFF' });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  const open = () => CounterPage.open(browser, stage.url, token);

  it('finds a member by the number, and tells at a glance what they can get and what is near', async () => {
    const { memberNumber } = await customer(stage, 'Astrid Lindqvist', 2);
    const counter = await open();
    await counter.isIdle();
    await counter.scan(` ${memberNumber.slice(0, 4)} ${memberNumber.slice(4)}`);
    await counter.serves('Astrid Lindqvist', '200');
    await counter.page.getByRole('progressbar', { name: '100 points from Silver' }).waitFor({ state: 'attached' });
    await counter.page.getByRole('progressbar', { name: '50 points from Jacket' }).waitFor({ state: 'attached' });
    const now = await counter.page
      .getByRole('region', { name: /^Can get now/ })
      .getByRole('button')
      .allInnerTexts();
    expect(now.map((text) => text.replaceAll(/\s+/g, ' ').trim())).toEqual([
      'Coffee 60 points',
      'Boot fitting 90 points',
    ]);
    await counter.page
      .getByRole('region', { name: 'Nearly there' })
      .locator('.quiet', { hasText: '50 points missing' })
      .waitFor();
    await counter.page.getByText('Not now (1)').click();
    await counter.page.getByText('From the tier Silver on').waitFor();
    const underWay = counter.page.getByRole('region', { name: 'Under way' });
    await underWay.locator('.quiet', { hasText: '2 of 3 · +30 points' }).waitFor();
    expect(await underWay.getByRole('progressbar').first().getAttribute('value')).toMatch(/^66/);
    const latest = counter.page.getByRole('region', { name: 'Latest' });
    expect(await latest.getByText('+100').count()).toBe(2);
    expect(await counter.page.locator('#served').textContent()).toBe('Astrid Lindqvist. Bas. 200 points to spend.');
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);

  it('finds by a part of a name, by an address, and tells a mistyped number before it is sent', async () => {
    await customer(stage, 'Bengt Ekström', 0);
    await stage.enrol('Bengt Ekblad', { email: 'bengt.ekblad@example.se' });
    const counter = await open();
    await counter.page.keyboard.type('bengt');
    await counter.page.getByRole('option').nth(1).waitFor();
    // Two fit: Enter says which one it would be, and opens it when it comes again.
    await counter.page.keyboard.press('Enter');
    await counter.page.getByRole('option', { selected: true }).waitFor();
    const first = await counter.page.locator('.match-name').first().textContent();
    await counter.page.keyboard.press('Enter');
    await counter.serves(String(first));
    await counter.scan('Bengt.Ekblad@example.se');
    await counter.serves('Bengt Ekblad');
    await counter.button('Next customer').click();
    await counter.isIdle();
    await counter.page.keyboard.type('12345678');
    await counter.refuses(/a digit is wrong/);
    await counter.page.keyboard.press('Escape');
    await counter.scan('K7PM-XQ2R-9TWW');
    await counter.refuses(/a character is wrong/);
    await counter.page.keyboard.press('Escape');
    await counter.scan(`${stage.url}/r/K7PMXQ2R`);
    await counter.refuses(/a link for inviting friends/);
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);

  it('redeems with a second tap, and a double tap uses nothing', async () => {
    const { id, memberNumber } = await customer(stage, 'Cia Dahl', 2);
    const counter = await open();
    await counter.scan(memberNumber);
    await counter.button(/^Coffee/).click();
    await counter.dialog.getByText('140 points are left afterwards').waitFor();
    await counter.button('Redeem for 60 points').dblclick();
    await counter.dialog.getByText('Redeemed').waitFor();
    const { redemptions } = await look(stage, id);
    expect(redemptions.edges.map(({ node }) => node.status)).toEqual(['ISSUED']);
    const code = redemptions.edges[0]?.node.voucherCode ?? '';
    await counter.dialog.getByText(code).waitFor();
    await counter.page.waitForFunction('document.querySelector(".voucher-picture img").naturalWidth > 0');
    await counter.button('Later').click();
    await counter.serves('Cia Dahl', '140');
    await counter.page
      .getByRole('region', { name: /^Open vouchers/ })
      .getByText('Coffee')
      .first()
      .waitFor();
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);

  it('tells what a scanned voucher is worth and whose it is, uses it once, and says afterwards when', async () => {
    const { id } = await customer(stage, 'Disa Falk', 2);
    const code = await redeemElsewhere(stage, id, 'coffee');
    const counter = await open();
    await counter.scan(code);
    for (const part of ['Valid', 'Worth SEK 55', 'Disa Falk'])
      await counter.dialog.getByText(part, { exact: true }).waitFor();
    await counter.button('Use it now').dblclick();
    await counter.dialog.getByText('Used', { exact: true }).waitFor();
    expect((await look(stage, id)).redemptions.edges[0]?.node.status).toBe('FULFILLED');
    await counter.button('Next customer').last().click();
    await counter.isIdle();
    await counter.scan(code.toLowerCase().replaceAll('-', ''));
    await counter.dialog.getByText(/^Used \d\d:\d\d\. It cannot be used again\.$/).waitFor();
    expect(await counter.button('Use it now').count()).toBe(0);
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);

  it('cancels a voucher with a reason, and the points go back', async () => {
    const { id, memberNumber } = await customer(stage, 'Elin Berg', 1);
    await redeemElsewhere(stage, id, 'fitting');
    const counter = await open();
    await counter.scan(memberNumber);
    await counter.serves('Elin Berg', '10');
    await counter.button('Handed over Boot fitting').click();
    await counter.button('Cancel the voucher …').click();
    await counter.page.keyboard.type('Wrong size');
    await counter.button('Cancel the voucher').click();
    await counter.dialog.getByText('Cancelled. 90 points went back.').waitFor();
    expect((await look(stage, id)).redemptions.edges[0]?.node).toMatchObject({ cancelReason: 'Wrong size' });
    await counter.page.keyboard.press('Escape');
    await counter.serves('Elin Berg', '100');
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);

  it('records a visit once, though it is tapped twice and the first answer is lost', async () => {
    const { id, memberNumber } = await customer(stage, 'Frida Gran', 2);
    const counter = await open();
    await counter.scan(memberNumber);
    await counter.serves('Frida Gran', '200');
    const keys: string[] = [];
    await counter.page.route('**/graphql', async (route) => {
      const { query, variables } = route.request().postDataJSON() as Sent;
      if (!query.includes('CounterRecord')) return route.continue();
      keys.push(variables.input.idempotencyKey);
      if (keys.length > 1) return route.continue();
      // The server has heard it; only its answer gets lost.
      await route.fetch();
      return route.abort('connectionreset');
    });
    await counter.button('Record visit').dblclick();
    await counter.tells('+130 points');
    await counter.tells('Challenge completed: Three evenings');
    await counter.tells('New tier: Silver');
    await counter.tells(/had been recorded already/);
    expect(new Set(keys).size).toBe(1);
    expect(keys.length).toBe(2);
    expect((await look(stage, id)).activities.edges).toHaveLength(3);
    await counter.serves('Frida Gran', '330');
    await counter.page.getByText('Silver', { exact: true }).first().waitFor();
    // Another visit is another tap, and another one for the server.
    await counter.button('One more').click();
    await counter.button('Record visit').click();
    await counter.tells('+100 points');
    expect(new Set(keys).size).toBe(2);
    expect((await look(stage, id)).activities.edges).toHaveLength(4);
    expect(counter.troubles.filter((trouble) => !OUTAGE.test(trouble))).toEqual([]);
    await counter.close();
  }, 60_000);

  it('tells what a purchase will give, and that is what it gives', async () => {
    const { id, memberNumber } = await customer(stage, 'Greta Holm', 0);
    const counter = await open();
    await counter.scan(memberNumber);
    await counter.button('Purchase').click();
    for (const key of ['4', '9', '9', '.', '5']) await counter.button(key).click();
    await counter.dialog.getByText('+49 points').waitFor();
    await counter.dialog.getByText('49 to spend afterwards').waitFor();
    // A card that is scanned into the amount is no amount.
    await counter.scan(memberNumber);
    await counter.dialog.getByText('That is no amount a purchase can have.').waitFor();
    await counter.page.getByLabel('Amount').fill('499,50');
    await counter.dialog.getByText('+49 points').waitFor();
    await counter.button('Record SEK 499.50').dblclick();
    await counter.tells('+49 points');
    await counter.serves('Greta Holm', '49');
    expect((await look(stage, id)).activities.edges.map(({ node }) => node.value?.amount)).toEqual(['499.5']);
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);

  it('shows what happens at another till, and never presses a button for a scanner', async () => {
    const ines = await customer(stage, 'Ines Jung', 1);
    const kaj = await customer(stage, 'Kaj Lind', 1);
    const counter = await open();
    await counter.scan(ines.memberNumber);
    await counter.serves('Ines Jung', '100');
    await stage.attend('Ines Jung');
    await counter.serves('Ines Jung', '200');
    await redeemElsewhere(stage, ines.id, 'coffee');
    await counter.serves('Ines Jung', '140');
    await counter.page.getByRole('region', { name: /^Open vouchers/ }).waitFor();
    // The button that has the focus is not pressed by the Enter of the next card, on the page or on top of it.
    await counter.button('Record visit').focus();
    await counter.scan(kaj.memberNumber);
    await counter.serves('Kaj Lind', '100');
    await counter.button(/^Coffee/).click();
    await counter.button('Redeem for 60 points').focus();
    await counter.scan(ines.memberNumber);
    await counter.serves('Ines Jung', '140');
    expect((await look(stage, kaj.id)).redemptions.edges).toEqual([]);
    expect((await look(stage, ines.id)).activities.edges).toHaveLength(2);
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);

  it('goes on by itself when the server comes back, with what was typed', async () => {
    const { id } = await customer(stage, 'Kim Nord', 1);
    const { memberNumber } = await customer(stage, 'Lova Mård', 1);
    const counter = await open();
    await counter.scan('Kim Nord');
    await counter.serves('Kim Nord', '100');
    await counter.button('Record visit').waitFor();
    await stage.stopServer();
    // The next customer does not wait for what has no answer yet.
    await counter.button('Record visit').click();
    await counter.page.getByText('No answer yet. Trying again').waitFor();
    await counter.button('Next customer').click();
    await counter.page.getByText('1 still being sent').waitFor();
    await counter.isIdle();
    await counter.scan(memberNumber);
    await counter.page.getByText('No answer. Trying again …').waitFor();
    expect(await counter.field.inputValue()).toBe(memberNumber);
    await stage.startServer();
    await counter.serves('Lova Mård', '100');
    await counter.page.getByText('1 still being sent').waitFor({ state: 'detached' });
    expect((await look(stage, id)).activities.edges).toHaveLength(2);
    await counter.page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await stage.attend('Lova Mård');
    await counter.serves('Lova Mård', '200');
    expect(counter.troubles.filter((trouble) => !OUTAGE.test(trouble))).toEqual([]);
    await counter.close();
  }, 60_000);
});
