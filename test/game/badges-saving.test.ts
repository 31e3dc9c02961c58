import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Boards } from '../support/boards.ts';
import { codeOf } from '../support/members.ts';
import { eventually } from '../support/platform.ts';
import { BadgesStage } from './badges-stage.ts';
import { count } from './game.ts';

let stage: BadgesStage;

beforeAll(async () => {
  stage = await BadgesStage.open({ config: { publicUrl: 'https://club.example' } });
  await stage.shop.offer('walk', null);
});

afterAll(() => stage.shop.close());

describe('saving a badge', () => {
  test('twice changes nothing, a change makes a version, and the id stays', async () => {
    const first = (await stage.save({ goal: count('walk', 2) })).badge;
    expect(first).toMatchObject({ code: 'walker', version: 1, status: 'ACTIVE' });
    expect((await stage.save({ goal: count('walk', 2) })).badge).toMatchObject({ id: first?.id, version: 1 });
    expect((await stage.save({ goal: count('walk', 3) })).badge).toMatchObject({ id: first?.id, version: 2 });
    const log = '{ auditLog(first: 10, action: "badge.saved") { totalCount } }';
    expect(await stage.shop.admin.data(log)).toEqual({ auditLog: { totalCount: 2 } });
  });

  test.each([
    [{ code: 'Not A Code' }, 'BAD_USER_INPUT', ['code']],
    [{ name: ' ' }, 'BAD_USER_INPUT', ['name']],
    [{ description: ' ' }, 'BAD_USER_INPUT', ['description']],
    [{ limit: 0 }, 'BAD_USER_INPUT', ['limit']],
    [{ goal: { activityTypes: [], target: '1' } }, 'BAD_USER_INPUT', ['goal', 'activityTypes']],
    [{ goal: count('walk', 0) }, 'BAD_USER_INPUT', ['goal', 'target']],
    [{ goal: { ...count('walk', 1), target: '1.5' } }, 'BAD_USER_INPUT', ['goal', 'target']],
    [{ goal: count('unheard-of', 1) }, 'UNKNOWN_ACTIVITY_TYPE', ['goal', 'activityTypes']],
    [{ goal: { ...count('walk', 1), condition: 'member.' } }, 'INVALID_EXPRESSION', ['goal', 'condition']],
    [{ goal: { ...count('walk', 1), measure: 'SUM' } }, 'BAD_USER_INPUT', ['goal', 'measure']],
    [
      { goal: { ...count('walk', 1), measure: 'SUM', expression: '"text"' } },
      'INVALID_EXPRESSION',
      ['goal', 'expression'],
    ],
  ])('with %j is refused with %s at %j', async (input, code, path) => {
    const { badge, userErrors } = await stage.save({ code: 'refused', ...input });
    expect(badge).toBeNull();
    expect(userErrors).toMatchObject([{ code, path: ['input', ...path] }]);
    expect(await stage.read('refused')).toBeNull();
  });

  test('is for administrators', async () => {
    const document = `mutation { saveBadge(input: { code: "mine", name: "Mine", description: "Mine." }) { badge { code } } }`;
    expect(await codeOf(stage.shop.staff.query(document))).toBe('FORBIDDEN');
    expect(await codeOf(stage.shop.app.client().query(document))).toBe('UNAUTHENTICATED');
  });
});

describe('the picture of a badge', () => {
  test.each([
    ['an address without encryption', 'http://club.example/badge.png'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:image/svg+xml,<svg onload="alert(1)"/>'],
    ['an address with a password', 'https://user:secret@club.example/badge.png'],
    ['an address without a scheme', '//club.example/badge.png'],
    ['a path', '/badge.png'],
    ['an endless address', `https://club.example/${'a'.repeat(2_000)}`],
  ])('is not taken from %s', async (_what, imageUrl) => {
    const { userErrors } = await stage.save({ code: 'pictured', imageUrl });
    expect(userErrors).toMatchObject([{ code: 'BAD_USER_INPUT', path: ['input', 'imageUrl'] }]);
  });

  test('is the one that was given, otherwise one that the server draws', async () => {
    const imageUrl = 'https://pictures.example/walker.png';
    expect((await stage.save({ code: 'pictured', imageUrl })).badge).toMatchObject({ imageUrl });
    const drawn = (await stage.save({ code: 'pictured' })).badge?.imageUrl;
    expect(drawn).toBe('https://club.example/badges/pictured.svg');
    const answer = await fetch(`${stage.shop.app.url}/badges/pictured.svg`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/svg+xml');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const picture = await answer.text();
    expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*>[\s\S]*<\/svg>\n$/);
    // Nothing that a strict policy would have to allow.
    expect(picture).not.toMatch(/<script|<style|style=|href=|on\w+=/);
    expect(await (await fetch(`${stage.shop.app.url}/badges/pictured.svg`)).text()).toBe(picture);
  });

  test.each(['Walker.svg', 'walker.png', '%3Cscript%3E.svg', `${'a'.repeat(61)}.svg`, 'walker.svg.svg'])(
    'is not drawn for %s',
    async (file) => {
      const answer = await fetch(`${stage.shop.app.url}/badges/${file}`);
      expect(answer.status).toBe(404);
    },
  );
});

describe('the badges of prizes', () => {
  test('are handed out when a season closes: with the points, once, as far as the edition goes', async () => {
    const { shop } = stage;
    const boards = new Boards(shop);
    await shop.offer('review');
    await stage.save({ code: 'champion', name: 'Champion' });
    await stage.save({ code: 'podium', name: 'Podium', limit: 1 });
    await boards.offer({
      period: 'MONTH',
      prizes: [
        { fromRank: 1, toRank: 1, badge: 'champion' },
        { fromRank: 2, toRank: 3, points: 5, badge: 'podium' },
      ],
    });
    const [first, second, third] = [await shop.enrol(), await shop.enrol(), await shop.enrol()];
    for (const [index, memberId] of [first, second, third].entries()) {
      await shop.recordMany(Array.from({ length: 3 - index }, () => ({ type: 'review', memberId })));
    }
    await boards.close();
    await paid(3);
    expect(await stage.game.awards()).toEqual(
      [
        { member: first, badge: 'champion', number: 1, cause: 'leaderboard:reviewers' },
        { member: second, badge: 'podium', number: 1, cause: 'leaderboard:reviewers' },
      ].sort((left, right) => (left.member < right.member ? -1 : 1)),
    );
    expect((await stage.awardsOf(first))[0]).toMatchObject({ reason: 'Place 1 on “Reviewers”', activity: null });
    const rows = await shop.sql<object>('select rank, points, badge from season_prizes order by rank');
    expect(rows).toEqual([
      { rank: 1, points: 0, badge: 'champion' },
      { rank: 2, points: 5, badge: 'podium' },
      { rank: 3, points: 5, badge: null },
    ]);
    // The next season's champion is the same, and has the badge already.
    await shop.record({ type: 'review', memberId: first });
    await boards.close();
    await paid(4);
    expect(await stage.game.awards('champion')).toHaveLength(1);
    await shop.expectCleanLedger();
  });
});

/** Resolves when so many prizes are paid. */
function paid(prizes: number): Promise<void> {
  return eventually(`${prizes} prizes are paid`, async () => (await stage.shop.count('season_prizes')) === prizes);
}
