/** The few parts of DER (ITU-T X.690) that a certificate needs. */

const tags = { integer: 0x02, bitString: 0x03, octetString: 0x04, objectIdentifier: 0x06, utf8String: 0x0c };
const constructedTags = { sequence: 0x30, set: 0x31 };

/** A value with its tag and length. */
export function der(tag: number, ...parts: Buffer[]): Buffer {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

export const sequence = (...parts: Buffer[]) => der(constructedTags.sequence, ...parts);
export const set = (...parts: Buffer[]) => der(constructedTags.set, ...parts);
export const utf8String = (text: string) => der(tags.utf8String, Buffer.from(text));
export const octetString = (content: Buffer) => der(tags.octetString, content);
/** A bit string of whole bytes. */
export const bitString = (content: Buffer) => der(tags.bitString, Buffer.from([0]), content);
/** A positive integer; its first bit has to be 0, as that would be the sign. */
export const integer = (bytes: Buffer) => der(tags.integer, bytes);

/** "2.5.4.3" */
export function objectIdentifier(dotted: string): Buffer {
    const [first, second, ...rest] = dotted.split(".").map(Number);
    return der(tags.objectIdentifier, Buffer.from([40 * first + second, ...rest.flatMap(base128)]));
}

/** The values that a sequence holds, each with its tag and length. */
export function membersOf(encoded: Buffer): Buffer[] {
    const members: Buffer[] = [];
    const { start, end } = placeOfContent(encoded, 0);
    for (let at = start; at < end; ) {
        const next = placeOfContent(encoded, at).end;
        members.push(encoded.subarray(at, next));
        at = next;
    }
    return members;
}

function placeOfContent(encoded: Buffer, at: number): { start: number; end: number } {
    const first = encoded[at + 1];
    if (first < 0x80) {
        return { start: at + 2, end: at + 2 + first };
    }
    const bytes = first & 0x7f;
    const start = at + 2 + bytes;
    return { start, end: start + encoded.readUIntBE(at + 2, bytes) };
}

function lengthOf(length: number): number[] {
    if (length < 0x80) {
        return [length];
    }
    return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function base128(value: number): number[] {
    const digits = [value & 0x7f];
    for (let rest = value >> 7; rest > 0; rest >>= 7) {
        digits.unshift((rest & 0x7f) | 0x80);
    }
    return digits;
}
