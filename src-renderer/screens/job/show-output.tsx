import { Button, Stack, Text } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobDetail } from '#shared/model/job.ts';
import { Fault } from '../../components/fault.tsx';
import { isInDesktop, useDesktopAbout, useShowOutput } from '../../data/desktop.ts';

/** Where the finished film lies, in the file manager of this machine: in the desktop app, whose server is here. */
export function ShowOutput({ job }: { job: JobDetail }) {
  const { t } = useTranslation('desktop');
  const about = useDesktopAbout();
  const show = useShowOutput();
  if (!isInDesktop() || job.state !== 'completed' || job.output === null) return null;
  return (
    <Stack gap="xs" align="flex-start">
      <Button
        variant="default"
        leftSection={<FolderOpen size={16} aria-hidden />}
        loading={show.isPending}
        onClick={() => show.mutate(job.id)}
      >
        {t(`showIn.${fileManager(about.data?.platform)}`)}
      </Button>
      {show.data === false ? (
        <Text size="sm" role="status">
          {t('showIn.gone')}
        </Text>
      ) : null}
      {show.isError ? <Fault error={show.error} /> : null}
    </Stack>
  );
}

/** As people call it there; `platform` is Node's, with the processor behind it. */
function fileManager(platform = ''): 'finder' | 'explorer' | 'folder' {
  if (platform.startsWith('darwin')) return 'finder';
  return platform.startsWith('win32') ? 'explorer' : 'folder';
}
