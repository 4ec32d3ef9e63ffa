import { join } from 'node:path';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';

/**
 * What the packed program can do, decided in its own bytes, where no setting and no environment changes it. All are named: an
 * Electron with one more can't be packed until somebody has decided on it.
 */
export const fuses = Object.freeze({
  version: FuseVersion.V1,
  strictlyRequireAllFuses: /** @type {const} */ (true),
  resetAdHocDarwinSignature: true,
  // The server's own node, backups and what ends FFmpeg after a crash are this program as Node. The last must outlive the app,
  // which none of Electron's own kinds of processes does. Its price: others can run scripts under our name.
  [FuseV1Options.RunAsNode]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  // We bring no snapshot of our own.
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  // Pages come from our server: a file that is opened as a page gets no more than elsewhere.
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // WebAssembly as quick as in Chromium: libass.
  [FuseV1Options.WasmTrapHandlers]: true,
});

/**
 * electron-builder's hook between packing and signing. Not by electron-builder's own settings: it brings an @electron/fuses that
 * knows fewer of them.
 * @param {import('electron-builder').AfterPackContext} context
 */
export async function afterPack({ appOutDir, electronPlatformName, packager }) {
  await flipFuses(join(appOutDir, programFile(electronPlatformName, packager)), fuses);
}

/** @param {string} system @param {import('electron-builder').AfterPackContext['packager']} packager */
function programFile(system, packager) {
  const { productFilename } = packager.appInfo;
  if (system === 'win32') return `${productFilename}.exe`;
  if (system === 'darwin') return `${productFilename}.app`;
  return packager.config.linux?.executableName ?? productFilename;
}
