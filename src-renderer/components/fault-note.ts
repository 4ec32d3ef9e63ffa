import { notifications } from '@mantine/notifications';
import { createElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ServerSays } from './server-says.tsx';
import { useFaultWords } from './server-words.ts';

/** Tells of an error beside the screen: for what was done with a button that is still there to be pressed again. */
export function useFaultNote(): (error: unknown) => void {
  const { t } = useTranslation();
  const faultWords = useFaultWords();
  return (error) => {
    const message = createElement(ServerSays, { said: faultWords(error) });
    notifications.show({ color: 'red', title: t('fault.title'), message });
  };
}
