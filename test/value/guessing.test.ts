import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { guessLimitOf } from '../../src/api/rate-limits.ts';
import { newId } from '../../src/platform/ids.ts';
import { codeOf } from '../recording/shop.ts';
import type { Client } from '../support/client.ts';
import { JOIN, type Joining, type Person, ReferralsStage } from './referrals-stage.ts';

const GUESSES = 5;

let stage: ReferralsStage;
let anna: Person;

beforeAll(async () => {
  const off = { memberPerMinute: 0, privilegedPerMinute: 0, addressPerMinute: 0 };
  stage = await ReferralsStage.open({ config: { rateLimits: { ...off, failedCredentialsPerMinute: GUESSES } } });
  await stage.offer();
  anna = await stage.person();
});

afterAll(() => stage.shop.close());

/** A shop's own key, with an allowance of its own. */
const shopKey = (subject: string) => stage.shop.app.client({ role: 'SERVICE', scope: 'members:write', subject });

/** Enrols with a code and gives why it was refused, or null. */
async function joining(client: Client, referralCode: string | null, more: object = {}): Promise<string | null> {
  const input = { idempotencyKey: newId(), displayName: 'Kim Berg', ...(referralCode && { referralCode }), ...more };
  const answer = await client.query<{ enrollMember: Joining }>(JOIN, { input });
  return codeOf(answer) ?? answer.data?.enrollMember.userErrors[0]?.code ?? null;
}

describe('whoever guesses referral codes by enrolling', () => {
  test('is stopped after so many wrong ones, also when they come in one document', async () => {
    const guesser = shopKey('guesser');
    const guesses = Array.from({ length: 12 }, (_, at) => {
      const input = `idempotencyKey: "${newId()}", displayName: "Kim", referralCode: "AAAAAA${at + 10}"`;
      return `g${at}: enrollMember(input: { ${input} }) { userErrors { code } }`;
    });
    const answer = await guesser.query(`mutation { ${guesses.join(' ')} }`);
    // Mutations run one after the other: those before were refused because of their codes.
    expect(answer.errors).toMatchObject([
      {
        path: [`g${GUESSES}`],
        extensions: { code: 'RATE_LIMITED', details: { retryAfterSeconds: expect.any(Number) } },
      },
    ]);
    // Then no right code is answered either, and enrolling without one goes on.
    expect(await joining(guesser, anna.referralCode)).toBe('RATE_LIMITED');
    expect(await joining(guesser, null)).toBeNull();
    expect(await joining(shopKey('another'), anna.referralCode)).toBeNull();
  });

  test('is stopped as well when all come at once, each in a request of its own', async () => {
    const guesser = shopKey('hasty');
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => joining(guesser, `BBBBBB${at + 10}`)));
    expect(answers.filter((code) => code === 'REFERRAL_REJECTED')).toHaveLength(GUESSES);
    expect(answers.filter((code) => code === 'RATE_LIMITED')).toHaveLength(20 - GUESSES);
  });

  test('stops nobody else at the same shop when the shop says from where each enrols', async () => {
    const shop = shopKey('form');
    for (let times = 0; times < GUESSES; times += 1) {
      expect(await joining(shop, 'CCCCCCCC', { clientAddress: '192.0.2.1' })).toBe('REFERRAL_REJECTED');
    }
    expect(await joining(shop, 'CCCCCCCC', { clientAddress: '192.0.2.1' })).toBe('RATE_LIMITED');
    expect(await joining(shop, anna.referralCode, { clientAddress: '192.0.2.2' })).toBeNull();
  });

  test('is not taken for somebody who enrols many with right codes, or is refused for another reason', async () => {
    const shop = shopKey('busy');
    const email = `${newId()}@example.com`;
    expect(await joining(shop, null, { email })).toBeNull();
    for (let times = 0; times < 2 * GUESSES; times += 1) {
      expect(await joining(shop, anna.referralCode, { email })).toBe('REFERRAL_REJECTED');
    }
    const codes = await Promise.all(Array.from({ length: 4 * GUESSES }, () => joining(shop, anna.referralCode)));
    expect(codes.filter((code) => code !== null)).toEqual([]);
  });
});

describe('whoever guesses referral codes at the landing page', () => {
  const open = async (code: string) => (await fetch(`${stage.shop.app.url}/r/${code}`)).status;

  test('is stopped after so many wrong ones, although all come at once', async () => {
    const right = await Promise.all(Array.from({ length: 4 * GUESSES }, () => open(anna.referralCode)));
    expect(right).toEqual(right.map(() => 200));
    const wrong = await Promise.all(Array.from({ length: 20 }, (_, at) => open(`DDDDDD${at + 10}`)));
    expect(wrong.filter((status) => status === 404)).toHaveLength(GUESSES);
    expect(wrong.filter((status) => status === 429)).toHaveLength(20 - GUESSES);
    expect(await open(anna.referralCode)).toBe(429);
  });
});

describe('a limit of guesses', () => {
  test('gives back what failed for another reason, and lets right ones beyond it wait for one another', async () => {
    const limit = guessLimitOf(2);
    const failing = () => limit.guessAs('kim', () => Promise.reject(new Error('The database is away.')));
    for (let times = 0; times < 5; times += 1) await expect(failing()).rejects.toThrow('The database is away.');
    const right = Array.from({ length: 10 }, (_, at) => limit.guessAs('kim', async () => at));
    expect(await Promise.all(right)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const wrong = await Promise.allSettled(Array.from({ length: 10 }, () => limit.guessAs('kim', async () => null)));
    expect(wrong.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await limit.guessAs('bo', async () => 'found')).toBe('found');
  });
});
