import icon from '../../resources/icon.svg';

/** Encrew's mark, beside or above its name. */
export function Logo({ size }: { size: number }) {
  return <img src={icon} alt="" width={size} height={size} />;
}
