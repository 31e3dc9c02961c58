import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { atOnce, DAY_MS, RECORD } from '../recording/shop.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { JOIN, type Joining, ReferralsStage } from './referrals-stage.ts';

let stage: ReferralsStage;
let other: TestApp;

beforeAll(async () => {
  stage = await ReferralsStage.open();
  other = await startTestApp({ databaseUrl: stage.shop.app.databaseUrl });
});

afterAll(async () => {
  await other.stop();
  await stage.shop.close();
});

beforeEach(() => stage.offer());

describe('a code', () => {
  const reasonOf = ({ userErrors }: Awaited<ReturnType<ReferralsStage['join']>>) => userErrors[0]?.details?.reason;

  test('brings a member who is PENDING until something counts, however it is written', async () => {
    const anna = await stage.person();
    const { referralCode } = anna;
    const bo = await stage.person(`${referralCode.slice(0, 4).toLowerCase()}-${referralCode.slice(4)} `);
    expect(await stage.cameBy(bo)).toMatchObject({
      ...{ status: 'PENDING', code: referralCode, points: 0, qualifiedAt: null, rejection: null, flags: [] },
      ...{ referrer: { id: anna.id }, referee: { id: bo.id } },
    });
  });

  test('is refused with nothing enrolled while the programme is off, when it is nobody’s, or its owner is suspended', async () => {
    const anna = await stage.person();
    const before = await stage.shop.count('members');
    expect(await stage.join('AAAAAAAA')).toMatchObject({
      ...{ member: null },
      userErrors: [{ code: 'REFERRAL_REJECTED', path: ['input', 'referralCode'], details: { reason: 'UNKNOWN_CODE' } }],
    });
    expect(reasonOf(await stage.join('\u{1F600} nonsense'))).toBe('UNKNOWN_CODE');
    const suspend = `mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }`;
    await stage.shop.staff.data(suspend, { input: { memberId: anna.id, status: 'SUSPENDED', reason: 'A test' } });
    expect(reasonOf(await stage.join(anna.referralCode))).toBe('REFERRER_NOT_ACTIVE');
    await stage.offer({ status: 'PAUSED' });
    expect(reasonOf(await stage.join(anna.referralCode))).toBe('PROGRAM_OFF');
    expect(await stage.shop.count('members')).toBe(before);
    expect(await stage.shop.count('enrolment_marks')).toBe(0);
  });

  test('is refused to its owner: by mailbox, device or address', async () => {
    const email = 'anna.berg+club@gmail.com';
    const clientAddress = '192.0.2.1';
    const anna = await stage.person(null, { email, deviceFingerprint: 'anna-phone', clientAddress });
    const tries = [
      ...[{ email: 'annaberg@gmail.com' }, { email: 'a.n.n.a.berg+2@googlemail.com' }, { email: 'AnnaBerg@Gmail.com' }],
      ...[{ deviceFingerprint: 'anna-phone' }, { clientAddress }, { email }],
    ];
    for (const like of tries) expect(reasonOf(await stage.join(anna.referralCode, like))).toBe('SELF_REFERRAL');
    // Dots mean something elsewhere, and names that only begin alike are others.
    await stage.person(anna.referralCode, { email: 'annaberg@example.com' });
    await stage.person(anna.referralCode, { email: 'anna.berg@example.com' });
    const stored = await stage.shop.sql<{ hash: string }>('select hash from enrolment_marks');
    expect(stored.length).toBeGreaterThan(0);
    expect(JSON.stringify(stored)).not.toMatch(/anna|192\.0/);
  });

  test('is refused to existing members, and to those through whom its owner came', async () => {
    const anna = await stage.person(null, { email: 'chain.a@example.com', externalId: 'chain-a' });
    const bo = await stage.person(anna.referralCode, { email: 'chain.b@example.com' });
    const cleo = await stage.person(bo.referralCode);
    const circle = await stage.join(cleo.referralCode, { email: 'chain.a+again@example.com' });
    expect(reasonOf(circle)).toBe('CYCLE');
    expect(reasonOf(await stage.join(cleo.referralCode, { externalId: 'chain-a' }))).toBe('CYCLE');
    expect(reasonOf(await stage.join(anna.referralCode, { email: 'chain.b+2@example.com' }))).toBe('EXISTING_MEMBER');
  });

  test('takes one line for one address: however it is written, and all of an IPv6 network', async () => {
    const anna = await stage.person(null, { clientAddress: '2001:db8:7:1::1' });
    for (const clientAddress of ['2001:0DB8:7:1:0:0:0:1', '2001:db8:7:1:aaaa:bbbb:cccc:dddd', '2001:db8:7:1::2%eth0']) {
      expect(reasonOf(await stage.join(anna.referralCode, { clientAddress }))).toBe('SELF_REFERRAL');
    }
    await stage.person(anna.referralCode, { clientAddress: '2001:db8:7:2::1' });
    const bo = await stage.person(null, { clientAddress: '203.0.113.9' });
    const mapped = await stage.join(bo.referralCode, { clientAddress: '::ffff:203.0.113.9' });
    expect(reasonOf(mapped)).toBe('SELF_REFERRAL');
    await stage.person(bo.referralCode, { clientAddress: '::ffff:203.0.113.10' });
  });

  test('is flagged, not refused, for bursts from one address or device and for devices shared within a chain', async () => {
    const [anna, bo] = await stage.row(2, {});
    if (anna === undefined || bo === undefined) throw new Error('Two were enrolled.');
    const flagsOf = async (more: Record<string, unknown>) =>
      (await stage.cameBy(await stage.person(bo.referralCode, more))).flags;
    const burst: (string[] | null)[] = [];
    for (let place = 0; place < 5; place += 1) burst.push(await flagsOf({ clientAddress: '198.51.100.7' }));
    expect(burst).toEqual([[], [], [], ['MANY_FROM_ADDRESS'], ['MANY_FROM_ADDRESS']]);
    const waiting = '{ referrals(status: [FLAGGED]) { totalCount } }';
    const count = await stage.shop.staff.data<{ referrals: { totalCount: number } }>(waiting);
    // The three before are looked at, too.
    expect(count.referrals.totalCount).toBe(5);
    await flagsOf({ deviceFingerprint: 'tablet' });
    expect(await flagsOf({ deviceFingerprint: 'tablet' })).toEqual(['SHARED_DEVICE']);
    expect(await flagsOf({ deviceFingerprint: 'tablet' })).toEqual(['MANY_FROM_DEVICE', 'SHARED_DEVICE']);
  });
});

describe('those who enrol at the same moment on two nodes', () => {
  test('see each other: one of many spellings of a mailbox gets in, and all on one telephone are flagged', async () => {
    const { referralCode } = await stage.person();
    const staff = [stage.shop.staff, other.client({ role: 'STAFF' })];
    const enrolled = async (index: number, more: Record<string, unknown>) => {
      const input = { idempotencyKey: newId(), displayName: 'Kim Berg', referralCode, ...more };
      return (await staff[index % 2]?.data<{ enrollMember: Joining }>(JOIN, { input }))?.enrollMember;
    };
    const spelt = await atOnce(6, (index) => enrolled(index, { email: `rush+${index}@example.com` }));
    expect(spelt.filter((answer) => answer?.member != null)).toHaveLength(1);
    const reasons = spelt.flatMap((answer) => answer?.userErrors.map(({ details }) => details?.reason) ?? []);
    expect(reasons).toEqual(Array(5).fill('EXISTING_MEMBER'));
    const shared = await atOnce(6, (index) => enrolled(index, { deviceFingerprint: 'rush' }));
    const members = shared.flatMap((answer) => answer?.member ?? []);
    const statuses = await Promise.all(members.map(async (member) => (await stage.cameBy(member)).status));
    expect(statuses).toEqual(Array(6).fill('FLAGGED'));
  });
});

describe('the first qualifying activity', () => {
  test('pays three levels up the chain and the new member, by what the programme says, and only once', async () => {
    await stage.offer({ refereePoints: 20 });
    const [top, anna, bo, cleo, dan] = await stage.row(5);
    if (!top || !anna || !bo || !cleo || !dan) throw new Error('Five were enrolled.');
    const { effects } = await stage.buy(dan);
    expect(effects.map(({ __typename }) => __typename)).toContain('ReferralQualified');
    expect(await stage.rewarded(dan)).toMatchObject({ status: 'REWARDED', points: 100 });
    const second = await stage.buy(dan);
    expect(second.effects.map(({ __typename }) => __typename)).not.toContain('ReferralQualified');
    const all = await Promise.all([dan, cleo, bo, anna, top].map((person) => stage.points(person)));
    expect(all).toEqual([
      [20, 0],
      [100, 0],
      [50, 0],
      [10, 0],
      [0, 0],
    ]);
    const [entry] = await stage.shop.ledger(cleo.id);
    expect(entry).toMatchObject({ kind: 'BONUS', rule: { kind: 'referral-program', code: 'referral-program' } });
    expect(entry?.reason).not.toContain('Kim');
    const events = await stage.shop.sql<{ type: string }>(
      `select type from outbox where member_id = $1 and type like 'Referral%' order by xid, seq`,
      [cleo.id],
    );
    expect(events.map(({ type }) => type)).toEqual(['ReferralQualified', 'ReferralRewarded']);
    await stage.shop.expectCleanLedger();
  });

  test('is one, also when two nodes record several at the same moment', async () => {
    const [anna, bo] = await stage.row(2);
    if (!anna || !bo) throw new Error('Two were enrolled.');
    const staff = other.client({ role: 'STAFF' });
    await atOnce(8, (index) => {
      const input = { idempotencyKey: `${bo.id}-${index}`, type: 'purchase', memberId: bo.id };
      return (index % 2 === 0 ? staff : stage.shop.staff).data(RECORD, { input });
    });
    await stage.rewarded(bo);
    expect(await stage.points(anna)).toEqual([100, 0]);
    const told = await stage.shop.sql(`select from outbox where member_id = $1 and type = 'ReferralQualified'`, [
      bo.id,
    ]);
    expect(told).toHaveLength(1);
  });

  test('must be of the type and meet the condition', async () => {
    await stage.offer({ qualifyingCondition: 'activity.value.amount >= 500' });
    const [anna, bo] = await stage.row(2);
    if (!anna || !bo) throw new Error('Two were enrolled.');
    await stage.buy(bo, '499');
    await stage.shop.record({ type: 'review', memberId: bo.id });
    expect((await stage.cameBy(bo)).status).toBe('PENDING');
    await stage.buy(bo, '500');
    expect((await stage.rewarded(bo)).qualifiedAt).not.toBeNull();
  });

  test('gives points that stay pending as long as the programme says', async () => {
    await stage.offer({ holdFor: 'P14D', refereePoints: 5 });
    const [anna, bo] = await stage.row(2);
    if (!anna || !bo) throw new Error('Two were enrolled.');
    await stage.buy(bo);
    await stage.rewarded(bo);
    expect([await stage.points(anna), await stage.points(bo)]).toEqual([
      [0, 100],
      [0, 5],
    ]);
    const [entry] = await stage.shop.ledger(anna.id);
    expect(Date.parse(entry?.activeAt ?? '') - Date.parse(entry?.occurredAt ?? '')).toBe(14 * DAY_MS);
  });

  test('pays nobody more than the cap', async () => {
    await stage.offer({ levels: [100, 50], maxPerReferrer: { per: 'MONTH', points: 130, count: 5 } });
    const [top, anna] = await stage.row(2);
    if (!top || !anna) throw new Error('Two were enrolled.');
    for (let friend = 0; friend < 3; friend += 1) {
      const bo = await stage.person(anna.referralCode);
      await stage.buy(bo);
      expect((await stage.rewarded(bo)).points).toBe([100, 30, 0][friend]);
    }
    // The one above has a cap of its own.
    expect([await stage.points(anna), await stage.points(top)]).toEqual([
      [130, 0],
      [130, 0],
    ]);
  });
});

describe('a review', () => {
  /** Somebody whose referral is flagged, with the one who referred. */
  async function flagged() {
    const anna = await stage.person();
    const deviceFingerprint = `shared by ${anna.id}`;
    await stage.person(anna.referralCode, { deviceFingerprint });
    const bo = await stage.person(anna.referralCode, { deviceFingerprint });
    expect((await stage.cameBy(bo)).status).toBe('FLAGGED');
    return { anna, bo };
  }

  test('pays once it is approved what qualified while it waited', async () => {
    const { anna, bo } = await flagged();
    const { effects } = await stage.buy(bo);
    expect(effects.map(({ __typename }) => __typename)).not.toContain('ReferralQualified');
    const { id, status } = await stage.cameBy(bo);
    expect([status, await stage.points(anna)]).toEqual(['FLAGGED', [0, 0]]);
    const approved = await stage.review(id, 'APPROVE');
    expect(approved).toMatchObject({ userErrors: [], effects: [{ __typename: 'ReferralQualified' }] });
    await stage.rewarded(bo);
    expect(await stage.points(anna)).toEqual([100, 0]);
    expect(await stage.review(id, 'REJECT')).toMatchObject({ referral: null, userErrors: [{ code: 'CONFLICT' }] });
  });

  test('rejects for good: never paid, part of no chain, in the audit log, and told to the referrer', async () => {
    const { anna, bo } = await flagged();
    const { id } = await stage.cameBy(bo);
    expect(await stage.review(id, 'REJECT')).toMatchObject({
      ...{ userErrors: [], effects: [{ __typename: 'ReferralRejected' }] },
      referral: { status: 'REJECTED', rejection: 'Looked at it' },
    });
    await stage.buy(bo);
    expect(await stage.points(anna)).toEqual([0, 0]);
    expect((await stage.chain(anna)).map(({ member }) => member.id)).not.toContain(bo.id);
    const own = await stage.cameBy(bo, stage.as(bo));
    expect(own).toMatchObject({ status: 'REJECTED', rejection: 'It was reviewed.', flags: null });
    const audited = await stage.shop.sql(
      `select from audit_entries where action = 'referral.rejected' and target_id = $1`,
      [id],
    );
    expect(audited).toHaveLength(1);
  });

  test('is for staff: members and the queue of flagged ones do not meet', async () => {
    const { anna, bo } = await flagged();
    const { id } = await stage.cameBy(bo);
    const document = '{ referrals(status: [FLAGGED], first: 100) { edges { node { id } } } }';
    const { referrals } = await stage.shop.staff.data<{ referrals: { edges: { node: { id: string } }[] } }>(document);
    expect(referrals.edges.map(({ node }) => node.id)).toContain(id);
    expect((await stage.as(anna).query(document)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await expect(stage.review(id, 'APPROVE', stage.as(anna))).rejects.toThrow();
  });
});

describe('saving the programme', () => {
  const SAVE = `mutation ($input: SaveReferralProgramInput!) {
    saveReferralProgram(input: $input) { referralProgram { version } userErrors { code path } }
  }`;

  test.each([
    [{ levels: [-1] }, 'BAD_USER_INPUT', ['input', 'levels', '0']],
    [{ levels: Array(11).fill(1) }, 'BAD_USER_INPUT', ['input', 'levels']],
    [{ levels: [1], qualifyingActivity: 'no-such-type' }, 'UNKNOWN_ACTIVITY_TYPE', ['input', 'qualifyingActivity']],
    [{ levels: [1], qualifyingCondition: 'activity.nothing' }, 'INVALID_EXPRESSION', ['input', 'qualifyingCondition']],
    [{ levels: [1], joinUrl: 'javascript:alert(1)' }, 'BAD_USER_INPUT', ['input', 'joinUrl']],
    [{ levels: [1], maxPerReferrer: { per: 'ACTIVITY', count: 1 } }, 'BAD_USER_INPUT', ['input', 'maxPerReferrer']],
    [{ levels: [1], maxPerReferrer: { per: 'DAY' } }, 'BAD_USER_INPUT', ['input', 'maxPerReferrer']],
  ])('refuses %j', async (input, code, path) => {
    const answer = await stage.shop.admin.data(SAVE, { input });
    expect(answer).toEqual({ saveReferralProgram: { referralProgram: null, userErrors: [{ code, path }] } });
  });
});
