import type { GraphQLSchema } from 'graphql';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Authenticator } from './authentication.ts';
import type { Viewer } from './context.ts';
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

export type MayFollow = (viewer: Viewer) => Promise<boolean>;

/** What the parts of the edge share. */
export interface ServerParts {
  settings: ServerSettings;
  schema: GraphQLSchema;
  authenticator: Authenticator;
  gate: DocumentGate;
  executor: Executor;
  limits: RateLimits;
  rules: ErrorRules;
  /** Tells whether a viewer may follow things live at present: a suspended member or a revoked API key may not. */
  mayFollow: MayFollow;
  log: Log;
  metrics: Metrics;
}
