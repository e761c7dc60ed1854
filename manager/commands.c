/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of subcommands, with the help a person learns them from.
 */
#include "options.h"

const struct command commands[] = {
    {"demo", "DIR [OPTION...]",
     "Makes a complete manager in DIR, and everything a client needs to use "
     "it.",
     "DIR is made if need be (0700). Run again on the same DIR, it starts the\n"
     "same manager again: same authorities, account, orders and addresses.\n"
     "\n"
     "  --background          return once it answers; stop it with `stop DIR`\n"
     "  --port N              port of the API, https (default: a free one,\n"
     "                        kept in DIR)\n"
     "  --http-port N         port of time stamps, CRLs and issuers, http\n"
     "  --listen ADDRESS      numeric IP address (default 127.0.0.1)\n"
     "  --validity DURATION   of certificates (default 365d, at most 460d)\n"
     "  --backdate DURATION   notBefore lies that long before the issue\n"
     "                        (default 0, at most 1d)\n"
     "  --approval auto|manual\n"
     "                        manual: orders wait for `approve` (default "
     "auto)\n"
     "  --token-life DURATION of access tokens (default 300s)\n"
     "  --custom-field NAME[:mandatory]\n"
     "                        a custom field of the account, beside\n"
     "                        clientOrderId; may be given again\n"
     "  --ca-key TYPE         of all authorities, when they are made:\n"
     "                        rsa:3072, rsa:4096, ec:P-256, ec:P-384,\n"
     "                        ec:P-521 (default rsa:3072; for time stamps\n"
     "                        ec:P-256)\n"
     "  --connections-per-address N\n"
     "                        of one client at each port (default 1536; of\n"
     "                        2048 altogether)\n"
     "  --header-time DURATION\n"
     "                        to connect and send a request's headers\n"
     "                        (default 30s)\n"
     "  --clock-offset [-]DURATION\n"
     "                        for tests: the manager's clock is ahead\n"
     "\n"
     "Durations are a number and s, m, h, d or w: 90s, 30d.\n"
     "\n"
     "DIR then holds openssl.cnf and enroll.conf (ready to use), ca.pem,\n"
     "tsa.pem, tls-ca.pem (what to trust), urls, client-secret, log and pid.\n",
     command_demo},
    {"stop", "DIR", "Stops the manager of DIR and waits until it has gone.",
     "Exit status 0 as well if none was running.\n", command_stop},
    {"orders", "DIR [--json]",
     "Lists every order ever taken, oldest first, one a line.",
     "Columns, separated by one space, `-` where there is nothing:\n"
     "  ID STATE REQUESTED NOT-AFTER SERIAL CLIENT-ORDER-ID\n"
     "STATE is Requested, Approved, Applied, Issued, Declined, Rejected,\n"
     "Revoked or Expired; times are UTC (2026-11-22T14:59:25Z).\n"
     "\n"
     "  --json   an array of objects instead\n"
     "\n"
     "Works whether or not the manager runs.\n",
     command_orders},
    {"approve", "DIR ID", "Approves a Requested order and has it issued.",
     "Works whether or not the manager runs.\n", command_approve},
    {"decline", "DIR ID [--message TEXT]", "Declines a Requested order.",
     "Works whether or not the manager runs.\n", command_decline},
    {"revoke", "DIR ID [--reason REASON] [--message TEXT]",
     "Revokes the certificate of an Issued order.",
     "REASON is unspecified (default), keyCompromise, affiliationChanged,\n"
     "superseded, cessationOfOperation or privilegeWithdrawn. The next CRL "
     "has\n"
     "it at once. Works whether or not the manager runs.\n",
     command_revoke},
    {"hint", "DIR ID|--all WHEN [--reason TEXT]",
     "Says when clients are to renew an Issued certificate.",
     "WHEN is 2026-11-22T15:04:05Z, 2026-11-22, a duration from now (0, 3d),\n"
     "or none, which takes it back. Clients learn it when they ask\n"
     "/api/enroll/v1/renewal. --all: of every Issued order. Works whether or\n"
     "not the manager runs.\n",
     command_hint},
    {"fault", "DIR [--clear] [SPEC...]",
     "For tests: has the manager do something wrong, lists or clears that.",
     "SPEC is ENDPOINT:KIND[=ARGUMENT][,times=N] with ENDPOINT one of token,\n"
     "enroll, status, download, revoke, lookup, renewal, crl, ocsp, tsa, all;\n"
     "tls=KIND, for new connections to the API; or clock=[+-]DURATION, which\n"
     "shifts the manager's clock. Without SPEC, what is set is listed. A fault\n"
     "acts from the next request on, N times or until --clear, which also\n"
     "sets the clock right. The kinds: `enroll-manager fault --kinds`.\n",
     command_fault},
};

const int commands_count = sizeof(commands) / sizeof(commands[0]);
