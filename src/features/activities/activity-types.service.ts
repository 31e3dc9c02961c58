import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { Author } from '../audit/index.ts';
import {
  badInput,
  type ConfigurationStore,
  checkedDescription,
  checkedJson,
  checkedName,
  type StoredConfiguration,
} from '../program/index.ts';
import {
  type ActivityTypeDefinition,
  BUILT_IN_CODES,
  BUILT_IN_TYPES,
  definitionOf,
} from './activity-types.built-ins.ts';
import { compileAttributesSchema } from './activity-types.schema.ts';
import { AttributesSchemaError } from './activity-types.schema-check.ts';

/** The configuration kind under which activity types are stored. */
export const ACTIVITY_TYPE = 'activity-type';

/** What an administrator says about an activity type; the whole of it, every time. */
export interface ActivityTypeInput {
  code: string;
  name: string;
  description?: string | null;
  attributesSchema?: Record<string, unknown> | null;
  public: boolean;
  recordableByMembers: boolean;
}

/** An activity type as it is read back. */
export interface ActivityTypeRecord extends ActivityTypeDefinition {
  code: string;
  version: number;
  builtIn: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** Keeps the catalogue of what members can do. */
export class ActivityTypesService {
  readonly #work: UnitOfWork;
  readonly #store: ConfigurationStore;

  constructor(work: UnitOfWork, store: ConfigurationStore) {
    this.#work = work;
    this.#store = store;
  }

  /**
   * Makes the built-in types that are missing, in one statement; those that exist stay as the administrators left them.
   * Called at every start, on every node.
   */
  async ensureBuiltInsIn(tx: Tx): Promise<void> {
    const codes = BUILT_IN_TYPES.map((type) => type.code);
    const definitions = BUILT_IN_TYPES.map((type) => JSON.stringify(definitionOf(type)));
    // Sorted, so that two nodes starting at once wait for each other in one direction only.
    await tx.query(
      `with made as (
         insert into configurations (kind, code, version, status, definition, created_at, updated_at)
         select $1, code, 1, 'ACTIVE', definition::jsonb, $2::timestamptz, $2::timestamptz
         from unnest($3::text[], $4::text[]) as built_in (code, definition) order by code
         on conflict do nothing returning kind, code, version, status, definition, created_at
       ), kept as (
         insert into configuration_versions (kind, code, version, status, definition, saved_at, saved_by)
         select kind, code, version, status, definition, created_at, 'pokal' from made
       )
       update program set generation = generation + 1 where id = 1 and exists (select from made)`,
      [ACTIVITY_TYPE, new Date(tx.now).toISOString(), codes, definitions],
    );
  }

  /** Every type in order of its code; only the public ones unless `all`. */
  async list(all: boolean): Promise<ActivityTypeRecord[]> {
    const stored = await this.#store.list<ActivityTypeDefinition>(ACTIVITY_TYPE);
    return stored.map(toRecord).filter((type) => all || type.public);
  }

  /** The codes of the types that are not public. */
  async privateCodes(): Promise<ReadonlySet<string>> {
    const types = await this.list(true);
    return new Set(types.filter((type) => !type.public).map((type) => type.code));
  }

  /** One type, or null. */
  async find(code: string): Promise<ActivityTypeRecord | null> {
    const stored = await this.#store.get<ActivityTypeDefinition>(ACTIVITY_TYPE, code);
    return stored && toRecord(stored);
  }

  /**
   * Creates or updates a type by its code; saving the same again changes nothing. Activities recorded before keep their
   * attributes, whatever a new schema asks for.
   * @throws Refusal BAD_USER_INPUT with the path of what is wrong, down into the schema.
   */
  async save(input: ActivityTypeInput, author: Author): Promise<ActivityTypeRecord> {
    const definition = checkedDefinition(input);
    return this.#work.run({ name: 'activity-types.save' }, async (tx) => {
      await this.#store.saveIn(tx, { ...author, kind: ACTIVITY_TYPE, code: input.code, status: 'ACTIVE', definition });
      const stored = await this.#store.getIn<ActivityTypeDefinition>(tx, ACTIVITY_TYPE, input.code);
      if (!stored) throw new Error(`The activity type ${input.code} vanished while it was saved.`);
      return toRecord(stored);
    });
  }

  /**
   * Passes when every code names a type. @throws Refusal UNKNOWN_ACTIVITY_TYPE at ['input', …path(index)].
   */
  async requireIn(reader: Reader, codes: readonly string[], path: (index: number) => readonly string[]): Promise<void> {
    const rows = await reader.query<{ code: string }>(
      'select code from configurations where kind = $1 and code = any ($2::text[])',
      [ACTIVITY_TYPE, codes.map((code) => code.replaceAll('\0', ''))],
    );
    const known = new Set(rows.map((row) => row.code));
    const index = codes.findIndex((code) => !known.has(code));
    if (index === -1) return;
    throw new Refusal(
      ErrorCode.UNKNOWN_ACTIVITY_TYPE,
      `There is no activity type "${codes[index]}". The query activityTypes lists those there are; saveActivityType makes new ones.`,
      { path: ['input', ...path(index)] },
    );
  }
}

function checkedDefinition(input: ActivityTypeInput): ActivityTypeDefinition {
  return {
    name: checkedName(input.name),
    description: checkedDescription(input.description),
    attributesSchema: input.attributesSchema ? checkedSchema(input.attributesSchema) : null,
    public: input.public,
    recordableByMembers: input.recordableByMembers,
  };
}

function checkedSchema(schema: Record<string, unknown>): Record<string, unknown> {
  const copy = checkedJson(schema, ['attributesSchema']);
  try {
    compileAttributesSchema(copy);
    return copy;
  } catch (error) {
    if (!(error instanceof AttributesSchemaError)) throw error;
    throw badInput(['attributesSchema', ...error.path], error.message);
  }
}

function toRecord(stored: StoredConfiguration<ActivityTypeDefinition>): ActivityTypeRecord {
  const { code, version, createdAt, updatedAt, definition } = stored;
  return { ...definition, code, version, builtIn: BUILT_IN_CODES.has(code), createdAt, updatedAt };
}
