import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobDetail } from '#shared/model/job.ts';
import { CopyTextButton } from '../../components/copy-button.tsx';
import { Fault } from '../../components/fault.tsx';
import { filmName } from '../../components/film-name.ts';
import { ServerSays } from '../../components/server-says.tsx';
import { useFaultWords } from '../../components/server-words.ts';
import { jobPlanQuery, sourceThereQuery, sourceUrl } from '../../data/job-parts.ts';
import { type PackageExtras, packageEntryUrl, packageExtrasQuery } from '../../data/package-files.ts';
import { Player } from './player/player.tsx';

const noExtras: PackageExtras = { chapters: [], thumbnails: [], styled: [], fontUrls: [] };

/** The finished film, or what is done of it so far. */
export function WatchTab({ job }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  const output = job.state === 'completed' ? job.output : null;
  if (output?.endsWith('.mkv')) return <OtherPlayers job={job} output={output} />;
  // One player for both: who watches while the film gets done goes on watching.
  if (output !== null || job.preview !== null) return <Film job={job} output={output} />;
  const isOver = job.state === 'failed' || job.state === 'cancelled';
  return <Text>{t(isOver ? 'watch.never' : 'watch.notYet')}</Text>;
}

/** `output` is null while the film is being made. What comes with a finished one comes when it was read; the film waits for none of it. */
function Film({ job, output }: { job: JobDetail; output: string | null }) {
  const { t } = useTranslation('job');
  const faultWords = useFaultWords();
  const entry = output === null ? null : entryOf(output);
  const isFinished = entry !== null;
  const extras = useQuery({ ...packageExtrasQuery(job.id, entry ?? ''), enabled: isFinished });
  const plan = useQuery({ ...jobPlanQuery(job.id), enabled: isFinished });
  const source = useQuery({ ...sourceThereQuery(job.id), enabled: isFinished });
  const url = entry === null ? job.preview : packageEntryUrl(job.id, entry);
  if (url === null) return null;
  const offsetSec = source.isSuccess ? plan.data?.grid.originSec : undefined;
  return (
    <Stack gap="xs">
      {isFinished ? null : <Text size="sm">{t('watch.preview')}</Text>}
      <Player
        url={url}
        title={filmName(job.input).name}
        extras={extras.data ?? noExtras}
        source={offsetSec === undefined ? null : { url: sourceUrl(job.id), offsetSec }}
      />
      <Keys />
      {extras.isLoadingError ? <Fault error={extras.error} onRetry={() => void extras.refetch()} /> : null}
      {source.isError ? (
        <div>
          <Text size="sm">{t('watch.sourceGone')}</Text>
          <ServerSays said={faultWords(source.error)} />
        </div>
      ) : null}
      {!isFinished || url.endsWith('.m3u8') ? null : <DownloadButton url={url} />}
    </Stack>
  );
}

/** A file that no browser plays: how to watch it all the same. */
function OtherPlayers({ job, output }: { job: JobDetail; output: string }) {
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
