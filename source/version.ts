/** The version in package.json; the build puts it here, and a test keeps the two together. */
export const version: string = process.env.TFE_WIZARD_VERSION ?? '0.1.0';
