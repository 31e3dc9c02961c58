import type { Command } from './commands.ts';
import { agree } from './difference.ts';
import { AVAILABILITY } from './documents.ts';
import type { Model } from './model/model.ts';
import { expected, type Payload, type Sender, verdictOf } from './sender.ts';
import type { SimulatedServer } from './server.ts';

/** Gives and takes points by hand, and redeems them. */
export class Spending {
  readonly #server: SimulatedServer;
  readonly #model: Model;
  readonly #sender: Sender;

  constructor(server: SimulatedServer, model: Model, sender: Sender) {
    this.#server = server;
    this.#model = model;
    this.#sender = sender;
  }

  async adjust({ name, member, points: wanted, validDays, again }: Command & { do: 'adjust' }): Promise<void> {
    if (!this.#model.people.has(member)) return;
    const points = wanted ?? -this.#model.spendable(member);
    if (points === 0) return;
    const input = {
      ...{ idempotencyKey: name, memberId: this.#sender.idOf(member), points, reason: 'The history says so.' },
      ...(validDays === null ? {} : { expiresAfter: `P${validDays}D` }),
    };
    const other = { points: points + 1_000 };
    const answer = await this.#sender.mutate('adjustPoints', input, { again, other });
    const outcome = this.#model.adjust(member, points, validDays);
    agree(`adjusting ${member} by ${points}`, verdictOf(answer), expected(outcome));
  }

  /** Redeems a reward, having asked whether it can be had: both must say the same. */
  async redeem({ name, member, reward, byMember, again }: Command & { do: 'redeem' }): Promise<void> {
    if (!this.#model.people.has(member)) return;
    const memberId = this.#sender.idOf(member);
    type Found = { reward: { availability: { available: boolean; code: string | null } } };
    const asked = await this.#server.send<Found>(AVAILABILITY, { code: reward, memberId });
    const code = this.#model.obstacle(member, reward);
    agree(`whether ${member} can have ${reward}`, asked.reward.availability, { available: code === null, code });
    const speaker = byMember && this.#model.person(member).isActive ? memberId : 'STAFF';
    const other = { reward: reward === 'coffee' ? 'once' : 'coffee' };
    const input = { idempotencyKey: name, memberId, reward };
    this.#compareRedeemed(
      name,
      member,
      reward,
      await this.#sender.mutate('redeemReward', input, { again, speaker, other }),
    );
  }

  /** Uses or cancels what was redeemed. */
  async end(command: Command & { do: 'fulfil' | 'cancel' }): Promise<void> {
    const { name, redemption, again } = command;
    const found = this.#sender.ids.redemptions.get(redemption);
    if (found === undefined) return;
    const key = { idempotencyKey: name };
    if (command.do === 'cancel') {
      const sending = { again, other: { reason: 'Something else' } };
      const answer = await this.#sender.mutate('cancelRedemption', { ...key, redemptionId: found.id }, sending);
      agree(`cancelling ${redemption}`, verdictOf(answer), expected(this.#model.cancel(redemption)));
      return;
    }
    const which = command.byCode ? { voucherCode: found.voucherCode } : { redemptionId: found.id };
    const answer = await this.#sender.mutate('fulfilRedemption', { ...key, ...which }, { again });
    agree(`using ${redemption}`, verdictOf(answer), expected(this.#model.fulfil(redemption)));
  }

  /** Many want the same reward at once: who gets it is open, how many do is not. */
  async rush({ name, reward, members }: Command & { do: 'rush' }): Promise<void> {
    const wanting = members.filter((member) => this.#model.people.has(member));
    const before = wanting.map((member) => this.#model.obstacle(member, reward));
    const answers = await Promise.all(
      wanting.map((member) => {
        const input = { idempotencyKey: `${name} ${member}`, memberId: this.#sender.idOf(member), reward };
        return this.#sender.mutate('redeemReward', input);
      }),
    );
    for (const [index, member] of wanting.entries()) {
      const answer = answers[index];
      if (answer?.redemption != null) this.#compareRedeemed(`${name} ${member}`, member, reward, answer);
    }
    for (const [index, member] of wanting.entries()) {
      const code = answers[index]?.userErrors[0]?.code;
      // Who came before the last piece was gone was told what else stood in the way.
      if (code === undefined || code === before[index]) continue;
      agree(`${member} not getting ${reward}`, code, this.#model.obstacle(member, reward));
    }
  }

  /** Many deductions of one member at once: as many succeed as there are points for. */
  async debits({ name, member, points, count }: Command & { do: 'debits' }): Promise<void> {
    if (!this.#model.people.has(member)) return;
    const memberId = this.#sender.idOf(member);
    const answers = await Promise.all(
      Array.from({ length: count }, (_, index) => {
        const input = { idempotencyKey: `${name} ${index}`, memberId, points: -points, reason: 'All at once.' };
        return this.#sender.mutate('adjustPoints', input);
      }),
    );
    const codes = Array.from({ length: count }, () => this.#model.adjust(member, -points, null).code);
    agree(`${count} deductions at once`, answers.map((answer) => verdictOf(answer).code).sort(), codes.sort());
  }

  #compareRedeemed(name: string, member: string, reward: string, answer: Payload): void {
    if (answer.redemption != null) this.#sender.ids.redemptions.set(name, answer.redemption);
    const outcome = this.#model.redeem(name, member, reward);
    agree(`${member} redeeming ${reward}`, verdictOf(answer), expected(outcome));
  }
}
