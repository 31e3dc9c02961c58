import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fewestStatements } from '../support/statements.ts';
import { BadgesStage } from './badges-stage.ts';

let stage: BadgesStage;

beforeAll(async () => {
  stage = await BadgesStage.open();
});

afterAll(() => stage.shop.close());

function spread() {
  return stage.shop.app.client().data('{ badge(code: "walker") { awardedCount rarity } }');
}

test('what is large is counted once a minute and node, however often it is asked for', async () => {
  await stage.save({ repeatable: true });
  const kim = await stage.shop.enrol();
  await stage.award(kim);
  const small = await fewestStatements(stage.shop.app, spread);
  await stage.shop.sql(
    `insert into badge_awards (id, badge_code, member_id, number, awarded_at, cause_kind, cause_code)
     select gen_random_uuid(), 'walker', $1, number, now(), 'hand', 'test' from generate_series(1001, 11000) as number`,
    [kim],
  );
  expect(await spread()).toEqual({ badge: { awardedCount: 10_001, rarity: 1 } });
  expect(await fewestStatements(stage.shop.app, spread)).toBe(small - 1);
  await stage.award(kim);
  expect(await spread()).toEqual({ badge: { awardedCount: 10_001, rarity: 1 } });
});
