import { Alert, Button, Code, Stack } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ServerSays } from './server-says.tsx';
import { factsOfFault, useFaultWords } from './server-words.ts';

export type FaultProps = {
  error: unknown;
  /** Shown as a button where trying again may help. */
  onRetry?: () => void;
};

/** An error for people: what happened, its code for whoever helps them, and a way on. */
export function Fault({ error, onRetry }: FaultProps) {
  const { t } = useTranslation();
  const faultWords = useFaultWords();
  const { code, requestId } = factsOfFault(error);
  return (
    <Alert color="red" icon={<TriangleAlert aria-hidden />} title={t('fault.title')} role="alert">
      <Stack align="flex-start" gap="xs">
        <ServerSays said={faultWords(error)} />
        {code === null ? null : <Code>{requestId === null ? code : `${code} · ${requestId}`}</Code>}
        {onRetry === undefined ? null : (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t('fault.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
