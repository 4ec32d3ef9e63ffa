import type { NodeOffer } from '#shared/protocol/node.ts';

/** A small machine without a graphics card, which has the output folders. */
export const offer: NodeOffer = {
  slots: { cpu: 2, io: 1, 'gpu-encode': 0, 'gpu-scale': 0 },
  packages: true,
  cores: 4,
  memoryBytes: 2 ** 33,
  platform: 'linux',
  ffmpegVersion: '8.0',
};
