import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import 'reflect-metadata';
import { ActivityTypesService } from '../src/features/activities/activity-types.service.ts';
import { AuditService } from '../src/features/audit/index.ts';
import type { EarningRuleInput } from '../src/features/earning/earning.inputs.ts';
import { CampaignsService, EarningRulesService, ProgrammeCache } from '../src/features/earning/index.ts';
import { ConfigurationStore } from '../src/features/program/index.ts';
import { poolReader } from '../src/platform/reader.ts';
import { Refusal } from '../src/platform/refusal.ts';
import type { RecordCommand } from '../src/recording/commands.ts';
import { evaluate } from '../src/rules/evaluate.ts';
import { type Bench, openBench } from './support/platform.ts';

const author = { actor: 'admin:test', requestId: 'request-1' };

let bench: Bench;
let types: ActivityTypesService;
let rules: EarningRulesService;
let campaigns: CampaignsService;
let cache: ProgrammeCache;

beforeAll(async () => {
  bench = await openBench();
  const { work, clock, log } = bench;
  const reader = poolReader(bench.work);
  const store = new ConfigurationStore(reader, new AuditService(reader));
  types = new ActivityTypesService(work, store);
  rules = new EarningRulesService(work, store, types);
  campaigns = new CampaignsService({ work, reader, store, activityTypes: types, clock });
  cache = new ProgrammeCache(store, log);
});

afterAll(async () => {
  await bench.close();
});

function rule(changes: Partial<EarningRuleInput> = {}): EarningRuleInput {
  return {
    code: 'per-review',
    name: 'Reviews',
    trigger: 'review',
    points: { fixed: 40 },
    status: 'ACTIVE',
    ...changes,
  };
}

function command(changes: Partial<RecordCommand> = {}): RecordCommand {
  return {
    source: 'test',
    key: '1',
    inputHash: '',
    type: 'review',
    memberId: null,
    externalId: 'C-1',
    enrollIfUnknown: false,
    occurredAt: null,
    channel: null,
    value: null,
    items: [],
    attributes: {},
    byMember: false,
    ...changes,
  };
}

async function generation(): Promise<number> {
  const { rows } = await bench.outside.query<{ generation: number }>('select generation from program');
  return rows[0]?.generation ?? 0;
}

function load() {
  return bench.work.run({ name: 'test' }, (tx) => cache.load(tx));
}

describe('built-in activity types', () => {
  test('are made once, also when two nodes start together', async () => {
    const other = bench.makeWork();
    await Promise.all(
      [bench.work, other].map((work) => work.run({ name: 'start' }, (tx) => types.ensureBuiltInsIn(tx))),
    );
    const made = await types.list(true);
    expect(made).toHaveLength(16);
    expect(made.every((type) => type.builtIn && type.version === 1)).toBe(true);
    const before = await generation();
    await bench.work.run({ name: 'start' }, (tx) => types.ensureBuiltInsIn(tx));
    expect(await generation()).toBe(before);
  });

  test('stay as the administrators left them', async () => {
    await types.save({ code: 'follow', name: 'Följ oss', public: true, recordableByMembers: true }, author);
    await bench.work.run({ name: 'start' }, (tx) => types.ensureBuiltInsIn(tx));
    expect(await types.find('follow')).toMatchObject({ name: 'Följ oss', version: 2, builtIn: true });
  });

  test('keep complaints out of what members see', async () => {
    const seen = await types.list(false);
    expect(seen.map((type) => type.code)).not.toContain('complaint-resolved');
    expect(seen).toHaveLength(15);
  });
});

describe('saving a rule', () => {
  test('twice changes nothing, and a change makes the next version', async () => {
    const first = await rules.save(rule(), author);
    const before = await generation();
    const again = await rules.save(rule(), author);
    expect(again).toEqual(first);
    expect(await generation()).toBe(before);
    const changed = await rules.save(rule({ points: { fixed: 50 } }), author);
    expect(changed.version).toBe(first.version + 1);
    expect(await generation()).toBe(before + 1);
  });

  test('for a type that does not exist is refused', async () => {
    const refused = rules.save(rule({ code: 'nothing', trigger: 'revue' }), author);
    await expect(refused).rejects.toBeInstanceOf(Refusal);
    await expect(refused).rejects.toMatchObject({ code: 'UNKNOWN_ACTIVITY_TYPE', inputPath: ['input', 'trigger'] });
  });

  test('under a code that is no code is refused', async () => {
    const refused = rules.save(rule({ code: 'Not A Code' }), author);
    await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT', inputPath: ['input', 'code'] });
  });

  test('shows members neither drafts nor expressions', async () => {
    await rules.save(rule({ code: 'draft', status: 'DRAFT' }), author);
    await rules.save(
      rule({ code: 'secret', condition: 'activity.channel == "store"', points: { expression: '7' } }),
      author,
    );
    await rules.save(rule({ code: 'goodwill', trigger: 'complaint-resolved' }), author);
    const shown = await rules.list(null, false);
    expect(shown.map(({ code }) => code)).toEqual(['per-review', 'secret']);
    expect(shown[1]).toMatchObject({ condition: null, points: { fixed: null, expression: null } });
    expect((await rules.list(['DRAFT'], true)).map(({ code }) => code)).toEqual(['draft']);
  });
});

describe('the compiled programme', () => {
  test('is the same object until something is saved', async () => {
    const first = await load();
    expect(await load()).toBe(first);
    await rules.save(rule({ code: 'one-more' }), author);
    const second = await load();
    expect(second).not.toBe(first);
    expect(second.activityTypes.get('review')).toBe(first.activityTypes.get('review'));
  });

  test('gives the points that the saved rules say', async () => {
    const { programme } = await load();
    const member = {
      id: '0190b8f0-0000-7000-8000-000000000000',
      externalId: null,
      joinedAt: 0,
      timeZone: null,
      locale: null,
      interests: [],
      attributes: {},
    };
    const { type, channel, source, value, items, attributes } = command({ channel: 'store' });
    const activity = { id: member.id, type, occurredAt: Date.now(), channel, source, value, items, attributes };
    const { postings } = evaluate(programme, { member, usage: () => ({ count: 0, points: 0 }) }, activity);
    expect(postings.map(({ rule: { code }, points }) => [code, points])).toEqual([
      ['one-more', 40],
      ['per-review', 50],
      ['secret', 7],
    ]);
  });

  test('admits what its activity types allow', async () => {
    const attributesSchema = { required: ['rating'], properties: { rating: { type: 'integer', maximum: 5 } } };
    await types.save(
      { code: 'review', name: 'Review', attributesSchema, public: true, recordableByMembers: true },
      author,
    );
    const { programme } = await load();
    const admit = (changes: Partial<RecordCommand>) => () => cache.admit(programme, command(changes));
    expect(admit({ attributes: { rating: 5 }, byMember: true })).not.toThrow();
    const refusals: [Partial<RecordCommand>, string, string[]][] = [
      [{ attributes: {} }, 'BAD_USER_INPUT', ['attributes', 'rating']],
      [{ attributes: { rating: 6 } }, 'BAD_USER_INPUT', ['attributes', 'rating']],
      [{ type: 'revue' }, 'UNKNOWN_ACTIVITY_TYPE', ['type']],
      [{ type: 'purchase', byMember: true }, 'FORBIDDEN', ['type']],
    ];
    for (const [changes, code, inputPath] of refusals) {
      expect(admit(changes)).toThrow(expect.objectContaining({ code, inputPath }));
    }
  });
});

describe('a campaign', () => {
  test('shows what is left of its budget', async () => {
    const saved = await campaigns.save(
      {
        code: 'double-week',
        name: 'Double week',
        multiplier: '2',
        stacking: 'MULTIPLY',
        budget: 1000,
        startsAt: new Date(Date.now() - 60_000),
        endsAt: new Date(Date.now() + 60_000),
        condition: 'activity.channel == "store"',
        status: 'ACTIVE',
      },
      author,
    );
    expect(saved).toMatchObject({ version: 1, budgetSpent: 0, budgetRemaining: 1000 });
    const [shown] = await campaigns.list(null, false);
    expect(shown).toMatchObject({ code: 'double-week', condition: null, budgetRemaining: 1000 });
    bench.clock.advance(120_000);
    expect(await campaigns.list(null, false)).toEqual([]);
    expect(await campaigns.list(null, true)).toHaveLength(1);
    bench.clock.advance(-120_000);
  });
});
