/** Why a run of FFmpeg failed, as far as a policy needs to know. */
export type FailureCode =
  | 'bad-input'
  | 'encoder-missing'
  | 'encoder-failed'
  | 'disk-full'
  | 'permission'
  | 'killed'
  | 'out-of-memory'
  | 'stalled'
  | 'stopped'
  | 'unknown';
