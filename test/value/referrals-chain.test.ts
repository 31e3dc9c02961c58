import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { readChain } from '../../src/features/referrals/referrals.chain.ts';
import type { Reader } from '../../src/platform/reader.ts';
import { asMember, asStaff } from '../realtime/support/stage.ts';
import { startTestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { type Person, ReferralsStage } from './referrals-stage.ts';

let stage: ReferralsStage;
let anna: Person;
let bo: Person;
let cleo: Person;
let hilde: Person;

beforeAll(async () => {
  stage = await ReferralsStage.open();
  await stage.offer({ refereePoints: 20, joinUrl: 'https://shop.example/join?from=club' });
  anna = await stage.person(null, { displayName: 'Anna <b>Berg</b>' });
  bo = await stage.person(anna.referralCode, { displayName: 'Bo Public' });
  cleo = await stage.person(bo.referralCode, { displayName: 'Cleo Alias', alias: 'Trailblazer', visibility: 'ALIAS' });
  hilde = await stage.person(cleo.referralCode, { displayName: 'Hilde Hidden', visibility: 'HIDDEN' });
  await stage.buy(cleo, '250.50');
  await stage.buy(hilde, '99.50');
  await stage.rewarded(cleo);
  await stage.rewarded(hilde);
});

afterAll(() => stage.shop.close());

describe('referralChain', () => {
  test('goes down by steps with how many came through each and what those have bought, for no more than it was asked', async () => {
    const down = await stage.chain(anna);
    expect(down.map(({ member, depth, size, valueBrought }) => [member.id, depth, size, valueBrought.amount])).toEqual([
      [bo.id, 1, 2, '350.00'],
      [cleo.id, 2, 1, '99.50'],
      [hilde.id, 3, 0, '0.00'],
    ]);
    const near = await stage.chain(anna, 'DOWN', 1);
    expect(near.map(({ member, size }) => [member.id, size])).toEqual([[bo.id, 2]]);
  });

  test('hangs together for whoever draws it, also past a member who does not want to be named', async () => {
    const top = await stage.person(null);
    const unnamed = await stage.person(top.referralCode, { displayName: 'Holger Hidden', visibility: 'HIDDEN' });
    await stage.person(unnamed.referralCode, { displayName: 'Ivar Below' });
    const document = '{ me { referralChain(depth: 3) { viaReferralId referral { id } member { displayName } } } }';
    type Place = { viaReferralId: string | null; referral: { id: string }; member: { displayName: string } };
    const { me } = await stage.as(top).data<{ me: { referralChain: Place[] } }>(document);
    const [near, far] = me.referralChain;
    expect(me.referralChain.map(({ member }) => member.displayName)).toEqual(['Hidden member', 'Ivar Below']);
    expect([near?.viaReferralId, far?.viaReferralId]).toEqual([null, near?.referral.id]);
  });

  test('goes up to whoever was the first', async () => {
    const up = await stage.chain(hilde, 'UP');
    expect(up.map(({ member, depth, size }) => [member.id, depth, size])).toEqual([
      [cleo.id, 1, 1],
      [bo.id, 2, 2],
      [anna.id, 3, 3],
    ]);
    expect(up[0]?.referral.id).toBe((await stage.cameBy(hilde)).id);
  });

  test('tells a member who looks up nothing of what others have bought who came through the same people', async () => {
    const top = await stage.person(null);
    const near = await stage.person(top.referralCode);
    const self = await stage.person(near.referralCode);
    const below = await stage.person(self.referralCode);
    const sibling = await stage.person(near.referralCode);
    for (const [person, amount] of [
      [near, '1000'],
      [self, '10'],
      [below, '5'],
      [sibling, '777'],
    ] as const) {
      await stage.buy(person, amount);
    }
    const worth = async (client?: Client) =>
      (await stage.chain(self, 'UP', 10, client)).map(({ size, valueBrought }) => [size, valueBrought.amount]);
    expect(await worth()).toEqual([
      [3, '792.00'],
      [4, '1792.00'],
    ]);
    expect(await worth(stage.as(self))).toEqual([
      [3, '15.00'],
      [4, '15.00'],
    ]);
  });

  test.each([0, 11])('refuses a depth of %i', async (depth) => {
    await expect(stage.chain(anna, 'DOWN', depth)).rejects.toThrow('from 1 to 10 steps');
  });

  test('names members below as they want to be known, and shows nobody another member’s chain', async () => {
    const down = await stage.chain(anna, 'DOWN', 10, stage.as(anna));
    expect(down.map(({ member }) => member.displayName)).toEqual(['Bo Public', 'Trailblazer', 'Hidden member']);
    expect(down.map(({ member }) => member.id === bo.id)).toEqual([true, false, false]);
    expect(JSON.stringify(down)).not.toContain(hilde.id);
    for (const field of ['referralChain { depth }', 'referrals { totalCount }', 'referredBy { id }']) {
      const document = `{ me { referredBy { referrer { ${field} } } } }`;
      expect((await stage.as(bo).query(document)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });

  test('keeps codes between the two whom a referral is about', async () => {
    const document = '{ me { referralChain { referral { code } } } }';
    expect((await stage.as(anna).query(document)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await stage.cameBy(bo, stage.as(bo))).code).toBe(anna.referralCode);
  });

  test('has its price: a hundred chains are not worked out for one request', async () => {
    const nested =
      '{ me { referrals(first: 100) { edges { node { referrer { referralChain(depth: 10) { depth } } } } } } }';
    expect((await stage.as(anna).query(nested)).errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  });

  test('costs one statement, however many are in it', async () => {
    const { core } = stage.shop.app;
    const statements: string[] = [];
    const counting: Reader = {
      query: (sql, values) => {
        statements.push(sql);
        return core.reader.query(sql, values);
      },
    };
    const places = await readChain(counting, anna.id, { direction: 'DOWN', depth: 10, ownBranch: false });
    expect([places.length, statements.length]).toEqual([3, 1]);
  });
});

describe('referrals of a member', () => {
  test('come in pages, by status', async () => {
    const document = `query ($status: [ReferralStatus!]) { me { referrals(first: 1, status: $status) {
      totalCount edges { node { status points referee { displayName } } } } } }`;
    type Found = { me: { referrals: { totalCount: number; edges: { node: object }[] } } };
    const { me } = await stage.as(bo).data<Found>(document, { status: ['REWARDED'] });
    expect(me.referrals).toEqual({
      totalCount: 1,
      edges: [{ node: { status: 'REWARDED', points: 100, referee: { displayName: 'Trailblazer' } } }],
    });
    const { me: none } = await stage.as(bo).data<Found>(document, { status: ['FLAGGED'] });
    expect(none.referrals.totalCount).toBe(0);
  });
});

describe('referralChainUpdated', () => {
  const UPDATES = `subscription ($memberId: ID) { referralChainUpdated(memberId: $memberId) {
    kind depth referral { status referee { displayName } } } }`;
  type Update = {
    referralChainUpdated: { kind: string; depth: number; referral: { referee: { displayName: string } } };
  };

  test('tells everybody above who joined, what counted and what was paid, also on another node', async () => {
    const other = await startTestApp({ databaseUrl: stage.shop.app.databaseUrl });
    const { url } = stage.shop.app;
    const top = await Follower.start<Update>(url, UPDATES, { params: await asMember(stage.shop.app, anna.id) });
    const far = await Follower.start<Update>(other.url, UPDATES, {
      ...{ params: await asStaff(other), variables: { memberId: bo.id } },
    });
    const stranger = await Follower.start<Update>(url, UPDATES, { params: await asMember(stage.shop.app, hilde.id) });
    const dan = await stage.person(bo.referralCode, { displayName: 'Dan', visibility: 'HIDDEN' });
    await stage.buy(dan);
    const seen = async (follower: Follower<Update>) => {
      await follower.until('the payment', () => follower.data.length >= 3 || follower.failure !== null);
      return follower.data.map(({ referralChainUpdated: { kind, depth, referral } }) => {
        return [kind, depth, referral.referee.displayName];
      });
    };
    const kinds = ['JOINED', 'QUALIFIED', 'REWARDED'];
    expect(await seen(top)).toEqual(kinds.map((kind) => [kind, 2, 'Hidden member']));
    expect(await seen(far)).toEqual(kinds.map((kind) => [kind, 1, 'Dan']));
    expect(stranger.data).toEqual([]);
    for (const follower of [top, far, stranger]) follower.close();
    await other.stop();
  });

  test('shows no member another one’s chain', async () => {
    const follower = await Follower.start<Update>(stage.shop.app.url, UPDATES, {
      ...{ params: await asMember(stage.shop.app, bo.id), variables: { memberId: anna.id } },
    });
    await follower.until('the refusal', () => follower.failure !== null);
    expect(follower.failure?.[0]?.extensions.code).toBe('FORBIDDEN');
    follower.close();
  });
});

describe('the page behind a referral link', () => {
  const open = (code: string, language = 'en', url = stage.shop.app.url) =>
    fetch(`${url}/r/${code}`, { headers: { 'accept-language': language, accept: 'text/html' } });

  test('greets in the reader’s language with the name, says what there is, and leads to the shop with the code', async () => {
    const answer = await open(anna.referralCode);
    const page = await answer.text();
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(page).toContain('Anna &lt;b&gt;Berg&lt;/b&gt; would like you to join');
    expect(page).toContain('you get 20 points');
    expect(page).toContain(`href="https://shop.example/join?from=club&amp;referral=${anna.referralCode}"`);
    expect(await (await open(anna.referralCode, 'sv-SE,sv;q=0.9,en;q=0.8')).text()).toContain('vill ha med dig i');
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('runs nothing: its policy allows its one style and no more', async () => {
    const answer = await open(bo.referralCode);
    const page = await answer.text();
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(answer.headers.get('content-security-policy')?.split('; ')).toEqual([
      ...["default-src 'none'", `style-src 'sha256-${hash}'`],
      ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
    ]);
    expect(page).not.toContain('<script');
  });

  test('names nobody who does not want to be named', async () => {
    expect(await (await open(cleo.referralCode)).text()).toContain('Trailblazer would like you to join');
    const hidden = await (await open(hilde.referralCode)).text();
    expect(hidden).toContain('Somebody would like you to join');
    expect(hidden).not.toContain('Hilde');
  });

  test('is not there for a code that nobody has, and guessing is limited', async () => {
    const rateLimits = { ...stage.shop.app.config.rateLimits, failedCredentialsPerMinute: 5 };
    const guarded = await startTestApp({ databaseUrl: stage.shop.app.databaseUrl, config: { rateLimits } });
    for (let guess = 0; guess < 5; guess += 1) expect((await open('AAAAAAAA', 'en', guarded.url)).status).toBe(404);
    expect((await open('AAAAAAAB', 'en', guarded.url)).status).toBe(429);
    expect((await open(anna.referralCode, 'en', guarded.url)).status).toBe(429);
    await guarded.stop();
  });
});
