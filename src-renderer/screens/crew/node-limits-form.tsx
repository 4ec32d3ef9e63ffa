import {
  Button,
  Fieldset,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { type ResourceClass, resourceClass } from '#shared/model/plan.ts';
import { nodeChange, type NodeView } from '#shared/protocol/nodes.ts';
import { LeaveGuard } from '../../components/leave-guard.tsx';
import { Fault } from '../../components/fault.tsx';
import { fieldFaultsOf } from '../../data/field-faults.ts';
import { useChangeNode } from '../../data/nodes.ts';
import { HoursEditor } from './hours-editor.tsx';
import { changeOf, draftOf, type LimitsDraft, type LimitsForm } from './limits-draft.ts';
import { PathMapsEditor } from './path-maps-editor.tsx';

/** What the owner lets a machine do. What was typed stays when the server refuses it or somebody else saves. */
export function NodeLimitsForm({ node }: { node: NodeView }) {
  const { t } = useTranslation('crew');
  const change = useChangeNode(node.id);
  const form = useForm<LimitsDraft>({ initialValues: draftOf(node), validate: faultsIn });
  const save = (draft: LimitsDraft): void =>
    change.mutate(changeOf(draft), {
      onSuccess: (saved) => {
        const values = draftOf(saved);
        form.setInitialValues(values);
        form.setValues(values);
        notifications.show({ message: t('limits.saved') });
      },
      onError: (error) => form.setErrors(fieldFaultsOf(error)),
    });
  return (
    <form onSubmit={form.onSubmit(save)} noValidate>
      <Stack gap="lg" maw={640}>
        <SlotFields form={form} kinds={slotKindsOf(node)} />
        <MachineFields form={form} node={node} />
        <HoursEditor form={form} />
        <TagsInput
          label={t('limits.tags')}
          description={t('limits.tagsHint')}
          {...form.getInputProps('tags')}
          error={errorBelow(form, 'tags')}
        />
        <PathMapsEditor form={form} />
        {change.isError ? <Fault error={change.error} /> : null}
        <Group>
          <LeaveGuard isChanged={form.isDirty()} />
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            {t('limits.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** By the server's own schema, before it is asked. */
function faultsIn(draft: LimitsDraft): Record<string, string> {
  const parsed = nodeChange.safeParse(changeOf(draft));
  const issues = parsed.error?.issues ?? [];
  return Object.fromEntries(issues.map(({ path, message }) => [path.join('.'), message]));
}

/** A fault of one of the items of a list field. */
function errorBelow(form: LimitsForm, field: string) {
  return Object.entries(form.errors).find(([path]) => path === field || path.startsWith(`${field}.`))?.[1];
}

/** Those that the machine has, and those that are limited. */
function slotKindsOf({ offer, limits }: NodeView): ResourceClass[] {
  return resourceClass.options.filter((kind) => (offer?.slots[kind] ?? 0) > 0 || limits.slots?.[kind] !== undefined);
}

function SlotFields({ form, kinds }: { form: LimitsForm; kinds: readonly ResourceClass[] }) {
  const { t } = useTranslation('crew');
  return (
    <Fieldset legend={t('limits.slots')} variant="filled">
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {kinds.map((kind) => (
          <NumberInput
            key={kind}
            label={t(`limits.slot.${kind}`)}
            placeholder={t('limits.auto')}
            min={0}
            max={64}
            allowDecimal={false}
            {...form.getInputProps(`limits.slots.${kind}`)}
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  );
}

function MachineFields({ form, node }: { form: LimitsForm; node: NodeView }) {
  const { t } = useTranslation('crew');
  const gpus = (node.offer?.gpus ?? []).map(({ index, model }) => ({ value: String(index), label: model }));
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: 'end' }}>
        <NumberInput
          label={t('limits.niceness')}
          description={t('limits.nicenessHint')}
          min={0}
          max={19}
          {...form.getInputProps('limits.niceness')}
        />
        <NumberInput
          label={t('limits.heat')}
          description={t('limits.heatHint')}
          min={30}
          max={120}
          {...form.getInputProps('limits.maxTemperatureC')}
        />
        <NumberInput
          label={t('limits.threads')}
          description={t('limits.slotsHint')}
          min={1}
          max={256}
          {...form.getInputProps('limits.threads')}
        />
        <TextInput
          label={t('limits.cpuSet')}
          description={t('limits.cpuSetHint')}
          {...form.getInputProps('limits.cpuSet')}
        />
        {gpus.length < 2 ? null : (
          <Select
            label={t('limits.gpu')}
            placeholder={t('limits.gpuAny')}
            data={gpus}
            clearable
            {...form.getInputProps('limits.gpuIndex')}
          />
        )}
      </SimpleGrid>
      <Stack gap="xs">
        <Switch label={t('limits.battery')} {...form.getInputProps('limits.pauseOnBattery', { type: 'checkbox' })} />
        <Switch
          label={t('limits.fullScreen')}
          {...form.getInputProps('limits.pauseInFullScreen', { type: 'checkbox' })}
        />
      </Stack>
    </>
  );
}
