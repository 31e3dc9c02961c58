import type { Log } from '../platform/log.ts';
import type { Outcome } from '../platform/metrics.ts';
import { RequestContext, type Viewer } from './context.ts';
import type { PreparedOperation } from './document-gate.ts';

/** What the edge notes about one request while it is answered. Apollo copies contexts, but all copies share this. */
export interface Exchange {
  readonly address: string;
  readonly bodyBytes: number;
  prepared: PreparedOperation | null;
  /** True once the answer carries `extensions`. */
  answered: boolean;
  outcome: Outcome;
}

/** The context of an HTTP request, with the edge's own notes. */
export class HttpContext extends RequestContext {
  constructor(
    viewer: Viewer,
    requestId: string,
    log: Log,
    readonly exchange: Exchange,
  ) {
    super(viewer, requestId, log);
  }
}
