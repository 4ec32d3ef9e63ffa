import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEditing } from './editing.ts';
import { useRecipeWords } from './words.ts';

/*
 * Fields of a recipe. Each knows its place there (`video.gopSec`), and takes label, hint and fault from it.
 */

type FieldProps<Value> = {
  at: string;
  value: Value;
  onChange: (value: Value) => void;
  /** Where the place alone does not say which one it is; the label is then for screen readers. */
  ariaLabel?: string;
  className?: string;
};

export type NumberFieldProps = FieldProps<number | null> & {
  unit?: string;
  /** One of what is shown, in the unit of the recipe: 1000 shows bits as kilobits. */
  scale?: number;
  step?: number;
  /** What an empty field stands for. */
  placeholder?: string;
};

/** A number. An empty field is null, which some settings have a meaning for. */
export function NumberField({ at, value, onChange, ariaLabel, unit, scale = 1, step, ...rest }: NumberFieldProps) {
  const names = useNames(at, ariaLabel);
  const shown = value === null ? '' : tidy(value / scale);
  // `4.` is 4 while the next digit is typed.
  const [typed, setTyped] = useState<string | number>(shown);
  const take = (next: string | number) => {
    setTyped(next);
    onChange(next === '' ? null : tidy(Number(next) * scale));
  };
  return (
    <NumberInput
      {...names}
      {...rest}
      value={(typed === '' ? '' : Number(typed)) === shown ? typed : shown}
      onChange={take}
      allowedDecimalSeparators={['.', ',']}
      allowNegative={at.startsWith('audio')}
      {...(unit === undefined ? {} : { suffix: ` ${unit}` })}
      {...(step === undefined ? {} : { step })}
    />
  );
}

/** 57 % is 0.57 and not 0.5700000000000001. */
function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** Bits a second, typed as kilobits. */
export function BitrateField(props: FieldProps<number | null> & { placeholder?: string }) {
  return <NumberField {...props} unit="kb/s" scale={1000} step={100} />;
}

/** Text; where `orNull`, an empty field is null. */
export function TextField({ at, value, onChange, ariaLabel, placeholder, ...rest }: TextFieldProps) {
  return (
    <TextInput
      {...useNames(at, ariaLabel)}
      {...rest}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      {...(placeholder === undefined ? {} : { placeholder })}
    />
  );
}
export type TextFieldProps = FieldProps<string> & { placeholder?: string; maxLength?: number };

/** FFmpeg's name of something; empty leaves it to the encoder. */
export function NameField({ value, onChange, ...rest }: FieldProps<string | null>) {
  const { t } = useTranslation('profiles');
  return (
    <TextField
      {...rest}
      value={value ?? ''}
      placeholder={t('automatic')}
      onChange={(text) => onChange(text === '' ? null : text)}
    />
  );
}

export type ChoiceFieldProps<Value extends string> = FieldProps<Value> & {
  options: readonly Value[];
  /** Words for values that the texts don't have. */
  nameOf?: (value: Value) => string;
};

/** One of a few. */
export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { at, value, onChange, options, nameOf, ariaLabel, ...rest } = props;
  const { choice } = useRecipeWords();
  const data = options.map((one) => ({ value: one as string, label: nameOf?.(one) ?? choice(at, one) }));
  return (
    <Select
      {...useNames(at, ariaLabel)}
      {...rest}
      data={data}
      value={value}
      allowDeselect={false}
      onChange={(next) => {
        const found = options.find((one) => one === next);
        if (found !== undefined) onChange(found);
      }}
    />
  );
}

/** Yes or no. */
export function SwitchField({ at, value, onChange, ariaLabel }: FieldProps<boolean>) {
  return (
    <Switch
      {...useNames(at, ariaLabel)}
      checked={value}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  );
}

function useNames(at: string, ariaLabel: string | undefined) {
  const { label, hint } = useRecipeWords();
  const { faultAt } = useEditing();
  const description = ariaLabel === undefined ? hint(at) : undefined;
  const error = faultAt(at);
  return {
    label: label(at),
    ...(ariaLabel === undefined ? {} : { 'aria-label': ariaLabel }),
    ...(description === undefined ? {} : { description }),
    ...(error === undefined ? {} : { error }),
  };
}
