/** Formats a number with separated thousands. */
export function counted(value: number): string {
  return value.toLocaleString("en");
}

/** Formats a number of things, such as `1 image` or `2 images`. */
export function countOf(value: number, thing: string): string {
  return `${counted(value)} ${thing}${value === 1 ? "" : "s"}`;
}

/** Formats a difference with its sign and a number of decimals; without a sign if it rounds to 0. */
export function signed(value: number, digits: number): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: "exceptZero",
    useGrouping: false,
  });
}
