export { reversalsIngest } from './reversal.ingest.ts';
export { ReversalResolver, ReverseActivityPayloadResolver } from './reversal.resolver.ts';
export { ReversalService } from './reversal.service.ts';
