export { AccessResolver } from './access.resolver.ts';
export { ApiKeyScope } from './access.scopes.ts';
export {
  type AccessOptions,
  AccessService,
  type ActiveApiKey,
  API_KEY_REVOKED,
  type ApiKeyRecord,
} from './access.service.ts';
