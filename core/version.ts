import packageJson from "../package.json" with { type: "json" };

/** The version of the package and its client; a model has its own, in its manifest. */
export const PACKAGE_VERSION: string = packageJson.version;
