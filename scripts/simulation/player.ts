import type { Again, Command, PlannedActivity, PlannedMember } from './commands.ts';
import { compareAll } from './compare.ts';
import { rewardInput } from './configuration.ts';
import { agree } from './difference.ts';
import { REFERRAL_OF, savingText } from './documents.ts';
import { Model } from './model/model.ts';
import type { Programme } from './programme.ts';
import { Recording } from './recording.ts';
import { expected, type Payload, Sender, verdictOf } from './sender.ts';
import type { SimulatedServer } from './server.ts';
import { sightsOf } from './sights.ts';
import { Spending } from './spending.ts';
import { TakingBack } from './taking-back.ts';

/** How far apart commands lie: no number of steps comes to whole days, so that no two ends of anything ever fall together. */
const STEP_MS = 11 * 60_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A code that could be somebody's. */
const NOBODYS_CODE = 'ZZZZ2222';

/** Which active member took part in what everybody has completed together, and has not been paid. */
const UNPAID_CONTRIBUTORS = `
  select from challenge_completions e join challenge_contributions c on c.challenge_code = e.challenge_code and c.period = e.period
  join members m on m.id = c.member_id and m.status = 'ACTIVE'
  where e.member_id = '00000000-0000-0000-0000-000000000000' and not exists (select from challenge_completions p
    where p.challenge_code = c.challenge_code and p.period = c.period and p.member_id = c.member_id)`;

/** Plays commands to the server and the model at once, and compares what each says to every single one. */
export class Player {
  readonly sender: Sender;
  readonly #server: SimulatedServer;
  readonly #programme: Programme;
  readonly #model: Model;
  readonly #recording: Recording;
  readonly #spending: Spending;
  readonly #takingBack: TakingBack;

  constructor(server: SimulatedServer, programme: Programme) {
    this.#server = server;
    // What is saved again in the middle of a history must not change the history.
    this.#programme = structuredClone(programme);
    this.#model = new Model(this.#programme);
    this.sender = new Sender(server);
    this.#recording = new Recording(this.#model, this.sender);
    this.#spending = new Spending(server, this.#model, this.sender);
    this.#takingBack = new TakingBack(server, this.#programme, this.#model, this.sender);
  }

  /** @throws Difference when the server and the model disagree. */
  async play(command: Command): Promise<void> {
    await this.#moveBy(STEP_MS);
    await this.#do(command);
    if (!this.#model.payDue()) return;
    await this.#server.untilNone('referrals are paid', "select from referrals where status = 'QUALIFIED'");
    await this.#server.untilNone('contributors are paid', UNPAID_CONTRIBUTORS);
  }

  /** Compares everything there is. @throws Difference */
  async compare(): Promise<void> {
    await this.#sweep();
    await this.#server.core.redemptionExpiry.run();
    await compareAll(this.#server, this.#programme, this.#model, this.sender.ids);
    for (const sight of sightsOf(this.#model)) this.sender.count(sight);
  }

  #do(command: Command): Promise<void> {
    switch (command.do) {
      case 'enrol':
        return this.#enrol(command.member, command.again);
      case 'record':
        return this.#recording.record([command.activity], false, command.again);
      case 'batch':
        return this.#recording.record(command.activities, true);
      case 'together':
        return this.#recording.record(command.activities, false);
      case 'repeat':
        return this.#recording.repeat(command.key, command.changed);
      case 'adjust':
        return this.#spending.adjust(command);
      case 'redeem':
        return this.#spending.redeem(command);
      case 'fulfil':
      case 'cancel':
        return this.#spending.end(command);
      case 'rush':
        return this.#spending.rush(command);
      case 'debits':
        return this.#spending.debits(command);
      case 'status':
        return this.#setStatus(command.member, command.suspended);
      case 'review':
        return this.#review(command.member, command.approve);
      case 'wait':
        return this.#wait(command.days * DAY_MS + command.hours * HOUR_MS, command.sweep);
      case 'restart':
        return this.#restart(command.activity, command.days);
      case 'regret':
        return this.#takingBack.regret(command);
      case 'restock':
        return this.#restock(command.reward, command.stock);
      case 'reverse':
        return this.#takingBack.reverse(command);
    }
  }

  async #enrol(member: PlannedMember, again: Again): Promise<void> {
    const { name, by, device, address, mailboxOf } = member;
    const mailbox = this.#model.people.get(mailboxOf ?? '')?.mailbox;
    const { people } = this.sender.ids;
    const input = {
      ...{ idempotencyKey: name, displayName: name },
      email: mailbox === undefined ? `${name}@example.org` : `${mailbox}+${name}@example.org`,
      ...(by === null ? {} : { referralCode: people.get(by)?.code ?? NOBODYS_CODE }),
      ...(device === null ? {} : { deviceFingerprint: device }),
      ...(address === null ? {} : { clientAddress: address }),
    };
    const sending = { again, other: { displayName: `${name} again` } };
    const answer = await this.sender.mutate('enrollMember', input, sending);
    if (answer.member != null) people.set(name, { id: answer.member.id, code: answer.member.referralCode ?? '' });
    const { reason } = answer.userErrors[0]?.details ?? {};
    const outcome = this.#model.enrol(member);
    agree(`enrolling ${name}`, { ...verdictOf(answer), reason }, { ...expected(outcome), reason: outcome.reason });
  }

  async #setStatus(member: string, suspended: boolean): Promise<void> {
    const person = this.#model.people.get(member);
    if (person === undefined) return;
    const status = suspended ? 'SUSPENDED' : 'ACTIVE';
    const input = { memberId: this.sender.idOf(member), status, reason: 'The history says so.' };
    agree(`setting ${member} ${status}`, verdictOf(await this.sender.mutate('setMemberStatus', input)).code, null);
    person.isActive = !suspended;
  }

  async #review(member: string, approve: boolean): Promise<void> {
    if (!this.#model.referring.referrals.has(member)) return;
    type Found = { member: { referredBy: { id: string } | null } };
    const found = await this.#server.send<Found>(REFERRAL_OF, { id: this.sender.idOf(member) });
    const decision = approve ? 'APPROVE' : 'REJECT';
    const input = { referralId: found.member.referredBy?.id ?? '', decision, reason: 'Looked at it.' };
    const { code } = verdictOf(await this.sender.mutate('reviewReferral', input));
    agree(`reviewing the referral of ${member}`, code, this.#model.review(member, approve).code);
  }

  async #restock(code: string, stock: number): Promise<void> {
    const reward = this.#programme.rewards.find((one) => one.code === code);
    if (reward === undefined) return;
    reward.stock = stock;
    const { saveReward } = await this.#server.send<Record<string, Payload>>(savingText('Reward'), {
      input: rewardInput(reward),
    });
    agree(`saving ${code} with ${stock}`, saveReward?.userErrors, []);
  }

  async #wait(milliseconds: number, sweep: boolean): Promise<void> {
    await this.#moveBy(milliseconds);
    if (sweep) await this.#sweep();
  }

  /** Stops the server, with an activity on its way where there is one, and starts it again; the activity is then repeated. */
  async #restart(planned: PlannedActivity | null, days: number): Promise<void> {
    const activity = planned !== null && this.#model.people.has(planned.member) ? planned : null;
    // With a time of its own: the two requests would otherwise not be the same.
    const timed = activity && { ...activity, agoMs: activity.agoMs ?? HOUR_MS };
    const input = timed && this.#recording.inputOf(timed);
    const sending = input && this.sender.mutate('recordActivity', input).catch(() => null);
    await this.#server.stop();
    await sending;
    await this.#server.start();
    if (timed === null || input === null) return this.#moveBy(days * DAY_MS);
    const { replayed: _, ...answer } = await this.sender.mutate('recordActivity', input);
    this.#recording.compare(this.#recording.happening(timed), answer);
  }

  async #moveBy(milliseconds: number): Promise<void> {
    this.#model.moveTo(this.#model.now + milliseconds);
    this.#server.moveTo(this.#model.now);
    await this.#server.core.tiersReview.run();
    // Which credit covers what somebody owes must not depend on when the server's own minute comes round.
    if ([...this.#model.people.values()].some(({ purse }) => purse.owed > 0)) await this.#sweep();
  }

  async #sweep(): Promise<void> {
    await this.#server.core.pointsCycle.run();
    this.#model.settle();
  }
}
