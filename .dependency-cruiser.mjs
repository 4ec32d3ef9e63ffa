/*
 * Who may import whom. Every folder of src-main may also import src-shared; a folder that is not in the table fails a test
 * in tests/architecture, so a new one starts by taking its place here.
 */

/** @type {Readonly<Record<string, readonly string[]>>} */
export const mayImport = {
  platform: [],
  media: [],
  ffmpeg: ['media', 'platform'],
  store: ['platform'],
  transfer: ['platform'],
  intake: ['store', 'platform'],
  webhooks: ['store', 'platform'],
  queue: ['store', 'platform'],
  fleet: ['media', 'queue', 'store', 'transfer', 'platform'],
  agent: ['media', 'ffmpeg', 'transfer', 'platform'],
  stages: ['media', 'ffmpeg', 'queue', 'store', 'platform'],
  api: ['stages', 'intake', 'webhooks', 'queue', 'fleet', 'store', 'transfer', 'platform'],
  app: ['api', 'stages', 'agent', 'fleet', 'queue', 'intake', 'webhooks', 'transfer', 'store', 'ffmpeg', 'media', 'platform'],
  cli: ['app', 'api', 'stages', 'agent', 'fleet', 'queue', 'intake', 'webhooks', 'transfer', 'store', 'ffmpeg', 'media', 'platform'],
  desktop: ['app', 'ffmpeg', 'platform'],
};

/** The same for src-renderer, which sees nothing of src-main. */
export const rendererMayImport = {
  style: [],
  data: [],
  components: ['style', 'texts'],
  screens: ['components', 'data', 'style', 'texts'],
  app: ['screens', 'components', 'data', 'style', 'texts'],
};

/** Packages without I/O, clock or chance. */
const purePackages = ['zod', 'ass-compiler', 'fontkit'];

const tableRules = Object.entries(mayImport).map(([folder, others]) => ({
  name: `table-${folder}`,
  comment: `${folder}/ may import ${others.length === 0 ? 'no other folder of src-main' : others.join(', ')}`,
  severity: 'error',
  from: { path: `^src-main/${folder}/` },
  to: { path: '^src-main/', pathNot: `^src-main/(${[folder, ...others].join('|')})/` },
}));

const rendererRules = Object.entries(rendererMayImport).map(([folder, others]) => ({
  name: `renderer-${folder}`,
  comment: `${folder}/ may import ${others.length === 0 ? 'no other folder of src-renderer' : others.join(', ')}`,
  severity: 'error',
  from: { path: `^src-renderer/${folder}/` },
  to: { path: '^src-renderer/', pathNot: `^src-renderer/(${[folder, ...others].join('|')})/` },
}));

export default {
  forbidden: [
    ...tableRules,
    ...rendererRules,
    {
      name: 'screens-stand-alone',
      comment: 'what two screens need is a component or data',
      severity: 'error',
      from: { path: '^src-renderer/screens/([^/]+)/' },
      to: { path: '^src-renderer/screens/', pathNot: '^src-renderer/screens/$1/' },
    },
    {
      name: 'entry-imports-cli',
      comment: 'headless.ts only starts the command line',
      severity: 'error',
      from: { path: '^src-main/headless[.]ts$' },
      to: { path: '^src-', pathNot: '^src-main/cli/' },
    },
    {
      name: 'shared-is-zod-only',
      comment: 'what crosses a process must be readable everywhere',
      severity: 'error',
      from: { path: '^src-shared/' },
      to: { pathNot: '^(src-shared/|node_modules/zod/)' },
    },
    {
      name: 'shared-model-first',
      comment: 'model/ knows neither the conversations nor the display of its nouns',
      severity: 'error',
      from: { path: '^src-shared/model/' },
      to: { path: '^src-shared/', pathNot: '^src-shared/model/' },
    },
    {
      name: 'media-is-pure',
      comment: 'media/ decides; whoever calls it reads and writes',
      severity: 'error',
      from: { path: '^src-main/media/' },
      to: { pathNot: `^(src-main/media/|src-shared/|node_modules/(${purePackages.join('|')})/)` },
    },
    {
      name: 'electron-in-desktop-only',
      comment: 'the app must run without a window; the stand-in of tests is held to its types',
      severity: 'error',
      from: { pathNot: '^(src-main/desktop/|tests/helpers/electron-stand-in[.]ts$)' },
      to: { path: '(^|node_modules/)electron(/|$)' },
    },
    {
      name: 'desktop-decides-without-electron',
      comment: 'what the tray shows, a drop means and a quit does is decided without a window, and tested without one',
      severity: 'error',
      from: { path: '^src-main/desktop/decide/' },
      to: { pathNot: '^(src-main/desktop/decide/|src-shared/|node_modules/zod/|path$)' },
    },
    {
      name: 'electron-is-handed-in',
      comment: 'the shell takes the parts it uses, so that it runs without Electron: importing it outside of Electron downloads it',
      severity: 'error',
      from: { path: '^src-main/desktop/', pathNot: '^src-main/desktop/(main|preload)[.]ts$' },
      to: { path: '(^|node_modules/)electron(/|$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'renderer-by-the-bridge',
      comment: 'the renderer sees src-shared and its bridge',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^src-main/' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: '^tests/' },
      to: { path: '^tests/' },
    },
    {
      name: 'unit-tests-stay-pure',
      comment: 'tests/unit needs no program, socket or clock; what does lives in tests/process and beyond',
      severity: 'error',
      from: { path: '^tests/unit/' },
      to: { path: '^src-main/', pathNot: '^src-main/(media/|queue/|desktop/decide/|fleet/assign[a-z-]*[.]ts$)' },
    },
    {
      name: 'shipped-packages-only',
      comment: 'a user has no development packages',
      severity: 'error',
      // The screens are bundled.
      from: { path: '^src-(main|shared)/' },
      // Electron is what an installed app runs in, not a package beside it.
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '(^|node_modules/)electron(/|$)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
