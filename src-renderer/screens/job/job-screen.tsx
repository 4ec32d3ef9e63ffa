import { Skeleton, Stack, Tabs, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Clapperboard, FileVideo, FolderOpen, ScrollText } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobDetail } from '#shared/model/job.ts';
import { Fault } from '../../components/fault.tsx';
import { ApiFault } from '../../data/client.ts';
import { jobQuery, jobsKey } from '../../data/jobs.ts';
import { useRefreshBy } from '../../data/live-context.tsx';
import { FilesTab } from './files-tab.tsx';
import { JobHead } from './job-head.tsx';
import { JobNotes } from './job-notes.tsx';
import { jobTab } from './job-search.ts';
import { LogTab } from './log-tab.tsx';
import { WatchTab } from './watch-tab.tsx';
import { WorkTab } from './work-tab.tsx';

const address = getRouteApi('/jobs/$id');

/** One job: how it gets on, how it was made, and what came of it. */
export function JobScreen() {
  const { t } = useTranslation('job');
  const { id } = address.useParams();
  const job = useQuery(jobQuery(id));
  useRefreshBy(`job:${id}`, [[...jobsKey, id]]);
  // A server that can't be reached for a while takes nothing away from who watches.
  if (job.isError && (job.data === undefined || isRefused(job.error))) {
    return (
      <Stack>
        <Title order={1}>{t('title')}</Title>
        <Fault error={job.error} onRetry={() => void job.refetch()} />
      </Stack>
    );
  }
  if (job.data === undefined) {
    return (
      <Stack>
        <Skeleton h={34} maw={400} />
        <Skeleton h={60} />
        <Skeleton h={400} />
      </Stack>
    );
  }
  return <OneJob key={id} job={job.data} />;
}

/** It is not there any more, or not for this person. */
function isRefused(error: Error): boolean {
  return error instanceof ApiFault && error.status >= 400 && error.status < 500;
}

const icons = { watch: Clapperboard, work: FileVideo, files: FolderOpen, log: ScrollText };

function OneJob({ job }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  const { tab } = address.useSearch();
  const go = address.useNavigate();
  // The tab stays while the job goes on: nothing is taken away from who looks at it.
  const [first] = useState(job.state === 'completed' ? 'watch' : 'work');
  return (
    <Stack gap="lg">
      <JobHead job={job} />
      <JobNotes job={job} />
      <Tabs
        value={tab ?? first}
        onChange={(next) => void go({ search: { tab: jobTab.parse(next) }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List aria-label={t('tabs.label')} style={{ flexWrap: 'nowrap', overflowX: 'auto' }}>
          {jobTab.options.map((name) => {
            const Icon = icons[name];
            return (
              <Tabs.Tab
                key={name}
                value={name}
                leftSection={<Icon size={16} aria-hidden className="mantine-visible-from-sm" />}
              >
                {t(`tabs.${name}`)}
              </Tabs.Tab>
            );
          })}
        </Tabs.List>
        <Tabs.Panel value="watch" pt="md">
          <WatchTab job={job} />
        </Tabs.Panel>
        <Tabs.Panel value="work" pt="md">
          <WorkTab job={job} />
        </Tabs.Panel>
        <Tabs.Panel value="files" pt="md">
          <FilesTab job={job} />
        </Tabs.Panel>
        <Tabs.Panel value="log" pt="md">
          <LogTab job={job} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
