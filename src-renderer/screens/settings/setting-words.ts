import { useTranslation } from 'react-i18next';
import { settings } from '#shared/model/settings.ts';
import type { SettingView } from '#shared/protocol/settings.ts';

export type SettingWords = { title: string; text: string; option: (option: string) => string };

const keys = settings.keyof();
const logLevels = settings.shape.logLevel.unwrap();
const fetchFrom = settings.shape.fetchFrom.unwrap();

/** A setting in the language of this person; one that only a newer server has, in the server's words. */
export function useSettingWords(): (setting: Pick<SettingView, 'key' | 'description'>) => SettingWords {
  const { t } = useTranslation('settings');
  const option = (name: string): string => {
    const level = logLevels.safeParse(name);
    if (level.success) return t(`logLevel.${level.data}`);
    const from = fetchFrom.safeParse(name);
    return from.success ? t(`fetchFrom.${from.data}`) : name;
  };
  return (setting) => {
    const key = keys.safeParse(setting.key);
    if (!key.success) return { title: setting.key, text: setting.description, option };
    return { title: t(`setting.${key.data}.title`), text: t(`setting.${key.data}.text`), option };
  };
}
