import { Box, Button, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditView, auditResult } from '#shared/protocol/audit.ts';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { Row, Rows, RowsToCome } from '../../components/rows.tsx';
import { type AuditFilter, auditFileUrl, auditQuery } from '../../data/audit.ts';
import { MoreButton } from './more-button.tsx';
import classes from './settings.module.css';

const nothing = { user: '', action: '', result: '', from: '', to: '' };

/** Who changed what, or tried to. */
export function AuditSection() {
  const { t } = useTranslation('settings');
  const [wanted, setWanted] = useState(nothing);
  const [typed] = useDebouncedValue(wanted, 300);
  const filter = filterOf(typed);
  const audit = useInfiniteQuery(auditQuery(filter));
  const entries = audit.data?.pages.flatMap(({ items }) => items) ?? [];
  const field = (name: keyof typeof nothing) => ({
    value: wanted[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      setWanted({ ...wanted, [name]: currentTarget.value }),
  });
  return (
    <Stack>
      <Group gap="sm" align="flex-end">
        <TextInput label={t('audit.who')} flex="1 1 9rem" {...field('user')} />
        <TextInput label={t('audit.what')} flex="1 1 9rem" {...field('action')} />
        <NativeSelect
          label={t('audit.result')}
          data={[
            { value: '', label: t('audit.any') },
            ...auditResult.options.map((value) => ({ value, label: t(`audit.${value}`) })),
          ]}
          flex="1 1 9rem"
          {...field('result')}
        />
        <TextInput type="date" flex="1 1 9rem" label={t('audit.from')} {...field('from')} />
        <TextInput type="date" flex="1 1 9rem" label={t('audit.to')} {...field('to')} />
      </Group>
      <Group justify="flex-end">
        <Button
          component="a"
          href={auditFileUrl(filter)}
          download="encrew-audit.csv"
          variant="default"
          leftSection={<Download size={16} aria-hidden />}
        >
          {t('audit.file')}
        </Button>
      </Group>
      {audit.isPending ? <RowsToCome /> : null}
      {audit.isError ? <Fault error={audit.error} onRetry={() => void audit.refetch()} /> : null}
      {audit.isSuccess && entries.length === 0 ? <Text>{t('audit.none')}</Text> : null}
      {entries.length === 0 ? null : <Entries entries={entries} />}
      <MoreButton list={audit} />
    </Stack>
  );
}

type EntriesProps = { entries: readonly AuditView[] };

function Entries(props: EntriesProps) {
  const isPhone = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  return isPhone ? <EntryRows {...props} /> : <EntryTable {...props} />;
}

function EntryTable({ entries }: EntriesProps) {
  const { t } = useTranslation('settings');
  return (
    <Table aria-label={t('audit.title')} verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          {(['when', 'who', 'what', 'result'] as const).map((name) => (
            <Table.Th key={name}>{t(`audit.${name}`)}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Table.Tr key={entry.id}>
            <Table.Td>
              <When {...entry} />
            </Table.Td>
            <Table.Td className={classes['wrap']}>
              <Who {...entry} />
            </Table.Td>
            <Table.Td className={classes['wrap']}>
              <What {...entry} />
            </Table.Td>
            <Table.Td>
              <Result {...entry} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Four columns would not fit: one entry below the other. */
function EntryRows({ entries }: EntriesProps) {
  const { t } = useTranslation('settings');
  return (
    <Rows label={t('audit.title')}>
      {entries.map((entry) => (
        <Row key={entry.id}>
          <Stack gap={4} className={classes['wrap']}>
            <Group justify="space-between" gap="xs" fz="sm">
              <When {...entry} />
              <Result {...entry} />
            </Group>
            <What {...entry} />
            <Box fz="sm">
              <Who {...entry} />
            </Box>
          </Stack>
        </Row>
      ))}
    </Rows>
  );
}

function When({ at }: AuditView) {
  const amounts = useAmounts();
  return <time dateTime={at}>{amounts.dateTime(at)}</time>;
}

function Who({ actor }: AuditView) {
  const { t } = useTranslation('settings');
  return (
    <>
      {actor.kind === 'nobody' ? t('audit.nobody') : actor.name}
      {actor.kind === 'user' || actor.kind === 'nobody' ? null : (
        <Text size="xs" c="dimmed">
          {t(`audit.kind.${actor.kind}`)}
        </Text>
      )}
    </>
  );
}

function What({ action, resourceId }: AuditView) {
  return (
    <>
      <Text size="sm" ff="monospace">
        {action}
      </Text>
      {resourceId === null ? null : (
        <Text size="xs" c="dimmed">
          {resourceId}
        </Text>
      )}
    </>
  );
}

function Result({ result }: AuditView) {
  const { t } = useTranslation('settings');
  return (
    <Text size="sm" c={result === 'failure' ? 'var(--mantine-color-error)' : 'inherit'}>
      {t(`audit.${result}`)}
    </Text>
  );
}

function filterOf({ user, action, result, from, to }: typeof nothing): AuditFilter {
  return {
    user: user.trim(),
    action: action.trim(),
    result: auditResult.safeParse(result).data ?? null,
    from: startOf(from, 0),
    // A day is meant with its evening.
    to: startOf(to, 1),
  };
}

/** The midnight of this place at which a day begins, or one some days later; null for no date. */
function startOf(date: string, daysLater: number): string | null {
  const [year, month, day] = date.split('-').map(Number);
  if (year === undefined || month === undefined || day === undefined) return null;
  return new Date(year, month - 1, day + daysLater).toISOString();
}
