import type { Log } from '../../platform/log.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { RecordCommand } from '../../recording/commands.ts';
import type { ProgrammeSource } from '../../recording/slice.ts';
import { compileProgramme, type Programme } from '../../rules/programme.ts';
import type { ProgramFacts } from '../../rules/types.ts';
import type { ActivityTypeDefinition } from '../activities/activity-types.built-ins.ts';
import { type AttributesCheck, compileAttributesSchema } from '../activities/activity-types.schema.ts';
import { ACTIVITY_TYPE } from '../activities/activity-types.service.ts';
import { BADGE, badgeOf, type StoredBadge } from '../badges/badges.definitions.ts';
import { CHALLENGE, challengeOf, type StoredChallenge } from '../challenges/challenges.definitions.ts';
import { LEADERBOARD, leaderboardOf, type StoredLeaderboard } from '../leaderboards/leaderboards.definitions.ts';
import type { ConfigurationStore, StoredConfiguration } from '../program/index.ts';
import { REFERRAL_PROGRAM, referralProgramOf, type StoredReferralProgram } from '../referrals/referrals.definitions.ts';
import { type StoredTier, TIER, tierOf } from '../tiers/tiers.definitions.ts';
import {
  CAMPAIGN,
  campaignOf,
  EARNING_RULE,
  ruleOf,
  type StoredCampaign,
  type StoredEarningRule,
} from './earning.definitions.ts';

/** An activity type with its schema compiled. */
export interface CompiledActivityType extends ActivityTypeDefinition {
  code: string;
  version: number;
  check: AttributesCheck;
}

/** Everything recording needs of the configuration, as of one generation. */
export interface CurrentProgramme {
  generation: number;
  programme: Programme;
  activityTypes: ReadonlyMap<string, CompiledActivityType>;
}

interface ProgramRow extends ProgramFacts {
  generation: number;
}

/**
 * Compiles the programme once for each change of the configuration. Every read asks the database for the generation
 * first, so all nodes follow a change with the first activity after its commit, without being told.
 */
export class ProgrammeCache implements ProgrammeSource {
  readonly #store: ConfigurationStore;
  readonly #log: Log;
  #current: CurrentProgramme | null = null;
  readonly #typesOf = new WeakMap<Programme, ReadonlyMap<string, CompiledActivityType>>();

  constructor(store: ConfigurationStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** The compiled rules, current as of the reader's transaction or of now. */
  async current(reader: Reader): Promise<Programme> {
    return (await this.load(reader)).programme;
  }

  /**
   * The whole of what is cached: one cheap select, and one more for each kind when something changed. Never to be called in a
   * transaction that saves configuration: it would remember what may yet be rolled back.
   */
  async load(reader: Reader): Promise<CurrentProgramme> {
    const [row] = await reader.query<ProgramRow>(
      `select generation, name, time_zone as "timeZone", currency_code as "currencyCode", locale
       from program where id = 1`,
    );
    if (row === undefined) throw new Error('The programme has no row; the migrations make it.');
    if (this.#current?.generation === row.generation) return this.#current;
    // The generation was read first: if something is saved meanwhile, what follows is newer than its number says, and the
    // next read loads again.
    const current = await this.#compile(reader, row);
    this.#current = current;
    this.#typesOf.set(current.programme, current.activityTypes);
    this.#log.info({ generation: current.generation }, 'programme.compiled');
    return current;
  }

  /**
   * Lets a command pass when its type exists, is open to its sender, and its attributes fit.
   * @throws Refusal UNKNOWN_ACTIVITY_TYPE or FORBIDDEN at ['type'], BAD_USER_INPUT at ['attributes', …].
   */
  admit(programme: Programme, command: RecordCommand): void {
    const type = this.#typesOf.get(programme)?.get(command.type);
    if (type === undefined) {
      throw new Refusal(
        ErrorCode.UNKNOWN_ACTIVITY_TYPE,
        `There is no activity type "${command.type}". The query activityTypes lists those there are.`,
        { path: ['type'] },
      );
    }
    if (command.byMember && !type.recordableByMembers) {
      throw new Refusal(
        ErrorCode.FORBIDDEN,
        `Members cannot record activities of type "${type.code}" themselves; a shop, staff or an administrator does.`,
        { path: ['type'] },
      );
    }
    const fault = type.check(command.attributes);
    if (fault !== null) {
      throw new Refusal(ErrorCode.BAD_USER_INPUT, fault.message, { path: ['attributes', ...fault.path] });
    }
  }

  async #compile(reader: Reader, { generation, ...program }: ProgramRow): Promise<CurrentProgramme> {
    const active = <Definition extends object>(kind: string) =>
      this.#store.listIn<Definition>(reader, kind, ['ACTIVE']);
    const [types, rules, campaigns, boards, challenges, badges, tiers, [referrals]] = await Promise.all([
      this.#store.listIn<ActivityTypeDefinition>(reader, ACTIVITY_TYPE),
      active<StoredEarningRule>(EARNING_RULE),
      active<StoredCampaign>(CAMPAIGN),
      active<StoredLeaderboard>(LEADERBOARD),
      active<StoredChallenge>(CHALLENGE),
      active<StoredBadge>(BADGE),
      active<StoredTier>(TIER),
      active<StoredReferralProgram>(REFERRAL_PROGRAM),
    ]);
    const activityTypes = new Map(types.map((type) => [type.code, this.#compileType(type)]));
    return {
      generation,
      activityTypes,
      programme: compileProgramme({
        program,
        rules: rules.map(ruleOf),
        campaigns: campaigns.map(campaignOf),
        leaderboards: boards.map(leaderboardOf),
        challenges: challenges.map(challengeOf),
        badges: badges.map(badgeOf),
        tiers: tiers.map(tierOf),
        referrals: referrals === undefined ? null : referralProgramOf(referrals),
      }),
    };
  }

  #compileType({ code, version, definition }: StoredConfiguration<ActivityTypeDefinition>): CompiledActivityType {
    const known = this.#current?.activityTypes.get(code);
    if (known?.version === version) return known;
    return { ...definition, code, version, check: this.#compileSchema(code, definition.attributesSchema) };
  }

  #compileSchema(code: string, schema: Record<string, unknown> | null): AttributesCheck {
    if (schema === null) return () => null;
    try {
      return compileAttributesSchema(schema);
    } catch (error) {
      // Saved schemas were compiled when they were saved, so this one is from an older version of Pokal. It must not stop all
      // recording: its type takes any attributes, and the log says so until it is saved again.
      this.#log.error({ err: error, kind: ACTIVITY_TYPE, code }, 'programme.schema_left_out');
      return () => null;
    }
  }
}
