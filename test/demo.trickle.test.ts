import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seedDemo } from '../src/demo/seed.ts';
import { startTrickle } from '../src/demo/trickle.ts';
import { startTestApp, type TestApp } from './support/app.ts';
import { eventually } from './support/platform.ts';

const SLOT_MS = 100;

describe('the trickle of a demo', () => {
  let app: TestApp;
  let other: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
    other = await startTestApp({ databaseUrl: app.databaseUrl });
    await seedDemo(app.core, { members: 30, activities: 200 });
  }, 60_000);

  afterAll(async () => {
    await other.stop();
    await app.stop();
  });

  async function live(): Promise<{ key: string }[]> {
    return app.core.reader.query<{ key: string }>(
      `select idempotency_key as key from activities where source = 'demo' and idempotency_key like 'live-%'`,
    );
  }

  it('goes on with one activity per slot, however many nodes take part, and ends when it is stopped', async () => {
    const nodes = [startTrickle(app.core, SLOT_MS), startTrickle(other.core, SLOT_MS)];
    await eventually('eight activities', async () => (await live()).length >= 8);
    await Promise.all(nodes.map((node) => node.stop()));
    await app.settled();
    const keys = (await live()).map(({ key }) => key);
    const slots = keys.map((key) => Number(/^live-(\d+)-1$/.exec(key)?.[1]));
    expect(slots.every((slot) => slot % SLOT_MS === 0)).toBe(true);
    expect(new Set(slots).size).toBe(slots.length);
  }, 30_000);

  it('does nothing where no demo was seeded', async () => {
    const empty = await startTestApp();
    try {
      const trickle = startTrickle(empty.core, SLOT_MS);
      const [row] = await empty.core.reader.query<{ count: number }>('select count(*)::int as count from activities');
      expect(row?.count).toBe(0);
      await trickle.stop();
    } finally {
      await empty.stop();
    }
  });
});
