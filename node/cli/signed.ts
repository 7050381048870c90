/** Formats a difference with its sign and a number of decimals; one that rounds to 0 has no sign. */
export function signed(value: number, digits: number): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: "exceptZero",
    useGrouping: false,
  });
}
