import { ActionIcon, Group, Stack, Text } from '@mantine/core';
import { SlidersHorizontal, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DraftRung } from './draft.ts';
import { useEditing } from './editing.ts';
import { BitrateField, NameField, NumberField, SwitchField } from './fields.tsx';
import classes from './profiles.module.css';
import { sizeName } from './rung-words.ts';
import { Fields } from './section.tsx';
import { useRecipeWords } from './words.ts';

export type RungFieldsProps = {
  rung: DraftRung;
  place: number;
  onChange: (rung: DraftRung) => void;
  /** Null for the last one: a film needs a picture. */
  onRemove: (() => void) | null;
};

/** One size of the ladder. */
export function RungFields({ rung, place, onChange, onRemove }: RungFieldsProps) {
  const { t } = useTranslation('profiles');
  const { label } = useRecipeWords();
  const { draft, faultAt, hasFaultIn } = useEditing();
  const [isWanted, setWanted] = useState(false);
  const at = `video.ladder[${place}]`;
  const name = sizeName(rung);
  const put = (part: Partial<DraftRung>) => onChange({ ...rung, ...part });
  const spoken = (field: string) => t('ofRung', { field: label(`${at}.${field}`), name });
  const more = ['includeSdr', 'crf', 'profile', 'level'].map((field) => `${at}.${field}`);
  const isOpen = isWanted || hasFaultIn(more);
  const fault = faultAt(at);
  return (
    <Stack gap="xs" className={classes['grow']}>
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <div className={classes['rung']}>
          <NumberField
            at={`${at}.width`}
            ariaLabel={spoken('width')}
            value={rung.width}
            onChange={(width) => put({ width })}
            step={2}
          />
          <NumberField
            at={`${at}.height`}
            ariaLabel={spoken('height')}
            value={rung.height}
            onChange={(height) => put({ height })}
            step={2}
          />
          <BitrateField
            at={`${at}.bitrateBps`}
            ariaLabel={spoken('bitrateBps')}
            value={rung.bitrateBps}
            onChange={(bitrateBps) => put({ bitrateBps })}
            placeholder={draft.video.rateControl.mode === 'crf' ? t('unlimited') : ''}
          />
        </div>
        <ActionIcon.Group className={classes['rungButtons']}>
          <ActionIcon
            variant={isOpen ? 'light' : 'subtle'}
            color="gray"
            size="lg"
            aria-label={t('ladder.more', { name })}
            aria-expanded={isOpen}
            onClick={() => setWanted(!isOpen)}
          >
            <SlidersHorizontal size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('ladder.remove', { name })}
            disabled={onRemove === null}
            onClick={() => onRemove?.()}
          >
            <X size={18} aria-hidden />
          </ActionIcon>
        </ActionIcon.Group>
      </Group>
      {fault === undefined ? null : (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {fault}
        </Text>
      )}
      {isOpen ? (
        <Fields>
          <SwitchField at={`${at}.includeSdr`} value={rung.includeSdr} onChange={(includeSdr) => put({ includeSdr })} />
          <NumberField
            at={`${at}.crf`}
            value={rung.crf}
            onChange={(crf) => put({ crf })}
            placeholder={t('ladder.asAll')}
          />
          <NameField at={`${at}.profile`} value={rung.profile} onChange={(profile) => put({ profile })} />
          <NameField at={`${at}.level`} value={rung.level} onChange={(level) => put({ level })} />
        </Fields>
      ) : null}
    </Stack>
  );
}
