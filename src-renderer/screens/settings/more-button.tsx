import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export type MoreButtonProps = {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
};

/** Reads on in a list; nothing at its end. */
export function MoreButton({ list }: MoreButtonProps) {
  const { t } = useTranslation('settings');
  if (!list.hasNextPage) return null;
  return (
    <Group justify="center">
      <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {t('moreOf')}
      </Button>
    </Group>
  );
}
