/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the demo leaves in DIR for clients: openssl.cnf and enroll.conf ready
 * to use, the roots to trust, and the addresses. Called by demo.c once the
 * ports are known.
 *
 * The two configurations are written once. They are written again only when
 * the addresses or the programs in them have moved, so that what a person
 * has changed in them stays.
 */
#include "demo.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority.h"
#include "database.h"
#include "files.h"
#include "text.h"

int demo_path_ok(const char *path)
{
    const unsigned char *c = (const unsigned char *)path;

    for (; *c != '\0'; c++)
        if (*c < ' ' || *c == 0x7f || strchr("$#\\\"'`;,", *c) != NULL)
            return 0;
    return 1;
}

/* ----- where the programs are ----- */

struct programs {
    char *module;
    char *hook;
};

static void programs_free(struct programs *p)
{
    free(p->module);
    free(p->hook);
}

/* The build tree this program runs from, or NULL if it was installed. */
static char *build_tree(void)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    char *slash;

    if (length <= 0)
        return NULL;
    path[length] = '\0';
    slash = strrchr(path, '/');
    if (slash == NULL)
        return NULL;
    *slash = '\0';
    slash = strrchr(path, '/');
    if (slash == NULL || strcmp(slash, "/manager") != 0)
        return NULL;
    *slash = '\0';
    return file_exists(path, "CMakeCache.txt") ? strdup(path) : NULL;
}

static int programs_find(struct programs *p)
{
    char *tree = build_tree();

    if (tree != NULL) {
        p->module = text_format("%s/provider/enroll.so", tree);
        p->hook = text_format("%s/hook/enroll-hook", tree);
    } else {
        p->module = strdup(ENROLL_MODULESDIR "/enroll.so");
        p->hook = strdup(ENROLL_LIBEXECDIR "/enroll-hook");
    }
    free(tree);
    return p->module != NULL && p->hook != NULL;
}

/* ----- the texts ----- */

static char *openssl_cnf(const struct manager *m, const struct programs *p)
{
    return text_format(
        "# Written by `enroll-manager demo`. Use it with\n"
        "#   OPENSSL_CONF=%s/openssl.cnf\n"
        "openssl_conf = openssl_init\n"
        "\n"
        "[openssl_init]\n"
        "providers = providers\n"
        "\n"
        "[providers]\n"
        "# default first: a tool without a property query takes the first\n"
        "default = default_sect\n"
        "enroll = enroll_sect\n"
        "\n"
        "[default_sect]\n"
        "activate = 1\n"
        "\n"
        "[enroll_sect]\n"
        "module = %s\n"
        "activate = 1\n"
        "config = %s/enroll.conf\n"
        "state = %s/state\n"
        "hook = %s\n"
        "ensure = release\n",
        m->dir, p->module, m->dir, m->dir, p->hook);
}

static char *enroll_conf(const struct manager *m, const char *client_id)
{
    return text_format(
        "# Written by `enroll-manager demo`: one profile, enrolled with the\n"
        "# manager in this folder, its key in a file.\n"
        "[default]\n"
        "manager = scm\n"
        "url = %s\n"
        "client-id = %s\n"
        "client-secret = file:%s/client-secret\n"
        "ca-file = %s/tls-ca.pem\n"
        "email = release@example.com\n"
        "first-name = Robin\n"
        "last-name = Release\n"
        "order-id-field = clientOrderId\n"
        "\n"
        "[release]\n"
        "key = file\n"
        "key-type = rsa:3072\n"
        "trust = private\n"
        "anchor = %s/ca.pem\n"
        "subject = O=Example Software GmbH,CN=Example Software GmbH\n"
        "tsa = %s/tsa\n"
        "tsa-ca-file = %s/tsa.pem\n"
        "# A demo may run where nothing lasts, and orders cost nothing here.\n"
        "persistent = no\n"
        "max-orders = 1000/1d\n",
        m->api_url, client_id, m->dir, m->dir, m->dir, m->http_url, m->dir);
}

static char *urls(const struct manager *m)
{
    return text_format("api=%s\n"
                       "token=%s\n"
                       "tsa=%s/tsa\n"
                       "crl=%s/crl/issuing.crl\n"
                       "aia=%s/aia/issuing.crt\n"
                       "ocsp=%s/ocsp\n",
                       m->api_url, m->token_url, m->http_url, m->http_url,
                       m->http_url, m->http_url);
}

/* ----- writing ----- */

/* Takes the text over. */
static int text_write(const struct manager *m, const char *name, char *text)
{
    int ok = text != NULL && file_write(m->dir, name, text, strlen(text), 0644);

    free(text);
    return ok;
}

static int root_write(const struct manager *m, const char *name,
                      enum ca_role role)
{
    return text_write(m, name, cert_pem(m->ca->id[role].cert));
}

/* 1 the configurations are there and still say where everything is. */
static int configuration_stands(struct manager *m, const char *basis)
{
    char *before = setting_get(m->db, "configuration-basis");
    int same = before != NULL && strcmp(before, basis) == 0;

    free(before);
    return same && file_exists(m->dir, "openssl.cnf") &&
           file_exists(m->dir, "enroll.conf");
}

static int configuration_write(struct manager *m)
{
    struct programs p = {NULL, NULL};
    char *client_id =
        db_value(m->db, "SELECT client_id FROM accounts WHERE id = 1", "");
    char *basis = NULL;
    int ok = programs_find(&p) && client_id != NULL;

    if (ok)
        basis = text_format("%s %s %s %s %s", m->api_url, m->http_url, m->dir,
                            p.module, p.hook);
    ok = basis != NULL &&
         (configuration_stands(m, basis) ||
          (text_write(m, "openssl.cnf", openssl_cnf(m, &p)) &&
           text_write(m, "enroll.conf", enroll_conf(m, client_id)) &&
           setting_set(m->db, "configuration-basis", basis)));
    programs_free(&p);
    free(client_id);
    free(basis);
    return ok;
}

int demo_files(struct manager *m)
{
    return root_write(m, "ca.pem", CA_ROOT) &&
           root_write(m, "tsa.pem", CA_TSA_ROOT) &&
           root_write(m, "tls-ca.pem", CA_TLS) && configuration_write(m) &&
           text_write(m, "urls", urls(m));
}
