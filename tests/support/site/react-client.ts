import { createElement } from "react";
import { hydrateRoot } from "react-dom/client";
import { ReactPage } from "./react-page.ts";

const root = document.querySelector("#root");
if (root) hydrateRoot(root, createElement(ReactPage));
