import { type ASTVisitor, type FragmentDefinitionNode, GraphQLError, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';

/** How deep the dashboard's and Relay's queries need to go: a connection takes three levels (connection, edges, node). */
const mostLevels = 12;

/** A validation rule: fields nested more than {@link mostLevels} deep, fragments included, are refused. Introspection is left out. */
export function limitDepth(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const depth = depthOf(operation.selectionSet, context, new Set());
      if (depth <= mostLevels) return;
      const message = `The query nests fields ${String(depth)} deep; at most ${String(mostLevels)} are answered.`;
      const extensions = { code: 'input-invalid', advice: 'Ask in two queries: first the ids, then what belongs to them.', details: [] };
      context.reportError(new GraphQLError(message, { nodes: operation, extensions }));
    },
  };
}

function depthOf(set: SelectionSetNode | undefined, context: ValidationContext, within: ReadonlySet<FragmentDefinitionNode>): number {
  const depths = (set?.selections ?? []).map((selection) => {
    if (selection.kind === Kind.FIELD) {
      return selection.name.value.startsWith('__') ? 1 : 1 + depthOf(selection.selectionSet, context, within);
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) return depthOf(selection.selectionSet, context, within);
    const fragment = context.getFragment(selection.name.value);
    // Unknown fragments and cycles are reported by rules of their own.
    if (!fragment || within.has(fragment)) return 0;
    return depthOf(fragment.selectionSet, context, new Set([...within, fragment]));
  });
  return Math.max(0, ...depths);
}
