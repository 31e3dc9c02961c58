import type { UnitOfWork } from '../../platform/tx.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import type { ActivityTypesService } from '../activities/activity-types.service.ts';
import type { Author } from '../audit/index.ts';
import type { ConfigurationStore, StoredConfiguration } from '../program/index.ts';
import { checkedRule } from './earning.checks.ts';
import { EARNING_RULE, type StoredEarningRule } from './earning.definitions.ts';
import type { EarningRuleInput } from './earning.inputs.ts';

/** An earning rule as it is read back. */
export interface EarningRuleRecord extends StoredEarningRule {
  code: string;
  version: number;
  status: ConfigStatus;
  createdAt: Date;
  updatedAt: Date;
}

/** Keeps the rules that turn activities into points. */
export class EarningRulesService {
  readonly #work: UnitOfWork;
  readonly #store: ConfigurationStore;
  readonly #activityTypes: ActivityTypesService;

  constructor(work: UnitOfWork, store: ConfigurationStore, activityTypes: ActivityTypesService) {
    this.#work = work;
    this.#store = store;
    this.#activityTypes = activityTypes;
  }

  /**
   * Rules in order of their codes; only those in `statuses` when it is given. Unless `all`, only what members may know:
   * active rules on public activity types, without the expressions that tell how the programme judges.
   */
  async list(statuses: readonly ConfigStatus[] | null | undefined, all: boolean): Promise<EarningRuleRecord[]> {
    const stored = await this.#store.list<StoredEarningRule>(EARNING_RULE, statuses);
    const rules = stored.map(toRecord);
    if (all) return rules;
    const publicTypes = new Set((await this.#activityTypes.list(false)).map((type) => type.code));
    return rules.filter((rule) => rule.status === 'ACTIVE' && publicTypes.has(rule.trigger)).map(withoutExpressions);
  }

  /**
   * Creates or updates a rule by its code; saving the same again changes nothing, a change makes the next version. What
   * it has given so far stays as it is, and what its caps have counted still counts.
   * @throws Refusal BAD_USER_INPUT, INVALID_EXPRESSION (details: position, line, column) or UNKNOWN_ACTIVITY_TYPE.
   */
  async save(input: EarningRuleInput, author: Author): Promise<EarningRuleRecord> {
    const definition = checkedRule(input);
    const { code, status } = input;
    return this.#work.run({ name: 'earning-rules.save' }, async (tx) => {
      await this.#activityTypes.requireIn(tx, [definition.trigger], () => ['trigger']);
      await this.#store.saveIn(tx, { ...author, kind: EARNING_RULE, code, status, definition });
      const stored = await this.#store.getIn<StoredEarningRule>(tx, EARNING_RULE, code);
      if (!stored) throw new Error(`The earning rule ${code} vanished while it was saved.`);
      return toRecord(stored);
    });
  }
}

function toRecord(stored: StoredConfiguration<StoredEarningRule>): EarningRuleRecord {
  const { code, version, status, createdAt, updatedAt, definition } = stored;
  return { ...definition, code, version, status, createdAt, updatedAt };
}

function withoutExpressions(rule: EarningRuleRecord): EarningRuleRecord {
  return { ...rule, condition: null, points: { ...rule.points, expression: null } };
}
