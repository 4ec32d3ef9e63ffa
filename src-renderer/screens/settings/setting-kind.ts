import { z } from 'zod';
import type { SettingView } from '#shared/protocol/settings.ts';

const plain = z.object({
  type: z.string().optional(),
  enum: z.string().array().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
const schema = plain.extend({ anyOf: plain.array().optional() });

/** What a value may be, as a control asks for it. */
export type SettingKind =
  | { kind: 'switch' }
  | { kind: 'choice'; options: readonly string[] }
  | { kind: 'number'; least: number | undefined; most: number | undefined; isWhole: boolean; mayLack: boolean }
  | { kind: 'lines' }
  | { kind: 'text' };

/** By the schema that the server tells with each setting. */
export function settingKind(setting: Pick<SettingView, 'schema'>): SettingKind {
  const { anyOf, ...alone } = schema.parse(setting.schema);
  const mayLack = anyOf?.some(({ type }) => type === 'null') ?? false;
  const { type, enum: options, minimum, maximum } = anyOf?.find((one) => one.type !== 'null') ?? alone;
  if (options !== undefined) return { kind: 'choice', options };
  if (type === 'boolean') return { kind: 'switch' };
  if (type === 'array') return { kind: 'lines' };
  if (type !== 'number' && type !== 'integer') return { kind: 'text' };
  return { kind: 'number', least: minimum, most: maximum, isWhole: type === 'integer', mayLack };
}
