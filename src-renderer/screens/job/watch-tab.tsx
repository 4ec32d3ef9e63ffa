import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobDetail } from '#shared/model/job.ts';
import { CopyTextButton } from '../../components/copy-button.tsx';
import { Fault } from '../../components/fault.tsx';
import { filmName } from '../../components/film-name.ts';
import { jobPlanQuery, sourceThereQuery, sourceUrl } from '../../data/job-parts.ts';
import { type PackageExtras, packageEntryUrl, packageExtrasQuery } from '../../data/package-files.ts';
import { Player } from './player/player.tsx';

const noExtras: PackageExtras = { chapters: [], thumbnails: [], styled: [], fontUrls: [] };

type FinishedProps = { job: JobDetail; output: string };

/** The finished film, or what is done of it so far. */
export function WatchTab({ job }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  if (job.state === 'completed' && job.output !== null) {
    const Watch = job.output.endsWith('.mkv') ? OtherPlayers : FinishedFilm;
    return <Watch job={job} output={job.output} />;
  }
  if (job.preview !== null) return <UnfinishedFilm job={job} preview={job.preview} />;
  const isOver = job.state === 'failed' || job.state === 'cancelled';
  return <Text>{t(isOver ? 'watch.never' : 'watch.notYet')}</Text>;
}

function UnfinishedFilm({ job, preview }: { job: JobDetail; preview: string }) {
  const { t } = useTranslation('job');
  return (
    <Stack gap="xs">
      <Text size="sm">{t('watch.preview')}</Text>
      <Player url={preview} title={filmName(job.input).name} extras={noExtras} source={null} />
      <Keys />
    </Stack>
  );
}

function FinishedFilm({ job, output }: FinishedProps) {
  const { t } = useTranslation('job');
  const entry = entryOf(output);
  const extras = useQuery(packageExtrasQuery(job.id, entry));
  const plan = useQuery(jobPlanQuery(job.id));
  const source = useQuery(sourceThereQuery(job.id));
  if (extras.isError) return <Fault error={extras.error} onRetry={() => void extras.refetch()} />;
  if (extras.isPending || plan.isPending || source.isPending) {
    return <Skeleton style={{ aspectRatio: '16 / 9', maxBlockSize: 'min(70dvh, 720px)' }} />;
  }
  const url = packageEntryUrl(job.id, entry);
  const offsetSec = source.isSuccess ? plan.data?.grid.originSec : undefined;
  return (
    <Stack gap="xs">
      <Player
        url={url}
        title={filmName(job.input).name}
        extras={extras.data}
        source={offsetSec === undefined ? null : { url: sourceUrl(job.id), offsetSec }}
      />
      <Keys />
      {source.isError ? <Text size="sm">{t('watch.sourceGone', { why: source.error.message })}</Text> : null}
      {entry.endsWith('.m3u8') ? null : <DownloadButton url={url} />}
    </Stack>
  );
}

/** A file that no browser plays: how to watch it all the same. */
function OtherPlayers({ job, output }: FinishedProps) {
  const { t } = useTranslation('job');
  return (
    <Stack gap="sm">
      <Text>{t('watch.matroska')}</Text>
      <Group gap="xs">
        <DownloadButton url={packageEntryUrl(job.id, entryOf(output))} />
        <CopyTextButton text={output} label={t('watch.copyPath')} doneLabel={t('watch.copied')} />
      </Group>
    </Stack>
  );
}

function DownloadButton({ url }: { url: string }) {
  const { t } = useTranslation('job');
  return (
    <Button
      component="a"
      href={`${url}?download=1`}
      download
      size="xs"
      variant="default"
      w="fit-content"
      leftSection={<Download size={14} aria-hidden />}
    >
      {t('watch.download')}
    </Button>
  );
}

/** What is opened of a package. */
function entryOf(output: string): string {
  return output.split(/[\\/]/).at(-1) ?? output;
}

function Keys() {
  const { t } = useTranslation('job');
  return (
    <Text size="sm" visibleFrom="sm">
      {t('watch.keys')}
    </Text>
  );
}
