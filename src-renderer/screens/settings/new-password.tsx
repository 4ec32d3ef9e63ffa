import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { UserView } from '#shared/protocol/users.ts';
import { Fault } from '../../components/fault.tsx';
import { useChangePerson } from '../../data/people.ts';

export type NewPasswordProps = { person: UserView; onClose: () => void };

/** For somebody who forgot theirs. */
export function NewPassword({ person: { id, name }, onClose }: NewPasswordProps) {
  const { t } = useTranslation('settings');
  const change = useChangePerson();
  const form = useForm({ mode: 'uncontrolled', initialValues: { password: '' } });
  const onSuccess = () => {
    notifications.show({ color: 'green', message: t('people.passwordChanged', { name }) });
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('people.passwordOf', { name })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={form.onSubmit(({ password }) => change.mutate({ id, password }, { onSuccess }))}>
        <Stack>
          <Text size="sm">{t('people.passwordText')}</Text>
          <PasswordInput
            label={t('people.newPassword')}
            description={t('passwordHint')}
            autoComplete="new-password"
            required
            minLength={8}
            data-autofocus
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          {change.isError ? <Fault error={change.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={change.isPending}>
              {t('people.setPassword')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
