import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runNode, withDirectory } from './support/processes.ts';

const SCHEMA = resolve('schema/schema.graphql');
/** Where the documents of the project's own clients are. */
const DOCUMENTS = [
  'src/web/playground/operations',
  'src/web/board/data/documents',
  'src/web/me/data/documents',
  'src/web/counter/data/documents',
  'docs/examples',
].filter((directory) => existsSync(directory));

/** What the scalars are in a client's TypeScript; the server sends all but SafeInt and JSONObject as text. */
const SCALARS = {
  DateTime: 'string',
  Duration: 'string',
  Decimal: 'string',
  CurrencyCode: 'string',
  TimeZone: 'string',
  SafeInt: 'number',
  JSONObject: 'Record<string, unknown>',
};

/** A client that uses what was generated: names, variables and answers are checked by the compiler. */
const CLIENT = `
import type { ResultOf } from '@graphql-typed-document-node/core';
import { graphql } from './generated/index.ts';
import * as documents from './generated/graphql.ts';

const look = graphql(\`query Look($first: Int) {
  program { name now }
  members(first: $first) { totalCount edges { cursor node { id displayName wallet { active expiring { points expiresAt } } } } }
}\`);

export function names(answer: ResultOf<typeof look>): string[] {
  return answer.members.edges.map(({ node }) => node.displayName);
}

export const all: number = Object.keys(documents).length;
`;

/** The live page writes its answers' types by hand, to stay small: what is generated must fit them. */
const BOARD_TYPES = `
import type * as written from '${resolve('src/web/board/data/types.ts')}';
import type * as answers from '${resolve('src/web/board/data/answers.ts')}';
import type * as generated from './generated/graphql.ts';

export const overview = (data: generated.BoardOverviewQuery): answers.OverviewData => data;
export const me = (data: generated.BoardMeQuery): answers.MeData => data;
export const seasons = (data: generated.BoardSeasonsQuery): answers.SeasonsData => data;
export const live = (data: generated.BoardLiveSubscription): written.BoardUpdate => data.leaderboardUpdated;
export const mine = (data: generated.BoardLiveMineSubscription): written.BoardUpdate => data.leaderboardUpdated;
export const award = (data: generated.BoardAwardsSubscription): written.Award => data.pointAwards;
`;

/** The same of the member page. */
const ME_TYPES = `
import type * as written from '${resolve('src/web/me/data/types.ts')}';
import type * as value from '${resolve('src/web/me/data/value-types.ts')}';
import type * as generated from './generated/graphql.ts';

export const page = (data: generated.MePageQuery): written.PageData => data;
export const event = (data: generated.MeEventsSubscription): written.MemberEvent => data.memberEvents;
export const community = (data: generated.MeCommunitySubscription): written.CommunityUpdate => data.challengeUpdated;
export const shares = (data: generated.MeSharesQuery): written.SharesData => data;
export const rewards = (data: generated.MeRewardsQuery): value.RewardsData => data;
export const vouchers = (data: generated.MeVouchersQuery): value.VouchersData => data;
export const redeem = (data: generated.MeRedeemMutation): value.RedeemData => data;
export const cancel = (data: generated.MeCancelMutation): value.CancelData => data;
export const card = (data: generated.MeCardQuery): value.CardData => data;
export const friends = (data: generated.MeFriendsQuery): value.FriendsData => data;
export const chain = (data: generated.MeChainSubscription): value.ChainUpdate => data.referralChainUpdated;
`;

/** The same of the counter. */
const COUNTER_TYPES = `
import type * as written from '${resolve('src/web/counter/data/types.ts')}';
import type * as generated from './generated/graphql.ts';

export const shop = (data: generated.CounterShopQuery): written.ShopData => data;
export const find = (data: generated.CounterFindQuery): written.FindData => data;
export const member = (data: generated.CounterMemberQuery): written.MemberData => data;
export const voucher = (data: generated.CounterVoucherQuery): written.Redemption | null => data.redemption;
export const redeem = (data: generated.CounterRedeemMutation): written.RedemptionAnswer => data.redeemReward;
export const fulfil = (data: generated.CounterFulfilMutation): written.RedemptionAnswer => data.fulfilRedemption;
export const cancel = (data: generated.CounterCancelMutation): written.RedemptionAnswer => data.cancelRedemption;
export const record = (data: generated.CounterRecordMutation): written.RecordAnswer => data.recordActivity;
export const preview = (data: generated.CounterPreviewQuery): written.PreviewData => data;
export const event = (data: generated.CounterEventsSubscription): { cursor: string } => data.memberEvents;
`;

describe('typed client documents', () => {
  test('are generated from the emitted schema, and what uses them compiles', async () => {
    await withDirectory('codegen', async (directory) => {
      await symlink(resolve('node_modules'), join(directory, 'node_modules'), 'junction');
      await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
      await writeFile(join(directory, 'client.ts'), CLIENT);
      await writeFile(join(directory, 'board.ts'), BOARD_TYPES);
      await writeFile(join(directory, 'me.ts'), ME_TYPES);
      await writeFile(join(directory, 'counter.ts'), COUNTER_TYPES);
      const config = {
        schema: SCHEMA,
        documents: [...DOCUMENTS.map((path) => resolve(path, '*.graphql')), join(directory, 'client.ts')],
        emitLegacyCommonJSImports: false,
        importExtension: '.ts',
        generates: {
          [`${join(directory, 'generated')}/`]: {
            preset: 'client',
            config: { scalars: SCALARS, strictScalars: true, useTypeImports: true, enumsAsTypes: true },
          },
        },
      };
      await writeFile(join(directory, 'codegen.json'), JSON.stringify(config));
      await runNode('node_modules/@graphql-codegen/cli/cjs/bin.js', ['--config', 'codegen.json'], directory);
      const generated = await readFile(join(directory, 'generated/graphql.ts'), 'utf8');
      expect(generated.match(/export const \w+Document = /g)?.length).toBe(documentCount() + 1);
      await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(TYPESCRIPT));
      await runNode('node_modules/typescript/bin/tsc', ['-p', '.'], directory);
    });
  }, 60_000);
});

const TYPESCRIPT = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: [],
  },
  include: ['client.ts', 'board.ts', 'me.ts', 'counter.ts', 'generated'],
};

function documentCount(): number {
  return DOCUMENTS.flatMap((directory) => readdirSync(directory)).filter((name) => name.endsWith('.graphql')).length;
}

/** A page of members that Relay can refetch and append to, and a node fetched by id alone. */
const RELAY_CLIENT = `
import { graphql } from 'relay-runtime';

graphql\`
  query MembersQuery($first: Int!, $search: String) {
    viewer { role }
    ...Members_list @arguments(first: $first, search: $search)
  }
\`;

graphql\`
  fragment Members_list on Query
    @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" }, search: { type: "String" })
    @refetchable(queryName: "MembersListPageQuery") {
    members(first: $first, after: $after, search: $search) @connection(key: "Members_members") {
      totalCount
      edges { node { id ...Members_ledger } }
    }
  }
\`;

graphql\`
  fragment Members_ledger on Member
    @argumentDefinitions(first: { type: "Int", defaultValue: 10 }, after: { type: "String" })
    @refetchable(queryName: "MembersLedgerPageQuery") {
    displayName
    ledger(first: $first, after: $after) @connection(key: "Members_ledger") {
      edges { node { id points activity { id type { code } } } }
    }
  }
\`;

graphql\`
  fragment Members_activity on Activity @refetchable(queryName: "MembersActivityQuery") {
    occurredAt
    value { amount currencyCode }
    effects { id __typename ... on PointsEarned { points entry { id } } }
  }
\`;

graphql\`
  mutation MembersRecordMutation($input: RecordActivityInput!) {
    recordActivity(input: $input) {
      activity { id ...Members_activity }
      member { id wallet { active } }
      userErrors { code message path }
    }
  }
\`;

graphql\`
  subscription MembersEventsSubscription($after: String) {
    memberEvents(after: $after) { id cursor member { id wallet { active pending } } }
  }
\`;
`;

describe('Relay', () => {
  test('compiles pages, refetches by node, mutations and subscriptions against the schema', async () => {
    await withDirectory('relay', async (directory) => {
      await mkdir(join(directory, 'src'));
      await writeFile(join(directory, 'src/Members.ts'), RELAY_CLIENT);
      await writeFile(join(directory, 'schema.graphql'), await readFile(SCHEMA));
      const config = { src: './src', schema: './schema.graphql', language: 'typescript', customScalarTypes: SCALARS };
      await writeFile(join(directory, 'relay.config.json'), JSON.stringify({ ...config, noFutureProofEnums: true }));
      const options = ['--noWatchman', '--output', 'quiet-with-errors'];
      const { output } = await runNode('node_modules/relay-compiler/cli.js', options, directory);
      expect(output).not.toMatch(/error/i);
      const artifacts = readdirSync(join(directory, 'src/__generated__'));
      expect(artifacts).toContain('MembersLedgerPageQuery.graphql.ts');
      expect(artifacts).toHaveLength(9);
    });
  }, 60_000);
});
