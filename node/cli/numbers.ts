/** Formats a difference with its sign and a number of decimals; without a sign if it rounds to 0. */
export function signed(value: number, digits: number): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: "exceptZero",
    useGrouping: false,
  });
}
