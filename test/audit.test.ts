import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../src/platform/ids.ts';
import { startTestApp, type TestApp } from './support/app.ts';
import type { Client } from './support/client.ts';

const LOG = `query ($first: Int, $after: String, $actor: String, $action: String) {
  auditLog(first: $first, after: $after, actor: $actor, action: $action) {
    edges { node { id actor action targetKind targetId before after occurredAt requestId } }
    totalCount
    pageInfo { hasNextPage endCursor }
  }
}`;
const RENAME = `mutation ($input: UpdateProgramInput!) {
  updateProgram(input: $input) { program { name } userErrors { code } }
}`;

interface Entry {
  id: string;
  actor: string;
  action: string;
  before: object | null;
  after: object | null;
  requestId: string | null;
}
interface Log {
  auditLog: { edges: { node: Entry }[]; totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string } };
}

let app: TestApp;
let anna: Client;
let berit: Client;

beforeAll(async () => {
  app = await startTestApp();
  anna = app.client({ role: 'ADMIN', subject: 'anna' });
  berit = app.client({ role: 'ADMIN', subject: 'berit' });
});

afterAll(() => app.stop());

async function log(variables: object = {}): Promise<Entry[]> {
  return (await anna.data<Log>(LOG, { first: 100, ...variables })).auditLog.edges.map(({ node }) => node);
}

describe('the audit log', () => {
  test('tells who did what on which request, before and after, the newest first', async () => {
    const first = await anna.query(RENAME, { input: { name: 'Fjällklubben' } });
    await berit.query(RENAME, { input: { name: 'Skogsklubben' } });
    const [newest, older] = await log({ action: 'program.updated' });
    expect(newest).toMatchObject({
      actor: 'admin:berit',
      ...{ targetKind: 'program', before: { name: 'Fjällklubben' }, after: { name: 'Skogsklubben' } },
    });
    expect(older).toMatchObject({ actor: 'admin:anna', requestId: first.extensions?.requestId });
  });

  test('keeps nothing of a change that was refused, and nothing of saving what is there already', async () => {
    const before = await log();
    await anna.data(RENAME, { input: { name: ' ' } });
    await anna.data(RENAME, { input: { name: 'Skogsklubben' } });
    await expect(log()).resolves.toEqual(before);
  });

  test('is narrowed by actor and action, and paged', async () => {
    for (let turn = 0; turn < 5; turn += 1) await berit.data(RENAME, { input: { name: `Club ${turn}` } });
    const all = await log({ actor: 'admin:berit', action: 'program.updated' });
    expect(all.length).toBeGreaterThanOrEqual(5);
    expect(new Set(all.map(({ actor }) => actor))).toEqual(new Set(['admin:berit']));
    const paged: Entry[] = [];
    let after: string | null = null;
    do {
      const { auditLog }: Log = await anna.data<Log>(LOG, { first: 2, after, actor: 'admin:berit' });
      expect(auditLog.totalCount).toBe(all.length);
      paged.push(...auditLog.edges.map(({ node }) => node));
      after = auditLog.pageInfo.hasNextPage ? auditLog.pageInfo.endCursor : null;
    } while (after !== null);
    expect(paged).toEqual(all);
    await expect(log({ actor: 'nobody' })).resolves.toEqual([]);
  });

  test('is read by admins only, also entry by entry', async () => {
    const [entry] = await log();
    const node = 'query ($id: ID!) { node(id: $id) { __typename id } }';
    await expect(anna.data(node, { id: entry?.id })).resolves.toEqual({
      node: { __typename: 'AuditEntry', id: entry?.id },
    });
    for (const client of [app.client({ role: 'STAFF' }), app.client({ role: 'MEMBER', subject: newId() })]) {
      expect((await client.query(LOG)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      await expect(client.data(node, { id: entry?.id })).resolves.toEqual({ node: null });
    }
  });

  test('cannot be changed, not even in the database', async () => {
    for (const statement of [
      "update audit_entries set actor = 'x'",
      'delete from audit_entries',
      'truncate audit_entries',
    ]) {
      const tampering = app.core.work.run({ name: 'test.tamper' }, (tx) => tx.query(statement));
      await expect(tampering).rejects.toThrow('append-only');
    }
  });
});
