import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Follower } from '../scripts/chaos/support/follower.ts';
import { newId } from '../src/platform/ids.ts';
import { startTestApp, type TestApp } from './support/app.ts';

interface Example {
  name: string;
  role: 'MEMBER' | 'STAFF' | 'ADMIN';
  refused: string | null;
  document: string;
}

const GRAPHQL = /<!-- as: (MEMBER|STAFF|ADMIN)(?:; refused: ([A-Z_]+))? -->\n```graphql\n([\s\S]*?)```/g;
const LIVE = /<!-- follow as: (STAFF) -->\n```graphql\n([\s\S]*?)```/g;
const POST = /<!-- post: (\S+) -->\n```json\n([\s\S]*?)```/g;
const SHELL = /<!-- run -->\n```sh\n([\s\S]*?)```/g;

const guide = await readFile('docs/guide.md', 'utf8');
const readme = await readFile('README.md', 'utf8');

function examplesIn(text: string): Example[] {
  return [...text.matchAll(GRAPHQL)].map(([, role, refused, document = '']) => ({
    name: /(?:query|mutation) (\w+)/.exec(document)?.[1] ?? 'unnamed',
    role: role as Example['role'],
    refused: refused ?? null,
    document,
  }));
}

const liveExamples = [...guide.matchAll(LIVE)].map(([, , document = '']) => ({
  name: /subscription (\w+)/.exec(document)?.[1] ?? 'unnamed',
  document,
}));

const AWARD = 'mutation ($input: RecordActivityInput!) { recordActivity(input: $input) { userErrors { code } } }';
const PURCHASE = { type: 'purchase', value: { amount: '100', currencyCode: 'SEK' } };

/** The id of the member whom the guide speaks of. */
async function memberId(app: TestApp): Promise<string> {
  const query = '{ member(externalId: "customer-1001") { id } }';
  return (await app.client({ role: 'STAFF' }).data<{ member: { id: string } }>(query)).member.id;
}

/** The ids of the order and the review that the guide takes back. */
async function activityIds(app: TestApp): Promise<Record<string, string>> {
  const query =
    '{ order: activity(idempotencyKey: "order-5001") { id } review: activity(idempotencyKey: "review-78") { id } }';
  const { order, review } = await app.client({ role: 'STAFF' }).data<Record<'order' | 'review', { id: string }>>(query);
  return { activityId: order.id, reviewId: review.id };
}

/** What the variables of an example stand for: the guide's member, what that member did, and what it redeemed last. */
async function variablesOf(app: TestApp, document: string): Promise<Record<string, string>> {
  if (document.includes('$memberId')) return { memberId: await memberId(app) };
  if (/\$(activityId|reviewId)/.test(document)) return activityIds(app);
  if (!/\$(voucherCode|redemptionId)/.test(document)) return {};
  const query = '{ redemptions(first: 1) { edges { node { redemptionId: id voucherCode } } } }';
  type Found = { redemptions: { edges: { node: { redemptionId: string; voucherCode: string } }[] } };
  const { redemptions } = await app.client({ role: 'STAFF' }).data<Found>(query);
  return redemptions.edges[0]?.node ?? {};
}

describe('the documentation', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.stop());

  it('runs every GraphQL block of the guide: none is left without a word on who sends it', () => {
    expect(examplesIn(guide).length + liveExamples.length).toBe(guide.split('```graphql').length - 1);
  });

  it.each(examplesIn(guide))('shows an example that works: $name', async ({ role, refused, document }) => {
    const variables = await variablesOf(app, document);
    const answer = await app.client({ role }).query<Record<string, unknown>>(document, variables);
    expect(answer.errors).toBeUndefined();
    const codes = [...JSON.stringify(answer.data).matchAll(/"userErrors":\[\{"code":"([A-Z_]+)"/g)].map(
      ([, code]) => code,
    );
    expect(codes).toEqual(refused === null ? [] : [refused]);
  });

  it('shows receipts whose figures the guide can be checked against', async () => {
    const { member } = await app
      .client({ role: 'STAFF' })
      .data<{ member: { wallet: Record<string, number> } }>(
        '{ member(externalId: "customer-1001") { wallet { active deficit lifetimeReversed } } }',
      );
    // 124 for the purchase, doubled for three categories, 9 for the late one, and 15 for the review of the week; 60 for a
    // coffee. Then the purchase was taken back, a quarter first: 62 of the 212, and then 186 of the 150 that were left.
    expect(member.wallet).toEqual({ active: 0, deficit: 36, lifetimeReversed: 248 });
  });

  it('tells of a review whose reversal opens the challenge again, as the guide says', async () => {
    const document = guide.match(/query TheReview[\s\S]*?```/)?.[0].replace('```', '') ?? '';
    const previewed = await app
      .client({ role: 'STAFF' })
      .data<{ previewReversal: object }>(document, await activityIds(app));
    expect(previewed.previewReversal).toMatchObject({
      effects: [
        { __typename: 'PointsReversed', points: 15 },
        { __typename: 'ChallengeReopened', progress: { challenge: { name: 'Review of the week' }, timesCompleted: 0 } },
        { __typename: 'ChallengeProgressed' },
      ],
    });
  });

  it('shows lists for shops that do not speak GraphQL that are taken as they stand', async () => {
    const document = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
    const input = { name: 'Till', scopes: ['ACTIVITIES_WRITE', 'ACTIVITIES_REVERSE'] };
    type Made = { createApiKey: { secret: string } };
    const { createApiKey } = await app.client({ role: 'ADMIN' }).data<Made>(document, { input });
    const posts = [...guide.matchAll(POST)];
    expect(posts.map(([, path]) => path)).toEqual(['/v1/activities', '/v1/reversals']);
    for (const [, path = '', body = ''] of posts) {
      const headers = { 'content-type': 'application/json', 'x-api-key': createApiKey.secret };
      const response = await fetch(`${app.url}${path}`, { method: 'POST', headers, body });
      expect(await response.json()).toMatchObject({ results: [{ replayed: false, userErrors: [] }] });
    }
  });

  it.each(liveExamples)('shows a subscription that delivers: $name', async ({ document }) => {
    const staff = app.client({ role: 'STAFF' });
    const variables = { memberId: await memberId(app) };
    const params = { authorization: `Bearer ${await app.token({ role: 'STAFF' })}` };
    const follower = await Follower.start(app.url, document, { variables, params });
    const again = async () => {
      // Subscribing has no answer of its own, so something happens until it is heard.
      await staff.data(AWARD, { input: { ...PURCHASE, ...variables, idempotencyKey: newId() } });
      return follower.results.length > 0 || follower.failure !== null;
    };
    while (!(await again()));
    follower.close();
    expect(follower.failure).toBeNull();
    expect(follower.results[0]?.errors).toBeUndefined();
  });

  it.each([...readme.matchAll(SHELL)].map(([, script = '']) => script))(
    'gives commands in the README that work: %s',
    async (script) => {
      const run = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
        env: { ...process.env, POKAL_URL: app.url, TOKEN: await app.token({ role: 'STAFF' }) },
      });
      const { stdout } = await run;
      expect(JSON.parse(stdout)).toMatchObject({ data: { recordActivity: { userErrors: [] } } });
    },
  );
});
