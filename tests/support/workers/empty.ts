/** A Worker that does nothing while it starts. */
export default { fetch: () => new Response("ok") } satisfies ExportedHandler;
