import release135 from "./releases/1.35.4.json";
import release136 from "./releases/1.36.3.json";
import type { BundleVersion } from "./versions";

/** A version is a file in releases/, its wrapper modules in modules/, and an entry here. */
export const newestVersion: BundleVersion = release136;
export const earlierVersions: BundleVersion[] = [release135];
