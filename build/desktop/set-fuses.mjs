import { FuseV1Options, FuseVersion } from '@electron/fuses';

/**
 * What the packed program can do, decided in its own bytes, where no setting and no environment changes it. All are named: an
 * Electron with one more can't be packed until somebody has decided on it.
 */
export const fuses = Object.freeze({
  version: FuseVersion.V1,
  strictlyRequireAllFuses: /** @type {const} */ (true),
  resetAdHocDarwinSignature: true,
  // With it, any program could have ours run its scripts, under our name and with our permissions.
  [FuseV1Options.RunAsNode]: false,
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
 * electron-builder's hook between packing and signing.
 * @param {import('electron-builder').AfterPackContext} context
 */
export async function afterPack(context) {
  await context.packager.addElectronFuses(context, fuses);
}
