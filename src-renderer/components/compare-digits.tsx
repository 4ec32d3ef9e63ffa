import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LentStanding } from '#shared/protocol/desktop.ts';

/** Who wants this machine, the six digits that both must show, and where that is answered. */
export function CompareDigits({ pairing }: { pairing: NonNullable<LentStanding['pairing']> }) {
  const { t } = useTranslation('desktop');
  const { name, address, digits } = pairing;
  return (
    <>
      <Text style={{ overflowWrap: 'anywhere' }}>{t('lent.compare', { name, address })}</Text>
      <Text fz={40} fw={700} ff="monospace" my="xs">
        {`${digits.slice(0, 3)} ${digits.slice(3)}`}
      </Text>
      <Text size="sm" c="dimmed">
        {t('lent.compareHow')} {t('lent.compareDiffer')}
      </Text>
    </>
  );
}
