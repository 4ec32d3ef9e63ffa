import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** What happens now, and what has happened. */
export function HomeScreen() {
  const { t } = useTranslation('home');
  return <Title order={1}>{t('title')}</Title>;
}
