import type { Clock } from '../../platform/clock.ts';
import type { Reader } from '../../platform/reader.ts';
import type { UnitOfWork } from '../../platform/tx.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import type { ActivityTypesService } from '../activities/activity-types.service.ts';
import type { Author } from '../audit/index.ts';
import type { ConfigurationStore, StoredConfiguration } from '../program/index.ts';
import { budgetKey, readProgrammeUsages } from '../progress/usages.ts';
import { checkedCampaign } from './earning.checks.ts';
import { CAMPAIGN, type StoredCampaign } from './earning.definitions.ts';
import type { CampaignInput } from './earning.inputs.ts';

/** A campaign as it is read back, with what it has given of its budget. */
export interface CampaignRecord extends StoredCampaign {
  code: string;
  version: number;
  status: ConfigStatus;
  /** Null without a budget: then nobody counts. */
  budgetSpent: number | null;
  /** Null without a budget. Never below 0, also when the budget was lowered under what was spent. */
  budgetRemaining: number | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What campaigns are made of. */
export interface CampaignsParts {
  work: UnitOfWork;
  reader: Reader;
  store: ConfigurationStore;
  activityTypes: ActivityTypesService;
  clock: Clock;
}

/** Keeps the campaigns that multiply or add to what rules give for a while. */
export class CampaignsService {
  readonly #work: UnitOfWork;
  readonly #reader: Reader;
  readonly #store: ConfigurationStore;
  readonly #activityTypes: ActivityTypesService;

  readonly #clock: Clock;

  constructor({ work, reader, store, activityTypes, clock }: CampaignsParts) {
    this.#work = work;
    this.#reader = reader;
    this.#store = store;
    this.#activityTypes = activityTypes;
    this.#clock = clock;
  }

  /**
   * Campaigns in order of their codes; only those in `statuses` when it is given. Unless `all`, only what members may know:
   * active campaigns that run now, without their conditions.
   */
  async list(statuses: readonly ConfigStatus[] | null | undefined, all: boolean): Promise<CampaignRecord[]> {
    const stored = await this.#store.list<StoredCampaign>(CAMPAIGN, statuses);
    const campaigns = await withSpending(this.#reader, stored);
    return all ? campaigns : campaigns.filter((campaign) => runsAt(campaign, this.#clock.now())).map(withoutCondition);
  }

  /**
   * Creates or updates a campaign by its code; saving the same again changes nothing, a change makes the next version.
   * What was spent of the budget stays spent.
   * @throws Refusal BAD_USER_INPUT, INVALID_EXPRESSION (details: position, line, column) or UNKNOWN_ACTIVITY_TYPE.
   */
  async save(input: CampaignInput, author: Author): Promise<CampaignRecord> {
    const definition = checkedCampaign(input);
    const { code, status } = input;
    return this.#work.run({ name: 'campaigns.save' }, async (tx) => {
      await this.#activityTypes.requireIn(tx, definition.triggers ?? [], () => ['triggers']);
      await this.#store.saveIn(tx, { ...author, kind: CAMPAIGN, code, status, definition });
      const stored = await this.#store.getIn<StoredCampaign>(tx, CAMPAIGN, code);
      const [record] = await withSpending(tx, stored ? [stored] : []);
      if (!record) throw new Error(`The campaign ${code} vanished while it was saved.`);
      return record;
    });
  }
}

async function withSpending(
  reader: Reader,
  campaigns: readonly StoredConfiguration<StoredCampaign>[],
): Promise<CampaignRecord[]> {
  const limited = campaigns.filter((campaign) => campaign.definition.budget !== null);
  const usages = await readProgrammeUsages(
    reader,
    limited.map((campaign) => budgetKey(campaign.code)),
  );
  return campaigns.map(({ code, version, status, createdAt, updatedAt, definition }) => {
    const { budget } = definition;
    const spent = budget === null ? null : (usages.get(budgetKey(code))?.points ?? 0);
    const budgetRemaining = budget === null || spent === null ? null : Math.max(0, budget - spent);
    return { ...definition, code, version, status, createdAt, updatedAt, budgetSpent: spent, budgetRemaining };
  });
}

function runsAt({ status, startsAt, endsAt }: CampaignRecord, now: number): boolean {
  return status === 'ACTIVE' && Date.parse(startsAt) <= now && now < Date.parse(endsAt);
}

function withoutCondition(campaign: CampaignRecord): CampaignRecord {
  return { ...campaign, condition: null };
}
