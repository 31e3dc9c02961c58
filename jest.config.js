/** Native ESM: Node runs jest with --experimental-vm-modules, and swc turns TypeScript with legacy decorators into modules. */
export default {
  testEnvironment: 'node',
  // On two cores jest would use one worker; the tests wait for the database and for browsers as much as they compute.
  maxWorkers: 2,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
          target: 'es2024',
        },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // A hang ends the test; a busy machine must not.
  testTimeout: 120_000,
  setupFiles: ['reflect-metadata'],
};
