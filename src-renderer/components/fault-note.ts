import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';

/** Tells of an error beside the screen: for what was done with a button that is still there to be pressed again. */
export function useFaultNote(): (error: unknown) => void {
  const { t } = useTranslation();
  return (error) => {
    const message = error instanceof Error ? error.message : String(error);
    notifications.show({ color: 'red', title: t('fault.title'), message });
  };
}
