import { join } from 'node:path';
import { projectRoot } from '../setup/project-root.mjs';
import { bundleDesktop } from './bundle.mjs';
import { drawIcons } from './draw-icons.mjs';

/* What electron-builder packs, beside the screens. A program of its own: set-up must run before these packages can be loaded. */

const source = join(projectRoot, 'src-main', 'desktop');
await bundleDesktop({
  main: join(source, 'main.ts'),
  preload: join(source, 'preload.ts'),
  outDir: join(projectRoot, 'dist', 'desktop'),
});
await drawIcons(join(projectRoot, 'dist', 'icons'));
