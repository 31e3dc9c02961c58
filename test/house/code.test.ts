import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { functionsOf, nodesOf, textsOf } from './support/functions.ts';
import { filesOf, readSource } from './support/source.ts';

const paths = filesOf('{src,scripts,migrations,test}/**/*.{ts,tsx}', '*.ts').filter(
  (path) => !path.startsWith('src/web/generated'),
);
const files = paths.map(readSource);
const product = files.filter(({ path }) => !path.startsWith('test/'));
const resolvers = product.filter(({ path }) => path.endsWith('.resolver.ts'));

const MOST_LINES_IN_A_FILE = 300;
const MOST_LINES_IN_A_FUNCTION = 70;
const MOST_LINES_IN_A_RESOLVER = 10;

/** Who else may look at the environment: commands, for the level of their own log, and the benchmarks' processes. */
const READS_ENVIRONMENT = /^scripts\/(support\/settings\.ts|bench\/)/;

/** Spelled in pieces, so that this file does not find itself. */
const LEFTOVERS: Record<string, RegExp> = {
  'unfinished work': new RegExp(`\\b(${'TO'}DO|${'FIX'}ME)\\b`),
  // Tests that skip themselves where something is missing do so under a name in a variable.
  'a switched-off test': new RegExp(
    `\\b(describe|test|it)\\.(on${'ly'}\\b|(sk${'ip'}|to${'do'})\\(\\s*['"\`])|\\b[fx](it|describe)\\(`,
  ),
  'a silenced compiler': new RegExp(`@ts-(${'ignore'}|${'expect'}-error|${'nocheck'})`),
  'a forgotten breakpoint': new RegExp(`^\\s*${'debug'}ger\\b`, 'm'),
};

/** The SQL statements that could stand in a string. */
const SQL = /^\s*(select\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s)/i;

describe('the code', () => {
  test(`has no file of more than ${MOST_LINES_IN_A_FILE} lines`, () => {
    const lineCounts = files.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));
    expect(lineCounts.filter(({ lines }) => lines > MOST_LINES_IN_A_FILE)).toEqual([]);
  });

  test(`has no function of more than ${MOST_LINES_IN_A_FUNCTION} lines`, () => {
    const all = product.flatMap(functionsOf);
    expect(all.length).toBeGreaterThan(files.length);
    const long = all.filter(({ lines }) => lines > MOST_LINES_IN_A_FUNCTION);
    expect(long.map(({ place, lines }) => `${place}: ${lines}`)).toEqual([]);
  });

  test('reads the environment in one place: entries only hand it to the configuration', () => {
    const reads = (text: string) => /\bprocess\.env\b/.test(text.replaceAll('loadConfig(process.env)', ''));
    const readers = product.filter(({ path, text }) => reads(text) && !READS_ENVIRONMENT.test(path));
    expect(readers.map(({ path }) => path)).toEqual([]);
  });

  test.each(Object.entries(LEFTOVERS))('holds nothing that looks like %s', (_what, pattern) => {
    const found = files.filter(({ text }) => pattern.test(text));
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  test('gives up no type', () => {
    const untyped = files.flatMap((file) => nodesOf(file, 'TsKeywordType').filter(({ kind }) => kind === 'any'));
    expect(untyped).toEqual([]);
  });

  test('asks for exact versions of everything it installs', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const all = Object.entries<string>({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });
});

describe('resolvers', () => {
  const methods = resolvers.flatMap(functionsOf).filter(({ resolves }) => resolves);

  test(`only connect: at most ${MOST_LINES_IN_A_RESOLVER} lines`, () => {
    expect(methods.length).toBeGreaterThan(20);
    const long = methods.filter(({ bodyLines }) => bodyLines > MOST_LINES_IN_A_RESOLVER);
    expect(long.map(({ place, bodyLines }) => `${place}: ${bodyLines}`)).toEqual([]);
  });

  test('decide nothing: no `if`', () => {
    expect(methods.filter(({ decides }) => decides).map(({ place }) => place)).toEqual([]);
  });

  test('speak no SQL', () => {
    const spoken = resolvers.flatMap((file) =>
      textsOf(file).flatMap(({ text, line }) => (SQL.test(text) ? [`${file.path}:${line}`] : [])),
    );
    expect(spoken).toEqual([]);
  });
});
