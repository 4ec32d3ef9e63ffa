import { Alert, Paper, Stack, Text } from '@mantine/core';
import { CircleCheck, CircleMinus, Info } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { WatchFolderPreview } from '#shared/protocol/watch-folders.ts';
import { useAmounts } from '../../components/amount.tsx';
import { Row } from '../../components/rows.tsx';
import classes from './library.module.css';

export type DryRunProps = {
  preview: WatchFolderPreview;
  /** The rule is another by now. */
  isOld: boolean;
};

/** What a rule would do to each file that is there, and why it would leave others alone. */
export function DryRun({ preview: { wouldAdd, others, isComplete }, isOld }: DryRunProps) {
  const { t } = useTranslation('library');
  const amounts = useAmounts();
  const bytes = wouldAdd.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const added = { count: wouldAdd.length, shown: amounts.count(wouldAdd.length), size: amounts.bytes(bytes) };
  const left = { count: others.length, shown: amounts.count(others.length) };
  return (
    <Stack component="section" gap="xs" aria-label={t('dry.label')}>
      {isOld ? (
        <Alert color="yellow" icon={<Info aria-hidden />}>
          {t('dry.old')}
        </Alert>
      ) : null}
      <Text fw={600} role="status">
        {wouldAdd.length === 0 ? t('dry.none') : t('dry.adds', added)}
      </Text>
      {wouldAdd.length === 0 ? null : (
        <Paper component="ul" withBorder className={classes['dry']} tabIndex={0} aria-label={t('dry.adds', added)}>
          {wouldAdd.map(({ path, sizeBytes, outputDir }) => (
            <Row key={path} isLine>
              <CircleCheck size={16} aria-hidden color="var(--mantine-color-green-text)" />
              <Words path={path} note={`${amounts.bytes(sizeBytes)} · ${t('dry.to', { folder: outputDir })}`} />
            </Row>
          ))}
        </Paper>
      )}
      {others.length === 0 ? null : (
        <>
          <Text fw={600}>{t('dry.others', left)}</Text>
          <Paper component="ul" withBorder className={classes['dry']} tabIndex={0} aria-label={t('dry.others', left)}>
            {others.map(({ path, because }) => (
              <Row key={path} isLine>
                <CircleMinus size={16} aria-hidden color="var(--mantine-color-dimmed)" />
                <Words path={path} note={because} />
              </Row>
            ))}
          </Paper>
        </>
      )}
      {isComplete ? null : <Text size="sm">{t('dry.partly')}</Text>}
    </Stack>
  );
}

function Words({ path, note }: { path: string; note: string }) {
  return (
    <div className={classes['grow']}>
      <Text size="sm" className={classes['path']}>
        {path}
      </Text>
      <Text size="sm" c="dimmed" className={classes['path']}>
        {note}
      </Text>
    </div>
  );
}
