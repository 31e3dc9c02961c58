import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { canonicalJson } from '../platform/canonical.ts';
import type { Variables } from './compiled-operation.ts';
import { Role, type Viewer } from './context.ts';
import type { PreparedOperation } from './document-gate.ts';
import type { Sharing } from './streams.ts';

/** Who may share a result: everybody of a role, or only those who are the same caller. */
export interface SharingScope {
  /** Holds everything about the viewer that the result can depend on. */
  key: string;
  /** On whose behalf the shared execution runs. */
  viewer: Viewer;
}

/** Tells of operations with whom their results can be shared. */
export class SharingRules {
  readonly #schema: GraphQLSchema;
  readonly #sameForAll = new WeakMap<PreparedOperation, boolean>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** How the operation's stream may be shared; null when each follower needs a stream of its own. */
  sharingOf({ document, operation }: PreparedOperation, variables: Variables | undefined): Sharing | null {
    const node = rootField(document, operation.selectionSet);
    const field = node === null ? undefined : this.#schema.getSubscriptionType()?.getFields()[node.name.value];
    const sharing = field?.extensions.sharing as Sharing | null | undefined;
    if (node === null || field === undefined || !sharing) return null;
    if (sharing.kind === 'states') return sharing;
    const args = this.#argumentsOf(field, node, operation, variables);
    return args !== null && sharing.when(args) ? sharing : null;
  }

  scopeOf(prepared: PreparedOperation, viewer: Viewer): SharingScope {
    const common = `${viewer.role ?? 'anonymous'} ${viewer.scopes.toSorted().join(' ')}`;
    if (viewer.role === null) return { key: common, viewer };
    if (this.#isSameForAll(prepared)) return { key: common, viewer: anybodyOf(viewer) };
    return { key: `${common}\n${viewer.memberId ?? ''}\n${viewer.actor}`, viewer };
  }

  #isSameForAll(prepared: PreparedOperation): boolean {
    let same = this.#sameForAll.get(prepared);
    if (same === undefined) {
      const root = this.#schema.getSubscriptionType()?.name ?? '';
      same = this.#areSame(prepared.document, prepared.operation.selectionSet, root);
      this.#sameForAll.set(prepared, same);
    }
    return same;
  }

  #areSame(document: DocumentNode, set: SelectionSetNode, typeName: string): boolean {
    return set.selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return this.#isSame(document, selection, typeName);
      const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentOf(document, selection.name.value);
      return (
        part !== undefined && this.#areSame(document, part.selectionSet, part.typeCondition?.name.value ?? typeName)
      );
    });
  }

  #isSame(document: DocumentNode, node: FieldNode, typeName: string): boolean {
    if (node.name.value === '__typename') return true;
    const type = this.#schema.getType(typeName);
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    if (field?.extensions.sameForAll !== true) return false;
    return node.selectionSet === undefined || this.#areSame(document, node.selectionSet, getNamedType(field.type).name);
  }

  /** Null when a variable or an argument does not fit: starting the stream says precisely what is wrong. */
  #argumentsOf(
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    operation: OperationDefinitionNode,
    variables: Variables | undefined,
  ): Record<string, unknown> | null {
    const read = getVariableValues(this.#schema, operation.variableDefinitions ?? [], variables ?? {});
    if (read.coerced === undefined) return null;
    try {
      return getArgumentValues(field, node, read.coerced);
    } catch {
      return null;
    }
  }
}

/** The variables an operation declares, as text that is the same for the same values. */
export function variablesKey({ operation }: PreparedOperation, variables: Variables | undefined): string {
  const declared = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  return canonicalJson(Object.fromEntries(declared.map((name) => [name, variables?.[name]])));
}

/**
 * A viewer of the same role who is nobody in particular. Should a field be marked by mistake, it shows everybody what a
 * stranger may see instead of what the first one to ask may see.
 */
function anybodyOf({ kind, role, scopes }: Viewer): Viewer {
  const actor = `any:${(role ?? Role.MEMBER).toLowerCase()}`;
  return Object.freeze({ kind, role, scopes, memberId: null, subject: null, actor, expiresAt: null, keyId: null });
}

/** A subscription has exactly one field at its root, perhaps inside fragments. */
function rootField(document: DocumentNode, set: SelectionSetNode): FieldNode | null {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) return selection;
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentOf(document, selection.name.value);
    const found = part === undefined ? null : rootField(document, part.selectionSet);
    if (found !== null) return found;
  }
  return null;
}

function fragmentOf(document: DocumentNode, name: string) {
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name) return definition;
  }
  return undefined;
}
