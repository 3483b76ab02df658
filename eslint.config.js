import tseslint from 'typescript-eslint'

const banned = [
  { selector: 'ExportAllDeclaration', message: 'Name what is exported.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
]
const noDefault = { selector: 'ExportDefaultDeclaration', message: 'Export by name.' }

export default tseslint.config(
  { ignores: ['dist/', 'docs/', 'coverage/', 'data/', 'examples/**/vendor/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', ...banned, noDefault],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      // An index already checked against a length, a map entry just set: stated with `!` where the proof is in sight.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // The generic parameter that is used once is what lets a caller state the item type of a node.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/unified-signatures': 'off',
      // Mongoose declares what a schema takes as a class, and takes literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // rxjs marks the class as its own; an operator that costs nothing per event has to extend it.
      '@typescript-eslint/no-deprecated': ['error', { allow: [{ from: 'package', package: 'rxjs', name: ['Subscriber', 'super'] }] }],
    },
  },
  {
    // Tests look at what is thrown, injected and half-built, on purpose.
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
  {
    // Mocha takes a reporter as the default export of its file.
    files: ['test/reporter.ts'],
    rules: { 'no-restricted-syntax': ['error', ...banned] },
  },
)
