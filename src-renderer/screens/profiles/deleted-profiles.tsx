import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ago } from '../../components/ago.tsx';
import { Fault } from '../../components/fault.tsx';
import { Row, Rows } from '../../components/rows.tsx';
import { profilesQuery, useRestoreProfile } from '../../data/profiles.ts';

/** Nothing is lost by deleting a profile: it can be brought back. Shown only where there are any. */
export function DeletedProfiles() {
  const { t } = useTranslation('profiles');
  const deleted = useQuery(profilesQuery('deleted'));
  const restore = useRestoreProfile();
  const [isOpen, setOpen] = useState(false);
  if (!deleted.isSuccess || deleted.data.length === 0) return null;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('deleted.title', { count: deleted.data.length })}
        </Title>
        <Button variant="subtle" size="compact-sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t(isOpen ? 'deleted.hide' : 'deleted.show')}
        </Button>
      </Group>
      {restore.isError ? <Fault error={restore.error} /> : null}
      {isOpen ? (
        <Rows label={t('deleted.title', { count: deleted.data.length })}>
          {deleted.data.map(({ id, recipe, deletedAt }) => (
            <Row key={id} isLine>
              <Stack gap={0}>
                <Text>{recipe.title}</Text>
                {deletedAt === null ? null : (
                  <Text size="sm" c="dimmed">
                    <Ago at={deletedAt} />
                  </Text>
                )}
              </Stack>
              <Button
                variant="default"
                size="xs"
                aria-label={t('deleted.restoreOne', { title: recipe.title })}
                onClick={() => restore.mutate(id)}
              >
                {t('deleted.restore')}
              </Button>
            </Row>
          ))}
        </Rows>
      ) : null}
    </Stack>
  );
}
