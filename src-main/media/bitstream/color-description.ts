/** Colour signalling by the code points of ITU-T H.273; shared by H.264, HEVC, AV1, VP9 and the MP4 `colr` box. */
export type ColorDescription = {
  /** 1 BT.709, 9 BT.2020; 2 is unspecified. */
  primaries: number;
  /** 1 BT.709, 16 PQ, 18 HLG; 2 is unspecified. */
  transfer: number;
  /** 1 BT.709, 9 BT.2020 non-constant luminance; 2 is unspecified. */
  matrix: number;
  /** True for full swing (0 to 255); null where the carrier can't say (QuickTime `nclc`). */
  fullRange: boolean | null;
};
