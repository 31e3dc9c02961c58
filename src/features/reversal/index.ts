export { ReversalResolver, ReverseActivityPayloadResolver } from './reversal.resolver.ts';
export { ReversalService } from './reversal.service.ts';
