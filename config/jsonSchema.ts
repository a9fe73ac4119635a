import { z } from "zod";

/** What this program needs to know of JSON Schema (draft 2020-12). */
export interface JsonSchema {
    title?: string;
    type?: string;
    description?: string;
    default?: unknown;
    examples?: unknown[];
    const?: unknown;
    enum?: unknown[];
    not?: object;
    pattern?: string;
    properties?: Record<string, JsonSchema>;
    propertyNames?: JsonSchema;
    additionalProperties?: JsonSchema | boolean;
    required?: string[];
    items?: JsonSchema;
    oneOf?: JsonSchema[];
    anyOf?: JsonSchema[];
}

/** The JSON Schema of what a person may write: settings with defaults may be left out. */
export function jsonSchemaOf(schema: z.core.$ZodType): JsonSchema {
    return z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
}

/** The variants of a schema: itself, where there is no choice. */
export function variants(schema: JsonSchema): JsonSchema[] {
    return schema.oneOf ?? schema.anyOf ?? [schema];
}

/** The schema of a setting below another: undefined where the schema says nothing about it. */
export function schemaAt(schema: JsonSchema, path: readonly PropertyKey[]): JsonSchema | undefined {
    const [part, ...rest] = path;
    if (part === undefined) {
        return schema;
    }
    for (const variant of variants(schema)) {
        const below = typeof part === "number" ? variant.items : propertyOf(variant, String(part));
        const found = below && schemaAt(below, rest);
        if (found) {
            return found;
        }
    }
    return undefined;
}

/** The names of the settings that can stand directly below a schema; those that are always refused are left out. */
export function settingNames(schema: JsonSchema): string[] {
    const names = variants(schema).flatMap((variant) =>
        Object.entries(variant.properties ?? {})
            .filter(([, { not }]) => !not)
            .map(([name]) => name),
    );
    return [...new Set(names)];
}

function propertyOf({ properties, additionalProperties }: JsonSchema, name: string): JsonSchema | undefined {
    const own = Object.hasOwn(properties ?? {}, name) ? properties?.[name] : undefined;
    return own ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
}
