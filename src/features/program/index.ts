export { badInput, checkedDescription, checkedJson, checkedName, checkedText } from './configuration.checks.ts';
export { type ConfigurationDraft, ConfigurationStore, type StoredConfiguration } from './configuration.store.ts';
