import { expect, test } from '@jest/globals';
import { filesOf, importsOf, readSource } from '../house/support/source.ts';

test('the model knows nothing of the product: it imports types of the simulation, its calendar and itself', () => {
  const files = filesOf('scripts/simulation/model/*.ts', 'scripts/simulation/calendar.ts').map(readSource);
  expect(files.length).toBeGreaterThan(6);
  const targets = files.flatMap((file) => importsOf(file).map(({ target, specifier }) => target ?? specifier));
  expect(targets.filter((target) => !target.startsWith('scripts/simulation/'))).toEqual([]);
});
