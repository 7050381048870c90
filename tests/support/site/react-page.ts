import { createElement as h, useState } from "react";

/** A page that React renders in the origin and hydrates in the browser. */
export function ReactPage() {
  const [count, setCount] = useState(0);
  return h(
    "main",
    null,
    h("h1", null, "Harbours"),
    h("img", { src: "/harbour.jpg", width: 64 }),
    h("img", { src: "/named.jpg", alt: "Named by its author" }),
    h("button", { type: "button", onClick: () => setCount(count + 1) }, `Clicked ${count}`),
    h("figure", { title: `${count}` }, h("img", { src: "/boat.jpg", className: `seen-${count}` })),
  );
}
