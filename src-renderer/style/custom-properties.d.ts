/** What a style sheet reads by `var()`. */
export type CustomProperty = string;

declare module 'react' {
  interface CSSProperties {
    [name: `--${string}`]: CustomProperty;
  }
}
