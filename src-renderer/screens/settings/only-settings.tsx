import { LeaveGuard } from '../../components/leave-guard.tsx';
import { SettingsForm, type SettingsFormProps } from './settings-form.tsx';
import { useDraft } from './use-draft.ts';

/** Settings of a section that has no others: who leaves with some unsaved is asked. */
export function OnlySettings(props: Omit<SettingsFormProps, 'draft'>) {
  const draft = useDraft();
  return (
    <>
      <SettingsForm {...props} draft={draft} />
      <LeaveGuard isChanged={draft.isDirty} />
    </>
  );
}
