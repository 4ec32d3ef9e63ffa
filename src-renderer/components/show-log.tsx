import { Button, Stack, Text } from '@mantine/core';
import { FileText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Fault } from './fault.tsx';

export type ShowLogProps = {
  onShow: () => void;
  /** It was asked for, and is not there. */
  isMissing: boolean;
  error: Error | null;
};

/** Shows the desktop app's log in the file manager. */
export function ShowLog({ onShow, isMissing, error }: ShowLogProps) {
  const { t } = useTranslation('desktop');
  return (
    <Stack align="flex-start" gap="xs">
      <Button variant="default" leftSection={<FileText size={16} aria-hidden />} onClick={onShow}>
        {t('log.show')}
      </Button>
      {isMissing ? (
        <Text size="sm" role="status">
          {t('log.none')}
        </Text>
      ) : null}
      {error === null ? null : <Fault error={error} />}
    </Stack>
  );
}
