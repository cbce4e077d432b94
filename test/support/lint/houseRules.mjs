/*
 * How things are written here, for which no linter has a rule: a plugin of oxlint's, named in .oxlintrc.json.
 * A plugin is a default export.
 */

/** Reports each node of these kinds that `isWrong`. */
function rule(message, kinds, isWrong = () => true) {
  return {
    create: (context) => {
      const look = (node) => {
        if (isWrong(node)) context.report({ node, message });
      };
      return Object.fromEntries(kinds.map((kind) => [kind, look]));
    },
  };
}

export default {
  meta: { name: 'house' },
  rules: {
    'named-exports': rule('Name every export.', ['ExportDefaultDeclaration']),
    'no-enum': rule('Use a union of string literals.', ['TSEnumDeclaration']),
    'hash-private': rule(
      'Write #name; only a parameter property says `private`, as it has no other form.',
      ['PropertyDefinition', 'MethodDefinition'],
      ({ accessibility, kind }) => accessibility === 'private' && kind !== 'constructor',
    ),
    'no-merge-updates': rule(
      'Apply the updates in one transaction and encode the state: merging many takes minutes.',
      ['Identifier'],
      ({ name }) => name.startsWith('mergeUpdates'),
    ),
  },
};
