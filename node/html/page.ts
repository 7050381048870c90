import { html, raw } from "hono/html";
import { pageStyle } from "./page-style.ts";

export { html, raw };

/** Markup: what `html` gives. Whatever else is put into `html` is escaped. */
export type Html = ReturnType<typeof html>;

/** A page that people open from their disk. */
export interface Page {
  readonly title: string;
  /** One sentence below the title. */
  readonly lead?: string;
  readonly body: Html;
  /** CSS of this page's own, behind {@link pageStyle}; it may use the variables of that. */
  readonly style?: string;
  /** JavaScript of this page's own, run at the end of the body. */
  readonly script?: string;
}

/**
 * What a report may load: nothing from anywhere. Its pictures, style and script stand in itself, so
 * that a caption with markup in it can neither call home nor fetch anything.
 */
const contentSecurityPolicy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Writes a self-contained page, light or dark as the reader's system is, for any width. */
export async function page({ title, lead, body, style, script }: Page): Promise<string> {
  const markup = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<title>${title}</title>
<style>${raw(pageStyle)}${raw(style ?? "")}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${lead === undefined ? "" : html`<p class="lead">${lead}</p>`}
</header>
<main>
${body}
</main>
${script === undefined ? "" : html`<script>${raw(script.replaceAll("</script", "<\\/script"))}</script>`}
</body>
</html>
`;
  return String(markup);
}

/** A picture within the page. */
export function dataUrl(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
}
