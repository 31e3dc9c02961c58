import 'reflect-metadata';
import type { Log } from '../platform/log.ts';

/** Who speaks: a member, the programme's people, or a shop's system with an API key. */
export enum Role {
  MEMBER = 'MEMBER',
  STAFF = 'STAFF',
  ADMIN = 'ADMIN',
  SERVICE = 'SERVICE',
}

/** What an API key (or a SERVICE token) may do, `<what>:<read|write>`, for example `activities:write`. */
export type Scope = `${string}:${string}`;

/** The one who sent the request. Built once per credential and shared between requests, so it is frozen. */
export interface Viewer {
  readonly kind: 'anonymous' | 'token' | 'apiKey';
  /** Null for anonymous. */
  readonly role: Role | null;
  /** The member a MEMBER token speaks for; null for everyone else. */
  readonly memberId: string | null;
  /** The token's `sub`, or null. */
  readonly subject: string | null;
  /** Only SERVICE has any. */
  readonly scopes: readonly string[];
  /** How the audit log and the ledger name the viewer: `member:<id>`, `staff:<sub>`, `key:<id>` or `anonymous`. */
  readonly actor: string;
  /** When the credential ends, in epoch milliseconds; null is never. */
  readonly expiresAt: number | null;
  /** The API key's id, or null. */
  readonly keyId: string | null;
}

/** The viewer of a request without any credential. */
export const ANONYMOUS: Viewer = Object.freeze({
  kind: 'anonymous',
  role: null,
  memberId: null,
  subject: null,
  scopes: Object.freeze([]),
  actor: 'anonymous',
  expiresAt: null,
  keyId: null,
});

/** What every resolver gets as its context: one per HTTP request, and one per event of a subscription. */
export interface Context {
  readonly viewer: Viewer;
  /** Printed in `extensions.requestId`, in the `x-request-id` header and in every log line of this request. */
  readonly requestId: string;
  /** A log whose lines carry the request id. */
  readonly log: Log;
  /** The operation's cost as the document gate counted it, before execution. */
  cost: number;
  /**
   * The loader of that name for this request, made by `factory` when first asked for. Loaders cache what they have read,
   * so they must never outlive a request. The name is the key: `members.byId`.
   */
  loader<Loader>(name: string, factory: () => Loader): Loader;
}

/**
 * The context as the edge makes it. Apollo copies it field by field before execution, which is why it has no
 * private `#fields`; and the registry and the log are made on first use, because most mutations need neither.
 */
export class RequestContext implements Context {
  cost = 0;
  private loaders: Map<string, unknown> | null = null;
  private requestLog: Log | null = null;

  constructor(
    readonly viewer: Viewer,
    readonly requestId: string,
    private readonly baseLog: Log,
  ) {}

  get log(): Log {
    this.requestLog ??= this.baseLog.child({ requestId: this.requestId });
    return this.requestLog;
  }

  loader<Loader>(name: string, factory: () => Loader): Loader {
    this.loaders ??= new Map();
    const known = this.loaders.get(name);
    if (known !== undefined) return known as Loader;
    const made = factory();
    this.loaders.set(name, made);
    return made;
  }
}
