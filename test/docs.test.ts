import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/app.ts';

interface Example {
  name: string;
  role: 'MEMBER' | 'STAFF' | 'ADMIN';
  refused: string | null;
  document: string;
}

const GRAPHQL = /<!-- as: (MEMBER|STAFF|ADMIN)(?:; refused: ([A-Z_]+))? -->\n```graphql\n([\s\S]*?)```/g;
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

describe('the documentation', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.stop());

  it('runs every GraphQL block of the guide: none is left without a word on who sends it', () => {
    expect(examplesIn(guide)).toHaveLength(guide.split('```graphql').length - 1);
  });

  it.each(examplesIn(guide))('shows an example that works: $name', async ({ role, refused, document }) => {
    const answer = await app.client({ role }).query<Record<string, unknown>>(document);
    expect(answer.errors).toBeUndefined();
    const codes = [...JSON.stringify(answer.data).matchAll(/"userErrors":\[\{"code":"([A-Z_]+)"/g)].map(
      ([, code]) => code,
    );
    expect(codes).toEqual(refused === null ? [] : [refused]);
  });

  it('shows receipts whose figures the guide can be checked against', async () => {
    const { member } = await app
      .client({ role: 'STAFF' })
      .data<{ member: { wallet: { active: number } } }>(
        '{ member(externalId: "customer-1001") { wallet { active } } }',
      );
    // 124 for the purchase, doubled for three categories, and 9 for the late one.
    expect(member.wallet.active).toBe(257);
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
