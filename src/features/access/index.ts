export { AccessResolver } from './access.resolver.ts';
export { ApiKeyScope } from './access.scopes.ts';
export { type AccessOptions, AccessService, type ActiveApiKey, type ApiKeyRecord } from './access.service.ts';
