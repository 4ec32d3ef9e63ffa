import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { role as roles, type Role, roleSuffices } from '#shared/model/user.ts';
import { Fault } from '../../components/fault.tsx';
import { useSession } from '../../data/session.ts';
import { useMakeToken } from '../../data/tokens.ts';
import { ShownOnce } from './shown-once.tsx';

const spans = ['30', '90', '365', ''] as const;

/** Asks what the token is for, and shows it once. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['settings', 'shell']);
  const { role: held } = useSession();
  const make = useMakeToken();
  const initialValues: { name: string; role: Role; days: string } = { name: '', role: 'viewer', days: '90' };
  const form = useForm({ mode: 'uncontrolled', initialValues });
  if (make.isSuccess) {
    return (
      <ShownOnce
        title={t('tokens.made', { name: make.data.name })}
        label={t('tokens.token')}
        text={t('tokens.how')}
        secret={make.data.token}
        onClose={onClose}
      />
    );
  }
  const send = ({ name, role, days }: typeof initialValues) =>
    make.mutate({ name, role, expiresInDays: days === '' ? null : Number(days) });
  return (
    <Modal opened onClose={onClose} title={t('tokens.new')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit(send)}>
        <Stack>
          <TextInput
            label={t('tokens.name')}
            placeholder={t('tokens.nameExample')}
            required
            maxLength={100}
            data-autofocus
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          <NativeSelect
            label={t('role')}
            data={roles.options
              .filter((role) => roleSuffices(held, role))
              .map((role) => ({ value: role, label: t(`roleText.${role}`, { role: t(`shell:role.${role}`) }) }))}
            key={form.key('role')}
            {...form.getInputProps('role')}
          />
          <NativeSelect
            label={t('tokens.span')}
            data={spans.map((days) => ({
              value: days,
              label: days === '' ? t('tokens.forEver') : t('tokens.days', { count: Number(days) }),
            }))}
            key={form.key('days')}
            {...form.getInputProps('days')}
          />
          {make.isError ? <Fault error={make.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {t('tokens.make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
