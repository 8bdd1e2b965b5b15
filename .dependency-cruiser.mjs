import { readdirSync, readFileSync } from 'node:fs';

/**
 * The layers of the house, lowest first. A folder imports folders of lower layers only, through the exports of their
 * packages and only where its own `package.json` declares them.
 */
const layers = [
  ['packages/tensor', 'packages/linalg', 'packages/parallel'],
  ['packages/*'],
  ['systems/*'],
  ['apps/studio'],
  ['apps/*'],
  ['bench'],
];

const folders = ['packages', 'systems', 'apps']
  .flatMap((parent) =>
    readdirSync(parent, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${parent}/${entry.name}`),
  )
  .concat('bench');

const manifests = new Map(folders.map((folder) => [folder, JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))]));

const layerOf = (folder) => layers.findIndex((patterns) => patterns.includes(folder) || patterns.includes(folder.replace(/\/.*/, '/*')));

/** The source files that a package exports: all that other folders may import of it. */
const entriesOf = (folder) => {
  const exported = Object.values(manifests.get(folder).exports ?? {});
  return exported
    .map((target) => target['@sardonyx/source'])
    .filter(Boolean)
    .map((path) => path.replace('./', `${folder}/`));
};

const exactly = (paths) => `^(${paths.map((path) => path.replaceAll('.', '\\.')).join('|') || 'nothing'})$`;
const within = (paths) => `^(${paths.join('|') || 'nothing'})/`;

const rulesOf = (folder) => {
  const { name, dependencies = {}, devDependencies = {} } = manifests.get(folder);
  const others = folders.filter((other) => other !== folder);
  const above = others.filter((other) => layerOf(other) > layerOf(folder));
  const notBelow = others.filter((other) => layerOf(other) >= layerOf(folder));
  const undeclared = (declared) => others.filter((other) => !(manifests.get(other).name in declared));
  return [
    {
      name: `layers: ${name}`,
      comment: 'A layer imports only the layers below it; neighbours do not import each other.',
      severity: 'error',
      from: { path: within([`${folder}/src`]) },
      to: { path: within(notBelow) },
    },
    {
      name: `layers in tests: ${name}`,
      comment: 'Tests and examples may bring neighbours together, and import no layer above.',
      severity: 'error',
      from: { path: within([folder]), pathNot: within([`${folder}/src`]) },
      to: { path: within(above) },
    },
    {
      name: `declared: ${name}`,
      comment: 'Sources import the packages that their package.json names under "dependencies".',
      severity: 'error',
      from: { path: within([`${folder}/src`]) },
      to: { path: within(undeclared(dependencies)) },
    },
    {
      name: `declared in tests: ${name}`,
      comment: 'Tests import the packages that their package.json names.',
      severity: 'error',
      from: { path: within([folder]), pathNot: within([`${folder}/src`]) },
      to: { path: within(undeclared({ ...dependencies, ...devDependencies })) },
    },
    {
      name: `exports: ${name}`,
      comment: 'Other folders import this package through its exports.',
      severity: 'error',
      from: { path: within(others) },
      to: { path: within([folder]), pathNot: exactly(entriesOf(folder)) },
    },
    {
      name: `by name: ${name}`,
      comment: 'Another package is imported by its name, not by a path into it.',
      severity: 'error',
      from: { path: within([folder]) },
      to: { path: within(others), dependencyTypesNot: ['aliased-workspace'] },
    },
    {
      name: `sources: ${name}`,
      comment: 'Sources do not import tests, benchmarks or build outputs.',
      severity: 'error',
      from: { path: within([`${folder}/src`]) },
      to: { path: within([folder]), pathNot: within([`${folder}/src`]) },
    },
  ];
};

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'No circular imports; two types may name each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', comment: 'Every import resolves.', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared libraries',
      comment: 'Sources import the libraries that their own package.json names under "dependencies"; the page is bundled with its own.',
      severity: 'error',
      from: { path: '^(packages|systems|apps)/[^/]+/src/|^bench/src/', pathNot: '^apps/studio/src/page/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm'] },
    },
    {
      name: 'declared libraries in tests',
      comment: 'Tests import the libraries that their own package.json or that of the root names.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    ...folders.flatMap(rulesOf),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|bench/peers)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['@sardonyx/source', 'import', 'node', 'default'] },
  },
};
