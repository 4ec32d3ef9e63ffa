import { Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DesktopSettings, DesktopSettingsChange, SecretsStanding } from '#shared/protocol/desktop.ts';

const always = ['autostart', 'keepAwake', 'notifications', 'updates'] as const;
/** A server's own node has these among its limits. */
const lentOnly = ['pauseOnBattery', 'pauseInFullScreen'] as const;

export type DesktopSwitchesProps = {
  settings: DesktopSettings;
  /** How the keys of this machine lie on the disk; null until it is known. */
  secrets: SecretsStanding | null;
  /** Null where the app has nothing to do with the file manager's menu. */
  fileMenu: boolean | null;
  isLent: boolean;
  onChange: (change: DesktopSettingsChange) => void;
};

/** What the desktop app does by itself on this machine. */
export function DesktopSwitches({ settings, secrets, fileMenu, isLent, onChange }: DesktopSwitchesProps) {
  const { t } = useTranslation('desktop');
  return (
    <Stack gap="sm">
      {[...always, ...(isLent ? lentOnly : [])].map((name) => (
        <Switch
          key={name}
          label={t(`switch.${name}.label`)}
          description={t(`switch.${name}.text`)}
          checked={settings[name]}
          onChange={(event) => onChange({ [name]: event.currentTarget.checked })}
        />
      ))}
      {fileMenu === null ? null : (
        <Switch
          label={t('switch.fileMenu.label')}
          description={t('switch.fileMenu.text')}
          checked={fileMenu}
          onChange={(event) => onChange({ fileMenu: event.currentTarget.checked })}
        />
      )}
      <Switch
        label={t('switch.keychain.label')}
        description={t(`switch.keychain.${secrets ?? 'unasked'}`)}
        checked={settings.keychain}
        onChange={(event) => onChange({ keychain: event.currentTarget.checked })}
      />
    </Stack>
  );
}
