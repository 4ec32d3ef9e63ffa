import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';

export type FaultProps = {
  error: unknown;
  /** Shown as a button where trying again may help. */
  onRetry?: () => void;
};

/** An error for people: what happened, its code for whoever helps them, and a way on. */
export function Fault({ error, onRetry }: FaultProps) {
  const { t } = useTranslation();
  const { message, code, requestId } = toldBy(error);
  return (
    <Alert color="red" icon={<TriangleAlert aria-hidden />} title={t('fault.title')} role="alert">
      <Stack align="flex-start" gap="xs">
        <Text size="sm">{code === 'UNREACHABLE' ? t('fault.unreachable') : message}</Text>
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

type Told = { message: string; code: string | null; requestId: string | null };

/** What the server's faults carry, and any other error lacks. */
function toldBy(error: unknown): Told {
  const message = error instanceof Error ? error.message : String(error);
  if (typeof error !== 'object' || error === null) return { message, code: null, requestId: null };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const requestId = 'requestId' in error && typeof error.requestId === 'string' ? error.requestId : null;
  return { message, code, requestId };
}
