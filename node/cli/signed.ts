/** A difference with its sign and so many digits; what rounds to nothing has no sign. */
export function signed(value: number, digits: number): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: "exceptZero",
    useGrouping: false,
  });
}
