import { NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { SettingView } from '#shared/protocol/settings.ts';
import { LinesField } from './lines-field.tsx';
import { settingKind } from './setting-kind.ts';
import { useSettingWords } from './setting-words.ts';

export type Json = z.infer<ReturnType<typeof z.json>>;

export type SettingFieldProps = {
  setting: SettingView;
  value: Json;
  error: string | undefined;
  onChange: (value: Json) => void;
};

/** The control of one setting, of whatever kind its schema says. */
export function SettingField({ setting, value, error, onChange }: SettingFieldProps) {
  const { t } = useTranslation('settings');
  const { title, text, option } = useSettingWords()(setting);
  const isHeld = setting.origin === 'flag' || setting.origin === 'environment';
  const labels: { label: string; description: ReactNode; error: string | undefined; disabled: boolean } = {
    ...{ label: title, description: text, error, disabled: isHeld },
  };
  const kind = settingKind(setting);
  switch (kind.kind) {
    case 'switch':
      return (
        <Switch
          {...labels}
          checked={value === true}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <NativeSelect
          {...labels}
          value={textOf(value)}
          data={kind.options.map((one) => ({ value: one, label: option(one) }))}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...labels}
          value={typeof value === 'number' ? value : ''}
          {...(kind.least === undefined ? {} : { min: kind.least })}
          {...(kind.most === undefined ? {} : { max: kind.most })}
          allowDecimal={!kind.isWhole}
          placeholder={kind.mayLack ? t('form.none') : ''}
          hideControls
          onChange={(next) => onChange(next === '' ? null : Number(next))}
        />
      );
    case 'lines':
      return <LinesField {...labels} lines={Array.isArray(value) ? value.map(textOf) : []} onChange={onChange} />;
    case 'text':
      return (
        <TextInput {...labels} value={textOf(value)} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
      );
  }
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
