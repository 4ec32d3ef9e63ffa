import { useTranslation } from 'react-i18next';
import { type Amounts, amountsIn } from './amounts-in.ts';

/** The amounts of the language that this person reads. */
export function useAmounts(): Amounts {
  const { i18n } = useTranslation();
  return amountsIn(i18n.language);
}
