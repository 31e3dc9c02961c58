import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { drawVoucherCode } from '../../src/features/rewards/voucher-codes.ts';
import { startTestApp } from '../support/app.ts';
import type { BoardStage } from './board-stage.ts';
import { cameraFilm } from './camera-film.ts';
import { describeInChromium, launchChromium } from './chromium.ts';
import { CounterPage, customer, openShop, redeemElsewhere } from './counter-stage.ts';

const SET_STATUS =
  'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { message } } }';
const CARD = 'query ($id: ID!) { member(id: $id) { cardQr redemptions { edges { node { voucherQrSvg } } } } }';

/** The narrowest phones, in pixels. */
const NARROWEST = 320;

/** The elements that stick out of the page sideways with everything unfolded. Runs in the browser. */
const OVERFLOWING = `for (const folded of document.querySelectorAll('details')) folded.open = true;
[...document.querySelectorAll('body *')]
  .filter((one) => one.closest('svg, .unseen') === null)
  .filter((one) => one.getBoundingClientRect().right > ${NARROWEST} + 0.5 || one.getBoundingClientRect().left < -0.5)
  .map((one) => one.tagName + '.' + one.className)
  .concat(document.documentElement.scrollWidth > ${NARROWEST} ? ['page'] : [])`;

/** Whatever one taps that is smaller than a finger, hidden things and links of the footer's text aside. Runs in the browser. */
const SMALL = `[...document.querySelectorAll('button, select, summary, input, [role=option]')]
  .filter((one) => one.offsetParent !== null)
  .map((one) => [one.textContent.slice(0, 20) || one.className, one.getBoundingClientRect()])
  .filter(([, { width, height }]) => Math.round(width) < 48 || Math.round(height) < 48)
  .map(([name, { width, height }]) => name + ' ' + width + ' x ' + height)`;

describeInChromium('the way behind the counter', () => {
  let stage: BoardStage;
  let browser: Browser;
  let token: string;
  let film: string;

  beforeAll(async () => {
    stage = await openShop();
    film = join(await mkdtemp(join(tmpdir(), 'pokal-camera-')), 'film.y4m');
    browser = await launchChromium([
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ]);
    token = await stage.app.token({ role: 'STAFF' });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stage?.close();
    await rm(join(film, '..'), { recursive: true });
  });

  it('is a staff token, kept apart from a member’s, and closed to members and to what is no token', async () => {
    const { id } = await customer(stage, 'Astrid Lindqvist', 0);
    const counter = await CounterPage.open(browser, stage.url, null);
    const { page } = counter;
    await page.evaluate(`sessionStorage.setItem('pokal:token', 'of-the-member-page')`);
    const form = page.getByLabel('Staff token');
    await form.fill(await stage.app.token({ role: 'MEMBER', subject: id }));
    await page.keyboard.press('Enter');
    await page.getByText('That is a member’s own token').waitFor();
    await form.fill(await stage.app.token({ role: 'SERVICE', scope: 'members:read' }));
    await page.keyboard.press('Enter');
    await page.getByText('That token is a system’s').waitFor();
    await form.fill('Bearer nonsense');
    await page.keyboard.press('Enter');
    await page.getByText('That token is not valid any more').waitFor();
    await form.fill(`Bearer ${token}`);
    await page.keyboard.press('Enter');
    await counter.isIdle();
    await page.reload();
    await counter.isIdle();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).toBe(
      JSON.stringify({ 'pokal:token': 'of-the-member-page', 'pokal:staff-token': token }),
    );
    await counter.button('Close the counter').click();
    await form.waitFor();
    expect(await page.evaluate('Object.keys(sessionStorage).join()')).toBe('pokal:token');
    await counter.close();
  }, 60_000);

  it('is one button in a demo; who guesses vouchers there is asked to wait', async () => {
    // On a database with members a demo is not seeded again; it only hands out tokens.
    await customer(stage, 'Anna Ask', 0);
    const limits = { memberPerMinute: 0, privilegedPerMinute: 0, addressPerMinute: 0, failedCredentialsPerMinute: 1 };
    const config = { demo: true, demoTrickle: false, rateLimits: limits };
    const demo = await startTestApp({ databaseUrl: stage.app.databaseUrl, config });
    const counter = await CounterPage.open(browser, demo.url, null);
    await counter.button('Open it as staff of the demo').click();
    await counter.isIdle();
    await counter.scan(drawVoucherCode());
    await counter.refuses(/no voucher with this code/);
    await counter.scan(drawVoucherCode());
    await counter.refuses(/Too many tries within a minute\. Wait \d+ seconds/);
    await counter.close();
    await demo.stop();
  }, 60_000);

  it('reads a member card and a voucher with the camera, and fetches its reader only where the browser has none', async () => {
    const { id, memberNumber } = await customer(stage, 'Bo Ek', 2);
    await redeemElsewhere(stage, id, 'coffee');
    type Cards = { member: { cardQr: string; redemptions: { edges: { node: { voucherQrSvg: string } }[] } } };
    const { member } = await stage.app.client({ role: 'STAFF' }).data<Cards>(CARD, { id });
    await writeFile(film, cameraFilm(member.cardQr));
    const counter = await CounterPage.open(browser, stage.url, token);
    await counter.button('Scan with the camera').click();
    await counter.serves('Bo Ek', '140');
    await writeFile(film, cameraFilm(member.redemptions.edges[0]?.node.voucherQrSvg ?? ''));
    await counter.button('Scan with the camera').click();
    await counter.dialog.getByText('Coffee', { exact: true }).waitFor();
    await counter.dialog.getByText('Valid', { exact: true }).waitFor();
    // As in browsers that read codes themselves, which the one of the tests does not.
    await counter.page.addInitScript(`globalThis.BarcodeDetector = class {
      static async getSupportedFormats() { return ['qr_code']; }
      async detect(picture) { return picture.videoWidth > 0 ? [{ rawValue: '${memberNumber}' }] : []; }
    };`);
    await counter.page.reload();
    const fetched: string[] = [];
    counter.page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    await counter.button('Scan with the camera').click();
    await counter.serves('Bo Ek', '140');
    expect(fetched.filter((path) => path.startsWith('/assets/decode'))).toEqual([]);
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);

  it('tells clearly that a member is suspended, and offers nothing that would be refused', async () => {
    const { id, memberNumber } = await customer(stage, 'Cia Dahl', 2);
    const input = { memberId: id, status: 'SUSPENDED', reason: 'A test' };
    await stage.app.client({ role: 'STAFF' }).data(SET_STATUS, { input });
    const counter = await CounterPage.open(browser, stage.url, token);
    await counter.scan(memberNumber);
    await counter.refuses(/Suspended.*Earns and redeems nothing for now/s);
    await counter.serves('Cia Dahl', '200');
    expect(await counter.button('Record visit').count()).toBe(0);
    expect(await counter.button(/^Coffee/).count()).toBe(0);
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);

  it('puts the member away when nobody has touched it for two minutes, and warns before', async () => {
    const { memberNumber } = await customer(stage, 'Disa Falk', 1);
    const counter = await CounterPage.open(browser, stage.url, null);
    await counter.page.clock.install();
    await counter.page.goto(`${stage.url}/counter#token=${token}`);
    await counter.page.reload();
    await counter.field.waitFor();
    await counter.scan(memberNumber);
    await counter.serves('Disa Falk', '100');
    await counter.page.clock.fastForward(100_500);
    await counter.button('I am here').click();
    await counter.page.clock.fastForward(100_500);
    await counter.button('I am here').waitFor();
    await counter.serves('Disa Falk');
    await counter.page.clock.fastForward(20_500);
    await counter.isIdle();
    expect(await counter.page.getByText('Disa Falk').count()).toBe(0);
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);

  it('is worked by keyboard alone, from the field to a redeemed reward', async () => {
    const { memberNumber } = await customer(stage, 'Elin Berg', 1);
    const counter = await CounterPage.open(browser, stage.url, token);
    await counter.scan(memberNumber);
    await counter.serves('Elin Berg', '100');
    const focused = () => counter.page.evaluate<string>('document.activeElement.textContent.trim()');
    for (let steps = 0; !(await focused()).startsWith('Coffee'); steps += 1) {
      expect(steps).toBeLessThan(20);
      await counter.page.keyboard.press('Tab');
    }
    await counter.page.keyboard.press('Enter');
    await counter.page.locator('button:not([aria-disabled])', { hasText: 'Redeem for 60 points' }).waitFor();
    expect(await focused()).toBe('Redeem for 60 points');
    await counter.page.keyboard.press('Enter');
    await counter.dialog.getByText('Redeemed').waitFor();
    await counter.page.keyboard.press('Escape');
    await counter.dialog.waitFor({ state: 'detached' });
    await counter.page.keyboard.press('Escape');
    await counter.isIdle();
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);

  it('speaks Swedish, fits a narrow phone and has room for fingers everywhere', async () => {
    const { id, memberNumber } = await customer(stage, 'Maximiliana Wachtmeister af Johannishus', 2);
    await redeemElsewhere(stage, id, 'coffee');
    const phone = { viewport: { width: NARROWEST, height: 640 }, isMobile: true, hasTouch: true, locale: 'sv-SE' };
    const counter = await CounterPage.open(browser, stage.url, token, phone);
    await counter.isIdle();
    const wide = () => counter.page.evaluate(OVERFLOWING);
    const small = () => counter.page.evaluate(SMALL);
    expect([await wide(), await small()]).toEqual([[], []]);
    await counter.page.keyboard.type('maxi');
    await counter.page.getByRole('option').waitFor();
    expect([await wide(), await small()]).toEqual([[], []]);
    await counter.page.keyboard.press('Escape');
    await counter.scan(memberNumber);
    await counter.serves('Maximiliana Wachtmeister af Johannishus', '140');
    await counter.button('Registrera besök').click();
    await counter.tells('+130 poäng');
    await counter.tells('Ny nivå: Silver');
    expect([await wide(), await small()]).toEqual([[], []]);
    await counter.button('Använd Coffee').click();
    await counter.button('Använd det nu').waitFor();
    expect([await wide(), await small()]).toEqual([[], []]);
    await counter.page.keyboard.press('Escape');
    await counter.button('Köp').click();
    await counter.page.getByLabel('Belopp').fill('1249,5');
    await counter.dialog.getByText('+124 poäng').waitFor();
    expect([await wide(), await small()]).toEqual([[], []]);
    expect(await counter.page.getAttribute('html', 'lang')).toBe('sv');
    expect(counter.troubles).toEqual([]);
    await counter.close();
  }, 60_000);
});
