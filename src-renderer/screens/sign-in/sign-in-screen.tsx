import { Button, Center, Loader, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Fault } from '../../components/fault.tsx';
import { Logo } from '../../components/logo.tsx';
import { type Credentials, setupQuery, useSignIn } from '../../data/session.ts';

/** For who is not signed in; on a new server it makes the owner. */
export function SignInScreen() {
  const { t } = useTranslation();
  const setup = useQuery(setupQuery);
  return (
    <Center component="main" mih="100dvh" p="md">
      {setup.isPending ? <Loader aria-label={t('loading')} /> : null}
      {setup.isError ? <Fault error={setup.error} onRetry={() => void setup.refetch()} /> : null}
      {setup.isSuccess ? <SignInForm isFirst={setup.data.needsOwner} /> : null}
    </Center>
  );
}

function SignInForm({ isFirst }: { isFirst: boolean }) {
  const { t } = useTranslation('sign-in');
  const signIn = useSignIn(isFirst ? '/setup' : '/session');
  const navigate = useNavigate();
  const form = useForm({ mode: 'uncontrolled', initialValues: { name: '', password: '' } });
  const enter = async (credentials: Credentials): Promise<void> => {
    // What goes wrong is shown below.
    const session = await signIn.mutateAsync(credentials).catch(() => null);
    // The owner of a new server is shown the way to a first film.
    if (session !== null && isFirst) await navigate({ to: '/welcome' });
  };
  return (
    <Paper withBorder shadow="sm" p="xl" w="100%" maw={400}>
      <form onSubmit={form.onSubmit((credentials) => void enter(credentials))}>
        <Stack>
          <Logo size={44} />
          <Title order={1} size="h2">
            {t(isFirst ? 'welcome' : 'title')}
          </Title>
          {isFirst ? <Text size="sm">{t('first')}</Text> : null}
          {signIn.isError ? <Fault error={signIn.error} /> : null}
          <TextInput
            label={t('name')}
            autoComplete="username"
            required
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          <PasswordInput
            label={t(isFirst ? 'newPassword' : 'password')}
            autoComplete={isFirst ? 'new-password' : 'current-password'}
            required
            {...(isFirst ? { description: t('passwordHint'), minLength: 8 } : {})}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={signIn.isPending}>
            {t(isFirst ? 'create' : 'submit')}
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}
