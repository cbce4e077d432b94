import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'coverage/**', 'test-results/**', '.vscode-test/**', 'node_modules/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name every export.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
        {
          selector: 'Identifier[name=/^mergeUpdates/]',
          message: 'Apply the updates in one transaction and encode the state: merging many takes minutes.',
        },
        {
          selector: ':matches(PropertyDefinition, MethodDefinition[kind!="constructor"])[accessibility="private"]',
          message: 'Write #name; only a parameter property says `private`, as it has no other form.',
        },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A default that a switch states on purpose covers the rest of a union.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // There are none here, and looking for them is a tenth of the whole.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
    },
  },
  {
    // What is shown may hold words that somebody else chose, and one place makes them text.
    files: ['src/**/*.ts'],
    ignores: ['src/host/say/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...[
          'showInformationMessage',
          'showWarningMessage',
          'showErrorMessage',
          'showQuickPick',
          'createQuickPick',
          'showInputBox',
          'createInputBox',
          'setStatusBarMessage',
        ].map((property) => ({ property, message: 'Say it by src/host/say, which makes words text.' })),
        { object: 'vscode', property: 'MarkdownString', message: 'Build it by TooltipText of src/host/say.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'test/**/*.tsx'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly' } },
  },
);
