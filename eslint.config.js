import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const network = ['http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns', 'undici'];
const networkModules = network.flatMap((name) => [name, `node:${name}`, `node:${name}/promises`]);
const onlyEgress = 'Only electron/egress opens connections to the outside, and electron/engine to the cage.';

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'release/**', 'resources/**', 'test-results/**'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts', '**/*.tsx'] })),
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'no-console': 'error',
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['electron/**/*.ts', 'shared/**/*.ts'],
    ignores: ['electron/egress/**', 'electron/engine/**', 'electron/gateway/**'],
    rules: {
      'no-restricted-imports': ['error', { paths: networkModules.map((name) => ({ name, message: onlyEgress })) }],
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: onlyEgress },
        { name: 'WebSocket', message: onlyEgress },
      ],
    },
  },
  {
    files: ['renderer/**/*.ts', 'renderer/**/*.tsx'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      // The virtualised lists of TanStack are used as their authors say; no compiler memoises here.
      'react-hooks/incompatible-library': 'off',
      'no-restricted-globals': [
        'error',
        ...['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource', 'localStorage', 'sessionStorage', 'indexedDB'].map(
          (name) => ({
            name,
            message: 'The page reaches the application through the bridge only, and keeps nothing.',
          }),
        ),
      ],
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'React nodes only.' },
        { property: 'outerHTML', message: 'React nodes only.' },
        { object: 'window', property: 'open', message: 'Links are shown, never opened.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'React nodes only.' },
      ],
    },
  },
  {
    files: ['scripts/**/*.ts', 'test/**/*.ts', 'test/**/*.tsx', 'electron/host/terminal/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts', 'test/**/*.tsx'],
    rules: {
      'max-lines': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Tests ask for the last line of an output that may be empty; the types of the test libraries say it cannot be.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
);
