import { Badge, Button, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProfileView } from '#shared/protocol/profiles.ts';
import { Ago } from '../../components/ago.tsx';
import { Fault } from '../../components/fault.tsx';
import { Row, Rows } from '../../components/rows.tsx';
import { type ProfileVersion, profileVersionsQuery, useRollbackProfile } from '../../data/profiles.ts';
import classes from './profiles.module.css';
import { differencesOf } from './settings-of.ts';
import { useValueText } from './value-text.ts';
import { useRecipeWords } from './words.ts';

export type VersionsPanelProps = {
  profile: ProfileView;
  mayChange: boolean;
  /** Going back would leave unsaved changes behind. */
  hasChanges: boolean;
  onBack: () => void;
};

/** Every version of a profile, what changed in each, and a way back. */
export function VersionsPanel({ profile, mayChange, hasChanges, onBack }: VersionsPanelProps) {
  const { t } = useTranslation('profiles');
  const versions = useQuery(profileVersionsQuery(profile.id));
  const rollback = useRollbackProfile(profile.id);
  if (versions.isPending) return <Skeleton height={140} />;
  if (versions.isError) return <Fault error={versions.error} onRetry={() => void versions.refetch()} />;
  const goBack = (version: number) =>
    modals.openConfirmModal({
      title: t('versions.backTitle', { version }),
      children: <Text size="sm">{t('versions.backText', { next: profile.version + 1 })}</Text>,
      labels: { confirm: t('versions.backConfirm'), cancel: t('cancel') },
      closeButtonProps: { 'aria-label': t('close') },
      onConfirm: () => rollback.mutate({ version, base: profile.version }, { onSuccess: onBack }),
    });
  return (
    <Stack gap="md">
      {hasChanges && mayChange ? <Text size="sm">{t('versions.unsaved')}</Text> : null}
      {rollback.isError ? <Fault error={rollback.error} /> : null}
      <Rows isOrdered label={t('versions.title')}>
        {versions.data.map((one, i) => (
          <VersionRow
            key={one.version}
            one={one}
            before={versions.data[i + 1] ?? null}
            isNewest={i === 0}
            onBack={mayChange && !hasChanges && i > 0 ? () => goBack(one.version) : null}
          />
        ))}
      </Rows>
    </Stack>
  );
}

type RowProps = {
  one: ProfileVersion;
  before: ProfileVersion | null;
  isNewest: boolean;
  onBack: (() => void) | null;
};

function VersionRow({ one, before, isNewest, onBack }: RowProps) {
  const { t } = useTranslation('profiles');
  const [isOpen, setOpen] = useState(false);
  return (
    <Row isLine>
      <Stack gap={4} className={classes['grow']}>
        <Group gap="xs">
          <Text fw={600}>{t('version', { version: one.version })}</Text>
          {isNewest ? <Badge tt="none">{t('versions.newest')}</Badge> : null}
        </Group>
        <Text size="sm" c="dimmed">
          {one.createdBy}
          {one.createdBy !== null && one.createdAt !== null ? ' · ' : null}
          {one.createdAt === null ? null : <Ago at={one.createdAt} />}
          {one.note === null ? null : ` · ${one.note}`}
        </Text>
        {isOpen && before !== null ? <Differences before={before} after={one} /> : null}
      </Stack>
      <Group gap="xs" justify="flex-end">
        {before === null ? null : (
          <Button
            variant="subtle"
            size="xs"
            aria-expanded={isOpen}
            aria-label={t('versions.changesIn', { version: one.version })}
            onClick={() => setOpen(!isOpen)}
          >
            {t('versions.changes')}
          </Button>
        )}
        {onBack === null ? null : (
          <Button
            variant="default"
            size="xs"
            aria-label={t('versions.backTo', { version: one.version })}
            onClick={onBack}
          >
            {t('versions.back')}
          </Button>
        )}
      </Group>
    </Row>
  );
}

function Differences({ before, after }: { before: ProfileVersion; after: ProfileVersion }) {
  const { t } = useTranslation('profiles');
  const { label } = useRecipeWords();
  const valueText = useValueText();
  const differences = differencesOf(before.recipe, after.recipe);
  if (differences.length === 0) return <Text size="sm">{t('versions.same')}</Text>;
  return (
    <Table withRowBorders={false} verticalSpacing={4} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('versions.setting')}</Table.Th>
          <Table.Th>{t('version', { version: before.version })}</Table.Th>
          <Table.Th>{t('version', { version: after.version })}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {differences.map(({ path, before: old, after: now }) => (
          <Table.Tr key={path}>
            <Table.Td>{label(path)}</Table.Td>
            <Table.Td>{valueText(path, old)}</Table.Td>
            <Table.Td>{valueText(path, now)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
