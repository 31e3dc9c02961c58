import type { Community } from '../programme.ts';
import type { Counted } from './game.ts';

/** What everybody has done together. Once the target is reached it is final, whatever is taken back. */
export class Together {
  completedAt: number | null = null;
  readonly #goal: Community;
  readonly #parts: Counted[] = [];
  /** Who was paid. */
  readonly #paid = new Set<string>();

  constructor(goal: Community) {
    this.#goal = goal;
  }

  /** Lets an activity count. Gives everybody who took part when it is the last that was needed. */
  add(activity: Counted): string[] {
    if (activity.type !== this.#goal.type || this.completedAt !== null) return [];
    this.#parts.push(activity);
    if (this.amount() < this.#goal.target) return [];
    this.completedAt = activity.occurredAt;
    return [...new Set(this.#standing().map(({ member }) => member))];
  }

  /** Notes that a member was paid. */
  pay(member: string): void {
    this.#paid.add(member);
  }

  /** How much everybody has. */
  amount(): number {
    return this.completedAt === null ? this.#standing().length : this.#goal.target;
  }

  /** How it shows itself to a member. */
  shown(member: string): { status: string; progress: number; timesCompleted: number } {
    const begun = this.amount() > 0 ? 'IN_PROGRESS' : 'NOT_STARTED';
    const status = this.completedAt === null ? begun : 'COMPLETED';
    return { status, progress: this.amount(), timesCompleted: this.#paid.has(member) ? 1 : 0 };
  }

  #standing(): Counted[] {
    return this.#parts.filter(({ left }) => left > 0);
  }
}
