import { Container, Stack, Text, Title } from '@mantine/core';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Fault } from '../components/fault.tsx';
import { ButtonLink } from '../components/links.tsx';
import { reportPageError } from '../data/page-errors.ts';

/** What stands in place of a screen whose code failed; the server hears of it. */
export function ScreenFailed({ error }: ErrorComponentProps) {
  const router = useRouter();
  useEffect(() => reportPageError(error), [error]);
  return (
    <Container size="sm" py="xl">
      <Fault error={error} onRetry={() => void router.invalidate()} />
    </Container>
  );
}

/** For an address that no screen has. */
export function NothingHere() {
  const { t } = useTranslation();
  return (
    <Container size="sm" py="xl">
      <Stack align="flex-start">
        <Title order={1}>{t('notFound.title')}</Title>
        <Text>{t('notFound.text')}</Text>
        <ButtonLink to="/">{t('nav.home')}</ButtonLink>
      </Stack>
    </Container>
  );
}
