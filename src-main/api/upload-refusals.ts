/** What the catalogue calls it when a film may not come. */
export const uploadRefusals = {
  'too-large': 'ENC-SYS-010',
  'no-space': 'ENC-STO-003',
  'too-many': 'ENC-SYS-008',
} as const;
