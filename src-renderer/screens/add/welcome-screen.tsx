import { Button, Group, Stack, Stepper, Text, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '../../components/links.tsx';
import { useMay, useSession } from '../../data/session.ts';
import { AddFilms } from './add-films.tsx';
import { FoldersStep } from './folders-step.tsx';

/** From a new server to a film that is encoded. */
export function WelcomeScreen() {
  const { t } = useTranslation('welcome');
  const { name } = useSession();
  const may = useMay('admin');
  // The owner was made before anybody could come here.
  const [step, setStep] = useState(1);
  const isPhone = useMediaQuery('(max-width: 48em)');
  const [place, setPlace] = useState('');
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1}>{t('title')}</Title>
        {may ? (
          <ButtonLink to="/" variant="subtle" color="gray">
            {t('skip')}
          </ButtonLink>
        ) : null}
      </Group>
      {may ? (
        <Stepper
          active={step}
          onStepClick={setStep}
          allowNextStepsSelect={false}
          size="sm"
          orientation={isPhone ? 'vertical' : 'horizontal'}
        >
          <Stepper.Step label={t('owner.label')} description={t('owner.about')}>
            <Stack align="flex-start" maw={640} pt="md">
              <Text>{t('owner.text', { name })}</Text>
              <Button onClick={() => setStep(1)}>{t('next')}</Button>
            </Stack>
          </Stepper.Step>
          <Stepper.Step label={t('folders.label')} description={t('folders.about')}>
            <FoldersStep
              onDone={(folder) => {
                setPlace(folder);
                setStep(2);
              }}
            />
          </Stepper.Step>
          <Stepper.Step label={t('film.label')} description={t('film.about')}>
            <Stack pt="md">
              <Text maw={640}>{t('film.text')}</Text>
              <AddFilms usualPlace={place} />
            </Stack>
          </Stepper.Step>
        </Stepper>
      ) : (
        <Text>{t('mayNot')}</Text>
      )}
    </Stack>
  );
}
