import { FolderChoice, FolderField, type FolderFieldProps } from '../../components/folder-field.tsx';
import { type Reach, useServerFolder } from '../../data/server-folders.ts';

type Props = Omit<FolderFieldProps, 'renderChoice'> & Reach;

/** A folder of the server that films are read from or packages written to. */
export function PlaceField({ anywhere = false, ...field }: Props) {
  return <FolderField {...field} renderChoice={(onTake) => <Choice anywhere={anywhere} onTake={onTake} />} />;
}

function Choice({ onTake, anywhere }: { onTake: (path: string) => void; anywhere: boolean }) {
  return <FolderChoice {...useServerFolder({ anywhere })} onTake={onTake} />;
}
