/** The rules of the house. `npm run lint` checks them. */
const rooms = 'app|inference|gateway|engine|models|documents|chats|guard|audit|vault|policy|egress|observe|sandbox';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'shared-stands-alone',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(electron|renderer|test|scripts)/' },
    },
    {
      name: 'page-knows-only-shared',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(electron|test|scripts)/' },
    },
    {
      name: 'electron-only-in-its-host',
      severity: 'error',
      from: { pathNot: '^electron/(host/electron/|main\\.ts|preload\\.ts)' },
      to: { path: '(^|/)node_modules/electron/' },
    },
    {
      name: 'rooms-by-their-door',
      comment: 'A room shows index.ts, types.ts and database.ts (its operations in the database worker).',
      severity: 'error',
      from: { path: `^electron/(${rooms})/` },
      to: {
        path: `^electron/(${rooms})/.+`,
        pathNot: [`^electron/$1/`, `^electron/(${rooms})/(index|types|database)\\.ts$`, '^electron/app/ports\\.ts$'],
      },
    },
    {
      name: 'rooms-know-no-host',
      severity: 'error',
      from: { path: `^electron/(${rooms})/` },
      to: { path: '^electron/host/' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^(electron|shared|renderer)/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'no-orphans',
      severity: 'warn',
      from: { orphan: true, pathNot: '(\\.d\\.ts|tsconfig.*|vite\\.config\\.ts|types\\.ts|ports\\.ts)$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'electron/tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
