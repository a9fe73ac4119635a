import { z } from "zod";
import { clusterConfig } from "./schema";

/** What this needs to know of JSON Schema. */
interface JsonSchema {
    type?: string;
    description?: string;
    default?: unknown;
    const?: unknown;
    enum?: unknown[];
    properties?: Record<string, JsonSchema>;
    required?: string[];
    items?: JsonSchema;
    oneOf?: JsonSchema[];
}

/** The README's table of everything that `kubeadm-ha:cluster` can hold, from the schema. Markdown. */
export function configTable(): string {
    const schema = z.toJSONSchema(clusterConfig, { io: "input" }) as JsonSchema;
    const rows = rowsOf(schema, "");
    return ["| setting | default | what it is |", "|---|---|---|", ...rows].join("\n");
}

function rowsOf(schema: JsonSchema, path: string): string[] {
    return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
        const place = path ? `${path}.${key}` : key;
        const own = value.description ? [row(place, value, schema.required?.includes(key) ?? false)] : [];
        return [...own, ...rowsBelow(value, place)];
    });
}

function rowsBelow(schema: JsonSchema, place: string): string[] {
    if (isToldElsewhere(place)) {
        return [];
    }
    if (schema.oneOf) {
        return schema.oneOf.flatMap((variant) => rowsOf(variant, place));
    }
    return schema.items ? rowsOf(schema.items, `${place}[]`) : rowsOf(schema, place);
}

/** A worker has the settings of a master, and `ssh` of a host those of `ssh`. */
function isToldElsewhere(place: string): boolean {
    return place === "workers" || place.endsWith(".ssh");
}

function row(place: string, schema: JsonSchema, required: boolean): string {
    const standard =
        schema.default === undefined || isEmpty(schema.default) ? "" : `\`${JSON.stringify(schema.default)}\``;
    const choice = schema.const === undefined ? "" : ` = \`${String(schema.const)}\``;
    return `| \`${place}\`${choice} | ${required && !choice ? "required" : standard} | ${schema.description} |`;
}

function isEmpty(value: unknown): boolean {
    return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
