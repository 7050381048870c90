import { html, raw } from "hono/html";
import { pageStyle } from "./page-style.ts";

export { html, raw };

/** Markup made by `html`, which escapes all other values. */
export type Html = ReturnType<typeof html>;

/** A page that is opened from the disk. */
interface Page {
  readonly title: string;
  /** One sentence below the title. */
  readonly lead?: string;
  readonly body: Html;
  /** More CSS, after {@link pageStyle} and with its variables. */
  readonly style?: string;
  /** JavaScript, run at the end of the body. */
  readonly script?: string;
}

/**
 * A report loads nothing: its images, style and script are part of it. Markup in a caption can therefore
 * fetch and send nothing.
 */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Writes a self-contained page in the reader's colour scheme, for any width. */
export async function page({ title, lead, body, style, script }: Page): Promise<string> {
  const markup = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
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

/** Returns the URL that embeds an image, given the bytes of its file, in the page. */
export function dataUrl(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
}
