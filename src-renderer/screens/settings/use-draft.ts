import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingView } from '#shared/protocol/settings.ts';
import { requestFaultsOf } from '../../data/client.ts';
import { useChangeSettings } from '../../data/settings.ts';
import type { Json } from './setting-field.tsx';

/** What somebody has changed and not saved yet, by key. It outlives answers of the server. */
export function useDraft() {
  const { t } = useTranslation('settings');
  const [draft, setDraft] = useState<Readonly<Record<string, Json>>>({});
  const change = useChangeSettings();
  const faults = requestFaultsOf(change.error);
  return {
    isDirty: Object.keys(draft).length > 0,
    isSaving: change.isPending,
    /** What went wrong and belongs to no field. */
    error: change.isError && faults.every(({ path }) => draft[fieldOf(path)] === undefined) ? change.error : null,
    valueOf: ({ key, value }: SettingView): Json => draft[key] ?? (key in draft ? null : value),
    faultOf: ({ key }: SettingView): string | undefined => faults.find(({ path }) => fieldOf(path) === key)?.message,
    set: ({ key, value }: SettingView, next: Json): void => {
      const { [key]: _was, ...others } = draft;
      setDraft(isSame(next, value) ? others : { ...others, [key]: next });
    },
    discard: (): void => {
      change.reset();
      setDraft({});
    },
    save: (settings: readonly SettingView[]): void => {
      const patch = Object.fromEntries(
        settings
          .filter(({ key }) => key in draft)
          // A default that is not written down changes with a newer version.
          .map(({ key, default: usual }) => [key, isSame(draft[key], usual) ? null : withoutGaps(draft[key] ?? null)]),
      );
      change.mutate(patch, {
        onSuccess: () => {
          setDraft({});
          notifications.show({ color: 'green', message: t('form.saved') });
        },
      });
    },
  };
}

export type Draft = ReturnType<typeof useDraft>;

/** `body.roots.0` is of `roots`. */
function fieldOf(path: string): string {
  return path.split('.')[1] ?? '';
}

/** Lines that nobody filled in are not meant. */
function withoutGaps(value: Json): Json {
  return Array.isArray(value) ? value.filter((one) => one !== '') : value;
}

function isSame(a: Json | undefined, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
