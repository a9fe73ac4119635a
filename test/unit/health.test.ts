import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const lib = join(__dirname, "..", "..", "hosts", "lib");
const nginxConf = join(__dirname, "..", "golden", "nginx.conf");

/** The words that a script with the functions of hosts/lib says. */
function bash(script: string): string[] {
    const words = `set -euo pipefail; . "${lib}/nginx.sh"; . "${lib}/health.sh"; conf="${nginxConf}"; ${script}`;
    return execFileSync("bash", ["-c", words], { encoding: "utf8" }).split("\n").filter(Boolean);
}

describe("marks in the load balancer's file", () => {
    const all = ["192.0.2.11:6443", "[2001:db8::12]:6443", "m3.example.com:6443"];

    it("has no marks as it is rendered", () => {
        assert.deepEqual(bash('back_ends_of "$conf"'), all);
        assert.deepEqual(bash('back_ends_of "$conf" down'), []);
        assert.deepEqual(bash('with_down "$conf" | diff "$conf" -'), []);
    });

    it("marks back ends by address, whatever form that has, and changes nothing else", () => {
        assert.deepEqual(bash(`with_down "$conf" ${all[1]} ${all[2]} | diff "$conf" - || true`), [
            "19,20c19,20",
            "<         server [2001:db8::12]:6443 max_fails=1 fail_timeout=2s; # m2",
            "<         server m3.example.com:6443 max_fails=1 fail_timeout=2s; # m3",
            "---",
            ">         server [2001:db8::12]:6443 max_fails=1 fail_timeout=2s down; # m2",
            ">         server m3.example.com:6443 max_fails=1 fail_timeout=2s down; # m3",
        ]);
    });

    it("reads its own marks, and takes them away", () => {
        const marked = `with_down "$conf" ${all[0]}`;
        assert.deepEqual(bash(`back_ends_of <(${marked})`), all);
        assert.deepEqual(bash(`back_ends_of <(${marked}) down`), [all[0]]);
        const file = '"$(mktemp)"';
        assert.deepEqual(bash(`f=${file}; ${marked} >"$f"; with_down "$f" | diff "$conf" -; rm "$f"`), []);
    });

    it("marks none where that would be all; what is no back end does not count", () => {
        assert.deepEqual(bash(`with_down "$conf" ${all.join(" ")} | diff "$conf" -`), []);
        assert.deepEqual(bash(`with_down "$conf" 192.0.2.14:6443 | diff "$conf" -`), []);
    });
});

describe("health of a back end", () => {
    /** What it is after each of these answers. "at=700" sets the clock, in seconds; "up=1" says how many others are up now. */
    function states(...answers: string[]): string {
        return bash(`
            state=up others=2
            for answer in ${answers.join(" ")}; do
                if [[ $answer == at=* ]]; then SECONDS=\${answer#at=}; continue; fi
                if [[ $answer == up=* ]]; then others=\${answer#up=}; continue; fi
                count m1 "$answer"
                if should_be_down m1 "$state" "$others"; then
                    [ "$state" = down ] || note_down m1
                    state=down
                else
                    state=up
                fi
                echo "$state"
            done`).join(" ");
    }
    const times = (count: number, answer: string) => Array.from({ length: count }, () => answer);

    it("goes down after two failures in a row, and up after one success", () => {
        assert.equal(states("200", "500", "200", "000", "500", "000", "200"), "up up up up down down up");
    });

    it("must be ready for twice as long after each relapse", () => {
        assert.equal(states("500", "500", "200", "500", "500", "200", "200"), "up down up up down down up");
        assert.equal(
            states(
                ...times(2, "500"),
                "200",
                ...times(2, "500"),
                ...times(2, "200"),
                ...times(2, "500"),
                ...times(4, "200"),
            ),
            "up down up up down down up up down down down down up",
        );
    });

    it("must be ready all that time", () => {
        assert.equal(
            states("500", "500", "200", "500", "500", "200", "500", "200", "200"),
            "up down up up down down down down up",
        );
    });

    it("is believed at once when the last time was long ago", () => {
        assert.equal(states("500", "500", "200", "at=700", "500", "500", "200"), "up down up up down up");
    });

    const relapses = Array.from({ length: 8 }, () => [...times(2, "500"), ...times(64, "200")]).flat();

    it("need not be ready for longer than 4 seconds where only one other is up", () => {
        assert.match(
            states(...relapses, "up=1", ...times(2, "500"), ...times(4, "200")),
            / up down down down down up$/,
        );
        // Or is no longer, when this one has been ready for as long.
        assert.match(
            states(...relapses, ...times(2, "500"), ...times(6, "200"), "up=1", "200"),
            / up down down down down down down down up$/,
        );
    });

    it("never has to be ready for longer than 64 seconds", () => {
        assert.equal(
            states(...relapses, "500", "500", ...times(64, "200"))
                .split(" ")
                .pop(),
            "up",
        );
        assert.equal(
            states(...relapses, "500", "500", ...times(63, "200"))
                .split(" ")
                .pop(),
            "down",
        );
    });
});
