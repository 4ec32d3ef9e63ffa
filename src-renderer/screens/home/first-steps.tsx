import { List, Paper, Stack, Text, Title } from '@mantine/core';
import { FilePlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '../../components/links.tsx';
import { useMay } from '../../data/session.ts';

/** For a server that has done nothing yet: what to do first. */
export function FirstSteps() {
  const { t } = useTranslation('home');
  const mayAdd = useMay('operator');
  return (
    <Paper component="section" withBorder p="xl" aria-labelledby="first-steps">
      <Stack align="flex-start">
        <Title order={2} size="h3" id="first-steps">
          {t('first.title')}
        </Title>
        {mayAdd ? (
          <>
            <List type="ordered" spacing="xs">
              <List.Item>{t('first.add')}</List.Item>
              <List.Item>{t('first.choose')}</List.Item>
              <List.Item>{t('first.watch')}</List.Item>
            </List>
            <ButtonLink to="/add" leftSection={<FilePlus size={18} aria-hidden />}>
              {t('add')}
            </ButtonLink>
          </>
        ) : (
          <Text>{t('first.viewer')}</Text>
        )}
      </Stack>
    </Paper>
  );
}
