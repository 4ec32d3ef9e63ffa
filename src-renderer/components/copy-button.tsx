import { Button } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

export type CopyTextButtonProps = {
  text: string;
  label: string;
  /** Said for a moment once it is done. */
  doneLabel: string;
  /** What is copied, where the label alone does not say. */
  fullLabel?: string;
};

const shownMs = 2_000;

/** Copies a text. Also where the page came without encryption, which has no clipboard of its own. */
export function CopyTextButton({ text, label, doneLabel, fullLabel }: CopyTextButtonProps) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setDone(false), shownMs);
    return () => clearTimeout(timer);
  }, [isDone]);
  const Icon = isDone ? Check : Copy;
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Icon size={14} aria-hidden />}
      aria-label={isDone ? doneLabel : (fullLabel ?? label)}
      onClick={() => void copyText(text).then(setDone)}
    >
      {isDone ? doneLabel : label}
    </Button>
  );
}

/** Whether it was copied. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The old way, which asks for no secure page. */
function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
