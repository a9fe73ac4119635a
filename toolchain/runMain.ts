/** Runs a command's main function. An error is told in its own words, without a stack: they say what to do next. */
export function runMain(main: () => Promise<number> | Promise<void>): void {
    main().then(
        (status) => {
            process.exitCode = status || 0;
        },
        (error: Error) => {
            console.error(`\n${process.env.KUBEADM_HA_DEBUG ? error.stack : error.message}`);
            process.exitCode = 1;
        },
    );
}
