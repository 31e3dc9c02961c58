import { defineEntity, p } from '@mikro-orm/core';

const ProgramSchema = defineEntity({
  name: 'Program',
  tableName: 'program',
  properties: {
    /** Always 1: one database is one programme. */
    id: p.integer().primary().autoincrement(false),
    name: p.text(),
    timeZone: p.text(),
    currencyCode: p.text(),
    locale: p.text(),
    /** Rises with every change of settings or configuration, so that nodes know when to compile the rules again. */
    generation: p.integer(),
    updatedAt: p.datetime(),
  },
  checks: [
    { name: 'program_is_one', expression: 'id = 1' },
    { name: 'program_currency_code', expression: "currency_code ~ '^[A-Z]{3}$'" },
  ],
});

/** The programme's settings: one row. */
export class Program extends ProgramSchema.class {}
ProgramSchema.setClass(Program);

const ConfigurationSchema = defineEntity({
  name: 'Configuration',
  tableName: 'configurations',
  properties: {
    /** `activity-type`, `earning-rule`, `campaign`, … */
    kind: p.text().primary(),
    code: p.text().primary(),
    version: p.integer(),
    status: p.text(),
    definition: p.json<Record<string, unknown>>(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
  checks: [
    { name: 'configurations_code', expression: "code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'" },
    { name: 'configurations_status', expression: "status in ('DRAFT', 'ACTIVE', 'PAUSED', 'ARCHIVED')" },
  ],
});

/** The current version of one piece of configuration, known by kind and code. */
export class Configuration extends ConfigurationSchema.class {}
ConfigurationSchema.setClass(Configuration);

const ConfigurationVersionSchema = defineEntity({
  name: 'ConfigurationVersion',
  tableName: 'configuration_versions',
  properties: {
    kind: p.text().primary(),
    code: p.text().primary(),
    version: p.integer().primary().autoincrement(false),
    status: p.text(),
    definition: p.json<Record<string, unknown>>(),
    savedAt: p.datetime(),
    savedBy: p.text(),
  },
});

/** Every version a piece of configuration ever had, so that a receipt of last year can still be read. */
export class ConfigurationVersion extends ConfigurationVersionSchema.class {}
ConfigurationVersionSchema.setClass(ConfigurationVersion);
