import { describe, expect, test } from '@jest/globals';
import { filesOf, importsOf, readSource } from './support/source.ts';

/** The features in their one true order: each may import those before it. A new feature is added where this holds. */
const FEATURES = [
  ...['audit', 'program', 'access', 'members', 'activities', 'points'],
  ...['progress', 'tiers', 'badges', 'challenges', 'filling', 'rewards', 'referrals', 'leaderboards', 'reversal'],
  'earning',
];

/** What belongs together, and which other layers it may import. `app` is the composition root: it knows everything. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  app: ['app', 'demo', 'features', 'recording', 'rules', 'api', 'platform'],
  demo: ['app', 'features', 'recording', 'rules', 'api', 'platform'],
  features: ['recording', 'rules', 'api', 'platform'],
  recording: ['rules', 'platform'],
  api: ['platform'],
  rules: [],
  platform: [],
  // Pages tell a mistyped code by the rule by which the server does.
  web: ['rules'],
};

/** Packages that the pure core must not know: no SQL, no GraphQL, no network, nothing of the machine. */
const NOT_IN_RULES = /^(node:|pg|kysely|@mikro-orm|graphql|type-graphql|fastify|ws|pino|@apollo|uuid)/;

const files = filesOf('src/**/*.ts', 'src/**/*.tsx').map(readSource);
const edges = files.flatMap((file) => importsOf(file).map((found) => ({ from: file.path, ...found })));

/** The layer of a file; files directly below `src/` and the list of all entities belong to the composition root. */
function layerOf(path: string): string {
  const [top, layer = '', name] = path.split('/');
  if (top !== 'src') return top ?? '';
  if (path === 'src/features/entities.ts') return 'app';
  return name === undefined ? 'app' : layer;
}

function featureOf(path: string): string {
  return path.split('/')[2] ?? '';
}

/** The edges that break a rule, as lines to read. */
function offences(breaks: (from: string, to: string, typeOnly: boolean) => boolean): string[] {
  return edges.flatMap(({ from, target, typeOnly }) =>
    target !== null && breaks(from, target, typeOnly) ? [`${from} imports ${target}`] : [],
  );
}

describe('imports', () => {
  test('go from main to app to everything, and never back or sideways', () => {
    const wrong = offences((from, to) => {
      const [here, there] = [layerOf(from), layerOf(to)];
      return here !== there && MAY_IMPORT[here]?.includes(there) !== true;
    });
    expect(wrong).toEqual([]);
  });

  test('leave the entry alone: nothing imports main.ts', () => {
    expect(offences((_from, to) => to === 'src/main.ts')).toEqual([]);
  });

  test('go from a feature only to features before it, so that no two know each other', () => {
    const wrong = offences((from, to) => {
      if (layerOf(from) !== 'features' || layerOf(to) !== 'features') return false;
      return FEATURES.indexOf(featureOf(to)) > FEATURES.indexOf(featureOf(from));
    });
    expect(wrong).toEqual([]);
    const features = new Set(
      files.filter(({ path }) => layerOf(path) === 'features').map(({ path }) => featureOf(path)),
    );
    expect([...features].filter((feature) => !FEATURES.includes(feature))).toEqual([]);
  });

  test('go inside a feature from resolver to service to entity', () => {
    const wrong = offences((from, to) => {
      if (/\.entity\.ts$/.test(from)) return /\.(resolver|service|types)\.ts$/.test(to);
      return /\.(service|slice|types)\.ts$/.test(from) && /\.resolver\.ts$/.test(to);
    });
    expect(wrong).toEqual([]);
  });

  test('give GraphQL types nothing of an entity but its type', () => {
    expect(
      offences((from, to, typeOnly) => /\.types\.ts$/.test(from) && /\.entity\.ts$/.test(to) && !typeOnly),
    ).toEqual([]);
  });

  test('name files as they are, with their ending', () => {
    const known = new Set(filesOf('src/**/*', 'package.json'));
    expect(offences((_from, to) => !known.has(to.replace(/\?.*$/, '')))).toEqual([]);
    expect(edges.length).toBeGreaterThan(files.length);
  });

  test('keep features flat: one that needs folders is two', () => {
    const deep = files.filter(({ path }) => layerOf(path) === 'features' && path.split('/').length !== 4);
    expect(deep.map(({ path }) => path)).toEqual([]);
  });
});

describe('the pure core', () => {
  test('knows no SQL, no GraphQL and no network', () => {
    const wrong = edges.filter(({ from, specifier }) => layerOf(from) === 'rules' && NOT_IN_RULES.test(specifier));
    expect(wrong.map(({ from, specifier }) => `${from} imports ${specifier}`)).toEqual([]);
  });

  test('asks neither a clock nor chance', () => {
    const impure = files.filter(
      ({ path, text }) =>
        layerOf(path) === 'rules' && /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/.test(text),
    );
    expect(impure.map(({ path }) => path)).toEqual([]);
  });
});
