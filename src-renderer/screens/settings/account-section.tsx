import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { Fault } from '../../components/fault.tsx';
import { useChangeOwnPassword } from '../../data/people.ts';
import { useSession } from '../../data/session.ts';

const empty = { oldPassword: '', newPassword: '' };

/** Who is signed in, and their own password. */
export function AccountSection() {
  const { t } = useTranslation(['settings', 'shell']);
  const { name, role } = useSession();
  const change = useChangeOwnPassword();
  const form = useForm({ mode: 'uncontrolled', initialValues: empty });
  const onChanged = () => {
    form.reset();
    notifications.show({ color: 'green', message: t('account.changed') });
  };
  return (
    <Stack maw={420}>
      <Text>{t('account.signedIn', { name, role: t(`shell:role.${role}`) })}</Text>
      <form onSubmit={form.onSubmit((passwords) => change.mutate(passwords, { onSuccess: onChanged }))}>
        <Stack>
          {/* Password keepers look for whose password it is. */}
          <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
          <PasswordInput
            label={t('account.old')}
            autoComplete="current-password"
            required
            key={form.key('oldPassword')}
            {...form.getInputProps('oldPassword')}
          />
          <PasswordInput
            label={t('account.new')}
            description={t('passwordHint')}
            autoComplete="new-password"
            required
            minLength={8}
            key={form.key('newPassword')}
            {...form.getInputProps('newPassword')}
          />
          {change.isError ? <Fault error={change.error} /> : null}
          <Group>
            <Button type="submit" loading={change.isPending}>
              {t('account.change')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}
