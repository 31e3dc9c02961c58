import { expect, test } from '@jest/globals';
import { logLines } from '../support/platform.ts';

test('a line is JSON with the level by name, the time and a dotted event name', () => {
  const { log, lines } = logLines();
  log.info({ port: 4000 }, 'server.started');
  expect(lines).toEqual([
    { level: 'info', at: expect.stringMatching(/^\d{4}-.*Z$/), port: 4000, event: 'server.started' },
  ]);
});

test('secrets are left out wherever they sit in the first three levels', () => {
  const { log, text } = logLines();
  const secrets = {
    authorization: 'SECRET',
    token: 'SECRET',
    email: 'SECRET',
    key: 'SECRET',
    apiKey: 'SECRET',
    voucher: 'SECRET',
    voucherCode: 'SECRET',
    password: 'SECRET',
    variables: { input: 'SECRET' },
  };
  log.info(
    { ...secrets, request: { ...secrets, headers: { ...secrets, 'x-api-key': 'SECRET', 'set-cookie': 'SECRET' } } },
    'x',
  );
  expect(text()).not.toContain('SECRET');
});

test('an error is told by type, message, code and stack, and never by the row values or requests hung on it', () => {
  const { log, lines, text } = logLines();
  const driver = Object.assign(new Error('duplicate key value for anna.berg@example.se'), {
    code: '23505',
    constraint: 'members_email',
    detail: 'Key (email)=(anna.berg@example.se) already exists.',
    parameters: ['SECRET'],
  });
  const token = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(20)}.${'b'.repeat(20)}`;
  log.error(
    { err: new Error(`Bearer ${token} to postgresql://pokal:SECRET@localhost/x`, { cause: driver }) },
    'failed',
  );
  expect(lines[0]).toMatchObject({ err: { type: 'Error', cause: { code: '23505', constraint: 'members_email' } } });
  expect(text()).not.toMatch(/SECRET|anna\.berg|eyJ/);
});

test('a child log leaves out the same', () => {
  const { log, text } = logLines();
  log.child({ requestId: 'r1' }).info({ headers: { authorization: 'SECRET' } }, 'x');
  expect(text()).not.toContain('SECRET');
  expect(text()).toContain('r1');
});
