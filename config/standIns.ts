import type { z } from "zod";
import { exampleVersion } from "./kubernetesVersions";
import { type CompleteClusterConfig, clusterConfig } from "./schema";
import { type SettingPath, valueAt } from "./settingPath";

type Tree = Record<PropertyKey, unknown>;

/** Rounds after which a configuration is beyond repair: no setting lies deeper than that. */
const rounds = 8;

/**
 * The configuration with something harmless at each place that the schema refuses, so that the checks which compare settings
 * can look at all the others, and every mistake is told at once. Undefined where that cannot be done.
 * @param touched is called with each place that was changed: what is found there, or follows from it, is no mistake
 */
export function withStandIns(input: unknown, touched: (path: SettingPath) => void): CompleteClusterConfig | undefined {
    let repaired = input;
    for (let round = 0; round < rounds; round++) {
        const parsed = clusterConfig.safeParse(repaired);
        if (parsed.success) {
            return parsed.data;
        }
        for (const issue of parsed.error.issues) {
            for (const path of placesOf(issue)) {
                // What a stand-in does not help is left out as a whole, then what it stands in, and so on.
                const place = replaceable(path, round);
                touched(place);
                repaired = replaced(repaired, place, standIn(place));
            }
        }
    }
    return undefined;
}

function placesOf(issue: z.core.$ZodIssue): SettingPath[] {
    return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
}

/** The place itself, or the nearest around it that can be left out; `up` levels up where that is possible. */
function replaceable(path: SettingPath, up: number): SettingPath {
    let place = path;
    for (let level = 0; level < up && standIn(place) === undefined && place.length > 1; level++) {
        place = place.slice(0, -1);
    }
    // An element of a list cannot be left out without moving the others.
    while (typeof place.at(-1) === "number" && standIn(place) === undefined) {
        place = place.slice(0, -1);
    }
    return place;
}

/** What stands in for a setting that must be there; undefined for those that can be left out. */
function standIn(path: SettingPath): unknown {
    const [list, index, field, ...deeper] = path;
    const host = (name: string) => ({ name, host: `${name}.invalid` });
    switch (list) {
        case "kubernetesVersion":
            return exampleVersion;
        case "loadBalancer":
            return path.length === 1 ? { host: "stand-in-lb.invalid" } : undefined;
        case "masters":
        case "workers": {
            if (index === undefined) {
                return list === "masters" ? [host("stand-in")] : undefined;
            }
            const { name, host: address } = host(`stand-in-${list}-${String(index)}`);
            if (field === undefined) {
                return { name, host: address };
            }
            return deeper.length > 0 ? undefined : { name, host: address }[String(field)];
        }
        default:
            return undefined;
    }
}

/** A copy with another value at a place; undefined leaves the place out. */
function replaced(input: unknown, path: SettingPath, value: unknown): unknown {
    const [key, ...rest] = path;
    if (key === undefined) {
        return value;
    }
    if (typeof input !== "object" || input === null) {
        return input;
    }
    const copy = (Array.isArray(input) ? [...input] : { ...input }) as Tree;
    const below = rest.length === 0 ? value : replaced(valueAt(input, [key]), rest, value);
    if (below === undefined) {
        delete copy[key];
    } else {
        copy[key] = below;
    }
    return copy;
}
