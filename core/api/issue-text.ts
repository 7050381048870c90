import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/**
 * Says in plain words what is wrong with a value, for a sentence such as "The parameter is not valid:
 * ...". It never repeats the value.
 */
export function issueText(issue: Issue | undefined): string {
  switch (issue?.code) {
    case "invalid_type":
      return typeText(issue.expected);
    case "too_small":
      return sizeText(
        issue.origin,
        issue.inclusive === false ? "above" : "at least",
        issue.minimum,
      );
    case "too_big":
      return sizeText(issue.origin, issue.inclusive === false ? "below" : "at most", issue.maximum);
    case "invalid_value":
      return `it must be ${issue.values.map(String).join(" or ")}`;
    case "unrecognized_keys":
      return `there is no ${issue.keys.map((key) => `"${key}"`).join(", ")} here`;
    default:
      return issue?.message ?? "it is not valid";
  }
}

function typeText(expected: string): string {
  if (expected === "int") return "it must be a whole number";
  const article = /^[aeiou]/.test(expected) ? "an" : "a";
  return `it must be ${article} ${expected}`;
}

function sizeText(origin: string, bound: string, limit: number | bigint): string {
  if (origin === "array")
    return `it must have ${bound} ${limit} ${limit === 1 ? "entry" : "entries"}`;
  if (origin === "string") return `it must have ${bound} ${limit} characters`;
  return `it must be ${bound} ${limit}`;
}
