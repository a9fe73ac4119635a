import { strict as assert } from "node:assert";
import { orphansOf } from "../../../toolchain/orphans";

describe("processes that a killed engine has left", () => {
    const program = "/usr/bin/node /p/node_modules/@pulumi/pulumi/cmd/run --engine 127.0.0.1:4000 /p";

    it("are its plugins, its language host and the program, wherever they have come to", () => {
        const table = `
    1     0 /sbin/init
  300     1 /lib/systemd/systemd --user
  401     1 /c/bin/pulumi-resource-command 127.0.0.1:4000
  402   300 /c/bin/pulumi-language-nodejs 127.0.0.1:4000
  403   402 ${program}
  404   999 pulumi-resource-tls 127.0.0.1:4000`;
        assert.deepEqual(orphansOf(table), [401, 402, 403, 404]);
    });

    it("are not those of an engine that lives, of a debugger, or others that only name them", () => {
        const table = `
    1     0 /sbin/init
  400     1 /c/bin/pulumi up
  401   400 /c/bin/pulumi-resource-command 127.0.0.1:4000
  402   400 /c/bin/pulumi-language-nodejs 127.0.0.1:4000
  403   402 ${program}
  500     1 dlv exec
  501   500 /c/bin/pulumi-resource-tls 127.0.0.1:4001
  502     1 tail -f pulumi.log`;
        assert.deepEqual(orphansOf(table), []);
    });
});
