import { Box, Grid, Paper, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Fault } from '../../components/fault.tsx';
import type { Added } from '../../data/add-films.ts';
import { profilesQuery } from '../../data/profiles.ts';
import { useShellFilms } from '../../data/shell-films.ts';
import { useSentFilms } from '../../data/uploads-context.tsx';
import classes from './add.module.css';
import { ChosenList } from './chosen-list.tsx';
import { useChosen, withFilms } from './chosen.ts';
import { FilmSource } from './film-source.tsx';
import { PlaceField } from './place-field.tsx';
import { PlanPanel } from './plan-panel.tsx';
import { ProfileChoice } from './profile-choice.tsx';
import { type HowWanted, StartPanel, usualHow } from './start-panel.tsx';
import { useStart } from './use-start.ts';

const usualProfile = 'hls-universal';

/** What, how, where, and what will come of it. `usualPlace` is where packages go unless somebody says otherwise. */
export function AddFilms({ usualPlace }: { usualPlace: string }) {
  const { t } = useTranslation('add');
  const [chosen, setChosen] = useChosen();
  useShellFilms((films) => setChosen(withFilms(chosen, films)));
  const sent = useSentFilms();
  const profiles = useQuery(profilesQuery('living'));
  const [profileId, setProfileId] = useState(usualProfile);
  const [place, setPlace] = useState<string | null>(null);
  const [how, setHow] = useState<HowWanted>(usualHow);
  const start = useStart(useAddedPlace(), () => setChosen([]));
  const profile = profiles.data?.find(({ id }) => id === profileId);
  const outputDir = place ?? usualPlace;
  const count = chosen.length + sent.length;
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack gap="lg">
          <Part title={t('films')}>
            <FilmSource chosen={chosen} onChoose={setChosen} />
            {count === 0 ? null : <ChosenList chosen={chosen} sent={sent} onChoose={setChosen} />}
          </Part>
          <Part title={t('profile.title')}>
            {profiles.isError ? <Fault error={profiles.error} onRetry={() => void profiles.refetch()} /> : null}
            <ProfileChoice profiles={profiles.data} value={profileId} onChange={setProfileId} />
          </Part>
          <Part title={t('place.title')}>
            <PlaceField label={t('place.label')} description={t('place.text')} value={outputDir} onChange={setPlace} />
          </Part>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Paper component="section" withBorder p={{ base: 'sm', sm: 'md' }} className={classes.beside ?? ''}>
          <Title order={2} size="h4" mb="sm">
            {t('plan.title')}
          </Title>
          {/* By keyboard a region is scrolled once it has the focus. */}
          <Box className={classes.plan ?? ''} tabIndex={0} role="region" aria-label={t('plan.title')} mb="sm">
            {profile === undefined ? null : (
              <PlanPanel chosen={chosen} sent={sent} profile={{ id: profile.id, version: profile.version }} />
            )}
          </Box>
          <StartPanel
            {...{ chosen, sent, start, how, onHow: setHow, isPlaced: outputDir.trim() !== '' }}
            onStart={() =>
              start.go(
                { chosen, sent },
                {
                  ...{ outputDir: outputDir.trim(), profile: profileId, priority: how.priority },
                  options: { overwrite: how.overwrite },
                  name: sent[0]?.folder[0] ?? t('batchName', { count }),
                },
              )
            }
          />
        </Paper>
      </Grid.Col>
    </Grid>
  );
}

/** A film leads to its job, several to their batch in the queue. */
function useAddedPlace(): (added: Added) => void {
  const navigate = useNavigate();
  return (added) => {
    if ('jobId' in added) {
      void navigate({ to: '/jobs/$id', params: { id: added.jobId }, search: {} });
      return;
    }
    const [batch, ...others] = added.batches;
    void navigate({ to: '/queue', search: batch === undefined || others.length > 0 ? {} : { batch: batch.id } });
  };
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper component="section" withBorder p={{ base: 'sm', sm: 'md' }}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        {children}
      </Stack>
    </Paper>
  );
}
