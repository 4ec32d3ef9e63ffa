import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { WaitReason } from '#shared/model/job.ts';

/** Why a job waits: each reason in a word of the reader's language, and the server's own sentence. */
export function WhyWaiting({ reasons }: { reasons: readonly WaitReason[] }) {
  const { t } = useTranslation();
  return (
    <List size="sm" spacing={4}>
      {reasons.map(({ nodeId, code, message }) => (
        <List.Item key={`${nodeId} ${code}`}>
          <Text span size="sm" fw={600}>
            {t(`waiting.${code}`)}
          </Text>
          {': '}
          <span lang="en">{message}</span>
        </List.Item>
      ))}
    </List>
  );
}
