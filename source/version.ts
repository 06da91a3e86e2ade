/** The version in package.json, set by the build; a test compares the two. */
export const version: string = process.env.TFE_WIZARD_VERSION ?? '0.1.0';
