import type { GraphQLSchema } from 'graphql';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Authenticator } from './authentication.ts';
import type { DocumentGate } from './document-gate.ts';
import type { ErrorRules } from './errors.ts';
import type { Executor } from './executor.ts';
import type { RateLimitSettings, RateLimits } from './rate-limits.ts';
import type { TokenSettings } from './tokens.ts';

/** The settings the edge needs; the server's whole configuration fits. */
export interface ServerSettings extends TokenSettings {
  environment: 'development' | 'production' | 'test';
  port: number;
  host: string;
  publicUrl: string | null;
  allowedOrigins: readonly string[];
  trustedProxies: readonly string[];
  rateLimits: Readonly<RateLimitSettings>;
  socketsPerAddress: number;
  shutdownGraceMs: number;
  drainDelayMs: number;
}

/** What the parts of the edge share. */
export interface ServerParts {
  settings: ServerSettings;
  schema: GraphQLSchema;
  authenticator: Authenticator;
  gate: DocumentGate;
  executor: Executor;
  limits: RateLimits;
  rules: ErrorRules;
  log: Log;
  metrics: Metrics;
}
