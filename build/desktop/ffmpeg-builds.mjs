/*
 * The builds of FFmpeg that go into packages: the release assets of github.com/eugeneware/ffmpeg-static, which gathers the
 * builds of gyan.dev (Windows), johnvansickle.com (Linux), evermeet.cx and osxexperts.net (macOS). Pinned by the SHA-256 of what
 * is downloaded, so that nobody can put something else in their place.
 */

export const ffmpegRelease = 'https://github.com/eugeneware/ffmpeg-static/releases/download/b6.1.1';

/**
 * @typedef {object} FfmpegBuild
 * @property {string} asset The release's name for the system and the processor.
 * @property {{ ffmpeg: string, ffprobe: string }} sha256 Of the packed programs.
 * @property {Readonly<Record<string, string>>} licenses SHA-256 of the licences to lie beside them, by the asset that each is of.
 */

/** The GPL's text, the same file for several. */
const gpl = '8ceb4b9ee5adedde47b31e975c1d90c73ad27b6b165a1dcd80c7c545eb65b903';

/** @type {FfmpegBuild} */
const windowsX64 = {
  asset: 'win32-x64',
  sha256: {
    ffmpeg: '8883a3dffbd0a16cf4ef95206ea05283f78908dbfb118f73c83f4951dcc06d77',
    ffprobe: 'f309e6223ad89d2fe54bccd420a7709b66fd27540674e92309578ed491a43c8d',
  },
  licenses: { 'win32-x64': gpl },
};

/** A universal app is two that are merged: what is no program must be the same in both. */
const macLicenses = {
  'darwin-x64': '2e1d16c72fd74e12063776371da757322f8b77589386532f4fd8634bde7de1af',
  'darwin-arm64': 'cb48bf09a11f5fb576cddb0431c8f5ed0a60157a9ec942adffc13907cbe083f2',
};

/** By electron-builder's name of the system and the processor. @type {Readonly<Record<string, FfmpegBuild>>} */
export const ffmpegBuilds = {
  'win-x64': windowsX64,
  // Nobody makes one; Windows runs the other there.
  'win-arm64': windowsX64,
  'linux-x64': {
    asset: 'linux-x64',
    sha256: {
      ffmpeg: 'bfe8a8fc511530457b528c48d77b5737527b504a3797a9bc4866aeca69c2dffa',
      ffprobe: '25d9b6ccb05e3d9de9e04e31e2506d8dd7f9f0418981965ac6df12e8d3afd067',
    },
    licenses: { 'linux-x64': gpl },
  },
  'linux-arm64': {
    asset: 'linux-arm64',
    sha256: {
      ffmpeg: '754a678672298bc68156adff58aa7385a592c2b30b1d0ae8750c45c915c4bac0',
      ffprobe: '2ab6aba60ee84412dff9188720703376cb4e7aaf7e0b5e43aa8249f2acae5bf8',
    },
    licenses: { 'linux-arm64': gpl },
  },
  'mac-x64': {
    asset: 'darwin-x64',
    sha256: {
      ffmpeg: '929b375c1182d956c51f7ac25e0b2b0411fb01f6f407aa15c9758efeb4242106',
      ffprobe: 'd4da574d6e2e197bd259b47d69cf262df9e312af24ad960444f6d806d3d4c186',
    },
    licenses: macLicenses,
  },
  'mac-arm64': {
    asset: 'darwin-arm64',
    sha256: {
      ffmpeg: '8923876afa8db5585022d7860ec7e589af192f441c56793971276d450ed3bbfa',
      ffprobe: 'd986a8ec7b030899fe66a8a288ed809a3543338705a3ce178cfb85869c5d80be',
    },
    licenses: macLicenses,
  },
};
