import { Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { OriginalView } from '#shared/protocol/originals.ts';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { useFaultNote } from '../../components/fault-note.ts';
import { filmName } from '../../components/film-name.ts';
import { Row, Rows } from '../../components/rows.tsx';
import { originalsQuery, useRestoreOriginal } from '../../data/originals.ts';
import { useMay } from '../../data/session.ts';
import classes from './library.module.css';

/** Films that were set aside after their packages were published, each with a way back. */
export function OriginalsSection() {
  const { t } = useTranslation('library');
  const originals = useInfiniteQuery(originalsQuery('held'));
  const items = originals.data?.pages.flatMap((page) => page.items);
  return (
    <Stack component="section" gap="sm">
      <div>
        <Title order={2} size="h4">
          {t('originals.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('originals.lead')}
        </Text>
      </div>
      {originals.isPending ? <Skeleton height={60} aria-hidden /> : null}
      {originals.isError ? <Fault error={originals.error} onRetry={() => void originals.refetch()} /> : null}
      {items?.length === 0 ? <Text c="dimmed">{t('originals.none')}</Text> : null}
      {items === undefined || items.length === 0 ? null : (
        <Rows label={t('originals.title')}>
          {items.map((original) => (
            <Original key={original.id} original={original} />
          ))}
        </Rows>
      )}
      {originals.hasNextPage ? (
        <Button
          variant="default"
          w="fit-content"
          loading={originals.isFetchingNextPage}
          onClick={() => void originals.fetchNextPage()}
        >
          {t('originals.more')}
        </Button>
      ) : null}
    </Stack>
  );
}

function Original({ original }: { original: OriginalView }) {
  const { t } = useTranslation('library');
  const amounts = useAmounts();
  const mayRestore = useMay('operator');
  const restore = useRestoreOriginal();
  const onError = useFaultNote();
  const { sourcePath, heldPath, keptUntil, restorable, error } = original;
  const { name } = filmName(sourcePath);
  const bringBack = (): void =>
    restore.mutate(original.id, {
      onError,
      onSuccess: () => notifications.show({ message: t('originals.restored', { name }) }),
    });
  const kept =
    keptUntil === null ? t('originals.forever') : t('originals.until', { time: amounts.dateTime(keptUntil) });
  return (
    <Row isLine>
      <div className={classes['grow']}>
        <Text fw={600} className={classes['path']}>
          {name}
        </Text>
        <Text size="sm" c="dimmed" className={classes['path']}>
          {heldPath === null ? kept : `${t('originals.held', { folder: filmName(heldPath).folder })} · ${kept}`}
        </Text>
        {error === null ? null : <Text size="sm">{error}</Text>}
      </div>
      {mayRestore && restorable ? (
        <Button
          variant="default"
          size="sm"
          leftSection={<Undo2 size={16} aria-hidden />}
          loading={restore.isPending}
          onClick={bringBack}
          aria-label={t('originals.restoreNamed', { name })}
        >
          {t('originals.restore')}
        </Button>
      ) : null}
    </Row>
  );
}
