import type { NodeOffer } from '#shared/model/node.ts';

/** A small machine without a graphics card, which has the output folders. */
export const offer: NodeOffer = {
  slots: { cpu: 2, io: 1, 'gpu-encode': 0, 'gpu-scale': 0 },
  packages: true,
  cores: 4,
  cpuModel: null,
  memoryBytes: 2 ** 33,
  diskFreeBytes: null,
  platform: 'linux',
  ffmpegVersion: '8.0',
  gpus: [],
  encoders: [],
  decoders: [],
  filters: [],
  busy: null,
  busySign: null,
  temperatureC: null,
};
