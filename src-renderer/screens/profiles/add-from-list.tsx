import { Select } from '@mantine/core';

export type AddFromListProps = {
  label: string;
  options: { value: string; label: string }[];
  onAdd: (value: string) => void;
};

/** Adds what is chosen, and is empty again. */
export function AddFromList({ label, options, onAdd }: AddFromListProps) {
  return (
    <Select
      aria-label={label}
      placeholder={label}
      data={options}
      value={null}
      searchable
      limit={30}
      maw={320}
      onChange={(value) => {
        if (value !== null) onAdd(value);
      }}
    />
  );
}
