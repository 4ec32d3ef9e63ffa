import { Center, Overlay, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { UploadCloud } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askDesktop, isInDesktop, pathsOf } from '../data/desktop.ts';
import { droppedFilms } from '../data/dropped-films.ts';
import { useMay } from '../data/session.ts';
import { leaveFilms } from '../data/shell-films.ts';
import { useUploadDesk } from '../data/uploads-context.tsx';

/** Films and folders may be dropped on any screen: they are sent, and what to do with them is asked. */
export function DropAnywhere() {
  const { t } = useTranslation();
  const may = useMay('operator');
  const desk = useUploadDesk();
  const navigate = useNavigate();
  // Each element that is entered is left again.
  const [depth, setDepth] = useState(0);

  const take = useEffectEvent(async ({ items, files }: DataTransfer) => {
    if (isInDesktop()) {
      // The server is on this machine: it reads them where they lie.
      leaveFilms(await askDesktop('look-at', { paths: pathsOf([...files]) }));
      await navigate({ to: '/add' });
      return;
    }
    const { films } = await droppedFilms(items);
    if (films.length === 0) return;
    desk.add(films);
    await navigate({ to: '/add' });
  });

  useEffect(() => {
    if (!may) return;
    const onEnter = (event: DragEvent): void => {
      if (holdsFiles(event)) setDepth((now) => now + 1);
    };
    const onLeave = (event: DragEvent): void => {
      if (holdsFiles(event)) setDepth((now) => Math.max(0, now - 1));
    };
    const onOver = (event: DragEvent): void => {
      // Without this the browser opens the film by itself.
      if (holdsFiles(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent): void => {
      setDepth(0);
      if (!holdsFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      if (event.dataTransfer !== null) void take(event.dataTransfer);
    };
    window.addEventListener('dragenter', onEnter);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragenter', onEnter);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
    };
  }, [may]);

  if (depth === 0) return null;
  return (
    <Overlay fixed zIndex={1000} backgroundOpacity={0.85} style={{ pointerEvents: 'none' }}>
      <Center h="100%">
        <Stack align="center" c="white">
          <UploadCloud size={56} aria-hidden />
          <Text size="xl" fw={650}>
            {t('drop')}
          </Text>
        </Stack>
      </Center>
    </Overlay>
  );
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') === true;
}
