import { useTranslation } from 'react-i18next';
import { type Amounts, amountsIn, localeOf } from './amounts-in.ts';

/** The amounts of the language that this person reads, as the browser's country writes them. */
export function useAmounts(): Amounts {
  const { i18n } = useTranslation();
  return amountsIn(localeOf(i18n.language, navigator.languages));
}
