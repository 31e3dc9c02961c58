import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Random } from '../../src/demo/random.ts';
import { MAILBOX } from '../../src/features/members/mailbox.ts';
import { mailboxOf } from '../../src/rules/referrals.ts';
import { type Person, ReferralsStage } from './referrals-stage.ts';

/** 2,000 people; 20,000 with POKAL_LONG=1. */
const PEOPLE = process.env.POKAL_LONG === '1' ? 20_000 : 2_000;
/** Enrolments under way at a time. */
const LANES = 6;

/** What somebody who enrols really is. */
type Kind = 'HONEST' | 'HOUSEHOLD' | 'SELF' | 'EXISTING' | 'CYCLE' | 'RING' | 'BURST';

interface Outcome {
  kind: Kind;
  refused: string | null;
  memberId: string | null;
}

let stage: ReferralsStage;

beforeAll(async () => {
  stage = await ReferralsStage.open();
  await stage.offer();
});

afterAll(() => stage.shop.close());

/** One after the other what a small circle of people does; circles know nothing of each other. */
class Circle {
  readonly outcomes: Outcome[] = [];
  readonly #name: string;
  readonly #random: Random;
  #count = 0;

  constructor(index: number) {
    this.#name = `c${index}`;
    this.#random = new Random(`referral fraud ${index}`);
  }

  /** About twenty people: most of them honest, with one kind of fraud among them. */
  async play(fraud: number): Promise<void> {
    const top = await this.#enrol('HONEST', null, {
      email: this.#email('top'),
      deviceFingerprint: this.#device('top'),
    });
    if (top === null) throw new Error('Nobody refused the first.');
    const chain = [top];
    for (let place = 0; place < 12; place += 1) {
      const above = this.#random.pick(chain);
      // One honest newcomer in eight shares the router at home with one other.
      const home = this.#random.chance(0.125) ? `10.${this.#octets()}` : null;
      const came = await this.#honest(home === null ? 'HONEST' : 'HOUSEHOLD', above, home);
      if (came !== null) chain.push(came);
      if (home !== null) await this.#honest('HOUSEHOLD', above, home);
    }
    const last = chain.at(-1) ?? top;
    switch (fraud % 5) {
      case 0:
        return this.#self(top);
      case 1:
        return this.#existing(last);
      case 2:
        return this.#cycle(top, last);
      case 3:
        return this.#ring(top);
      default:
        return this.#burst(last);
    }
  }

  #honest(kind: Kind, { referralCode }: Person, clientAddress: string | null): Promise<Person | null> {
    const own = { email: this.#email(`p${this.#count}`), deviceFingerprint: this.#device(`p${this.#count}`) };
    return this.#enrol(kind, referralCode, { ...own, clientAddress: clientAddress ?? `172.${this.#octets()}` });
  }

  /** The same person again, by address and by device. */
  async #self({ referralCode }: Person): Promise<void> {
    await this.#enrol('SELF', referralCode, { email: this.#email('top+again') });
    await this.#enrol('SELF', referralCode, { email: this.#email('TOP+2').toUpperCase() });
    await this.#enrol('SELF', referralCode, { deviceFingerprint: this.#device('top') });
  }

  async #existing({ referralCode }: Person): Promise<void> {
    await this.#enrol('HONEST', null, { email: this.#email('regular') });
    await this.#enrol('EXISTING', referralCode, { email: this.#email('regular+bonus') });
    await this.#enrol('EXISTING', referralCode, { email: this.#email('regular') });
  }

  /** The first one is "referred" by somebody who came through it. */
  async #cycle(top: Person, last: Person): Promise<void> {
    if (top.id === last.id) return;
    const below = await this.#honest('HONEST', last, null);
    if (below !== null) await this.#enrol('CYCLE', below.referralCode, { email: this.#email('top+circle') });
  }

  /** Accounts made one from the other, with new addresses each, on two telephones in turn. */
  async #ring({ referralCode }: Person): Promise<void> {
    let code = referralCode;
    for (let place = 0; place < 6; place += 1) {
      const deviceFingerprint = this.#device(`ring${place % 2}`);
      const came = await this.#enrol('RING', code, { email: this.#email(`ring${place}`), deviceFingerprint });
      if (came !== null) code = came.referralCode;
    }
  }

  /** Many from one place within minutes. */
  async #burst({ referralCode }: Person): Promise<void> {
    const clientAddress = `100.${this.#octets()}`;
    for (let place = 0; place < 10; place += 1) {
      await this.#enrol('BURST', referralCode, { email: this.#email(`burst${place}`), clientAddress });
    }
  }

  async #enrol(kind: Kind, code: string | null, more: Record<string, unknown>): Promise<Person | null> {
    this.#count += 1;
    const { member, userErrors } = await stage.join(code, more);
    const refused = (userErrors[0]?.details?.reason as string | undefined) ?? userErrors[0]?.code ?? null;
    if (code !== null) this.outcomes.push({ kind, refused, memberId: member?.id ?? null });
    return member;
  }

  #email(name: string): string {
    return `${name}.${this.#name}@example.com`.replace(/^([^+]*)(\+[^.]*)(\..*)@/, '$1$3$2@');
  }

  #device(name: string): string {
    return `${this.#name} ${name}`;
  }

  #octets(): string {
    return [16, 255, 255].map((most) => this.#random.whole(0, most)).join('.');
  }
}

describe('a population with known fraud (S16)', () => {
  test('is refused every self-referral, existing member and cycle; rings and bursts are flagged', async () => {
    const circles = Array.from({ length: Math.ceil(PEOPLE / 18) }, (_, index) => new Circle(index));
    const waiting = [...circles.entries()];
    const lane = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next[1].play(next[0]);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const outcomes = circles.flatMap((circle) => circle.outcomes);
    const of = (...kinds: Kind[]) => outcomes.filter(({ kind }) => kinds.includes(kind));
    const flagged = new Set(
      (await stage.shop.sql<{ id: string }>(`select referee_id as id from referrals where status = 'FLAGGED'`)).map(
        ({ id }) => id,
      ),
    );
    const caught = ({ memberId }: Outcome) => memberId === null || flagged.has(memberId);

    const wanted = [
      ['SELF', 'SELF_REFERRAL'],
      ['EXISTING', 'EXISTING_MEMBER'],
      ['CYCLE', 'CYCLE'],
    ] as const;
    for (const [kind, reason] of wanted) {
      expect(of(kind).length).toBeGreaterThan(PEOPLE / 200);
      expect(new Set(of(kind).map(({ refused }) => refused))).toEqual(new Set([reason]));
    }
    const fraud = of('SELF', 'EXISTING', 'CYCLE', 'RING', 'BURST');
    const right = fraud.filter(caught).length;
    const precision = right / outcomes.filter(caught).length;
    const recall = right / fraud.length;
    const lines = (['RING', 'BURST', 'HONEST', 'HOUSEHOLD'] as const).map((kind) => {
      return `${kind.toLowerCase()} ${of(kind).filter(caught).length} of ${of(kind).length}`;
    });
    process.stdout.write(
      `S16: ${outcomes.length} enrolments with a code, ${fraud.length} of them fraud: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}; caught: ${lines.join(', ')}\n`,
    );
    // Nobody honest is ever refused.
    expect(of('HONEST', 'HOUSEHOLD').every(({ refused }) => refused === null)).toBe(true);
    expect(precision).toBeGreaterThan(0.95);
    expect(recall).toBeGreaterThan(0.95);
  }, 1_800_000);

  test('looks mailboxes up by their index', async () => {
    const client = await stage.shop.outside.connect();
    await client.query('set enable_seqscan = off');
    const { rows } = await client.query(`explain select id from members where ${MAILBOX} = 'anna@example.com'`);
    client.release(true);
    expect(JSON.stringify(rows)).toContain('members_mailbox');
  });

  test('compares mailboxes in the database as the rules do', async () => {
    const random = new Random('mailboxes');
    const part = () => Array.from({ length: random.whole(1, 8) }, () => random.pick([...'abAB.+1é-'])).join('');
    const emails = Array.from({ length: 500 }, () => {
      return `x${part()}@${random.pick(['gmail.com', 'Googlemail.com', 'example.com', 'sub.gmail.com'])}`.toLowerCase();
    });
    const [index] = await stage.shop.sql<{ definition: string }>(
      `select pg_get_expr(indexprs, indrelid) as definition from pg_index where indexrelid = 'members_mailbox'::regclass`,
    );
    const rows = await stage.shop.sql<{ email: string; mailbox: string }>(
      `select email, ${index?.definition} as mailbox from unnest($1::text[]) as given (email)`,
      [emails],
    );
    expect(rows.map(({ mailbox }) => mailbox)).toEqual(rows.map(({ email }) => mailboxOf(email)));
  });
});
