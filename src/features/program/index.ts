export {
  badInput,
  checkedDescription,
  checkedDuration,
  checkedExpression,
  checkedImageUrl,
  checkedJson,
  checkedName,
  checkedNumber,
  checkedText,
  requireSound,
} from './configuration.checks.ts';
export {
  type ConfigurationDraft,
  ConfigurationStore,
  requireCode,
  type StoredConfiguration,
} from './configuration.store.ts';
export { ProgramResolver } from './program.resolver.ts';
export { type ProgramChanges, type ProgramFigures, ProgramService, type ProgramSettings } from './program.service.ts';
