import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Every job, however many. */
export function QueueScreen() {
  const { t } = useTranslation('queue');
  return <Title order={1}>{t('title')}</Title>;
}
