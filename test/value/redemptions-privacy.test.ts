import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drawVoucherCode } from '../../src/features/rewards/voucher-codes.ts';
import { codeOf } from '../recording/shop.ts';
import { type RedemptionData, RewardsStage, refusalOf } from './rewards-stage.ts';

const GUESSES = 10;

let stage: RewardsStage;
let kim: string;
let other: string;
let reward: string;
let redemption: RedemptionData;
const logged: string[] = [];

beforeAll(async () => {
  const log = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  });
  const off = { memberPerMinute: 0, privilegedPerMinute: 0, addressPerMinute: 0 };
  stage = await RewardsStage.open({ log, config: { rateLimits: { ...off, failedCredentialsPerMinute: GUESSES } } });
  kim = await stage.member(1_000);
  other = await stage.member(1_000);
  reward = await stage.reward();
  redemption = await stage.redeemed(kim, reward);
});

afterAll(() => stage.shop.close());

describe('members', () => {
  test('redeem, read and cancel for themselves', async () => {
    const self = stage.speakingFor(kim);
    const own = await stage.redeem(kim, reward, { memberId: undefined }, self);
    expect(own).toMatchObject({ redemption: { status: 'ISSUED', member: { id: kim } }, userErrors: [] });
    const id = own.redemption?.id ?? '';
    const [latest] = await stage.redemptionsOf(kim, undefined, self);
    expect(latest).toMatchObject({ id, voucherCode: own.redemption?.voucherCode });
    expect(await stage.cancel(id, {}, self)).toMatchObject({ redemption: { status: 'CANCELLED' } });
    // What members do of their own is no administrative change.
    const actions = await stage.shop.sql<{ actor: string }>(`select actor from audit_entries where target_id = $1`, [
      id,
    ]);
    expect(actions).toEqual([]);
  });

  test('get no hundreds of QR codes drawn for one request: each has its price', async () => {
    const asking = (first: number, fields: string) =>
      stage.speakingFor(kim).query(`{ me { redemptions(first: ${first}) { edges { node { ${fields} } } } } }`);
    expect((await asking(20, 'voucherQrSvg')).errors).toBeUndefined();
    const again = Array.from({ length: 15 }, (_, index) => `c${index}: voucherQrSvg`).join(' ');
    expect(codeOf(await asking(100, again))).toBe('QUERY_TOO_COMPLEX');
  });

  test('neither redeem for another, nor see, cancel or use what is another’s', async () => {
    const stranger = stage.speakingFor(other);
    const redeem = 'mutation ($input: RedeemRewardInput!) { redeemReward(input: $input) { userErrors { code } } }';
    const input = { idempotencyKey: 'stranger', memberId: kim, reward };
    expect(codeOf(await stranger.query(redeem, { input }))).toBe('FORBIDDEN');
    const node = 'query ($id: ID!) { node(id: $id) { id ... on Redemption { voucherCode } } }';
    expect(await stranger.data(node, { id: redemption.id })).toEqual({ node: null });
    expect(refusalOf(await stage.cancel(redemption.id, {}, stranger))).toMatchObject({ code: 'NOT_FOUND' });
    const list = 'query ($id: ID!) { member(id: $id) { redemptions { totalCount } nextReward { missingPoints } } }';
    expect(codeOf(await stranger.query(list, { id: kim }))).toBe('FORBIDDEN');
    const ask =
      'query ($id: ID!, $code: String!) { reward(code: $code) { availability(memberId: $id) { available } } }';
    expect(codeOf(await stranger.query(ask, { id: kim, code: reward }))).toBe('FORBIDDEN');
    const affordable = 'query ($id: ID!) { rewards(affordable: true, memberId: $id) { totalCount } }';
    expect(codeOf(await stranger.query(affordable, { id: kim }))).toBe('FORBIDDEN');
    for (const client of [stranger, stage.speakingFor(kim), stage.shop.app.client({ role: 'SERVICE' })]) {
      expect(codeOf(await stage.voucher(redemption.voucherCode, client))).toBe('FORBIDDEN');
      const use = `mutation { fulfilRedemption(input: { redemptionId: "${redemption.id}" }) { userErrors { code } } }`;
      expect(codeOf(await client.query(use))).toBe('FORBIDDEN');
    }
    expect((await stage.voucher(redemption.voucherCode)).data?.redemption?.status).toBe('ISSUED');
  });

  test('have vouchers that keys which read members see without the code', async () => {
    const service = stage.shop.app.client({ role: 'SERVICE', scope: 'members:read' });
    const read = (field: string) =>
      service.query(`query ($id: ID!) { node(id: $id) { ... on Redemption { status ${field} } } }`, {
        id: redemption.id,
      });
    expect((await read('')).data).toEqual({ node: { status: 'ISSUED' } });
    expect(codeOf(await read('voucherCode'))).toBe('FORBIDDEN');
    expect(codeOf(await read('voucherQrSvg'))).toBe('FORBIDDEN');
  });

  test('are named in the audit log when staff acts for them, and codes are in no log', async () => {
    const mine = await stage.redeemed(kim, reward);
    await stage.fulfil({ voucherCode: mine.voucherCode });
    const entries = await stage.shop.sql<{ action: string; actor: string; entry: string }>(
      `select action, actor, a::text as entry from audit_entries a where target_id = $1 order by id`,
      [mine.id],
    );
    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
      ['reward.redeemed', 'staff:staff'],
      ['redemption.fulfilled', 'staff:staff'],
    ]);
    const codes = [mine.voucherCode, mine.voucherCode.replaceAll('-', '')];
    const told = await stage.shop.sql<{ text: string }>('select payload::text as text from outbox');
    const remembered = await stage.shop.sql<{ text: string }>('select response::text as text from idempotency_keys');
    const places = [entries, told, remembered, logged].map((place) => JSON.stringify(place));
    for (const place of places) for (const code of codes) expect(place).not.toContain(code);
    expect(logged.length).toBeGreaterThan(0);
  });
});

describe('whoever guesses codes', () => {
  test('is stopped after so many wrong ones, also when they come in one document; right ones do not count', async () => {
    const guesser = stage.shop.app.client({ role: 'STAFF', subject: 'guesser' });
    for (let times = 0; times < 2 * GUESSES; times += 1) {
      expect((await stage.voucher(redemption.voucherCode, guesser)).data?.redemption?.id).toBe(redemption.id);
    }
    const guesses = Array.from(
      { length: 14 },
      (_, at) => `g${at}: redemption(voucherCode: "${drawVoucherCode()}") { id }`,
    );
    const answer = await guesser.query<Record<string, unknown>>(`{ ${guesses.join(' ')} }`);
    expect(answer.errors).toHaveLength(14 - GUESSES);
    for (const { extensions } of answer.errors ?? []) {
      expect(extensions).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: expect.any(Number) } });
    }
    // Then neither a right code nor another way in is answered, and others at other tills go on.
    expect(codeOf(await stage.voucher(redemption.voucherCode, guesser))).toBe('RATE_LIMITED');
    const use = `mutation { fulfilRedemption(input: { voucherCode: "${redemption.voucherCode}" }) { userErrors { code } } }`;
    expect(codeOf(await guesser.query(use))).toBe('RATE_LIMITED');
    expect((await stage.voucher(redemption.voucherCode)).data?.redemption).toMatchObject({ status: 'ISSUED' });
  });

  test('by using vouchers instead of looking them up is stopped the same', async () => {
    const guesser = stage.shop.app.client({ role: 'STAFF', subject: 'user' });
    const guesses = Array.from({ length: 12 }, (_, at) => {
      return `g${at}: fulfilRedemption(input: { voucherCode: "${drawVoucherCode()}" }) { userErrors { code } }`;
    });
    const answer = await guesser.query(`mutation { ${guesses.join(' ')} }`);
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toContain('RATE_LIMITED');
  });
});
