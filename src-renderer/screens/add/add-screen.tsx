import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../data/session.ts';
import { AddFilms } from './add-films.tsx';
import { useUsualPlace } from './use-usual-place.ts';

/** Films in, jobs out. */
export function AddScreen() {
  const { t } = useTranslation('add');
  const may = useMay('operator');
  const usualPlace = useUsualPlace();
  return (
    <Stack gap="lg">
      <Title order={1}>{t('title')}</Title>
      {may ? <AddFilms usualPlace={usualPlace} /> : <Text>{t('mayNot')}</Text>}
    </Stack>
  );
}
