import { Button, Group, Modal, PasswordInput, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { role as roles, type Role } from '#shared/model/user.ts';
import { Fault } from '../../components/fault.tsx';
import { requestFaultsOf } from '../../data/client.ts';
import { useAddPerson } from '../../data/people.ts';

/** Asks who it is and what they may do. */
export function NewPerson({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['settings', 'shell']);
  const add = useAddPerson();
  const initialValues: { name: string; password: string; role: Role } = { name: '', password: '', role: 'viewer' };
  const form = useForm({ initialValues });
  const faults = requestFaultsOf(add.error);
  const faultAt = (field: string) => faults.find(({ path }) => path === `body.${field}`)?.message;
  return (
    <Modal opened onClose={onClose} title={t('people.add')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit((person) => add.mutate(person, { onSuccess: onClose }))}>
        <Stack>
          <TextInput
            label={t('people.name')}
            autoComplete="off"
            required
            maxLength={64}
            data-autofocus
            {...form.getInputProps('name')}
            error={faultAt('name')}
          />
          <PasswordInput
            label={t('people.password')}
            description={t('passwordHint')}
            autoComplete="new-password"
            required
            minLength={8}
            {...form.getInputProps('password')}
            error={faultAt('password')}
          />
          <Radio.Group label={t('role')} {...form.getInputProps('role')}>
            <Stack gap="xs" mt={4}>
              {roles.options.map((role) => (
                <Radio key={role} value={role} label={t(`shell:role.${role}`)} description={t(`roleMay.${role}`)} />
              ))}
            </Stack>
          </Radio.Group>
          {add.isError && faults.length === 0 ? <Fault error={add.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={add.isPending}>
              {t('people.addThem')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
